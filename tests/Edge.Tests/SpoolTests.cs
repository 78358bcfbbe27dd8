using System.Diagnostics;
using Lynceus.Contracts;

namespace Lynceus.Edge.Tests;

/// <summary>Adds captures as fast as it can, and says each one's id and hash on stdout when <see cref="Spool.Adding.Commit"/> has returned.</summary>
internal static class SpoolFiller
{
    public static int Run(string folder)
    {
        using var spool = Some.Spool(folder);
        for (var i = 0; ; i++)
        {
            var picture = Some.Bytes(20_000, i);
            Console.Out.WriteLine($"{Some.Add(spool, picture):D} {Ids.Sha256(picture)}");
            Console.Out.Flush();
        }
    }
}

public sealed class SpoolTests : IDisposable
{
    private readonly string folder = Some.Folder();

    private CancellationToken Soon { get; } = new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    [Fact]
    public async Task Gives_back_the_oldest_capture_first()
    {
        using var spool = Some.Spool(folder);
        var (first, second) = (Some.Add(spool, Some.Bytes(10)), Some.Add(spool, Some.Bytes(10)));
        var taken = await spool.TakeAsync(Soon);
        Assert.Equal(first, taken.CaptureID);
        spool.PutBack(taken);
        Assert.Equal(first, (await spool.TakeAsync(Soon)).CaptureID);
        Assert.Equal(second, (await spool.TakeAsync(Soon)).CaptureID);
    }

    [Fact]
    public void A_capture_that_is_there_is_not_added_again()
    {
        using var spool = Some.Spool(folder);
        var id = Some.Add(spool, Some.Bytes(10));
        Assert.Null(spool.Begin(id));
        Assert.Equal(1, spool.Pending);
    }

