using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud.Tests;

/// <summary>Jobs on the rows of a running cloud, by workers that a test holds in its hand, with a model that is none.</summary>
internal sealed class Work(RunningCloud cloud, TimeProvider time)
{
    public const string Model = "none";

    private static readonly ModelManifest Manifest = ModelCatalog.Load([]).Models[0] with { Name = Model, Version = "1" };

    /// <summary>A cloud without workers of its own.</summary>
    public static CloudSettings Idle(CloudSettings settings) => settings with { Workers = 0 };

    public static Task<(Seen Seen, double Milliseconds)> Sees(params Detection[] found) => Task.FromResult((new Seen(new Look { Detections = found, Width = 10, Height = 10 }), 1d));

    /// <summary>Media whose frame is here, as rows.</summary>
    public async Task<List<long>> MediaAsync(int count, string hub = "ridge")
    {
        await using var db = cloud.Rows();
        var captures = Enumerable.Range(0, count).Select(_ => Capture(hub)).ToList();
        db.Captures.AddRange(captures);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return captures.ConvertAll(c => c.Media[0].Id);
    }

    public async Task<JobRow> JobAsync(IReadOnlyList<long> media, string project = "", Lane lane = Lane.Batch, string model = Model)
    {
        var job = new JobRow
        {
            JobID = Guid.CreateVersion7(), Project = project, Model = model, Version = "1", Lane = lane, Filter = "{}", CreatedAt = time.GetUtcNow().UtcDateTime,
        };
        await cloud.Queue.RunAsync(new NewJobWrite(job, media), TestContext.Current.CancellationToken);
        return job;
    }

    public JobWorker Worker(Func<Frame, CancellationToken, Task<(Seen, double)>> look, string? name = null) => Together(async (frames, cancel) =>
    {
        var looks = new List<(Seen, double)>();
        foreach (var frame in frames) looks.Add(await look(frame, cancel));
        return looks;
    }, name);

    public JobWorker Together(LookAt look, string? name = null)
        => new(name ?? $"{Guid.NewGuid():N}", cloud.Get<JobTools>() with { Time = new NoTimers(time), Open = (_, _) => Task.FromResult(new JobModel(Manifest, look, held: null)) }, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

    /// <summary>A worker whose model is the one that a job asks for.</summary>
    public JobWorker As(JobRow job, LookAt look)
        => new($"{Guid.NewGuid():N}", cloud.Get<JobTools>() with { Time = new NoTimers(time), Open = (_, _) => Task.FromResult(new JobModel(Manifest with { Name = job.Model, Version = job.Version }, look, held: null)) }, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

    public async Task<List<JobRow>> JobRowsAsync()
    {
        await using var db = cloud.Rows();
        return await Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions.ToListAsync(db.Jobs, TestContext.Current.CancellationToken);
    }

    public JobRow Now(JobRow job)
    {
        using var db = cloud.Rows();
        return db.Jobs.Single(j => j.Id == job.Id);
    }

    private static CaptureRow Capture(string hub)
    {
        var record = Some.Capture(hub, Some.Bytes(10));
        var capture = CaptureRows.New(record, Some.Noon.UtcDateTime);
        var media = CaptureRows.New(record.Media[0]);
        media.Tiers.Add(new TierRow { Tier = Tier.Frame, Bytes = 10, Offset = 10, Sha256 = record.Media[0].Tiers[0].Sha256, FileMediatype = "image/jpeg", StoredAt = Some.Noon.UtcDateTime });
        capture.Media.Add(media);
        return capture;
    }

    /// <summary>A test's clock of which no timer rings: who was killed renews nothing.</summary>
    private sealed class NoTimers(TimeProvider time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
            => System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
