using System.Diagnostics;
using System.Globalization;
using Lynceus.Contracts;
using Lynceus.Edge;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>
/// The spool: adding beside the bare calls that a file needs to outlive a power cut, with the same bytes in turns on the same disk; opening with many captures waiting,
/// in a process of its own; and giving up.
/// </summary>
internal static class SpoolBench
{
    /// <summary>The program, asked for this, opens a spool and says how long that took and how much memory it has then.</summary>
    public const string OpenArgument = "open-spool";
    private static readonly int Adds = Sample.Turns(400);
    private static readonly int Waiting = Sample.Turns(100_000);
    private static readonly int Gifts = Sample.Turns(10_000);

    /// <summary>A thumbnail, a crop, a frame.</summary>
    private static readonly (Tier Tier, byte[] Bytes)[] Pictures = [(Tier.Thumbnail, Filled(3_000)), (Tier.Crop, Filled(15_000)), (Tier.Frame, Filled(60_000))];

    public static Task RunAsync(Table table)
    {
        Add(table);
        Start(table);
        GiveUp(table);
        return Task.CompletedTask;
    }

    /// <summary>What <see cref="OpenArgument"/> does.</summary>
    public static int Open(string folder)
    {
        var started = Stopwatch.GetTimestamp();
        using var spool = new Spool(folder, NullLogger<Spool>.Instance);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{spool.Pending} {seconds:0.000} {Sample.StatusKiB(Environment.ProcessId, "VmHWM")} {GC.GetTotalMemory(forceFullCollection: true)}"));
        return 0;
    }

