using Lynceus.Contracts;

namespace Lynceus.Edge.Tests;

public sealed class SpoolIndexTests : IDisposable
{
    private readonly string folder = Some.Folder();

    private string Index => Path.Combine(folder, "index");

    private string Place(string name) => Path.Combine(folder, name);

    /// <summary>A capture with a thumbnail, a frame and a video.</summary>
    internal static Guid Add(Spool spool, Verdict verdict = Verdict.Send, string? alarm = null, int frame = 5000, int video = 9000, Guid? captureID = null)
    {
        var id = captureID ?? Guid.CreateVersion7();
        using var adding = spool.Begin(id)!;
        TierRecord[] still = [adding.Write(Ids.Media(id, "1"), Tier.Thumbnail, Some.Bytes(300), "image/jpeg"), adding.Write(Ids.Media(id, "1"), Tier.Frame, Some.Bytes(frame), "image/jpeg")];
        var record = Some.Record(id, adding.Seq, verdict, null);
        var first = record.Media[0] with { Tiers = still };
        var clip = new MediaRecord
        {
            MediaID = Ids.Media(id, "video"), Timestamp = DateTimeOffset.UnixEpoch, FilePath = "video.mp4", FileMediatype = "video/mp4",
            Tiers = [adding.Write(Ids.Media(id, "video"), Tier.Clip, Some.Bytes(video), "video/mp4")],
        };
        adding.Commit(record with { Score = 0.25f, Alarm = alarm, Media = [first, clip] });
        return id;
    }

    private static string Said(Spool spool)
        => string.Join('\n', spool.Captures.Select(c => $"{c.Seq} {c.CaptureID} {c.Verdict} {c.Alarm} {c.Score} {c.AddedMs} {c.RecordStored} {c.RecordBytes} {c.UnlistedBytes} {string.Join(' ', c.Tiers)}"));

    [Fact]
    public void Reopened_it_knows_what_the_cloud_has_and_what_it_asked_for()
    {
        string before;
        using (var spool = Some.Spool(folder))
        {
            Add(spool);
            var second = Add(spool, Verdict.Keep, alarm: "lynx");
            var capture = spool.Captures[1];
            spool.MarkRecord(capture);
            spool.MarkTier(capture, "1", Tier.Thumbnail);
            Assert.True(spool.MarkAsked(second, "video", Tier.Clip));
            before = Said(spool);
            Assert.Equal([new("1", Tier.Thumbnail, 300, Stored: true), new("1", Tier.Frame, 5000), new("video", Tier.Clip, 9000, Asked: true)], capture.Tiers);
        }
        using var again = Some.Spool(folder);
        Assert.Equal(before, Said(again));
        Assert.True(again.Captures[1].Alarm);
    }

