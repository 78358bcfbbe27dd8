using System.Text.Json;
using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud.Tests;

/// <summary>From a card to a file of results, by two commands and no server.</summary>
[Trait("Rows", "any")]
public sealed class ImportJourneyTests : IDisposable
{
    private readonly Importing import = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_card_is_imported_looked_at_and_exported_by_two_commands()
    {
        for (var i = 0; i < 12; i++) import.Put($"north/{i}.jpg", Importing.Frame(i));
        import.Put("south/torn.jpg", [0xff, 0xd8, 0xff, 0xe0, .. Some.Bytes(5000)]);
        var ended = await import.JsonAsync("--wait", "--classifier", "none");
        Assert.Equal((0, (13L, 0L, 0L)), (ended.Code, ended.Counts));
        var csv = Path.Combine(import.Data, "results.csv");
        Assert.Equal(0, (await import.RunAsync("export", "csv", "--out", csv)).Code);
        var lines = (await File.ReadAllLinesAsync(csv, Stop))[1..];
        Assert.Equal(13, lines.Length);
        Assert.Contains(lines, l => l.StartsWith("north/", StringComparison.Ordinal) && l.Contains(",animal,", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("south/torn.jpg", StringComparison.Ordinal) && l.Contains(",unclassified,", StringComparison.Ordinal));

        await using var db = await import.RowsAsync();
        var job = await db.Jobs.SingleAsync(Stop);
        Assert.Equal((JobKind.Import, JobState.Done, 12, 1, $"{job.JobID}"), (job.Kind, job.State, job.Done, job.Failed, ended.Json.GetProperty("jobID").GetString()));
        var again = await import.JsonAsync("--wait", "--classifier", "none");
        Assert.Equal((0, (0L, 13L, 0L)), (again.Code, again.Counts));
        Assert.Equal(1, await db.Jobs.CountAsync(Stop));
    }

    [Fact]
    public async Task A_wait_that_is_ended_leaves_a_job_that_goes_on_the_next_time()
    {
        for (var i = 0; i < 150; i++) import.Put($"north/{i}.jpg", Importing.Frame(i));
        using (var process = await import.StartAsync("import", import.Card, "--wait", "--project", "jura", "--classifier", "none", "--json"))
        {
            await Some.UntilAsync("something is looked at", async () => await RunsAsync() >= 5, seconds: 120);
            using var interrupt = System.Diagnostics.Process.Start("kill", ["-TERM", $"{process.Id}"]);
            var said = await process.StandardOutput.ReadToEndAsync(Stop);
            await process.WaitForExitAsync(Stop);
            Assert.Equal(1, process.ExitCode);
            Assert.StartsWith("stopped; the job goes on", JsonDocument.Parse(said).RootElement.GetProperty("stopped").GetString(), StringComparison.Ordinal);
        }
        Assert.InRange(await RunsAsync(), 5, 149);
        Assert.Equal(0, (await import.JsonAsync("--wait", "--classifier", "none")).Code);
        await using var db = await import.RowsAsync();
        var job = await db.Jobs.SingleAsync(Stop);
        Assert.Equal((JobState.Done, "jura", Lane.Batch, 150, 150), (job.State, job.Project, job.Lane, job.Done, await db.Runs.CountAsync(Stop)));
    }

    [Fact]
    public async Task Results_of_another_program_come_in_with_their_images_and_stand_beside_our_own()
    {
        for (var i = 0; i < 3; i++) import.Put($"north/{i}.jpg", Importing.Frame(i));
        var results = import.Put("results.json", JsonSerializer.SerializeToUtf8Bytes(new
        {
            info = new { format_version = "1.4", detector = "md_v5a.0.0.pt", detector_metadata = new { megadetector_version = "v5.0.0", typical_detection_threshold = 0.2 } },
            detection_categories = new Dictionary<string, string> { ["1"] = "animal", ["2"] = "person", ["3"] = "vehicle" },
            images = new object[]
            {
                new { file = "north/0.jpg", detections = new object[] { new { category = "1", conf = 0.91, bbox = new[] { 0.1, 0.2, 0.3, 0.4 } }, new { category = "2", conf = 0.15, bbox = new[] { 0.0, 0.0, 0.1, 0.1 } } } },
                new { file = "north\\1.jpg", detections = Array.Empty<object>() },
                new { file = Path.Combine(import.Card, "north", "2.jpg"), failure = "Failure image access" },
                new { file = "north/missing.jpg", detections = Array.Empty<object>() },
                new { file = "../../etc/passwd", detections = Array.Empty<object>() },
            },
        }));
        var ended = await import.JsonOfAsync(results);
        Assert.Equal((1, (3L, 0L, 2L), 3), (ended.Code, ended.Counts, ended.Json.GetProperty("results").GetInt32()));
        Assert.Equal(("notThere", "badName"), (ended.Refused["north/missing.jpg"], ended.Refused["../../etc/passwd"]));
        Assert.Equal(0, (await import.JsonOfAsync(results)).Json.GetProperty("results").GetInt32());

        await using (var db = await import.RowsAsync())
        {
            var runs = await db.Runs.Include(r => r.Detections).Include(r => r.Media).OrderBy(r => r.Media.FilePath).ToListAsync(Stop);
            Assert.Equal([("md_v5a.0.0.pt", "v5.0.0", LookedBy.Imported, 2), ("md_v5a.0.0.pt", "v5.0.0", LookedBy.Imported, 0), ("md_v5a.0.0.pt", "v5.0.0", LookedBy.Imported, 0)], runs.Select(r => (r.Model, r.Version, r.Source, r.Detections.Count)));
            Assert.Equal([(RunStatus.Done, null), (RunStatus.Done, null), (RunStatus.Failed, "Failure image access")], runs.Select(r => (r.Status, r.Reason)));
            Assert.Equal([ObservationType.Animal, ObservationType.Blank, ObservationType.Unclassified], await db.Observations.OrderBy(o => o.Media.FilePath).Select(o => o.ObservationType).ToListAsync(Stop));
        }
        var exported = Path.Combine(import.Data, "out.json");
        Assert.Equal(0, (await import.RunAsync("export", "megadetector", "--out", exported)).Code);
        var back = MegaDetectorFile.Read(exported);
        Assert.Equal([("north/0.jpg", 2, null), ("north/1.jpg", 0, null), ("north/2.jpg", 0, "Failure image access")], back.Images.OrderBy(i => i.File, StringComparer.Ordinal).Select(i => (i.File, i.Detections.Count, i.Failure)));
        Assert.Equal(new Box(0.1f, 0.2f, 0.3f, 0.4f), back.Images.Single(i => i.File == "north/0.jpg").Detections[0].Bbox);

        Assert.Equal((0, 3L), ((await import.JsonAsync("--wait", "--classifier", "none")).Code, (long)await RunsAsync()));
        await using var rows = await import.RowsAsync();
        Assert.Equal(6, await rows.Runs.CountAsync(Stop));
    }

    [Fact]
    public async Task A_video_whose_header_says_ten_hours_is_looked_at_as_long_as_it_is()
    {
        var path = Path.Combine(import.Card, "v.mp4");
        using (var ffmpeg = System.Diagnostics.Process.Start("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "testsrc=s=320x240:d=2", "-c:v", "libx264", "-pix_fmt", "yuv420p", path])) await ffmpeg.WaitForExitAsync(Stop);
        var bytes = await File.ReadAllBytesAsync(path, Stop);
        foreach (var (box, duration) in new[] { ("mvhd", 20), ("tkhd", 24), ("mdhd", 20) })
            BitConverter.GetBytes(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(36_000_000)).CopyTo(bytes, bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(box)) + duration);
        await File.WriteAllBytesAsync(path, bytes, Stop);
        Assert.Equal(0, (await import.JsonAsync("--wait", "--classifier", "none")).Code);
        await using var db = await import.RowsAsync();
        var run = await db.Runs.SingleAsync(Stop);
        Assert.Equal((RunStatus.Done, true), (run.Status, run.VideoSeconds < 3));
        Assert.InRange(VideoFrames.Count(run.Frames!), 1, 10);
    }

    private async Task<int> RunsAsync()
    {
        if (!TestRows.InPostgres && !File.Exists(Path.Combine(import.Data, "lynceus.db"))) return 0;
        await using var db = await import.RowsAsync();
        return await db.Runs.CountAsync(r => r.Source == LookedBy.Cloud, Stop);
    }

    public void Dispose() => import.Dispose();
}
