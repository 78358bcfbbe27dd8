using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud.Tests;

/// <summary>Cards that become captures.</summary>
[Trait("Rows", "any")]
public sealed class ImportTests : IDisposable
{
    private readonly Importing import = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_card_becomes_captures_of_its_folders_with_their_cameras_times_and_the_same_again_adds_nothing()
    {
        import.Put("north/DCIM/100RECNX/a.jpg", Importing.Photograph(1, "2024:06:01 05:30:00", "+02:00"));
        import.Put("north/DCIM/100RECNX/b.jpg", Importing.Photograph(2, "2024:06:01 05:31:00"));
        var undated = import.Put("south/c.jpg", Importing.Undated(3));
        File.SetLastWriteTimeUtc(undated, new DateTime(2023, 5, 4, 3, 2, 1, DateTimeKind.Utc));
        File.Copy(undated, Path.Combine(import.Card, "south", "copy.jpg")); // with its date
        import.Put("south/index.dat", [1, 2, 3]);
        import.Put(".Trashes/d.jpg", Importing.Frame(4));
        var ended = await import.JsonAsync("--utc-offset", "-05:00");
        Assert.Equal((0, (3L, 1L, 0L)), (ended.Code, ended.Counts));
        Assert.Equal(1, ended.Json.GetProperty("passedOver").GetInt64());

        await using (var db = await import.RowsAsync())
        {
            var captures = await db.Captures.Include(c => c.Media).ThenInclude(m => m.Tiers).OrderBy(c => c.EventStart).ToListAsync(Stop);
            Assert.Equal(["south", "north", "north"], captures.Select(c => c.CameraID));
            Assert.Equal(["south", "north", "north"], captures.Select(c => c.DeploymentID));
            Assert.Equal((ClockQuality.File, new DateTime(2023, 5, 4, 3, 2, 1)), (captures[0].ClockQuality, captures[0].EventStart));
            Assert.Equal((ClockQuality.Camera, 120, new DateTime(2024, 6, 1, 3, 30, 0)), (captures[1].ClockQuality, captures[1].EventStartOffset, captures[1].EventStart));
            Assert.Equal((-300, new DateTime(2024, 6, 1, 10, 31, 0)), (captures[2].EventStartOffset, captures[2].EventStart));
            foreach (var tier in captures.SelectMany(c => c.Media).SelectMany(m => m.Tiers))
                Assert.Equal(tier.Sha256, Ids.Sha256(await File.ReadAllBytesAsync(new ObjectFolder(import.Data).PathOf(tier.Sha256), Stop)));
        }

        Assert.Equal((0L, 4L, 0L), (await import.JsonAsync("--utc-offset", "-05:00")).Counts);
        import.Put("south/new.jpg", Importing.Frame(5));
        Assert.Equal((1L, 4L, 0L), (await import.JsonAsync()).Counts);
        Directory.Delete(Path.Combine(import.Data, "imports"), recursive: true); // without its journal it reads everything again, and knows it
        Assert.Equal((0L, 5L, 0L), (await import.JsonAsync()).Counts);
        await using var rows = await import.RowsAsync();
        Assert.Equal(4, await rows.Captures.CountAsync(Stop));
        Assert.Equal((4, 0), (Objects(), Directory.GetFiles(Path.Combine(import.Data, "imports", "staging")).Length));
    }

    [Fact]
    public async Task The_same_file_uploaded_and_imported_is_one_capture()
    {
        var picture = Importing.Frame(1);
        import.Put("north/a.jpg", picture);
        Assert.Equal((1L, 0L, 0L), (await import.JsonAsync()).Counts);
        await using var cloud = await RunningCloud.StartAsync(import.Data);
        Assert.Equal(204, (await new Door(cloud.Http, "-").PatchAsync(
            (await new Door(cloud.Http, "-").CreateAsync($"{picture.Length}", $"{Door.Pair("filename", "a.jpg")},{Door.Pair("cameraID", "north")}")).Location!, 0, picture)).Status);
        Assert.Single(await cloud.MediaAsync());
    }

