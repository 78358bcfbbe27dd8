using Lynceus.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lynceus.Edge.Tests;

public sealed class SpoolRoomTests : IDisposable
{
    /// <summary>A capture of <see cref="SpoolIndexTests.Add"/>: folder, record, thumbnail, frame, video.</summary>
    private const int Capture = (1 + 1 + 1 + 25 + 25) * SpoolSpace.Block;
    private const int Pixels = 25 * SpoolSpace.Block;
    private readonly string folder = Some.Folder();

    private Spool Open(int megabytes = 1) => new(folder, NullLogger<Spool>.Instance, options: new SpoolOptions { MaxMegabytes = megabytes, FreeShare = 0 });

    private static Guid Add(Spool spool, Verdict verdict = Verdict.Send, string? alarm = null) => SpoolIndexTests.Add(spool, verdict, alarm, Pixels, Pixels);

    private string[] Folders(string place) => Directory.GetDirectories(Path.Combine(folder, place));

    [Fact]
    public void What_is_used_is_what_lies_there_in_whole_blocks()
    {
        using (var spool = Open())
        {
            Add(spool);
            Assert.Equal(Capture, spool.UsedBytes);
            Assert.Equal(1_000_000, spool.LimitBytes);
            using (var adding = spool.Begin(Guid.CreateVersion7(), 100_000)!) Assert.Equal(Capture + (3 * 4096) + 102_400, spool.UsedBytes);
            Assert.Equal(Capture, spool.UsedBytes);
        }
        File.Delete(Path.Combine(folder, "index"));
        using var again = Open();
        Assert.Equal(Capture, again.UsedBytes);
    }

    [Fact]
    public void A_full_card_gives_up_videos_first_and_their_captures_stay_whole_without_them()
    {
        using (var spool = Open())
        {
            var ids = Enumerable.Range(0, 6).Select(i => Add(spool, alarm: i == 0 ? "lynx" : null)).ToList();
            Assert.InRange(spool.UsedBytes, 1, spool.LimitBytes);
            Assert.Equal(ids, spool.Captures.Select(c => c.CaptureID));
            Assert.Equal(["clip"], spool.GaveUp.Keys);
            var with = spool.Captures.Where(c => c.Tiers.Any(t => t.Tier == Tier.Clip)).Select(c => c.CaptureID).ToList();
            Assert.Equal(spool.GaveUp["clip"], 6 - with.Count);
            Assert.Equal(ids[0], with[0]); // of the others the oldest went
            Assert.All(spool.Captures, c => Assert.Equal(c.Tiers.Select(t => t.Tier), spool.Read(c)!.Media.SelectMany(m => m.Tiers.Select(t => t.Tier))));
            Assert.Equal(with.Count, Directory.GetFiles(Path.Combine(folder, "spool"), "video.clip", SearchOption.AllDirectories).Length);
        }
        using var again = Open();
        Assert.NotEqual(0, again.GaveUp["clip"]);
    }

    [Fact]
    public void Records_are_the_last_to_go_and_are_counted()
    {
        using var spool = Open();
        var added = 0;
        while (!spool.GaveUp.ContainsKey("record") && added < 500)
        {
            Add(spool);
            added++;
        }
        Assert.InRange(spool.UsedBytes, 1, spool.LimitBytes);
        Assert.Equal(added, spool.Pending + spool.GaveUp["record"]);
        Assert.Equal(added - spool.Captures.Count(c => c.Tiers.Any(t => t.Tier == Tier.Thumbnail)), spool.GaveUp["thumbnail"]);
        Assert.Equal(added - spool.Captures.Count(c => c.Tiers.Any(t => t.Tier == Tier.Frame)), spool.GaveUp["frame"]);
        Assert.Empty(Folders("quarantine"));
    }

    [Fact]
    public void What_is_being_sent_is_not_taken_away_and_when_nothing_else_is_left_nothing_is_half_there()
    {
        using var spool = Open();
        for (var i = 0; i < 4; i++)
        {
            Add(spool);
            Assert.True(spool.TryClaim(spool.Captures[^1]));
        }
        var before = Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order().ToList();
        var full = Assert.Throws<IOException>(() => Add(spool));
        Assert.StartsWith("the card is full: ", full.Message, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order());
        Assert.Empty(spool.GaveUp);
        spool.PutBack(spool.Captures[0]);
        Add(spool);
        Assert.Equal(5, spool.Pending);
    }

    [Fact]
    public void What_the_cloud_can_do_without_makes_room_and_its_record_is_no_loss()
    {
        using var spool = Open();
        var left = new List<Guid>();
        spool.Left = c => left.Add(c.CaptureID);
        for (var i = 0; i < 20; i++)
        {
            Add(spool);
            var capture = spool.Captures[0];
            Assert.True(spool.TryClaim(capture));
            spool.MarkRecord(capture);
            spool.MarkTier(capture, "1", Tier.Thumbnail);
            spool.MarkTier(capture, "1", Tier.Frame);
            Assert.True(spool.Done(capture));
        }
        Assert.Equal(20, left.Count);
        Assert.Equal(["clipStored", "stored"], spool.GaveUp.Keys.Order());
        Assert.InRange(Folders("kept").Length, 4, 20);
        Assert.False(spool.MarkAsked(left[0], "video", Tier.Clip));
        Assert.True(spool.MarkAsked(left[^1], "video", Tier.Clip));
    }

