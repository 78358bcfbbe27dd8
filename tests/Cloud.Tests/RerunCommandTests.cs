using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud.Tests;

/// <summary><c>cloud rerun</c> on a folder that no cloud runs on, with the project's own model and its drawn frames.</summary>
[Trait("Rows", "any")]
public sealed class RerunCommandTests : IDisposable
{
    private static readonly string Golden = Path.Combine(AppContext.BaseDirectory, "models", "golden");
    private readonly string data = Directory.CreateTempSubdirectory("lynceus-cloud-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task A_folder_is_looked_at_again_without_a_server_and_the_run_is_accepted_and_taken_back()
    {
        var pictures = new[] { "badger-near.jpg", "car.jpg", "empty-ridge.jpg" };
        await using (var cloud = await RunningCloud.StartAsync(data, settings: Work.Idle))
        {
            await using var hub = await cloud.ConnectAsync("ridge");
            foreach (var name in pictures)
            {
                var bytes = await File.ReadAllBytesAsync(Path.Combine(Golden, name), Stop);
                var capture = Some.Capture("ridge", bytes);
                await hub.SendAsync(capture);
                for (var offset = 0; offset < bytes.Length; offset += Wire.MaxChunkBytes)
                    await hub.SendAsync(capture.Media[0].MediaID, offset, bytes.AsSpan(offset, Math.Min(Wire.MaxChunkBytes, bytes.Length - offset)));
                await new Review(cloud).LookAsync(capture.Media[0].MediaID, Review.First, "1", Some.Seen(ObservationType.Human));
            }
        }
        string[] rows = ["--data", data, .. await TestRows.ArgumentsAsync(data)];
        Assert.Equal(1, await CloudCommand.RunAsync(["rerun", "--model", "detect", .. rows])); // nobody was there to say yes
        Assert.Equal(0, await CloudCommand.RunAsync(["rerun", "--model", "detect", "--yes", .. rows]));
        Assert.Equal(["human", "human", "human"], await SaidAsync());
        string id;
        await using (var db = await OpenAsync()) id = (await db.Jobs.SingleAsync(Stop)).JobID.ToString();
        foreach (var command in (string[])["show", "differences", "resume"]) Assert.Equal(0, await CloudCommand.RunAsync(["rerun", command, id, .. rows]));
        Assert.Equal(0, await CloudCommand.RunAsync(["rerun", "list", .. rows]));
        Assert.Equal(0, await CloudCommand.RunAsync(["rerun", "accept", id, "--by", "Ana", .. rows]));
        Assert.Equal(["animal", "vehicle", "blank"], await SaidAsync());
        Assert.Equal(0, await CloudCommand.RunAsync(["rerun", "--model", "detect", "--yes", .. rows])); // nothing is left to look at
        Assert.Equal(0, await CloudCommand.RunAsync(["rerun", "reject", id, "--by", "Ana", .. rows]));
        Assert.Equal(["human", "human", "human"], await SaidAsync());
        await using var after = await OpenAsync();
        Assert.Equal((Judgement.Rejected, "Ana"), await after.Jobs.Select(j => new ValueTuple<Judgement?, string?>(j.Judgement, j.JudgedBy)).SingleAsync(Stop));
    }

    [Theory]
    [InlineData("rerun")]
    [InlineData("rerun", "--model", "../../etc")]
    [InlineData("rerun", "--model", "detect", "--hub", "Not A Hub")]
    [InlineData("rerun", "--model", "detect", "--type", "fox")]
    [InlineData("rerun", "show", "{id}")]
    [InlineData("rerun", "accept", "{id}", "--by", "a\nb")]
    [InlineData("rerun", "accept", "no-id")]
    public async Task A_wrong_argument_is_said(params string[] arguments)
    {
        string[] rows = ["--data", data, .. await TestRows.ArgumentsAsync(data)];
        (await OpenAsync()).Dispose();
        Assert.Equal(2, await CloudCommand.RunAsync([.. arguments.Select(a => a.Replace("{id}", $"{Guid.NewGuid()}", StringComparison.Ordinal)), .. rows]));
        if (!TestRows.InPostgres) Assert.Equal(2, await CloudCommand.RunAsync(["rerun", "list", "--data", Path.Combine(data, "nowhere")]));
    }

    private async Task<LynceusDb> OpenAsync() => RowsSetup.Open(data, await TestRows.OfAsync(data));

    private async Task<List<string>> SaidAsync()
    {
        await using var db = await OpenAsync();
        return [.. (await db.Observations.Where(o => o.Current).OrderBy(o => o.MediaRowId).Select(o => o.ObservationType).ToListAsync(Stop)).Select(WireWords.Of)];
    }
}
