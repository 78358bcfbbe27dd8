using Lynceus.Contracts;

namespace Lynceus.Edge.Tests;

public sealed class SpoolSpaceTests : IDisposable
{
    private readonly string folder = Some.Folder();
    private readonly SpoolFolders folders;
    private long seq;

    public SpoolSpaceTests() => folders = new SpoolFolders(folder);

    private SpooledCapture Capture(Verdict verdict = Verdict.Send, bool recordStored = false, bool alarm = false, SpoolPlace place = SpoolPlace.Spool, params SpooledTier[] tiers)
        => new(folders, seq++, Guid.CreateVersion7()) { Verdict = verdict, RecordStored = recordStored, Alarm = alarm, Place = place, RecordBytes = 900, Tiers = tiers };

    private SpooledCapture Full(Verdict verdict = Verdict.Send, bool recordStored = false, bool alarm = false)
        => Capture(verdict, recordStored, alarm, SpoolPlace.Spool, Enum.GetValues<Tier>().Select(t => new SpooledTier(t == Tier.Clip ? "video" : "1", t, 4096)).ToArray());

    private static string[] Order(params SpooledCapture[] captures)
    {
        var said = new List<string>();
        for (var need = 1L; need <= captures.Sum(c => c.Bytes); need += SpoolSpace.Block)
        {
            said.AddRange(SpoolSpace.GiveUp(captures, need).SelectMany(g => g.Losses.Select(l => $"{g.Capture.Seq}{l}")).Except(said).ToList());
        }
        return [.. said];
    }

    [Fact]
    public void Whole_blocks_are_counted()
        => Assert.Equal([0, 4096, 4096, 8192], ((long[])[0, 1, 4096, 4097]).Select(SpoolSpace.Whole));

    [Theory]
    [InlineData(10, 80, 100, 1000, 50, 0)]
    [InlineData(30, 80, 100, 1000, 50, 10)] // more than its share
    [InlineData(10, 80, 100, 55, 50, 5)] // others fill the card
    [InlineData(30, 80, 100, 55, 50, 25)]
    public void Room_is_what_the_hub_may_have_and_what_the_card_has(long coming, long used, long limit, long free, long leave, long excess)
        => Assert.Equal(excess, SpoolSpace.Excess(coming, used, limit, free, leave));

    [Fact]
    public void A_capture_is_given_up_from_its_video_to_its_record()
        => Assert.Equal(["0Clip", "0Original", "0Frame", "0Crop", "0Thumbnail", "0Record"], Order(Full()));

    [Fact]
    public void Videos_of_drops_go_first_then_what_the_cloud_can_do_without_then_what_is_below_the_threshold()
        => Assert.Equal(
            ["3ClipOfDrop", "1ClipStored", "1OriginalStored", "2OriginalDoubtful", "2FrameDoubtful", "0Clip", "2Clip", "0Original", "3Original", "0Frame", "1Frame", "3Frame"],
            Order(Full(), Full(recordStored: true), Full(Verdict.Keep), Full(Verdict.Drop))[..12]);

    [Fact]
    public void What_the_cloud_has_is_no_loss()
        => Assert.Equal("0Stored", Order(Capture(tiers: [new("1", Tier.Frame, 10, Stored: true), new("video", Tier.Clip, 10)]), Full(Verdict.Drop))[0]);

    [Fact]
    public void Within_a_class_the_oldest_goes_first()
        => Assert.Equal(["0Clip", "1Clip", "2Clip"], Order(Full(), Full(), Full())[..3]);

    [Fact]
    public void Pixels_of_an_alarm_go_after_all_others_and_records_last()
        => Assert.Equal(
            ["1Clip", "1Original", "1Frame", "1Crop", "1Thumbnail", "0Clip", "0Original", "0Frame", "0Crop", "0Thumbnail", "1Record", "0Record"],
            Order(Full(alarm: true), Full()));

    [Fact]
    public void A_video_that_the_cloud_asked_for_is_none_that_it_can_do_without()
        => Assert.Equal(["1ClipStored", "0Clip"], Order(
            Capture(recordStored: true, tiers: [new("video", Tier.Clip, 10, Asked: true)]), Capture(recordStored: true, tiers: [new("video", Tier.Clip, 10)])));

    [Fact]
    public void No_more_goes_than_is_needed_but_what_costs_nothing()
    {
        var captures = Enumerable.Range(0, 10).Select(_ => Capture(recordStored: true, tiers: [new("video", Tier.Clip, 4096), new("1", Tier.Frame, 4096)])).ToArray();
        Assert.Single(SpoolSpace.GiveUp(captures, 4096));
        Assert.Equal(3, SpoolSpace.GiveUp(captures, 4096, more: 8192).Count);
        Assert.Equal(11, SpoolSpace.GiveUp(captures, 11 * 4096, more: 8192).Sum(g => g.Tiers.Count));
    }

    [Fact]
    public void A_capture_that_the_cloud_knows_leaves_the_card_with_its_last_picture_and_no_record_is_lost()
    {
        var plan = Assert.Single(SpoolSpace.GiveUp([Capture(recordStored: true, place: SpoolPlace.Kept, tiers: [new("video", Tier.Clip, 4096)])], 1));
        Assert.True(plan.Whole);
        Assert.Equal([SpoolLoss.ClipStored], plan.Losses);
        Assert.False(Assert.Single(SpoolSpace.GiveUp([Capture(recordStored: true, tiers: [new("video", Tier.Clip, 4096)])], 1)).Whole); // in the spool somebody waits to hear of it
    }

    [Fact]
    public void It_frees_what_there_is_and_no_more()
        => Assert.Equal(6, SpoolSpace.GiveUp([Full()], long.MaxValue / 2).Sum(g => g.Losses.Count()));

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
