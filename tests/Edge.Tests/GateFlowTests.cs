using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge.Tests;

public class GateFlowTests
{
    private static byte[] Photograph(string name) => File.ReadAllBytes(Shared.Data("robustness", name));

    private static Clip Burst(params byte[][] frames) => Some.Clip([.. frames.Select((f, i) => Some.Frame(f, $"{i + 1}"))]);

    private static Task<Decision> DecideAsync(Gate gate, Clip clip) => gate.DecideAsync(clip, TestContext.Current.CancellationToken);

    private static async Task WarmAsync(Gate gate, byte[] ground, int clips = 6)
    {
        for (var i = 0; i < clips; i++) await DecideAsync(gate, Burst(ground, ground));
    }

    private static int Looks(Decision decision) => decision.Frames.Sum(f => f.Stills.Sum(s => s.Glances.Count));

    [Theory]
    [InlineData(640, 480)]
    [InlineData(1, 1)]
    [InlineData(1600, 200)]
    [InlineData(200, 1600)]
    [InlineData(3, 2000)]
    public async Task A_picture_of_one_colour_and_of_any_shape_passes(int width, int height)
    {
        using var gate = Some.Model(new GateOptions { AuditPerDay = 0 });
        var plain = Some.Plain(width, height);
        for (var i = 0; i < 6; i++)
        {
            var decision = await DecideAsync(gate, Burst(plain, Some.Plain(width, height, 40), plain));
            Assert.All(decision.Frames, f => Assert.Null(f.Look.Failure));
            Assert.Equal(Verdict.Drop, decision.Vote.Verdict);
        }
    }

    [Fact]
    public async Task Frames_of_different_shapes_in_one_clip_pass()
    {
        using var gate = Some.Model();
        var decision = await DecideAsync(gate, Burst(Some.Plain(1, 1), Some.Plain(1600, 200), Photograph("african_elephants.jpg"), Some.Plain(64, 64)));
        Assert.Equal((Verdict.Send, 4), (decision.Vote.Verdict, decision.Frames.Count));
    }

    [Fact]
    public async Task A_frame_that_fails_never_loses_the_clip()
    {
        using var gate = Some.Model();
        var decision = await DecideAsync(gate, Burst([], [1, 2, 3], Photograph("african_elephants.jpg"), Photograph("african_elephants_truncated_file.jpg")));
        Assert.Equal(Verdict.Send, decision.Vote.Verdict);
        Assert.Equal([ImageFailure.Empty, ImageFailure.NotAnImage, null, null], decision.Frames.Select(f => f.Look.Failure));
        Assert.Equal("unclassified", (await DecideAsync(gate, Burst([], [1, 2, 3]))).Vote.Reason);
    }

    [Fact]
    public async Task Where_nothing_changed_a_careful_gate_looks_once_and_a_thrifty_one_not_at_all()
    {
        var ground = Photograph("blank.jpg");
        foreach (var (profile, looks, reason) in new[] { (Profile.Careful, 1, "empty"), (Profile.Balanced, 1, "empty"), (Profile.Thrifty, 0, "unchanged") })
        {
            using var gate = Some.Model(new GateOptions { Profile = profile, AuditPerDay = 0, SendThreshold = 0.9f, KeepThreshold = 0.9f });
            await WarmAsync(gate, ground);
            var decision = await DecideAsync(gate, Burst(ground, ground, ground, ground, ground));
            Assert.Equal((looks, reason), (Looks(decision), decision.Vote.Reason));
            Assert.Equal(5 - looks, decision.Frames.Count(f => f.Stills[0].NotLooked == NotLooked.Unchanged));
            Assert.All(decision.Frames, f => Assert.True(f.Stills[0].ChangeKnown));
        }
    }

    [Fact]
    public async Task A_drop_that_the_audit_draws_is_looked_at_in_all_its_frames_and_stays_a_drop()
    {
        var ground = Photograph("blank.jpg");
        using var gate = Some.Model(new GateOptions { Profile = Profile.Thrifty, AuditPerDay = 1000, SendThreshold = 0.9f, KeepThreshold = 0.9f });
        await WarmAsync(gate, ground);
        var decision = await DecideAsync(gate, Burst(ground, ground, ground));
        Assert.Equal((Verdict.Drop, AuditStratum.Unchanged, 3), (decision.Vote.Verdict, decision.Audit!.Stratum, Looks(decision)));
    }

    [Fact]
    public async Task A_sure_frame_ends_the_work_and_the_others_are_only_checked_for_people()
    {
        using var gate = Some.Model();
        var (elephants, ground) = (Photograph("african_elephants.jpg"), Photograph("blank.jpg"));
        var decision = await DecideAsync(gate, Burst(ground, elephants, ground));
        Assert.Equal(Rule.OneSighting, decision.Vote.Rule);
        Assert.Equal([1, 1, 1], decision.Frames.Select(f => f.Stills[0].Glances.Count));
    }

