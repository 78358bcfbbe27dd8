using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge.Tests;

public class GateTests
{
    private static Vote Vote(params Look[] looks)
        => GateDecision.Vote([.. looks.Select((l, i) => new Seen(i, 0, l.Detections, [], l.Failure is null ? null : NotLooked.Failed, l.Truncated))], Some.Thresholds).Vote;

    [Fact]
    public void An_animal_at_the_send_threshold_is_sent() => Assert.Equal(new Vote(Verdict.Send, "animal", 0.1f, Rule.OneSighting), Vote(Some.Look(Some.Seen(ObservationType.Animal, 0.1f))));

    [Fact]
    public void One_frame_of_many_is_enough() => Assert.Equal(Verdict.Send, Vote(Some.Look(), Some.Look(Some.Seen(ObservationType.Animal, 0.5f)), Some.Look()).Verdict);

    [Fact]
    public void A_sure_person_is_kept_and_not_sent() => Assert.Equal(new Vote(Verdict.Keep, "person", 0.8f, Rule.SurePerson), Vote(Some.Look(Some.Seen(ObservationType.Human, 0.8f))));

    [Fact]
    public void A_sure_vehicle_is_kept_and_not_sent() => Assert.Equal(new Vote(Verdict.Keep, "vehicle", 0.8f, Rule.SureVehicle), Vote(Some.Look(Some.Seen(ObservationType.Vehicle, 0.8f))));

    [Fact]
    public void What_the_model_takes_for_a_person_without_being_sure_may_be_an_animal_and_is_sent()
        => Assert.Equal(new Vote(Verdict.Send, "animal", 0.2f, Rule.OneSighting), Vote(Some.Look(Some.Seen(ObservationType.Human, 0.2f))));

    [Fact]
    public void An_animal_beside_a_person_is_an_animal()
        => Assert.Equal("animal", Vote(Some.Look(Some.Seen(ObservationType.Human, 0.8f), Some.Seen(ObservationType.Animal, 0.6f, new Box(0, 0, 0.2f, 0.2f)))).Reason);

    [Fact]
    public void What_a_person_carries_is_no_animal()
        => Assert.Equal("person", Vote(Some.Look(Some.Seen(ObservationType.Human, 0.8f), Some.Seen(ObservationType.Animal, 0.6f, new Box(0.45f, 0.45f, 0.1f, 0.1f)))).Reason);

    [Fact]
    public void A_doubtful_thing_beside_a_sure_person_makes_no_animal()
        => Assert.Equal("person", Vote(Some.Look(Some.Seen(ObservationType.Human, 0.8f), Some.Seen(ObservationType.Animal, 0.2f, new Box(0, 0, 0.1f, 0.1f)))).Reason);

    [Fact]
    public void An_animal_in_another_frame_than_the_person_is_an_animal()
        => Assert.Equal("animal", Vote(Some.Look(Some.Seen(ObservationType.Human, 0.8f)), Some.Look(Some.Seen(ObservationType.Animal, 0.2f))).Reason);

    [Fact]
    public void Between_the_thresholds_it_is_kept() => Assert.Equal(new Vote(Verdict.Keep, "doubtful", 0.07f, Rule.BetweenThresholds), Vote(Some.Look(Some.Seen(ObservationType.Animal, 0.07f))));

    [Fact]
    public void Nothing_is_dropped() => Assert.Equal(new Vote(Verdict.Drop, "empty", 0, Rule.NothingSeen), Vote(Some.Look()));

    [Fact]
    public void What_could_not_be_looked_at_is_kept_unclassified_and_never_dropped()
    {
        Assert.Equal(new Vote(Verdict.Keep, "unclassified", null, Rule.NotLookedAt), Vote(new Look { Failure = ImageFailure.Corrupt }));
        Assert.Equal("unclassified", Vote(Some.Look(), new Look { Failure = ImageFailure.Empty }).Reason);
        Assert.Equal("unclassified", Vote(new Look { Truncated = true, Width = 1, Height = 1 }).Reason);
    }

    [Fact]
    public void A_broken_frame_does_not_hide_the_animal_in_another()
        => Assert.Equal(Verdict.Send, Vote(new Look { Failure = ImageFailure.Corrupt }, Some.Look(Some.Seen(ObservationType.Animal, 0.5f))).Verdict);

