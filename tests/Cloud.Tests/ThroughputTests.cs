namespace Lynceus.Cloud.Tests;

public sealed class ThroughputTests(ITestOutputHelper output)
{
    /// <summary>Claims little, so that a busy machine passes; the figure is printed.</summary>
    [Fact]
    public async Task Takes_hundreds_of_messages_a_second_from_pipelining_hubs()
    {
        const int Hubs = 4, Each = 500;
        await using var cloud = await RunningCloud.StartAsync();
        var start = TimeProvider.System.GetTimestamp();
        var commits = cloud.Queue.Commits;
        await Task.WhenAll(Enumerable.Range(0, Hubs).Select(async n =>
        {
            await using var hub = await cloud.ConnectAsync($"hub-{n}");
            var inFlight = new List<Task>();
            for (var i = 0; i < Each; i++)
            {
                var frame = Some.Bytes(20_000, seed: (n * Each) + i);
                var capture = Some.Capture(hub.Name, frame);
                inFlight.Add(hub.SendAsync(capture));
                inFlight.Add(hub.SendAsync(capture.Media[0].MediaID, 0, frame));
                if (inFlight.Count < 64) continue;
                await Task.WhenAll(inFlight);
                inFlight.Clear();
            }
            await Task.WhenAll(inFlight);
        }));
        var perSecond = 2 * Hubs * Each / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        output.WriteLine($"{perSecond:F0} messages/s (records and whole 20 kB frames in turn) in {cloud.Queue.Commits - commits} commits");
        Assert.True(perSecond > 200, $"{perSecond:F0} messages/s");
        using var db = cloud.Rows();
        Assert.Equal(Hubs * Each, db.Tiers.Count(t => t.StoredAt != null));
    }
}
