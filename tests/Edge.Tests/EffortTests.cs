using Lynceus.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Edge.Tests;

public sealed class EffortTests : IDisposable
{
    private readonly string folder = Some.Folder();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2024, 5, 1, 12, 30, 0, TimeSpan.Zero));

    private void Drop(EffortCounts effort, string trigger = "pir")
        => effort.Count("hub", null, Some.Clip(Some.Frame([1]) with { Time = time.GetUtcNow() }) with { Trigger = trigger }, Some.Decision(Verdict.Drop), "e1", Some.Gate);

    [Fact]
    public void A_live_count_outlives_the_process()
    {
        using (var effort = Some.Effort(folder, time))
        {
            Drop(effort);
            effort.CountSuppressed("hub", null, "ridge", "e1", Some.Gate, 4);
        }
        using var again = Some.Effort(folder, time);
        Drop(again);
        var report = Assert.Single(again.Pending);
        Assert.Equal((2, 2, 4, 6), (report.Triggers, report.Drops["empty"], report.Suppressed, report.Revision));
    }

    [Fact]
    public void A_capture_that_was_counted_before_a_cut_and_is_looked_at_again_counts_once_also_when_others_come_between()
    {
        var clip = Some.Clip(Some.Frame([1]) with { Time = time.GetUtcNow() });
        using (var effort = Some.Effort(folder, time))
        {
            effort.Count("hub", null, clip, Some.Decision(Verdict.Drop), "e1", Some.Gate);
            Assert.Null(effort.Pending[0].LastCaptureID); // nobody else needs it
        }
        using var again = Some.Effort(folder, time);
        Drop(again);
        again.Count("hub", null, clip, Some.Decision(Verdict.Drop), "e1", Some.Gate);
        Assert.Equal(2, again.Pending[0].Triggers);
    }

    [Fact]
    public void What_is_acknowledged_is_not_reported_again_and_goes_on_counting()
    {
        using (var effort = Some.Effort(folder, time))
        {
            Drop(effort);
            effort.Acknowledge(effort.Pending[0].EffortID, 1);
            Assert.Equal(0, effort.Waiting);
        }
        using var again = Some.Effort(folder, time);
        Assert.Equal(0, again.Waiting);
        Drop(again);
        Assert.Equal(2, again.Pending[0].Triggers);
    }

    [Fact]
    public void An_acknowledgement_of_an_older_count_leaves_the_newer_one_to_be_reported()
    {
        using var effort = Some.Effort(folder, time);
        Drop(effort);
        Drop(effort);
        effort.Acknowledge(effort.Pending[0].EffortID, 1);
        Assert.Equal(1, effort.Waiting);
    }

    [Fact]
    public void A_card_that_is_read_again_reports_the_same_counts_under_the_same_id()
    {
        EffortRecord Read(string hub)
        {
            using var effort = Some.Effort(Path.Combine(folder, hub), time);
            Drop(effort, "card");
            Assert.Empty(effort.Pending);
            effort.Flush();
            return effort.Pending.Single();
        }
        var (first, second) = (Read("a"), Read("b"));
        Assert.Equal((first.EffortID, first.Revision, 1), (second.EffortID, second.Revision, second.Triggers));
    }

    [Fact]
    public void Each_hour_counts_by_itself()
    {
        using var effort = Some.Effort(folder, time);
        Drop(effort);
        time.Advance(TimeSpan.FromHours(1));
        Drop(effort);
        Assert.Equal([12, 13], effort.Pending.Select(p => p.Hour.Hour).Order());
    }

    [Fact]
    public void A_damaged_count_is_set_aside_and_the_others_go_on()
    {
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "effort")).FullName, "x.json"), "{");
        using var effort = Some.Effort(folder, time);
        Drop(effort);
        Assert.Single(effort.Pending);
        Assert.True(File.Exists(Path.Combine(folder, "effort", "x.json.damaged")));
    }

    [Fact]
    public void Waits_between_tries_double_up_to_the_limit_and_never_are_alike_for_a_fleet()
    {
        var backoff = new Backoff(new Random(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(300));
        var waits = Enumerable.Range(0, 20).Select(_ => backoff.Next().TotalSeconds).ToList();
        for (var i = 0; i < waits.Count; i++) Assert.InRange(waits[i], Math.Min(300, Math.Pow(2, i)) / 2, Math.Min(300, Math.Pow(2, i)));
        Assert.NotEqual(waits[^1], waits[^2]);
        backoff.Succeeded();
        Assert.InRange(backoff.Next().TotalSeconds, 0.5, 1);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
