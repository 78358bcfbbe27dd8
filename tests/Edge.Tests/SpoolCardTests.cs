using System.Diagnostics;
using Lynceus.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lynceus.Edge.Tests;

/// <summary>Real file systems of 64 MB, which only root can make.</summary>
public sealed class SpoolCardTests : IDisposable
{
    private readonly string root = Some.Folder();
    private readonly string card;

    public SpoolCardTests() => card = Directory.CreateDirectory(Path.Combine(root, "card")).FullName;

    [Theory]
    [InlineData("tmpfs", 2000)]
    [InlineData("ext4", 500)]
    public void A_card_of_64_MB_under_a_flood_holds_every_capture_whole_or_counts_what_is_missing(string kind, int captures)
    {
        Insert(kind);
        var (added, random) = (new Dictionary<Guid, Dictionary<Tier, string>>(), new Random(1));
        IReadOnlyDictionary<string, long> gaveUp;
        string said;
        using (var spool = Open())
        {
            Assert.InRange(spool.LimitBytes, 40_000_000, 54_000_000);
            for (var i = 0; i < captures; i++)
            {
                var id = Guid.CreateVersion7();
                added.Add(id, Add(spool, id, random, i));
            }
            Assert.InRange(spool.UsedBytes, spool.LimitBytes * 9 / 10, spool.LimitBytes);
            Assert.InRange(new DriveInfo(card).AvailableFreeSpace, 2_000_000, long.MaxValue);
            (gaveUp, said) = (spool.GaveUp, Said(spool));
        }
        using var again = Open();
        Assert.Equal(said, Said(again));
        File.Delete(Path.Combine(card, "index"));
        again.Dispose();
        using var fromFiles = Open();
        Assert.Equal(said, Said(fromFiles));
        Assert.Equal(gaveUp.OrderBy(g => g.Key), fromFiles.GaveUp.OrderBy(g => g.Key));
        var there = fromFiles.Captures.ToDictionary(c => c.CaptureID, c => fromFiles.Read(c)!);
        Assert.Equal(added.Count, there.Count + gaveUp.GetValueOrDefault("record"));
        foreach (var tier in (Tier[])[Tier.Thumbnail, Tier.Crop, Tier.Frame])
        {
            var found = there.Values.SelectMany(r => r.Media.SelectMany(m => m.Tiers.Where(t => t.Tier == tier).Select(t => (r.CaptureID, m.MediaID, t.Sha256)))).ToList();
            Assert.All(found, f => Assert.Equal(added[f.CaptureID][tier], f.Sha256));
            Assert.All(found, f => Assert.Equal(f.Sha256, Ids.Sha256(File.ReadAllBytes(fromFiles.Captures.First(c => c.CaptureID == f.CaptureID).TierPath(f.MediaID, tier)))));
            Assert.Equal(added.Count, found.Count + gaveUp.Where(g => g.Key.StartsWith(Topics.TierName(tier), StringComparison.Ordinal)).Sum(g => g.Value));
        }
        Assert.Equal(0, fromFiles.SetAside);
    }

    [Theory]
    [InlineData("tmpfs")]
    [InlineData("ext4")]
    public void A_card_that_others_fill_in_the_middle_of_a_write_has_nothing_of_the_capture_and_goes_on_when_there_is_room(string kind)
    {
        Insert(kind);
        var random = new Random(1);
        using var spool = Open();
        Add(spool, Guid.CreateVersion7(), random, 0);
        var before = Directory.GetDirectories(Path.Combine(card, "spool"));
        using (var adding = spool.Begin(Guid.CreateVersion7(), 400_000)!)
        {
            Fill();
            Assert.Throws<IOException>(() => adding.Write(Ids.Media(Guid.CreateVersion7(), "1"), Tier.Frame, Some.Bytes(400_000), "image/jpeg"));
        }
        Assert.Equal(before, Directory.GetDirectories(Path.Combine(card, "spool")));
        Assert.Equal(spool.Captures.Sum(c => c.Bytes), spool.UsedBytes);
        // Of its own it may give up what it has; not a byte is half there, whether that is enough or not.
        for (var i = 0; i < 3; i++)
        {
            try
            {
                Add(spool, Guid.CreateVersion7(), random, i);
            }
            catch (IOException)
            {
                Assert.True(spool.Pending < 5);
            }
        }
        Assert.Equal(spool.Pending, Directory.GetDirectories(Path.Combine(card, "spool")).Length);
        File.Delete(Path.Combine(card, "others"));
        Add(spool, Guid.CreateVersion7(), random, 1);
        Assert.All(spool.Captures, c => Assert.NotNull(spool.Read(c)));
        Assert.Equal(0, spool.SetAside);
    }

    [Theory]
    [InlineData("tmpfs")]
    [InlineData("ext4")]
    public void A_card_that_others_have_filled_to_the_last_byte_still_gives_the_link_its_numbers(string kind)
    {
        Insert(kind);
        using var spool = Open();
        Add(spool, Guid.CreateVersion7(), new Random(1), 0);
        Fill();
        Assert.Equal(Enumerable.Range(1, 200).Select(n => (long)n), Enumerable.Range(0, 200).Select(_ => spool.NextSeq()));
    }

    private Spool Open() => new(card, NullLogger<Spool>.Instance);

    private static string Said(Spool spool) => string.Join('\n', spool.Captures.Select(c => $"{c.Seq} {c.CaptureID} {c.RecordBytes} {c.UnlistedBytes} {string.Join(' ', c.Tiers)}"));

    private static Dictionary<Tier, string> Add(Spool spool, Guid id, Random random, int seed)
    {
        using var adding = spool.Begin(id) ?? throw new InvalidOperationException("already there");
        TierRecord Write(Tier tier, int bytes) => adding.Write(Ids.Media(id, "1"), tier, Some.Bytes(bytes, seed), "image/jpeg");
        TierRecord[] tiers = [Write(Tier.Thumbnail, 3000), Write(Tier.Crop, 15_000), Write(Tier.Frame, random.Next(32_000, 182_000))];
        var record = Some.Record(id, adding.Seq, random.Next(4) == 0 ? Verdict.Keep : Verdict.Send, null);
        adding.Commit(record with { Alarm = random.Next(20) == 0 ? "lynx" : null, Media = [record.Media[0] with { Tiers = tiers }] });
        return tiers.ToDictionary(t => t.Tier, t => t.Sha256);
    }

    /// <summary>Somebody else's file takes what is free.</summary>
    private void Fill()
    {
        using var others = File.Create(Path.Combine(card, "others"), bufferSize: 1);
        try
        {
            while (true) others.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private void Insert(string kind)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "a file system of its own can be mounted by root only");
        if (kind == "tmpfs")
        {
            Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", card), "no tmpfs can be mounted here");
            return;
        }
        var image = Path.Combine(root, "image");
        using (var file = File.Create(image)) file.SetLength(64 << 20);
        Assert.SkipUnless(Run("mkfs.ext4", "-q", "-F", image) && Run("mount", "-o", "loop", image, card), "no ext4 can be made and mounted here");
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    public void Dispose()
    {
        Run("umount", card);
        Directory.Delete(root, recursive: true);
    }
}
