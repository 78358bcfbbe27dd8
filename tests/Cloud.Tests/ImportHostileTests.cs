using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud.Tests;

/// <summary>Files, names, archives and disks as bad as they get: what can be taken is taken, and the rest is named.</summary>
public sealed class ImportHostileTests : IDisposable
{
    private readonly Importing import = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_cannot_be_taken_is_refused_by_name_and_holds_up_nothing_else()
    {
        var many = new byte[40_000_000];
        Encoding.ASCII.GetBytes("GIF89a").CopyTo(many, 0);
        import.Put("c/good.jpg", Importing.Frame(1));
        import.Put("c/frames.gif", many);
        import.Put("c/huge.png", Importing.Png(30_000));
        import.Put("c/empty.jpg", []);
        import.Put("c/page.jpg", "<html><script>alert(1)</script>"u8.ToArray());
        import.Put("c/phone.heic", [0, 0, 0, 24, .. "ftypheic0000heic"u8]);
        import.Put("c/raw.dng", [.. "II*\0"u8, .. new byte[100]]);
        import.Put("c/more.zip", [.. "PK\x03\x04"u8, .. new byte[100]]);
        import.Put("c/line\nbreak.jpg", Importing.Frame(2));
        import.Put("c/notes.txt", "first of June"u8.ToArray());
        var large = import.Put("c/large.mp4", [0, 0, 0, 24, .. "ftypmp42"u8]);
        using (var file = File.OpenWrite(large)) file.SetLength(Lynceus.Contracts.Wire.MaxTierBytes + 1);
        var ended = await import.JsonAsync();
        Assert.Equal((1, 1L), (ended.Code, ended.Counts.Added));
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["c/frames.gif"] = "notTaken", ["c/huge.png"] = "tooManyPixels", ["c/empty.jpg"] = "empty", ["c/page.jpg"] = "notTaken", ["c/phone.heic"] = "notTaken",
                ["c/raw.dng"] = "notTaken", ["c/more.zip"] = "nested", ["c/line\nbreak.jpg"] = "badName", ["c/large.mp4"] = "tooLarge",
            }.OrderBy(r => r.Key, StringComparer.Ordinal), ended.Refused.OrderBy(r => r.Key, StringComparer.Ordinal));
        Assert.Equal(1, ended.Json.GetProperty("passedOver").GetInt64());
        var words = await import.RunAsync("import", import.Card);
        Assert.Contains("refused: c/line?break.jpg: badName: there are control characters in its name; rename it", words.Error, StringComparison.Ordinal);
        Assert.Contains("it is a GIF; taken are JPEG", words.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_are_not_followed_out_and_loops_end()
    {
        var outside = Directory.CreateTempSubdirectory("lynceus-outside-").FullName;
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(outside, "secret.jpg"), Importing.Frame(9), Stop);
            import.Put("north/a.jpg", Importing.Frame(1));
            Directory.CreateSymbolicLink(Path.Combine(import.Card, "north", "loop"), import.Card);
            Directory.CreateSymbolicLink(Path.Combine(import.Card, "out"), outside);
            File.CreateSymbolicLink(Path.Combine(import.Card, "secret.jpg"), Path.Combine(outside, "secret.jpg"));
            File.CreateSymbolicLink(Path.Combine(import.Card, "same.jpg"), Path.Combine(import.Card, "north", "a.jpg"));
            File.CreateSymbolicLink(Path.Combine(import.Card, "self.jpg"), Path.Combine(import.Card, "self.jpg"));
            File.CreateSymbolicLink(Path.Combine(import.Card, "gone.jpg"), Path.Combine(import.Card, "nowhere"));
            var ended = await import.JsonAsync();
            Assert.Equal((1L, 0L), (ended.Counts.Added, ended.Counts.AlreadyThere));
            Assert.Equal(["gone.jpg", "out", "secret.jpg", "self.jpg"], ended.Refused.Keys.Order(StringComparer.Ordinal));
            Assert.All(ended.Refused.Values, why => Assert.Equal("link", why));
        }
        finally
        {
            Directory.Delete(outside, recursive: true);
        }
    }

    [Fact]
    public async Task Names_that_are_no_text_pipes_and_devices_are_named_or_passed_over_and_hang_nothing()
    {
        import.Put("a.jpg", Importing.Frame(1));
        Assert.Equal(0, await ShellAsync($"cd '{import.Card}' && cp a.jpg $'b\\xff.jpg' && mkdir $'c\\xfe' && cp a.jpg $'c\\xfe/d.jpg' && mkfifo pipe.jpg"));
        var ended = await import.JsonAsync();
        Assert.Equal(0, await ShellAsync($"rm -r '{import.Card}'/[b-p]*"));
        Assert.Equal(1, ended.Counts.Added);
        Assert.Equal(["badName", "badName", "empty"], ended.Refused.OrderBy(r => r.Value, StringComparer.Ordinal).Select(r => r.Value));
    }

    [Fact]
    public async Task A_file_that_vanishes_or_grows_while_it_is_read_is_refused_by_that_name()
    {
        var reading = new ImportReading(TimeZoneInfo.Utc, import.Data, keep: true);
        var gone = import.Put("gone.jpg", Importing.Frame(1));
        var listed = new FolderFile(gone, "gone.jpg", 10, default);
        File.Delete(gone);
        Assert.Equal(ImportRefusal.Vanished, (await Assert.ThrowsAsync<ImportRefusedException>(() => reading.ReadAsync(listed, Stop))).Why);

        var path = import.Put("grows.mp4", [0, 0, 0, 24, .. "ftypmp42"u8, .. new byte[100_000_000]]);
        var over = false;
        var growing = Task.Run(async () =>
        {
            while (!Volatile.Read(ref over)) await File.AppendAllBytesAsync(path, new byte[1000], Stop);
        }, Stop);
        Assert.Equal(ImportRefusal.Changed, (await Assert.ThrowsAsync<ImportRefusedException>(() => reading.ReadAsync(new FolderFile(path, "grows.mp4", 1, default), Stop))).Why);
        Volatile.Write(ref over, true);
        await growing;
        Assert.Empty(Directory.GetFiles(import.Data));
    }

    [Fact]
    public async Task A_zip_is_believed_in_nothing()
    {
        var zip = Path.Combine(import.Card, "card.zip");
        await using (var archive = await ZipFile.OpenAsync(zip, ZipArchiveMode.Create, Stop))
        {
            foreach (var (name, bytes) in new (string, byte[])[]
            {
                ("north/a.jpg", Importing.Frame(1)), ("..\\..\\south\\b.jpg", Importing.Frame(2)), ("../c.jpg", Importing.Frame(3)), ("/etc/d.jpg", Importing.Frame(4)), ("C:/e.jpg", Importing.Frame(5)),
                ("north/inner.zip", [.. "PK\x03\x04"u8, .. new byte[50]]), ("north/bomb.jpg", [0xff, 0xd8, 0xff, .. new byte[20_000_000]]), ("north/", []), ("__MACOSX/._a.jpg", [0, 5, 22, 7]),
            })
            {
                await using var entry = await archive.CreateEntry(name, CompressionLevel.Optimal).OpenAsync(Stop);
                await entry.WriteAsync(bytes, Stop);
            }
        }
        var ended = await import.JsonOfAsync(zip);
        Assert.Equal((1L, 1), (ended.Counts.Added, ended.Code));
        Assert.Equal(
            new Dictionary<string, string> { ["../../south/b.jpg"] = "badName", ["../c.jpg"] = "badName", ["/etc/d.jpg"] = "badName", ["C:/e.jpg"] = "badName", ["north/inner.zip"] = "nested", ["north/bomb.jpg"] = "bomb" }
                .OrderBy(r => r.Key, StringComparer.Ordinal), ended.Refused.OrderBy(r => r.Key, StringComparer.Ordinal));
        Assert.Equal([zip], Directory.GetFileSystemEntries(import.Card));
        Assert.False(File.Exists(Path.Combine(Path.GetTempPath(), "c.jpg")));
    }

    [Theory]
    [InlineData("locked")]
    [InlineData("lies")]
    [InlineData("broken")]
    public async Task A_file_in_a_zip_that_cannot_be_unpacked_is_refused_and_the_others_are_taken(string how)
    {
        var bytes = Zip(("a.jpg", Importing.Frame(1)), ("b.jpg", Importing.Frame(2)));
        var (first, directory) = (0, Find(bytes, "PK\x01\x02"u8));
        switch (how)
        {
            case "locked": // the flag of a password, in both places
                bytes[first + 6] |= 1;
                bytes[directory + 8] |= 1;
                break;
            case "lies": // says it is ten bytes shorter than it is
                BitConverter.GetBytes(BitConverter.ToUInt32(bytes, directory + 24) - 10).CopyTo(bytes, directory + 24);
                break;
            default:
                for (var i = 0; i < 2000; i++) bytes[first + 100 + i] = 0xff;
                break;
        }
        var zip = import.Put("card.zip", bytes);
        var ended = await import.JsonOfAsync(zip);
        Assert.Equal(1, ended.Counts.Added);
        Assert.Equal(("a.jpg", how switch { "locked" => "encrypted", _ => "damaged" }), (ended.Refused.Single().Key, ended.Refused.Single().Value));
    }

    [Fact]
    public async Task A_zip_that_is_cut_off_or_claims_too_many_files_is_refused_before_it_is_read()
    {
        var bytes = Zip(("a.jpg", Importing.Frame(1)));
        var cut = await import.RunAsync("import", import.Put("cut.zip", bytes[..^30]));
        Assert.Equal(2, cut.Code);
        Assert.Contains("damaged: the ZIP has no list of its files", cut.Error, StringComparison.Ordinal);
        // ZIP64 with a claim of a thousand million files.
        var end = Find(bytes, "PK\x05\x06"u8);
        byte[] large = [.. "PK\x06\x06"u8, .. new byte[28], .. BitConverter.GetBytes(1_000_000_000L), .. BitConverter.GetBytes(46L), .. BitConverter.GetBytes((long)Find(bytes, "PK\x01\x02"u8))];
        byte[] locator = [.. "PK\x06\x07"u8, 0, 0, 0, 0, .. BitConverter.GetBytes((long)end), 1, 0, 0, 0];
        byte[] last = [.. "PK\x05\x06"u8, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, .. new byte[8], 0, 0];
        new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }.CopyTo(last, 12);
        var many = await import.RunAsync("import", import.Put("many.zip", [.. bytes[..end], .. large, .. locator, .. last]));
        Assert.Equal(2, many.Code);
        Assert.Contains("bomb: the ZIP has 1000000000 files; at most 200000", many.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_that_is_also_a_zip_or_a_page_is_served_as_the_picture_it_begins_as()
    {
        byte[] both = [.. Importing.Frame(1), .. Zip(("x.jpg", Importing.Frame(2)))];
        byte[] page = [0xff, 0xd8, 0xff, 0xfe, 0x00, 0x40, .. Encoding.ASCII.GetBytes("<html><script>alert(document.domain)</script>".PadRight(62)), .. Importing.Frame(3)[2..]];
        import.Put("n/both.jpg", both);
        import.Put("n/page.html", page);
        Assert.Equal((2L, 0L, 0L), (await import.JsonAsync()).Counts);
        await using var cloud = await RunningCloud.StartAsync(import.Data);
        foreach (var media in await cloud.MediaAsync())
        {
            using var answer = await cloud.GetAsync($"/api/v1/media/{media.GetProperty("mediaID").GetString()}/content");
            Assert.Equal(("image/jpeg", "nosniff"), (answer.Content.Headers.ContentType!.MediaType, answer.Headers.GetValues("X-Content-Type-Options").Single()));
            Assert.Equal("default-src 'none'; sandbox", answer.Headers.GetValues("Content-Security-Policy").Single());
        }
    }

    [Fact]
    public void What_a_camera_writes_of_itself_is_short_and_printable()
    {
        var taken = Lynceus.Vision.Taken.Read(new MemoryStream(Importing.Photograph(1, "2024:06:01 05:30:00", "+02:00", "<script>alert(1)</script>\u001b[2J", new string('x', 5000))), TimeZoneInfo.Utc);
        Assert.Equal(("<script>alert(1)</script>[2J", 64), (taken.Make, taken.Model!.Length));
        Assert.Equal((new DateTimeOffset(2024, 6, 1, 5, 30, 0, TimeSpan.FromHours(2)), true), (taken.Time!.Value, taken.SaysOffset));
        Assert.Equal(Lynceus.Vision.Taken.Unsaid, Lynceus.Vision.Taken.Read(new MemoryStream([0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, .. "Exif\0\0II*\0"u8, 0xff, 0xff, 0xff, 0xff]), TimeZoneInfo.Utc));
    }

    [Fact]
    public async Task What_a_camera_calls_itself_is_told_as_text_whatever_it_is()
    {
        import.Put("n/a.jpg", Importing.Photograph(1, "2024:06:01 05:30:00", "+02:00", "<script>alert(1)</script>", new string('x', 5000)));
        import.Put("n/b.jpg", Importing.Photograph(2, "2024:06:01 05:31:00", "+02:00", "Reconyx", "HF2X"));
        Assert.Equal((2L, 0L, 0L), (await import.JsonAsync()).Counts);
        await using var cloud = await RunningCloud.StartAsync(import.Data);
        Assert.Equal([$"<script>alert(1)</script>-{new string('x', 64)}", "Reconyx-HF2X"], (await cloud.MediaAsync()).Select(m => m.GetProperty("cameraModel").GetString()).Order(StringComparer.Ordinal));
        // The page puts it there as text; whoever opens the list itself gets JSON, and no browser may take that for a page.
        using var list = await cloud.GetAsync("/api/v1/media");
        Assert.Equal(("application/json", "nosniff"), (list.Content.Headers.ContentType!.MediaType, list.Headers.GetValues("X-Content-Type-Options").Single()));
    }

    [Fact]
    public async Task A_full_disk_ends_the_import_with_its_reason_and_loses_nothing_that_was_counted()
    {
        Assert.SkipUnless(await ShellAsync($"mount -t tmpfs -o size=6m tmpfs '{import.Data}'") == 0, "mounting a small disk is not allowed here");
        try
        {
            for (var i = 0; i < 400; i++) import.Put($"c/{i}.jpg", Importing.Frame(i));
            var full = await import.JsonAsync();
            Assert.Equal(1, full.Code);
            Assert.StartsWith($"nothing more can be stored in {import.Data}", full.Json.GetProperty("stopped").GetString(), StringComparison.Ordinal);
            Assert.InRange(full.Counts.Added, 1, 399);
            Assert.Equal(0, full.Counts.Refused);
            Assert.Equal(0, await ShellAsync($"mount -o remount,size=200m '{import.Data}'"));
            var rest = await import.JsonAsync();
            Assert.Equal((0, 400L), (rest.Code, rest.Counts.Added + rest.Counts.AlreadyThere));
            Assert.True(rest.Counts.AlreadyThere >= full.Counts.Added, $"{full.Counts.Added} were counted as stored, and {rest.Counts.AlreadyThere} are");
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Assert.Equal(0, await ShellAsync($"umount '{import.Data}'"));
        }
    }

    private static byte[] Zip(params (string Name, byte[] Bytes)[] files)
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in files)
            {
                using var entry = archive.CreateEntry(name, CompressionLevel.Optimal).Open();
                entry.Write(bytes);
            }
        }
        return zip.ToArray();
    }

    private static int Find(byte[] bytes, ReadOnlySpan<byte> what) => bytes.AsSpan().IndexOf(what);

    private static async Task<int> ShellAsync(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardError = true })!;
        await process.WaitForExitAsync(Stop);
        return process.ExitCode;
    }

    public void Dispose() => import.Dispose();
}