    private static void Add(Table table)
    {
        var folder = Sample.Folder();
        try
        {
            using var spool = new Spool(Path.Combine(folder, "hub"), NullLogger<Spool>.Instance);
            var bare = Directory.CreateDirectory(Path.Combine(folder, "bare")).FullName;
            var (ours, floor) = (new List<double>(), new List<double>());
            for (var i = 0; i < Adds; i++)
            {
                floor.Add(Timed(() => AddBare(bare, i)));
                ours.Add(Timed(() => AddOne(spool)));
            }
            var (mine, theirs) = (Sample.Median(ours), Sample.Median(floor));
            table.AddRow($"Add with fsync, three pictures and a record, {Adds} times", $"{1000 / mine:0.0} a second", $"{1000 / theirs:0.0} bare write, fsync, rename, fsync of the folders", $"{theirs / mine:0.00}", ">= 0.8");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The same files and the same syncs, and nothing else: what must be so that nothing is lost.</summary>
    private static void AddBare(string place, int number)
    {
        var folder = Directory.CreateDirectory(Path.Combine(place, number.ToString("D12", CultureInfo.InvariantCulture))).FullName;
        foreach (var (tier, bytes) in Pictures) Write(Path.Combine(folder, $"1.{tier}"), bytes);
        var sidecar = Path.Combine(folder, Spool.RecordName);
        Write(sidecar + ".tmp", Filled(1200));
        File.Move(sidecar + ".tmp", sidecar);
        DurableFile.SyncFolder(folder);
        DurableFile.SyncFolder(place);

        static void Write(string path, byte[] bytes)
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
    }

    private static void Start(Table table)
    {
        var folder = Sample.Folder();
        try
        {
            FillIndex(folder);
            var opened = Enumerable.Range(0, 3).Select(_ => Run(folder)).ToList();
            var (seconds, resident) = (Sample.Median([.. opened.Select(o => o.Seconds)]), Sample.Median([.. opened.Select(o => o.Megabytes)]));
            table.AddRow($"start with {opened[0].Captures:N0} captures", $"{seconds:0.00} s", "", "", "<= 2 s");
            table.AddRow("  most memory of that process", $"{resident:0} MB, of it {opened[0].ManagedMegabytes:0} MB managed", "", "", "<= 100 MB");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void GiveUp(Table table)
    {
        var folder = Sample.Folder();
        try
        {
            Fill(folder, Gifts, video: 40_000);
            var read = Run(folder);
            table.AddRow($"start with {read.Captures:N0} captures and no index", $"{read.Seconds:0.0} s", "", "", "");
            // Half of what lies there is too much: the next Add has to see to it.
            var blocks = (int)(Gifts * 60_000L / 2_000_000);
            using var spool = new Spool(folder, NullLogger<Spool>.Instance, options: new SpoolOptions { MaxMegabytes = Math.Max(1, blocks), FreeShare = 0 });
            var took = Timed(() => AddOne(spool));
            var gone = spool.GaveUp.Values.Sum();
            table.AddRow($"giving up {gone:N0} videos of {Gifts:N0} captures", $"{gone / took * 1000:N0} a second", "", "", "");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Captures as a start sees them: their folders' names, and what the index says of seven tiers each.</summary>
    private static void FillIndex(string folder)
    {
        var (folders, captures) = (new SpoolFolders(folder), new List<SpooledCapture>());
        SpooledTier[] tiers = [new("1", Tier.Thumbnail, 2900), new("1", Tier.Crop, 14_800), new("1", Tier.Frame, 39_500), .. Enumerable.Range(1, 3).Select(n => new SpooledTier($"{n}", Tier.Original, 412_345)), new("video", Tier.Clip, 4_123_456)];
        for (var i = 0; i < Waiting; i++)
        {
            captures.Add(new SpooledCapture(folders, i, Guid.CreateVersion7()) { Place = SpoolPlace.Spool, Score = i % 997 / 997f, AddedMs = 1_700_000_000_000 + i, RecordBytes = 1900, Tiers = tiers });
            Directory.CreateDirectory(captures[^1].Folder);
        }
        using var journal = new SpoolJournal(folder);
        journal.Compact(captures);
    }

    /// <summary>Captures as they lie on a card, written without a sync.</summary>
    private static void Fill(string folder, int captures, int video = 0)
    {
        for (var i = 0; i < captures; i++)
        {
            var id = Guid.CreateVersion7();
            var place = Directory.CreateDirectory(Path.Combine(folder, "spool", string.Create(CultureInfo.InvariantCulture, $"{i:D12}_{id:D}"))).FullName;
            TierRecord Write(string n, Tier tier, int bytes)
            {
                File.WriteAllBytes(Path.Combine(place, Spool.TierName(n, tier)), new byte[bytes]);
                return new TierRecord(tier, bytes, Ids.Sha256(new byte[bytes]), "image/jpeg");
            }
            var pictures = Picture(id, "1", [Write("1", Tier.Thumbnail, 300), Write("1", Tier.Frame, 900)]);
            var record = Record(id, i, video == 0 ? [pictures] : [pictures, Picture(id, "video", [Write("video", Tier.Clip, video)])]);
            File.WriteAllBytes(Path.Combine(place, Spool.RecordName), Wire.Write(record));
        }
    }

    private static void AddOne(Spool spool)
    {
        var id = Guid.CreateVersion7();
        using var adding = spool.Begin(id, 78_000)!;
        var tiers = Pictures.Select(p => adding.Write(Ids.Media(id, "1"), p.Tier, p.Bytes, "image/jpeg")).ToArray();
        adding.Commit(Record(id, adding.Seq, [Picture(id, "1", tiers)]));
    }

    private static CaptureRecord Record(Guid id, long seq, MediaRecord[] media) => new()
    {
        CaptureID = id, Hub = "bench", CameraID = "ridge", BootId = Guid.Empty, Epoch = "e1", Seq = seq, ClockQuality = ClockQuality.Ntp, Trigger = "pir", Score = 0.7f,
        EventStart = DateTimeOffset.UnixEpoch, EventEnd = DateTimeOffset.UnixEpoch, Verdict = Verdict.Send, Reason = "animal", Gate = new GateVersion("gate", "1"), Media = media,
    };

    private static MediaRecord Picture(Guid id, string n, TierRecord[] tiers)
        => new() { MediaID = Ids.Media(id, n), Timestamp = DateTimeOffset.UnixEpoch, FilePath = $"{n}.jpg", FileMediatype = "image/jpeg", Detections = [], Tiers = tiers };

    private static (int Captures, double Seconds, double Megabytes, double ManagedMegabytes) Run(string folder)
    {
        using var program = Sample.Start(Environment.ProcessPath!, OpenArgument, folder);
        var said = program.StandardOutput.ReadToEnd().Split(' ');
        program.WaitForExit();
        return (int.Parse(said[0], CultureInfo.InvariantCulture), double.Parse(said[1], CultureInfo.InvariantCulture), double.Parse(said[2], CultureInfo.InvariantCulture) / 1024, double.Parse(said[3], CultureInfo.InvariantCulture) / 1e6);
    }

    private static double Timed(Action act)
    {
        var started = Stopwatch.GetTimestamp();
        act();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static byte[] Filled(int bytes)
    {
        var filled = new byte[bytes];
        new Random(bytes).NextBytes(filled);
        return filled;
    }
}