    [Fact]
    public void What_is_due_no_more_leaves_the_spool_and_what_the_cloud_does_not_have_stays_on_the_card()
    {
        using var spool = Some.Spool(folder);
        var left = new List<Guid>();
        spool.Left = c => left.Add(c.CaptureID);
        var (whole, half) = (Add(spool), Add(spool));
        foreach (var capture in spool.Captures)
        {
            Assert.True(spool.TryClaim(capture));
            spool.MarkRecord(capture);
            foreach (var tier in capture.Tiers)
            {
                if (tier.Tier != Tier.Clip || capture.CaptureID == whole) spool.MarkTier(capture, tier.N, tier.Tier);
            }
            Assert.True(spool.Done(capture));
        }
        Assert.Equal([whole, half], left);
        Assert.Equal(0, spool.Pending);
        Assert.Empty(Directory.GetDirectories(Place("spool")));
        Assert.EndsWith($"{half:D}", Assert.Single(Directory.GetDirectories(Place("kept"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clip_that_the_cloud_asks_for_brings_its_capture_back_also_after_a_restart()
    {
        Guid id;
        using (var spool = Some.Spool(folder))
        {
            id = Add(spool);
            var capture = await spool.TakeAsync(TestContext.Current.CancellationToken);
            spool.MarkRecord(capture);
            Assert.True(spool.Done(capture));
        }
        using var again = Some.Spool(folder);
        var entered = new List<Guid>();
        again.Entered = c => entered.Add(c.CaptureID);
        Assert.False(again.MarkAsked(id, "2", Tier.Clip));
        Assert.False(again.MarkAsked(Guid.CreateVersion7(), "video", Tier.Clip));
        Assert.True(again.MarkAsked(id, "video", Tier.Clip));
        Assert.Equal([id], entered);
        var back = await again.TakeAsync(TestContext.Current.CancellationToken);
        Assert.False(again.Done(back)); // it is asked for and not stored
        Assert.Equal(9000, again.Read(back)!.Media[1].Tiers[0].Bytes);
        Assert.False(again.TryClaim(back)); // and still in hand
        again.MarkTier(back, "video", Tier.Clip);
        Assert.True(again.Done(back));
        Assert.Single(Directory.GetDirectories(Place("kept")));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("empty")]
    [InlineData("zeros")]
    [InlineData("garbage")]
    [InlineData("half a line")]
    [InlineData("a line without end")]
    [InlineData("a folder")]
    public void An_index_that_is_damaged_is_rebuilt_from_the_files(string damage)
    {
        string before;
        using (var spool = Some.Spool(folder))
        {
            for (var i = 0; i < 5; i++) Add(spool, i == 0 ? Verdict.Keep : Verdict.Send, i == 3 ? "lynx" : null);
            before = Said(spool);
        }
        var bytes = File.ReadAllBytes(Index);
        File.Delete(Index);
        if (damage == "empty") File.WriteAllBytes(Index, []);
        if (damage == "zeros") File.WriteAllBytes(Index, new byte[bytes.Length]);
        if (damage == "garbage") File.WriteAllBytes(Index, Some.Bytes(300_000));
        if (damage == "half a line") File.WriteAllBytes(Index, bytes[..(bytes.Length / 2)]);
        if (damage == "a line without end") File.WriteAllBytes(Index, [.. Enumerable.Repeat((byte)'c', 300_000)]);
        if (damage == "a folder") Directory.CreateDirectory(Index);
        for (var start = 0; start < 2; start++)
        {
            using var again = Some.Spool(folder);
            Assert.Equal(WithoutTime(before), WithoutTime(Said(again)));
        }
        static string WithoutTime(string said) => string.Join('\n', said.Split('\n').Select(l => string.Join(' ', l.Split(' ').Where((_, i) => i != 5))));
    }

    [Fact]
    public void No_byte_of_the_index_that_is_another_makes_it_say_what_is_not_so()
    {
        using (var spool = Some.Spool(folder))
        {
            Add(spool);
            Add(spool);
            spool.MarkRecord(spool.Captures[0]);
            spool.MarkTier(spool.Captures[0], "1", Tier.Thumbnail);
        }
        var bytes = File.ReadAllBytes(Index);
        var (folders, journal) = (new SpoolFolders(folder), bytes.ToArray());
        for (var at = 0; at < bytes.Length; at++)
        {
            for (var bit = 1; bit < 256; bit <<= 3)
            {
                bytes.CopyTo(journal, 0);
                journal[at] ^= (byte)bit;
                File.WriteAllBytes(Index, journal);
                using var reading = new SpoolJournal(folder);
                foreach (var capture in reading.Read(folders).Values)
                {
                    Assert.InRange(capture.Seq, 0, 1);
                    Assert.True(capture.Seq == 0 || (!capture.RecordStored && !capture.Tiers.Any(t => t.Stored)));
                    Assert.Equal([300, 5000, 9000], capture.Tiers.Select(t => t.Bytes));
                }
            }
        }
    }

    [Fact]
    public void Folders_that_it_does_not_know_are_read_and_what_is_not_there_is_gone()
    {
        Guid first, second;
        using (var spool = Some.Spool(folder)) (first, second) = (Add(spool), Add(spool));
        var old = File.ReadAllBytes(Index);
        Guid third;
        using (var spool = Some.Spool(folder)) third = Add(spool);
        File.WriteAllBytes(Index, old);
        Directory.Delete(Directory.GetDirectories(Place("spool")).Single(d => d.EndsWith($"{first:D}", StringComparison.Ordinal)), recursive: true);
        using var again = Some.Spool(folder);
        Assert.Equal([second, third], again.Captures.Select(c => c.CaptureID));
        Assert.Equal(2, again.Pending);
    }

    [Fact]
    public async Task A_capture_whose_damage_is_found_late_is_set_aside_and_blocks_nothing_behind_it()
    {
        var stop = TestContext.Current.CancellationToken;
        Guid[] ids;
        using (var spool = Some.Spool(folder)) ids = [Add(spool), Add(spool), Add(spool), Add(spool), Add(spool)];
        string Of(int i) => Directory.GetDirectories(Place("spool")).Single(d => d.EndsWith($"{ids[i]:D}", StringComparison.Ordinal));
        File.Delete(Path.Combine(Of(0), Spool.RecordName));
        File.WriteAllBytes(Path.Combine(Of(1), "1.frame"), Some.Bytes(3));
        using (var huge = File.OpenWrite(Path.Combine(Of(2), Spool.RecordName))) huge.SetLength(8L << 30);
        File.Copy(Path.Combine(Of(4), Spool.RecordName), Path.Combine(Of(3), Spool.RecordName), overwrite: true);
        using var again = Some.Spool(folder);
        for (var i = 0; i < 4; i++) Assert.Null(again.Read(await again.TakeAsync(stop)));
        Assert.Equal(ids[4], again.Read(await again.TakeAsync(stop))?.CaptureID);
        Assert.Equal(1, again.Pending);
        Assert.Equal(4, Directory.GetDirectories(Place("quarantine")).Length);
    }

    [Fact]
    public void An_index_behind_its_files_is_set_right_by_the_record()
    {
        using (var spool = Some.Spool(folder)) Add(spool);
        var old = File.ReadAllBytes(Index);
        var path = Directory.GetFiles(Place("spool"), Spool.RecordName, SearchOption.AllDirectories).Single();
        Assert.True(Wire.TryRead<CaptureRecord>(File.ReadAllBytes(path), out var record, out _));
        File.WriteAllBytes(path, Wire.Write(record with { Media = [record.Media[0]] })); // its clip was given up, and the index does not say so
        File.Delete(Path.Combine(Path.GetDirectoryName(path)!, "video.clip"));
        File.WriteAllBytes(Index, old);
        using var again = Some.Spool(folder);
        Assert.Equal(3, again.Captures[0].Tiers.Count);
        Assert.Equal(300 + 5000, again.Read(again.Captures[0])!.Media.Sum(m => m.Tiers.Sum(t => t.Bytes)));
        Assert.Equal([Tier.Thumbnail, Tier.Frame], again.Captures[0].Tiers.Select(t => t.Tier));
    }

    [Fact]
    public void A_capture_that_was_done_is_not_made_again()
    {
        using var spool = Some.Spool(folder);
        var id = Add(spool);
        spool.MarkRecord(spool.Captures[0]);
        Assert.True(spool.Done(spool.Captures[0]));
        Assert.Null(spool.Begin(id));
        Assert.Equal(0, spool.Pending);
        Assert.Single(Directory.GetDirectories(Place("kept")));
    }

    [Fact]
    public void What_nobody_wants_any_more_is_due_no_more_and_the_capture_is_done_again()
    {
        using var spool = Some.Spool(folder);
        var id = Add(spool);
        var capture = spool.Captures[0];
        spool.MarkRecord(capture);
        Assert.True(spool.MarkAsked(id, "video", Tier.Clip));
        Assert.False(spool.Done(capture));
        spool.MarkUnasked(id, "video", Tier.Clip);
        spool.MarkUnasked(Guid.CreateVersion7(), "video", Tier.Clip);
        Assert.True(spool.Done(capture));
    }

    [Fact]
    public void The_index_does_not_grow_with_what_is_over()
    {
        using var spool = Some.Spool(folder);
        for (var i = 0; i < 20; i++) Add(spool);
        for (var i = 0; i < 3000; i++)
        {
            spool.MarkAsked(spool.Captures[i % 20].CaptureID, "1", Tier.Frame);
            spool.MarkTier(spool.Captures[i % 20], "1", Tier.Frame);
            spool.MarkRecord(spool.Captures[i % 20]);
            var id = Some.Add(spool, Some.Bytes(10));
            var capture = spool.Captures[^1];
            spool.Forget(capture, Some.Record(id, capture.Seq, Verdict.Send, new TierRecord(Tier.Frame, 10, "", "")));
        }
        Assert.InRange(new FileInfo(Index).Length, 1, (1000 + 42) * 200);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
