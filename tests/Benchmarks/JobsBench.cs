using System.Diagnostics;
using Lynceus.Cloud;
using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>
/// What a job costs beside the looks themselves: a model that sees nothing at once, so that all that is left is claims, runs, observations, items and counts.
/// Beside it the same INSERTs and UPDATEs, prepared, on one connection, 256 media a commit.
/// </summary>
internal static class JobsBench
{
    /// <summary>The connection string of a PostgreSQL that may be filled, and is measured then in place of SQLite.</summary>
    private const string PostgresVariable = "LYNCEUS_BENCH_DB";
    private const int Commit = 256;
    private const string Model = "none";
    private static readonly int Media = Sample.Turns(5000);

    public static async Task RunAsync(Table table)
    {
        Environment.SetEnvironmentVariable("Logging__LogLevel__Default", "None");
        // One database a process: compiled queries are of one kind.
        if (Environment.GetEnvironmentVariable(PostgresVariable) is { Length: > 0 } db) await OnAsync(table, "PostgreSQL", db);
        else await OnAsync(table, "SQLite", db: null);
    }

    private static async Task OnAsync(Table table, string name, string? db)
    {
        var folder = Sample.Folder();
        var settings = new CloudSettings { Data = folder, Db = db, Http = Free(), Mqtt = Free(), ModelFolders = [], Workers = 0 };
        await using (var app = CloudHost.Build(settings))
        {
            await app.StartAsync();
            var media = await MediaAsync(app);
            await JobAsync(app, media, workers: 1, "warm"); // and once for nothing: statements and plans are made
            var floor = await BareAsync(app, media);
            foreach (var workers in new[] { 1, 2, 4 })
            {
                var ours = await JobAsync(app, media, workers, $"{workers}");
                table.AddRow($"{name}, {workers} worker{(workers == 1 ? "" : "s")}, {media.Count:N0} media", $"{ours:N0} a second", $"{floor:N0} bare", $"{ours / floor:0.00}", "");
            }
            await app.StopAsync();
        }
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    private static BindAddress Free() => CloudCommand.Parse("127.0.0.1:0");

    private static async Task<List<long>> MediaAsync(WebApplication app)
    {
        var ids = new List<long>();
        foreach (var some in Enumerable.Range(0, Media).Chunk(1000))
        {
            await using var db = await app.Services.GetRequiredService<IDbContextFactory<LynceusDb>>().CreateDbContextAsync();
            var captures = some.Select(n => Capture(n, Ids.Sha256(BitConverter.GetBytes(n)), bytes: 4)).ToList();
            db.Captures.AddRange(captures);
            await db.SaveChangesAsync();
            ids.AddRange(captures.Select(c => c.Media[0].Id));
        }
        return ids;
    }

    public static CaptureRow Capture(int number, string sha, int bytes)
    {
        var (id, now) = (Guid.CreateVersion7(), DateTimeOffset.UnixEpoch);
        var picture = new MediaRecord { MediaID = Ids.Media(id, "1"), Timestamp = now, FilePath = "1.jpg", FileMediatype = "image/jpeg", Detections = [], Tiers = [] };
        var record = new CaptureRecord
        {
            CaptureID = id, Hub = "bench", CameraID = "ridge", BootId = Guid.Empty, Epoch = "e1", Seq = number, ClockQuality = ClockQuality.Ntp, Trigger = "pir",
            EventStart = now, EventEnd = now, Verdict = Verdict.Send, Reason = "animal", Gate = new GateVersion("gate", "1"), Media = [picture],
        };
        var capture = CaptureRows.New(record, now.UtcDateTime);
        var media = CaptureRows.New(picture);
        media.Tiers.Add(new TierRow { Tier = Tier.Frame, Bytes = bytes, Offset = bytes, Sha256 = sha, FileMediatype = "image/jpeg", StoredAt = now.UtcDateTime });
        capture.Media.Add(media);
        return capture;
    }

    /// <returns>Media a second.</returns>
    private static async Task<double> JobAsync(WebApplication app, List<long> media, int workers, string version)
    {
        var manifest = ModelCatalog.Load([]).Models[0] with { Name = Model, Version = version };
        var nothing = (new Seen(new Look { Width = 100, Height = 100 }), 0d);
        var tools = app.Services.GetRequiredService<JobTools>() with { Open = (_, _) => Task.FromResult(new JobModel(manifest, (frames, _) => Task.FromResult<IReadOnlyList<(Seen, double)>>([.. frames.Select(_ => nothing)]), held: null)) };
        var job = await NewAsync(app, media, version);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, workers).Select(n => Task.Run(async () =>
        {
            using var worker = new JobWorker($"bench-{version}-{n}", tools, NullLogger.Instance);
            while (await worker.TurnAsync(CancellationToken.None))
            {
            }
        })));
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await using var db = await tools.Rows.CreateDbContextAsync();
        var done = await db.Jobs.Where(j => j.Id == job.Id).Select(j => j.Done).SingleAsync();
        if (done != media.Count) throw new InvalidOperationException($"{done} of {media.Count} media were done");
        return media.Count / took;
    }

    private static async Task<JobRow> NewAsync(WebApplication app, List<long> media, string version)
    {
        var job = new JobRow { JobID = Guid.CreateVersion7(), Project = "", Model = Model, Version = version, Lane = Lane.Batch, Filter = "{}", CreatedAt = TimeProvider.System.GetUtcNow().UtcDateTime };
        await app.Services.GetRequiredService<WriteQueue>().RunAsync(new NewJobWrite(job, media));
        return job;
    }

    /// <returns>Media a second.</returns>
    private static async Task<double> BareAsync(WebApplication app, List<long> media)
    {
        var job = await NewAsync(app, media, "bare");
        using var db = (await app.Services.GetRequiredService<IDbContextFactory<LynceusDb>>().CreateDbContextAsync()).ForWriting();
        var items = await db.JobItems.AsNoTracking().Where(i => i.JobRowId == job.Id).OrderBy(i => i.Id).ToListAsync();
        var now = job.CreatedAt;
        var started = Stopwatch.GetTimestamp();
        foreach (var some in items.Chunk(Commit))
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            foreach (var item in some) Bare(db.Prepared!, item, now);
            await transaction.CommitAsync();
        }
        return items.Count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static void Bare(Prepared rows, JobItemRow item, DateTime now)
    {
        rows.Run("UPDATE \"JobItem\" SET \"State\" = 'claimed', \"Attempts\" = 1, \"ClaimedBy\" = 'bare', \"ClaimedUntil\" = @p1 WHERE \"Id\" = @p0", item.Id, now);
        rows.Add(new RunRow { MediaRowId = item.MediaRowId, Model = Model, Version = "bare", Source = LookedBy.Cloud, Status = RunStatus.Done, At = now, Width = 100, Height = 100, Milliseconds = 0 });
        var observed = ObservationRule.Row(new Says(ObservationType.Blank, Count: null, Probability: null, Reason: null), Model, "bare", LookedBy.Cloud, now);
        (observed.MediaRowId, observed.EventStart, observed.EventStartLocal, observed.EventEnd, observed.EventEndLocal) = (item.MediaRowId, now, now, now, now);
        rows.Add(observed);
        rows.Run("UPDATE \"JobItem\" SET \"State\" = 'done', \"ClaimedBy\" = NULL, \"ClaimedUntil\" = NULL WHERE \"Id\" = @p0", item.Id);
        rows.Run("UPDATE \"Job\" SET \"Done\" = \"Done\" + 1 WHERE \"Id\" = @p0", item.JobRowId);
    }
}
