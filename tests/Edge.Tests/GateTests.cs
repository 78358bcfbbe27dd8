using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge.Tests;

public class GateTests
{
    private static Vote Vote(params Look[] looks) => GateDecision.Vote(looks, Some.Thresholds);

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
    public void Everyone_who_may_be_a_person_is_blurred_but_not_an_animal_that_looks_a_little_like_one()
    {
        var here = new Box(0.4f, 0.4f, 0.2f, 0.2f);
        Assert.Single(GateDecision.People([Some.Seen(ObservationType.Human, 0.2f, here)], Some.Thresholds));
        Assert.Empty(GateDecision.People([Some.Seen(ObservationType.Human, 0.19f, here)], Some.Thresholds));
        Assert.Empty(GateDecision.People([Some.Seen(ObservationType.Human, 0.2f, here), Some.Seen(ObservationType.Animal, 0.6f, here)], Some.Thresholds));
        Assert.Single(GateDecision.People([Some.Seen(ObservationType.Human, 0.4f, here), Some.Seen(ObservationType.Animal, 0.6f, here)], Some.Thresholds));
    }

    [Theory]
    [InlineData(1, "0")]
    [InlineData(3, "1 2 0")]
    [InlineData(6, "2 3 1 4 0 5")]
    public void Frames_are_looked_at_from_the_centre_outward(int count, string order) => Assert.Equal(order, string.Join(' ', Gate.CentreOutward(count)));

    [Fact]
    public void The_audit_draws_its_share_with_a_known_probability_and_always_the_same()
    {
        var options = new GateOptions();
        var ids = Enumerable.Range(0, 20_000).Select(i => new Guid(i, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0])).ToList();
        var drawn = ids.Select(id => Audit.Draw(id, 0, Some.Thresholds, options)).ToList();
        Assert.Equal(drawn, ids.Select(id => Audit.Draw(id, 0, Some.Thresholds, options)));
        Assert.All(drawn, p => Assert.True(p is null or 0.02f));
        Assert.InRange(drawn.Count(p => p is not null), 320, 480); // 400 ± 4 standard deviations
        Assert.InRange(ids.Count(id => Audit.Draw(id, 0.04f, Some.Thresholds, options) == 0.1f), 1830, 2170);
        Assert.All(ids, id => Assert.Null(Audit.Draw(id, 0, Some.Thresholds, new GateOptions { AuditShare = 0 })));
    }

    [Fact]
    public async Task Of_a_person_no_unblurred_pixel_is_written_anywhere()
    {
        var (data, photograph) = (Some.Folder(), await File.ReadAllBytesAsync(Shared.Data("robustness", "human.jpg"), TestContext.Current.CancellationToken));
        using (var gate = Some.Model())
        using (var spool = Some.Spool(data))
        using (var effort = Some.Effort(data))
        {
            var intake = new Intake(gate, spool, effort, Some.Identity());
            var decision = await intake.TakeAsync(Some.Clip(Some.Frame(photograph)), TestContext.Current.CancellationToken);
            Assert.Equal(("person", Verdict.Keep), (decision.Vote.Reason, decision.Vote.Verdict));
            var kept = Assert.Single(Directory.GetFiles(data, "*.kept.jpg", SearchOption.AllDirectories));
            using var detector = new Detector(ModelCatalog.Load([Path.GetDirectoryName(Shared.Model("yolox_nano_416_apache2.onnx"))!]).Open("yolox-nano-coco"), new DetectorOptions());
            Assert.DoesNotContain(detector.Detect(await File.ReadAllBytesAsync(kept, TestContext.Current.CancellationToken)).Detections, d => d.ObservationType == ObservationType.Human && d.Conf >= 0.3f);
        }
        // No stretch of the photograph's own data stands in any file.
        var middle = photograph.AsMemory(photograph.Length / 2, 64);
        Assert.All(Directory.GetFiles(data, "*", SearchOption.AllDirectories), f => Assert.Equal(-1, File.ReadAllBytes(f).AsSpan().IndexOf(middle.Span)));
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task An_empty_clip_is_counted_and_leaves_no_picture()
    {
        var data = Some.Folder();
        using (var gate = Some.Model(new GateOptions { AuditShare = 0, AuditShareDoubtful = 0 }))
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
        using (var gate = Some.Model(new GateOptions { AuditShare = 1, AuditShareDoubtful = 1 }))
        using (var spool = Some.Spool(data))
        using (var effort = Some.Effort(data))
        {
            await new Intake(gate, spool, effort, Some.Identity()).TakeAsync(Some.Clip(Some.Frame(Some.Jpeg())), TestContext.Current.CancellationToken);
            var capture = await spool.TakeAsync(TestContext.Current.CancellationToken);
            Assert.True(Wire.TryRead<CaptureRecord>(await File.ReadAllBytesAsync(capture.RecordPath, TestContext.Current.CancellationToken), out var record, out _));
            Assert.Equal((Verdict.Drop, 1f), (record.Verdict, record.AuditProbability));
            Assert.Single(record.Media[0].Tiers);
            Assert.Equal(1, effort.Pending[0].Audited);
        }
        Directory.Delete(data, recursive: true);
    }
}