    [Fact]
    public async Task A_capture_that_was_never_committed_is_not_in_it_nor_anywhere()
    {
        using (var spool = Some.Spool(folder))
        {
            using var adding = spool.Begin(Guid.CreateVersion7())!;
            adding.Write(Ids.Media(Guid.CreateVersion7(), "1"), Tier.Frame, Some.Bytes(10), "image/jpeg");
        }
        Assert.Empty(Directory.GetDirectories(Path.Combine(folder, "spool")));
        using var again = Some.Spool(folder);
        Assert.Equal(0, again.Pending);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => again.TakeAsync(new CancellationTokenSource(100).Token));
    }

    [Fact]
    public async Task Reopened_it_holds_what_was_added_byte_for_byte()
    {
        var picture = Some.Bytes(100_000);
        Guid id;
        using (var spool = Some.Spool(folder)) id = Some.Add(spool, picture);
        using var again = Some.Spool(folder);
        var capture = await again.TakeAsync(Soon);
        Assert.Equal(id, capture.CaptureID);
        Assert.Equal(picture, await File.ReadAllBytesAsync(capture.TierPath(Ids.Media(id, "1"), Tier.Frame), Soon));
    }

    [Fact]
    public async Task A_capture_that_cannot_be_read_is_set_aside_and_blocks_nothing_behind_it()
    {
        Guid good;
        using (var spool = Some.Spool(folder))
        {
            var (torn, short_) = (Some.Add(spool, Some.Bytes(10)), Some.Add(spool, Some.Bytes(10)));
            good = Some.Add(spool, Some.Bytes(10));
            File.WriteAllText(Path.Combine(FolderOf(torn), "record.json"), "{\"captureID\":");
            File.WriteAllBytes(Path.Combine(FolderOf(short_), "1.frame"), Some.Bytes(3));
        }
        Directory.CreateDirectory(Path.Combine(folder, "spool", "lost+found"));
        using var again = Some.Spool(folder);
        SpooledCapture taken;
        do taken = await again.TakeAsync(Soon);
        while (again.Read(taken) is null);
        Assert.Equal(good, taken.CaptureID);
        Assert.Equal(1, again.Pending);
        Assert.Equal(3, Directory.GetDirectories(Path.Combine(folder, "quarantine")).Length);
    }

    [Fact]
    public async Task Forgetting_leaves_nothing_behind_but_the_pictures_that_the_verdict_keeps_on_the_card()
    {
        using var spool = Some.Spool(folder);
        Some.Add(spool, Some.Bytes(10));
        var kept = Guid.CreateVersion7();
        using (var adding = spool.Begin(kept)!)
        {
            adding.Keep(Ids.Media(kept, "1"), Some.Bytes(10));
            adding.Commit(Some.Record(kept, adding.Seq, Verdict.Keep, null));
        }
        for (var i = 0; i < 2; i++)
        {
            var capture = await spool.TakeAsync(Soon);
            Assert.True(Wire.TryRead<CaptureRecord>(await File.ReadAllBytesAsync(capture.RecordPath, Soon), out var record, out _));
            spool.Forget(capture, record);
        }
        Assert.Equal(0, spool.Pending);
        Assert.Empty(Directory.GetDirectories(Path.Combine(folder, "spool")));
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "kept"), "*.kept.jpg", SearchOption.AllDirectories));
    }

    [Fact]
    public void Two_hubs_cannot_have_one_data_folder()
    {
        using var spool = Some.Spool(folder);
        Assert.Contains(folder, Assert.Throws<IOException>(() => Some.Spool(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_is_never_given_out_twice_and_never_goes_back()
    {
        var last = -1L;
        for (var boot = 0; boot < 5; boot++)
        {
            // Never closed properly: a boot that ends is a boot that was killed.
            var counter = new SeqCounter(folder);
            for (var i = 0; i < 100; i++)
            {
                var next = counter.Next();
                Assert.True(next > last);
                last = next;
            }
        }
    }

    [Fact]
    public void A_counter_that_cannot_be_read_begins_a_new_epoch()
    {
        var before = new SeqCounter(folder);
        before.Next();
        File.WriteAllText(Path.Combine(folder, "counter.json"), "\0\0\0");
        var after = new SeqCounter(folder);
        Assert.NotEqual(before.Epoch, after.Epoch);
        Assert.Equal(0, after.Next());
    }

    [Fact]
    public async Task Killed_at_any_moment_it_holds_every_capture_that_Add_acknowledged_exactly_once()
    {
        var promised = new Dictionary<string, string>();
        var random = new Random(1);
        for (var kill = 0; kill < 20; kill++)
        {
            using var filler = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Edge.Tests"), ["fill-spool", folder]) { RedirectStandardOutput = true })!;
            var reading = ReadAsync(filler.StandardOutput);
            // The first line says that it is past its start; then it may die anywhere.
            while (!reading.IsCompleted && !promisedNow.IsSet) await Task.Delay(2, TestContext.Current.CancellationToken);
            promisedNow.Reset();
            await Task.Delay(random.Next(0, 60), TestContext.Current.CancellationToken);
            filler.Kill();
            await reading;
        }
        using var spool = Some.Spool(folder);
        var found = new Dictionary<string, string>();
        while (spool.Pending > found.Count)
        {
            var capture = await spool.TakeAsync(Soon);
            found.Add($"{capture.CaptureID:D}", Ids.Sha256(await File.ReadAllBytesAsync(capture.TierPath(Ids.Media(capture.CaptureID, "1"), Tier.Frame), Soon)));
        }
        Assert.NotEmpty(promised);
        Assert.All(promised, p => Assert.Equal(p.Value, found.GetValueOrDefault(p.Key)));
        Assert.Empty(Directory.GetDirectories(Path.Combine(folder, "quarantine")));

        async Task ReadAsync(StreamReader lines)
        {
            while (await lines.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                // A line that was cut by the kill was never said.
                if (line.Length == 36 + 1 + 64) promised[line[..36]] = line[37..];
                promisedNow.Set();
            }
        }
    }

    private readonly ManualResetEventSlim promisedNow = new();

    private string FolderOf(Guid id) => Directory.GetDirectories(Path.Combine(folder, "spool")).Single(d => d.EndsWith($"{id:D}", StringComparison.Ordinal));

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        promisedNow.Dispose();
    }
}