    [Fact]
    public async Task A_small_animal_is_found_by_a_closer_look_at_what_changed()
    {
        using var gate = Some.Model();
        var (ground, bear) = (Photograph("blank.jpg"), Photograph("american_black_bear.jpg"));
        using var detector = new Detector(Some.Nano(), new DetectorOptions());
        var from = detector.Detect(bear).Detections[0].Bbox;
        var place = new Box(0.6f, 0.6f, 0.018f, 0.024f);
        var (far, empty) = (Some.Composed(ground, 2560, 1920, bear, from, place), Some.Composed(ground, 2560, 1920));
        var decision = await DecideAsync(gate, Burst(empty, far, empty));
        var still = decision.Frames[1].Stills[0];
        Assert.Contains(still.Glances, g => g.Crop is { } crop && crop.W < 0.4f);
        var whole = still.Glances[0].Detections.Where(d => d.Bbox.IoU(place) > 0.3f).Select(d => d.Conf).DefaultIfEmpty().Max();
        Assert.True(decision.Frames[1].Look.Detections.Where(d => d.Bbox.IoU(place) > 0.3f).Select(d => d.Conf).DefaultIfEmpty().Max() > whole);
        Assert.Equal(Verdict.Send, decision.Vote.Verdict);
    }

    [Fact]
    public async Task A_camera_has_its_own_thresholds_and_they_stand_in_its_version()
    {
        var options = new GateOptions();
        options.Cameras["ridge"] = new CameraGateOptions { SendThreshold = 1, KeepThreshold = 0.001f };
        using var gate = Some.Model(options);
        var clip = Burst(Photograph("african_elephants.jpg"));
        Assert.Equal("doubtful", (await DecideAsync(gate, clip)).Vote.Reason);
        Assert.Equal("animal", (await DecideAsync(gate, clip with { CameraID = "valley" })).Vote.Reason);
        Assert.Equal(("careful: send 1, keep 0.001", "careful: send 0.1, keep 0.05"), (gate.VersionFor("ridge").Profile, gate.VersionFor("valley").Profile));
    }

    [Fact]
    public async Task The_same_card_gives_the_same_decisions_again()
    {
        var (ground, elephants) = (Photograph("blank.jpg"), Photograph("african_elephants.jpg"));
        var clips = new[] { Burst(ground), Burst(ground, ground), Burst(ground, ground, ground), Burst(ground, elephants), Burst(ground) };
        async Task<List<string>> ReadAsync()
        {
            using var gate = Some.Model();
            var said = new List<string>();
            foreach (var clip in clips)
            {
                var d = await DecideAsync(gate, clip);
                said.Add($"{d.Vote} {d.Audit} {Looks(d)} {string.Join(';', d.Frames.SelectMany(f => f.Stills).Select(s => $"{s.ChangedShare} {s.Contribution}"))}");
            }
            return said;
        }
        Assert.Equal(await ReadAsync(), await ReadAsync());
    }

    [Fact]
    public async Task The_whole_gate_allocates_less_than_four_kilobytes_a_frame()
    {
        using var gate = Some.Model(new GateOptions { AuditPerDay = 0, Threads = 1 });
        var ground = Photograph("blank.jpg");
        await WarmAsync(gate, ground, 8);
        var clip = Burst(ground, ground, ground, ground, ground);
        for (var i = 0; i < 2; i++) await DecideAsync(gate, clip);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 5; i++) await DecideAsync(gate, clip); // pictures in memory: it never leaves this thread
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 25, 0, 4095);
    }

    [Fact]
    public async Task A_still_thing_that_fires_for_days_is_set_aside_and_told()
    {
        // The bear stands in every picture, as a stump would.
        using var gate = Some.Model(new GateOptions { AuditPerDay = 0 });
        var photograph = Photograph("american_black_bear.jpg");
        using var detector = new Detector(Some.Nano(), new DetectorOptions());
        var bear = Some.Composed(Photograph("blank.jpg"), 1280, 960, photograph, detector.Detect(photograph).Detections[0].Bbox, new Box(0.3f, 0.3f, 0.25f, 0.25f));
        Decision? last = null;
        for (var i = 0; i < 16; i++) last = await DecideAsync(gate, Some.Clip(Some.Frame(bear) with { Time = DateTimeOffset.UnixEpoch.AddHours(4 * i) }));
        Assert.Equal(("falseFriend", Rule.OnlyFalseFriends), (last!.Vote.Reason, last.Vote.Rule));
        Assert.NotEmpty(last.Frames[0].Ignored);
        Assert.NotEmpty(last.Frames[0].Look.Detections);
    }
}
