using System.Collections.Concurrent;
using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class JobTests
{
    private readonly FakeTimeProvider clock = new(Some.Noon);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_media_have_one_result_each_though_their_workers_are_killed_again_and_again()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var work = new Work(cloud, clock);
        var media = await work.MediaAsync(1000);
        var job = await work.JobAsync(media);
        var (killed, never) = (0, new TaskCompletionSource<(Seen, double)>());
        await Task.WhenAll(Enumerable.Range(1, 4).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            while (work.Now(job).State != JobState.Done)
            {
                var (left, died) = (random.Next(1, 150), new TaskCompletionSource());
                using var worker = work.Worker((frame, _) =>
                {
                    if (Interlocked.Decrement(ref left) > 0) return Work.Sees();
                    died.TrySetResult();
                    return never.Task; // it never comes back, and gives nothing back
                });
                Task<bool> turn;
                do
                {
                    turn = worker.TurnAsync(Stop);
                    await Task.WhenAny(turn, died.Task).WaitAsync(TimeSpan.FromSeconds(60), Stop);
                }
                while (turn.IsCompleted && await turn);
                if (!turn.IsCompleted) Interlocked.Increment(ref killed);
                else clock.Advance(TimeSpan.FromSeconds(20)); // nothing to do but to wait for the leases of the dead
            }
        }, Stop)));
        Assert.InRange(killed, 5, 1000);
        using var db = cloud.Rows();
        Assert.Equal((1000, 0, 0), (work.Now(job).Done, work.Now(job).Failed, work.Now(job).SetAside));
        Assert.Equal(1000, db.Runs.Count(r => r.Source == LookedBy.Cloud));
        Assert.Equal(1000, db.Runs.Where(r => r.Source == LookedBy.Cloud).Select(r => r.MediaRowId).Distinct().Count());
        Assert.Equal(1000, db.JobItems.Count(i => i.State == ItemState.Done));
    }

    [Fact]
    public async Task Two_workers_never_have_the_same_item()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var work = new Work(cloud, clock);
        var job = await work.JobAsync(await work.MediaAsync(300));
        var seen = new ConcurrentBag<long>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            using var worker = work.Worker((frame, _) =>
            {
                seen.Add(frame.MediaRowId);
                return Work.Sees();
            });
            while (await worker.TurnAsync(Stop))
            {
            }
        }, Stop)));
        Assert.Equal((300, 300), (seen.Count, seen.Distinct().Count()));
        Assert.Equal(JobState.Done, work.Now(job).State);
    }

    [Fact]
    public async Task Looked_and_empty_could_not_look_and_set_aside_are_three_things()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var work = new Work(cloud, clock);
        var media = await work.MediaAsync(3);
        var job = await work.JobAsync(media);
        using var worker = work.Worker((frame, _) => media.IndexOf(frame.MediaRowId) switch
        {
            0 => Work.Sees(),
            1 => Task.FromResult((new Seen(new Look { Failure = ImageFailure.Corrupt, Detail = "half of it" }), 1d)),
            _ => throw new InvalidOperationException("the model fell over"),
        });
        for (var turn = 0; turn < 40; turn++)
        {
            while (await worker.TurnAsync(Stop))
            {
            }
            if (work.Now(job).State == JobState.Done) break;
            clock.Advance(TimeSpan.FromSeconds(10));
        }
        var now = work.Now(job);
        Assert.Equal((JobState.Done, 1, 1, 1), (now.State, now.Done, now.Failed, now.SetAside));
        using var db = cloud.Rows();
        var items = db.JobItems.OrderBy(i => i.MediaRowId).ToList();
        Assert.Equal([ItemState.Done, ItemState.Failed, ItemState.SetAside], items.Select(i => i.State));
        Assert.Equal((5, "the model fell over"), (items[2].Attempts, items[2].Reason));
        var runs = db.Runs.Where(r => r.Source == LookedBy.Cloud).OrderBy(r => r.MediaRowId).ToList();
        Assert.Equal([RunStatus.Done, RunStatus.Failed, RunStatus.Failed], runs.Select(r => r.Status));
        Assert.Contains("set aside after 5 attempts: the model fell over", runs[2].Reason, StringComparison.Ordinal);
        Assert.Equal([ObservationType.Blank, ObservationType.Unclassified, ObservationType.Unclassified],
            db.Observations.Where(o => o.Source == LookedBy.Cloud).OrderBy(o => o.MediaRowId).Select(o => o.ObservationType).ToList());
    }

    [Fact]
    public async Task What_somebody_waits_for_overtakes_a_batch_and_projects_take_turns()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var work = new Work(cloud, clock);
        var (large, small, online) = (await work.MediaAsync(60), await work.MediaAsync(8), await work.MediaAsync(1));
        await work.JobAsync(large, "large");
        await work.JobAsync(small, "small");
        var order = new List<string>();
        using var worker = work.Worker(async (frame, _) =>
        {
            order.Add(large.Contains(frame.MediaRowId) ? "large" : small.Contains(frame.MediaRowId) ? "small" : "online");
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, Stop); // so that a few are a claim
            return await Work.Sees();
        });
        for (var turn = 0; turn < 4; turn++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.True(await worker.TurnAsync(Stop));
            if (turn == 1) await work.JobAsync(online, "late", Lane.Online);
        }
        Assert.Equal(["large", "small", "online", "large"], order.Where((name, i) => i == 0 || order[i - 1] != name));
    }

    [Fact]
    public async Task A_job_that_is_paused_begins_nothing_more_and_one_that_is_cancelled_never_goes_on()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var work = new Work(cloud, clock);
        var job = await work.JobAsync(await work.MediaAsync(20));
        using var worker = work.Worker((_, _) => Work.Sees());
        Assert.True(await worker.TurnAsync(Stop));
        await WishAsync(cloud, job, JobWish.Pause);
        Assert.False(await worker.TurnAsync(Stop));
        var paused = work.Now(job);
        Assert.Equal((JobState.Paused, 4), (paused.State, paused.Done));
        await WishAsync(cloud, job, JobWish.Resume);
        await WishAsync(cloud, job, JobWish.Cancel);
        Assert.False(await worker.TurnAsync(Stop));
        Assert.Equal("It was cancelled; ask for a new one.", (await WishAsync(cloud, job, JobWish.Resume)).Conflict);
        Assert.Equal((JobState.Cancelled, 4), (work.Now(job).State, work.Now(job).Done));
    }

    [Fact]
    public async Task A_worker_that_is_told_to_stop_gives_back_what_it_has_not_begun()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var work = new Work(cloud, clock);
        await work.JobAsync(await work.MediaAsync(4));
        using var stop = new CancellationTokenSource();
        using var worker = work.Worker((_, cancel) =>
        {
            stop.Cancel();
            cancel.ThrowIfCancellationRequested();
            return Work.Sees();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => worker.TurnAsync(stop.Token));
        await Some.UntilAsync("given back", () =>
        {
            using var db = cloud.Rows();
            return Task.FromResult(db.JobItems.Count(i => i.State == ItemState.Waiting && i.Attempts == 0 && i.ClaimedBy == null) == 4);
        });
    }

    [Fact]
    public async Task What_breaks_off_together_is_looked_at_alone_and_only_what_breaks_off_again_has_tried()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var work = new Work(cloud, clock);
        var media = await work.MediaAsync(4);
        var job = await work.JobAsync(media);
        var looks = new List<int>();
        using var worker = work.Together(async (frames, _) =>
        {
            looks.Add(frames.Count);
            if (frames.Any(f => f.MediaRowId == media[2])) throw new InvalidOperationException("the model fell over");
            return [.. await Task.WhenAll(frames.Select(_ => Work.Sees()))];
        });
        Assert.True(await worker.TurnAsync(Stop));
        Assert.Equal([4, 1, 1, 1, 1], looks);
        using var db = cloud.Rows();
        await Some.UntilAsync("ended", () => Task.FromResult(work.Now(job).Done == 3));
        var open = db.JobItems.Single(i => i.State == ItemState.Waiting);
        Assert.Equal((media[2], 1, "the model fell over"), (open.MediaRowId, open.Attempts, open.Reason));
    }

    [Fact]
    public async Task What_another_has_looked_at_since_the_job_was_made_is_not_looked_at_again()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var work = new Work(cloud, clock);
        var media = await work.MediaAsync(3);
        var (first, second) = (await work.JobAsync(media), await work.JobAsync(media));
        var looked = 0;
        using var worker = work.Worker((_, _) =>
        {
            looked++;
            return Work.Sees();
        });
        while (await worker.TurnAsync(Stop))
        {
        }
        Assert.Equal((3, 3, 3), (looked, work.Now(first).Done, work.Now(second).Done));
        using var db = cloud.Rows();
        Assert.Equal(3, db.Runs.Count(r => r.Source == LookedBy.Cloud));
    }

    [Fact]
    public async Task While_the_objects_are_away_a_job_waits_and_says_so_and_nothing_of_it_has_tried_or_failed()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var work = new Work(cloud, clock);
        var job = await work.JobAsync(await work.MediaAsync(4));
        var (objects, aside) = (Path.Combine(cloud.Data, "objects"), Path.Combine(cloud.Data, "objects-aside"));
        using var worker = work.Together(async (frames, _) =>
        {
            if (!Directory.Exists(objects)) throw new FileNotFoundException("the look met it");
            if (!Directory.Exists(aside)) return [.. await Task.WhenAll(frames.Select(_ => Work.Sees()))];
            throw new InvalidOperationException("it was looked at though an empty folder stands where a disk should be");
        });
        using var during = work.Together((_, _) =>
        {
            Directory.Move(objects, aside);
            throw new FileNotFoundException("the look met it");
        });
        Assert.False(await during.TurnAsync(Stop));
        await OpenAsync();
        Assert.False(await worker.TurnAsync(Stop));
        Directory.CreateDirectory(objects); // as where a disk is not mounted
        Assert.False(await worker.TurnAsync(Stop));
        Assert.Contains("may not be mounted", work.Now(job).Reason, StringComparison.Ordinal);
        await OpenAsync();
        Directory.Delete(objects);
        Directory.Move(aside, objects);
        Assert.True(await worker.TurnAsync(Stop));
        Assert.Equal((JobState.Done, 4, 0, null), (work.Now(job).State, work.Now(job).Done, work.Now(job).Failed, work.Now(job).Reason));

        Task OpenAsync() => Some.UntilAsync("given back", () =>
        {
            using var db = cloud.Rows();
            Assert.StartsWith("waits: the object store is away", work.Now(job).Reason, StringComparison.Ordinal);
            return Task.FromResult(db.JobItems.Count(i => i.State == ItemState.Waiting && i.Attempts == 0 && i.Reason!.Contains("the object store is away")) == 4);
        });
    }

    [Fact]
    public async Task What_failed_is_tried_again_when_asked_and_has_one_result()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var work = new Work(cloud, clock);
        var media = await work.MediaAsync(3);
        var job = await work.JobAsync(media);
        var broken = true;
        using var worker = work.Worker((frame, _) => broken && frame.MediaRowId != media[0]
            ? Task.FromResult((new Seen(new Look { Failure = ImageFailure.Corrupt, Detail = "half of it" }), 1d))
            : Work.Sees());
        Assert.True(await worker.TurnAsync(Stop));
        Assert.Equal((JobState.Done, 1, 2), (work.Now(job).State, work.Now(job).Done, work.Now(job).Failed));
        Assert.Equal("It is done already.", (await WishAsync(cloud, job, JobWish.Resume)).Conflict);
        broken = false;
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await WishAsync(cloud, job, JobWish.Retry)).Conflict);
        Assert.Equal((JobState.Waiting, 1, 0, null), (work.Now(job).State, work.Now(job).Done, work.Now(job).Failed, work.Now(job).EndedAt));
        while (await worker.TurnAsync(Stop))
        {
        }
        Assert.Equal((JobState.Done, 3, 0), (work.Now(job).State, work.Now(job).Done, work.Now(job).Failed));
        using var db = cloud.Rows();
        Assert.Equal([RunStatus.Done, RunStatus.Done, RunStatus.Done], db.Runs.Where(r => r.Source == LookedBy.Cloud).Select(r => r.Status).ToList());
        Assert.Equal([ObservationType.Blank, ObservationType.Blank, ObservationType.Blank], db.Observations.Where(o => o.Source == LookedBy.Cloud).Select(o => o.ObservationType).ToList());
        Assert.Equal("Nothing of it failed or was set aside.", (await WishAsync(cloud, job, JobWish.Retry)).Conflict);
    }

    private static async Task<JobWishWrite> WishAsync(RunningCloud cloud, JobRow job, JobWish wish)
    {
        var write = new JobWishWrite(job.JobID, wish, Some.Noon.UtcDateTime);
        await cloud.Queue.RunAsync(write, Stop);
        return write;
    }
}