    [Fact]
    public void A_damaged_capture_that_is_to_give_something_up_is_set_aside_and_blocks_nothing()
    {
        using var spool = Open();
        for (var i = 0; i < 4; i++) Add(spool);
        File.WriteAllText(spool.Captures[0].RecordPath, "{");
        for (var i = 0; i < 4; i++) Add(spool);
        Assert.Equal((7, 1), (spool.Pending, spool.SetAside));
    }

    [Fact]
    public void A_capture_whose_folder_cannot_be_removed_stays_and_the_others_make_room()
    {
        using var spool = Open();
        var left = new List<SpooledCapture>();
        spool.Left = left.Add;
        while (left.Count == 0) SpoolIndexTests.Add(spool, frame: 1, video: 1);
        var next = new DirectoryInfo(Path.Combine(folder, "spool")).GetDirectories().Min(d => d.Name)!;
        File.WriteAllText(Path.Combine(folder, "going", next), "in its way");
        for (var i = 0; i < 100; i++) SpoolIndexTests.Add(spool, frame: 1, video: 1);
        Assert.Contains(next, Folders("spool").Select(Path.GetFileName));
        Assert.InRange(left.Count, 10, 101);
        Assert.InRange(spool.UsedBytes, 1, spool.LimitBytes);
        File.Delete(Path.Combine(folder, "going", next));
        for (var i = 0; i < 10; i++) SpoolIndexTests.Add(spool, frame: 1, video: 1);
        Assert.DoesNotContain(next, Folders("spool").Select(Path.GetFileName));
    }

    [Fact]
    public void What_is_done_while_the_card_moves_nothing_leaves_the_spool_when_it_does_again()
    {
        using var spool = Open();
        var left = new List<SpooledCapture>();
        spool.Left = left.Add;
        Add(spool);
        var capture = spool.Captures[0];
        Assert.True(spool.TryClaim(capture));
        spool.MarkRecord(capture);
        var kept = Path.Combine(folder, "kept");
        Directory.Delete(kept);
        File.WriteAllText(kept, "in its way");
        Assert.True(spool.Done(capture));
        spool.SettleLate();
        Assert.Equal((SpoolPlace.Spool, 1, 0, 0), (capture.Place, spool.Pending, spool.SetAside, left.Count));
        File.Delete(kept);
        Directory.CreateDirectory(kept);
        spool.SettleLate();
        spool.SettleLate();
        Assert.Equal((SpoolPlace.Kept, 0, 0, 1), (capture.Place, spool.Pending, spool.SetAside, left.Count));
        Assert.Single(Folders("kept"));
    }

    [Fact]
    public void What_is_set_aside_is_bounded_and_the_oldest_goes()
    {
        using var spool = Open(10);
        for (var i = 0; i < 20; i++)
        {
            Add(spool);
            spool.Refuse(spool.Captures[0], "conflict");
        }
        for (var i = 0; i < 20; i++)
        {
            Add(spool);
            spool.Quarantine(spool.Captures[0], "damaged");
        }
        Add(spool);
        Assert.Equal(spool.SetAside, Folders("refused").Length + Folders("quarantine").Length);
        Assert.Equal(40, spool.SetAside + spool.GaveUp["refused"] + spool.GaveUp["quarantine"]);
        Assert.InRange(spool.UsedBytes, Capture, Capture + (2 * spool.LimitBytes / 20));
    }

    [Fact]
    public void A_card_that_does_not_take_the_ballast_stops_no_hub()
    {
        Directory.CreateDirectory(Path.Combine(folder, "ballast"));
        using var spool = Open();
        Add(spool);
        Assert.Equal(1, spool.Pending);
    }

    [Theory]
    [InlineData("the count is written, and nothing else")]
    [InlineData("the shorter record is half written")]
    [InlineData("the shorter record is there, the video too")]
    [InlineData("the video is gone, and the index does not say so")]
    public void Cut_off_while_it_gives_up_it_is_whole(string when)
    {
        using (var spool = Open()) Add(spool);
        var sidecar = Directory.GetFiles(Path.Combine(folder, "spool"), Spool.RecordName, SearchOption.AllDirectories).Single();
        Assert.True(Wire.TryRead<CaptureRecord>(File.ReadAllBytes(sidecar), out var record, out _));
        var shorter = Wire.Write(record with { Media = [record.Media[0], record.Media[1] with { Tiers = [] }] });
        if (when.StartsWith("the count", StringComparison.Ordinal)) new GaveUpCounts(folder).Add(["clip"]);
        else File.WriteAllBytes(when.Contains("half", StringComparison.Ordinal) ? sidecar + ".tmp" : sidecar, when.Contains("half", StringComparison.Ordinal) ? shorter[..50] : shorter);
        if (when.Contains("gone", StringComparison.Ordinal)) File.Delete(Path.Combine(Path.GetDirectoryName(sidecar)!, "video.clip"));
        using var again = Open();
        Assert.NotNull(again.Read(again.Captures[0]));
        for (var i = 0; i < 8; i++) Add(again);
        Assert.Equal(9, again.Pending);
        Assert.InRange(again.UsedBytes, 1, again.LimitBytes);
        Assert.Equal(again.Captures.Sum(c => c.Bytes), again.UsedBytes);
        Assert.Equal(0, again.SetAside);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"clip\":-1}")]
    [InlineData("[]")]
    [InlineData("")]
    public void Counts_that_cannot_be_read_begin_again(string damage)
    {
        File.WriteAllText(Path.Combine(folder, "gave-up.json"), damage);
        var counts = new GaveUpCounts(folder);
        Assert.Empty(counts.Now);
        counts.Add(["clip", "clip"]);
        Assert.Equal(2, new GaveUpCounts(folder).Now["clip"]);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
