namespace Lynceus.Journey.Tests;

/// <summary>What a new user has: the project, and the card that it draws.</summary>
public sealed class SampleTests : IAsyncDisposable
{
    private readonly string folder = Programs.Folder();

    /// <summary>With the project's own gate, and with the one that a user would get who has others.</summary>
    [Theory]
    [InlineData("gate")]
    [InlineData("")]
    public async Task A_drawn_card_goes_the_whole_way_and_its_empties_stay_behind(string model)
    {
        var card = Path.Combine(folder, "card");
        Assert.Equal(0, (await Programs.RunAsync(Programs.Scenes, ["card", card, "--captures", "20", "--width", "640", "--height", "480"])).Code);
        await using var cloud = new CloudProcess(Path.Combine(folder, "cloud"));
        await cloud.StartAsync();
        var ended = await Programs.RunAsync(Programs.Edge, ["replay", card, "--cloud", cloud.Mqtt, "--hub", "sample", "--data", Path.Combine(folder, "hub"), "--model", model]);
        Assert.True(ended.Code == 0, ended.Errors);
        Assert.Equal((60, 20, 0), (ended.Count("frames"), ended.Count("captures"), ended.Count("failed")));
        Assert.True(ended.Count("sent") > 0 && ended.Count("dropped") > 0, ended.Output);

        // Of the captures that hold an animal most are sent, of the empty ones most are not.
        var rows = File.ReadLines(Path.Combine(card, "labels.csv")).Skip(1).Select(l => l.Split(',')).ToList();
        var sent = (await cloud.MediaAsync("&hasContent=true")).Where(m => m.GetProperty("verdict").GetString() == "send").Select(m => m.GetProperty("filePath").GetString()!).ToHashSet();
        double Share(string kind) => rows.Where(r => r[1] == kind).Select(r => r[0]).Distinct().Average(f => sent.Contains(f) ? 1.0 : 0.0);
        Assert.True(Share("animal") >= 0.5, $"{Share("animal"):0.00} of the animals were sent");
        Assert.True(Share("empty") <= 0.5, $"{Share("empty"):0.00} of the empties were sent");
        await cloud.DetectedAsync();
        Assert.Contains(await cloud.MediaAsync("&hasContent=true"), m => m.GetProperty("observation").GetProperty("observationType").GetString() == "animal");
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