    [Fact]
    public void Weak_sightings_of_one_moving_thing_make_an_animal_together()
    {
        Seen At(int frame, float x) => new(frame, 0, [Some.Seen(ObservationType.Animal, 0.08f, new Box(x, 0.4f, 0.1f, 0.1f))], []);
        var (vote, why) = GateDecision.Vote([At(0, 0.3f), At(1, 0.38f), At(2, 0.46f), At(3, 0.54f)], Some.Thresholds);
        Assert.Equal((Verdict.Send, Rule.SightingsAddUp), (vote.Verdict, vote.Rule));
        Assert.Equal([0, 1, 2, 3], why.Tracks[0].Sightings.Select(s => s.Frame));
    }

    [Fact]
    public void What_nobody_looked_at_since_nothing_changed_is_dropped_as_unchanged_and_not_as_empty()
        => Assert.Equal(new Vote(Verdict.Drop, "unchanged", null, Rule.NothingChanged), GateDecision.Vote([new Seen(0, 0, [], [], NotLooked.Unchanged)], Some.Thresholds).Vote);

    [Fact]
    public void What_was_set_aside_as_a_false_friend_is_dropped_as_such()
        => Assert.Equal(new Vote(Verdict.Drop, "falseFriend", 0, Rule.OnlyFalseFriends), GateDecision.Vote([new Seen(0, 0, [], [])], Some.Thresholds, ignored: 0.3f).Vote);

    [Fact]
    public void A_frame_that_failed_beside_unchanged_ones_is_not_dropped()
        => Assert.Equal("unclassified", GateDecision.Vote([new Seen(0, 0, [], [], NotLooked.Unchanged), new Seen(1, 0, [], [], NotLooked.Failed)], Some.Thresholds).Vote.Reason);

    [Theory]
    [InlineData(1, "0")]
    [InlineData(3, "1 2 0")]
    [InlineData(6, "2 3 1 4 0 5")]
    public void Frames_are_looked_at_from_the_centre_outward(int count, string order) => Assert.Equal(order, string.Join(' ', LookOrder.Of(new float?[count])));

    [Fact]
    public void Those_with_the_most_change_come_first_and_those_of_which_nothing_is_known_before_them()
        => Assert.Equal([3, 4, 0, 2, 1], LookOrder.Of([0.1f, 0, 0, null, 0.3f]));

    [Fact]
    public async Task An_empty_clip_is_counted_and_leaves_no_picture()
    {
        var data = Some.Folder();
        using (var gate = Some.Model(new GateOptions { AuditPerDay = 0 }))
        using (var spool = Some.Spool(data))
        using (var effort = Some.Effort(data))
        {
            await new Intake(gate, spool, effort, Some.Identity()).TakeAsync(Some.Clip(Some.Frame(Some.Jpeg())), TestContext.Current.CancellationToken);
            Assert.Equal(0, spool.Pending);
            Assert.Equal((1, 1, 1), (effort.Pending[0].Triggers, effort.Pending[0].Dropped, effort.Pending[0].Drops["empty"]));
        }
        Assert.Empty(Directory.GetFiles(Path.Combine(data, "spool"), "*", SearchOption.AllDirectories));
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task An_audited_drop_is_sent_with_its_probability_and_stays_a_drop()
    {
        var data = Some.Folder();
        using (var gate = Some.Model(new GateOptions { AuditPerDay = 1000 }))
        using (var spool = Some.Spool(data))
        using (var effort = Some.Effort(data))
        {
            await new Intake(gate, spool, effort, Some.Identity()).TakeAsync(Some.Clip(Some.Frame(Some.Jpeg())), TestContext.Current.CancellationToken);
            var capture = await spool.TakeAsync(TestContext.Current.CancellationToken);
            Assert.True(Wire.TryRead<CaptureRecord>(await File.ReadAllBytesAsync(capture.RecordPath, TestContext.Current.CancellationToken), out var record, out _));
            Assert.Equal((Verdict.Drop, 1f, "nothing", "nothingSeen"), (record.Verdict, record.AuditProbability, record.AuditStratum, record.Rule));
            Assert.StartsWith("careful: send 0.1", record.Gate.Profile, StringComparison.Ordinal);
            Assert.Single(record.Media[0].Tiers);
            Assert.Equal(1, effort.Pending[0].Audited);
        }
        Directory.Delete(data, recursive: true);
    }
}