    [Fact]
    public async Task A_preview_says_what_would_be_and_changes_nothing()
    {
        import.Put("ridge/one/a.jpg", Importing.Photograph(1, "2024:06:01 05:30:00", "+02:00", "Reconyx", "HF2X"));
        import.Put("ridge/one/b.jpg", Importing.Photograph(2, "2024:06:03 05:30:00", "+02:00", "Reconyx", "HF2X"));
        import.Put("ridge/two/c.jpg", Importing.Undated(3));
        import.Put("ridge/two/d.jpg", Importing.Undated(3));
        import.Put("ridge/two/huge.png", Importing.Png(30_000));
        var ended = await import.RunAsync("import", import.Card, "--preview", "--deployment", "{site}/{camera}/**", "--time-zone", "Europe/Zurich");
        Assert.Equal(1, ended.Code);
        var lines = ended.Out.Split('\n');
        Assert.Matches("^ridge/one +ridge/one +one +2 +0 +2024-06-01 05:30 \\+02:00 +2024-06-03 05:30 \\+02:00 +0 +Reconyx-HF2X$", lines[1]);
        Assert.Matches("^ridge/two +ridge/two +two +2 +1 +- +- +2$", lines[2]);
        Assert.StartsWith("would be refused: ridge/two/huge.png: tooManyPixels: 30000 x 30000", lines[3], StringComparison.Ordinal);
        Assert.Contains("3 would be added, 1 already there, 1 refused; times without an offset are read as Europe/Zurich", lines[4], StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(import.Data));

        Assert.Equal((3L, 1L, 1L), (await import.JsonAsync("--deployment", "{site}/{camera}/**")).Counts);
        var again = await import.RunAsync("import", import.Card, "--preview", "--deployment", "{site}/{camera}/**");
        Assert.Contains("0 would be added, 4 already there, 1 refused", again.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_file_a_zip_and_a_large_video_are_imported_alike()
    {
        var one = import.Put("a.jpg", Importing.Frame(1));
        Assert.Equal((1L, 0L, 0L), (await import.JsonOfAsync(one)).Counts);
        byte[] video = [0, 0, 0, 24, .. "ftypmp42"u8, .. Some.Bytes(12_000_000)];
        import.Put("in/valley/DCIM/v.mp4", video);
        import.Put("in/valley/b.jpg", Importing.Frame(2));
        var zip = Path.Combine(import.Card, "summer.zip");
        await System.IO.Compression.ZipFile.CreateFromDirectoryAsync(Path.Combine(import.Card, "in"), zip, Stop);
        Assert.Equal((2L, 0L, 0L), (await import.JsonOfAsync(zip)).Counts);
        Assert.Equal((0L, 2L, 0L), (await import.JsonOfAsync(zip)).Counts);
        Assert.Equal((0L, 2L, 0L), (await import.JsonOfAsync(Path.Combine(import.Card, "in"))).Counts);
        await using var db = await import.RowsAsync();
        var clip = await db.Tiers.Include(t => t.Media).ThenInclude(m => m.Capture).SingleAsync(t => t.Tier == Tier.Clip, Stop);
        Assert.Equal(("video/mp4", "valley", "valley/DCIM/v.mp4"), (clip.FileMediatype, clip.Media.Capture.CameraID, clip.Media.FilePath));
        Assert.Equal(video, await File.ReadAllBytesAsync(new ObjectFolder(import.Data).PathOf(clip.Sha256), Stop));
        Assert.Equal(("upload", null), await db.Captures.Where(c => c.Media.Any(m => m.FilePath == "a.jpg")).Select(c => new ValueTuple<string, string?>(c.CameraID, c.DeploymentID)).SingleAsync(Stop));
    }

    [Fact]
    public async Task An_import_that_is_killed_again_and_again_stores_each_file_once()
    {
        const int Files = 4000;
        for (var i = 0; i < Files; i++) import.Put($"camera-{i % 7}/{i}.png", Importing.Undated(i));
        var random = new Random(3);
        var counts = new List<int>();
        for (var kill = 0; kill < 3; kill++)
        {
            using var process = await import.StartAsync("import", import.Card, "--json");
            process.BeginErrorReadLine();
            process.BeginOutputReadLine();
            var until = Noted() + random.Next(1, 100_000);
            await Some.UntilAsync("it goes on", () => Task.FromResult(process.HasExited || Noted() >= until), seconds: 120);
            process.Kill();
            await process.WaitForExitAsync(Stop);
            counts.Add(await CountAsync());
        }
        var last = await import.JsonAsync();
        Assert.Equal((0, (long)Files), (last.Code, last.Counts.Added + last.Counts.AlreadyThere));
        Assert.True(counts.Count(c => c is > 0 and < Files) >= 2, $"it was killed in the middle: {string.Join(", ", counts)}");
        await using var db = await import.RowsAsync();
        Assert.Equal((Files, Files), (await db.Captures.CountAsync(Stop), await db.Tiers.CountAsync(t => t.StoredAt != null, Stop)));
        Assert.Equal(Files, Objects());
    }

    [Fact]
    public async Task Where_a_cloud_runs_an_import_says_so_and_what_to_do()
    {
        await using var cloud = await RunningCloud.StartAsync(import.Data);
        import.Put("a.jpg", Importing.Frame(1));
        var ended = await import.RunAsync("import", import.Card);
        Assert.Equal(2, ended.Code);
        Assert.Contains("another cloud is running on the data folder", ended.Error, StringComparison.Ordinal);
        Assert.Contains("stop it for the time of the import", ended.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await import.RunAsync("import", import.Card, "--preview")).Code); // to look it needs nothing to itself
    }

    [Theory]
    [InlineData("--utc-offset: '+25:00' is not", "{card}", "--utc-offset", "+25:00")]
    [InlineData("--time-zone: 'Mars' is no time zone", "{card}", "--time-zone", "Mars")]
    [InlineData("only one of them", "{card}", "--time-zone", "UTC", "--utc-offset", "+01:00")]
    [InlineData("--deployment: '**' can only stand at the end", "{card}", "--deployment", "**/{camera}/x")]
    [InlineData("there is no such file or folder", "{card}/nowhere")]
    [InlineData("--images: goes with MegaDetector results", "{card}", "--images", "/")]
    public async Task A_wrong_argument_is_said_with_its_name(string said, params string[] arguments)
    {
        var ended = await import.RunAsync(["import", .. arguments.Select(a => a.Replace("{card}", import.Card, StringComparison.Ordinal))]);
        Assert.Equal(2, ended.Code);
        Assert.Contains(said, ended.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(import.Data, "lynceus.db")));
    }

    /// <summary>Bytes of the journal: asking the rows would take longer than the import.</summary>
    private long Noted() => Directory.Exists(Path.Combine(import.Data, "imports")) ? new DirectoryInfo(Path.Combine(import.Data, "imports")).GetFiles("*.journal").Sum(f => f.Length) : 0;

    private async Task<int> CountAsync()
    {
        await using var db = await import.RowsAsync();
        return await db.Captures.CountAsync(Stop);
    }

    private int Objects() => Directory.EnumerateFiles(Path.Combine(import.Data, "objects"), "*", SearchOption.AllDirectories).Count(f => Path.GetFileName(f).Length == 64);

    public void Dispose() => import.Dispose();
}
