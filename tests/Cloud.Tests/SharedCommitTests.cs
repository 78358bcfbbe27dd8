namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class SharedCommitTests
{
    [Fact]
    public async Task Messages_of_pipelining_hubs_share_commits()
    {
        const int Hubs = 4, Each = 500;
        await using var cloud = await RunningCloud.StartAsync();
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
        // A commit for each message would be 4000; how many share one depends on the machine, that many do does not.
        Assert.InRange(cloud.Queue.Commits - commits, 1, 2 * Hubs * Each / 4);
        using var db = cloud.Rows();
        Assert.Equal(Hubs * Each, db.Tiers.Count(t => t.StoredAt != null));
    }
}
