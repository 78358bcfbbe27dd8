using System.Diagnostics;
using System.Globalization;
using Lynceus.Cloud;
using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SkiaSharp;
using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>
/// The task by which the system before this one was measured, as a batch job: 10,000 pictures of 100 × 100 that lie in the object store are claimed, decoded, looked at by the
/// default model at its full size in its own process, and stored as runs, boxes and observations. The clock runs from the job to its last commit; the model is opened before, as its six
/// minutes of cold start are not counted either. And 1,000 pictures of 640, which two cores are to look at within two minutes.
/// </summary>
internal static class OldBench
{
    private const double OldImagesPerSecond = 8.16, OldNodeHours = 7.9, OldMoney = 0.625, NodeHour = 0.0791;
    private static readonly int Workers = Math.Min(4, Environment.ProcessorCount);

    public static async Task RunAsync(Table table)
    {
        Environment.SetEnvironmentVariable("Logging__LogLevel__Default", "None");
        var small = Sample.Turns(10_000);
        var (seconds, found, source) = await JobAsync(small, 100, 100);
        var hours = 10_000 / (small / seconds) / 3600;
        table.AddRow($"{small:N0} {source} pictures of 100 x 100, {found:N0} boxes", Text($"{small / seconds:0.0} images/s, {Environment.ProcessorCount} cores"), Text($"{OldImagesPerSecond} images/s, 72 workers"), Text($"{small / seconds / OldImagesPerSecond:0.0} x"), "");
        table.AddRow("  for 10,000 on this one node", Text($"{hours:0.000} node-hours"), Text($"{OldNodeHours} node-hours"), Text($"{OldNodeHours / hours:0} x fewer"), ">= 50 x");
        table.AddRow(Text($"  money at ${NodeHour} a node-hour"), Text($"${hours * NodeHour:0.0000}"), Text($"${OldMoney}"), Text($"{OldMoney / (hours * NodeHour):0} x less"), "");
        var larger = Sample.Turns(1_000);
        (seconds, _, source) = await JobAsync(larger, 640, 480);
        table.AddRow($"{larger:N0} {source} pictures of 640 x 480", Text($"{seconds:0.0} s, {larger / seconds:0.0} images/s"), "", "", "<= 120 s for 1,000");
    }

    private static async Task<(double Seconds, int Boxes, string Source)> JobAsync(int count, int width, int height)
    {
        var folder = Sample.Folder();
        var detect = ModelCatalog.Load().OpenForRole("detect").Manifest;
        // What comes by itself waits for a model that is not in this folder: only the job looks.
        var settings = new CloudSettings { Data = folder, Http = CloudCommand.Parse("127.0.0.1:0"), Mqtt = CloudCommand.Parse("127.0.0.1:0"), ModelFolders = [Path.Combine(AppContext.BaseDirectory, "models")], Model = "yolox-nano-coco", Workers = 0 };
        try
        {
            await using var app = CloudHost.Build(settings);
            await app.StartAsync();
            var (media, source) = await MediaAsync(app, folder, count, width, height);
            var job = new JobRow { JobID = Guid.CreateVersion7(), Project = "", Model = detect.Name, Version = detect.Version, Lane = Lane.Batch, Filter = "{}", CreatedAt = TimeProvider.System.GetUtcNow().UtcDateTime };
            var tools = app.Services.GetRequiredService<JobTools>();
            var open = await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => tools.Open(detect.Name, CancellationToken.None)));
            var started = Stopwatch.GetTimestamp();
            await tools.Queue.RunAsync(new NewJobWrite(job, media));
            await Task.WhenAll(open.Select((model, n) => Task.Run(() => WorkAsync(tools with { Open = (_, _) => Task.FromResult(model) }, n))));
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            await using var db = await tools.Rows.CreateDbContextAsync();
            var done = await db.Jobs.Where(j => j.Id == job.Id).Select(j => j.Done).SingleAsync();
            if (done != count) throw new InvalidOperationException($"{done} of {count} media were done");
            var boxes = await db.Detections.CountAsync();
            await app.StopAsync();
            return (seconds, boxes, source);
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task WorkAsync(JobTools tools, int n)
    {
        using var worker = new JobWorker($"bench-{n}", tools, NullLogger.Instance);
        while (await worker.TurnAsync(CancellationToken.None))
        {
        }
    }

    private static async Task<(List<long> Media, string Source)> MediaAsync(WebApplication app, string folder, int count, int width, int height)
    {
        var shared = Frames.Shared(500, width);
        var pictures = (shared.Count > 0 ? shared : Frames.Draw(Path.Combine(folder, "drawn"), 64, 640, 480, width)).ConvertAll(f => Scaled(f.Path, width, height));
        var objects = app.Services.GetRequiredService<ObjectFolder>();
        var ids = new List<long>(count);
        foreach (var some in Enumerable.Range(0, count).Chunk(500))
        {
            // Another byte behind each picture's end, so that they are as many objects.
            var stored = some.Select(i => (Number: i, Bytes: (byte[])[.. pictures[i % pictures.Count], .. BitConverter.GetBytes(i)])).ToList();
            if (objects.Store(stored.Select(s => new ObjectToStore(Ids.Sha256(s.Bytes), s.Bytes))).Count > 0) throw new IOException("a picture could not be stored");
            await using var db = await app.Services.GetRequiredService<IDbContextFactory<LynceusDb>>().CreateDbContextAsync();
            var captures = stored.ConvertAll(s => JobsBench.Capture(s.Number, Ids.Sha256(s.Bytes), s.Bytes.Length));
            db.Captures.AddRange(captures);
            await db.SaveChangesAsync();
            ids.AddRange(captures.Select(c => c.Media[0].Id));
        }
        return (ids, shared.Count > 0 ? "real" : "drawn");
    }

    public static byte[] Scaled(string file, int width, int height)
    {
        using var whole = SKBitmap.Decode(file);
        using var scaled = whole.Resize(new SKImageInfo(width, height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var jpeg = scaled.Encode(SKEncodedImageFormat.Jpeg, 90);
        return jpeg.ToArray();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
