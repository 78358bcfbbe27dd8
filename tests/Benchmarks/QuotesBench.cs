using System.Diagnostics;
using System.Globalization;
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
/// What four jobs of different kinds were said to take and cost, and what they did: small pictures, large ones, videos, and the small ones again by another model.
/// The machine has looked before, with both models and at each kind; a part of each kind is kept back for that. The quote is that of a job's creation.
/// Money is processor time, so a machine with other things to do spoils only the hours.
/// </summary>
internal static class QuotesBench
{
    private const string Other = "gate";

    /// <summary>Videos that are made; the others are copies.</summary>
    private const int Filmed = 3;

    public static async Task RunAsync(Table table)
    {
        Environment.SetEnvironmentVariable("Logging__LogLevel__Default", "None");
        var folder = Sample.Folder();
        // What comes by itself waits for a model that is not in this folder: only jobs look.
        var settings = new CloudSettings { Data = folder, Http = CloudCommand.Parse("127.0.0.1:0"), Mqtt = CloudCommand.Parse("127.0.0.1:0"), ModelFolders = [Path.Combine(AppContext.BaseDirectory, "models")], Model = "yolox-nano-coco", Workers = 0 };
        try
        {
            await using var app = CloudHost.Build(settings);
            await app.StartAsync();
            var (detect, other) = (ModelCatalog.Load().OpenForRole("detect").Manifest.Name, Other);
            var (few, small, large, videos) = (Sample.Turns(40), Sample.Turns(300), Sample.Turns(150), Sample.Turns(12));
            var smalls = await StillsAsync(app, folder, few + small, 640, 480);
            var larges = await StillsAsync(app, folder, few + large, 4000, 3000);
            var clips = await VideosAsync(app, folder, Filmed + videos);
            foreach (var (media, model) in new[] { (smalls[..few], detect), (larges[..few], detect), (clips[..Filmed], detect), (smalls[..few], other), (larges[..few], other) }) await JobAsync(app, media, model, JobKind.Detect);
            Row(table, $"{small:N0} pictures of 640 x 480", await JobAsync(app, smalls[few..], detect, JobKind.Detect));
            Row(table, $"{large:N0} pictures of 4000 x 3000", await JobAsync(app, larges[few..], detect, JobKind.Import));
            Row(table, $"{videos:N0} videos of 20 s", await JobAsync(app, clips[Filmed..], detect, JobKind.Detect));
            Row(table, $"{small:N0} small and {large:N0} large again by {other}", await JobAsync(app, [.. smalls[few..], .. larges[few..]], other, JobKind.Rerun));
            await app.StopAsync();
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Row(Table table, string what, JobRow job)
    {
        var (quote, actual) = (JobQuotes.Read(job.Quote)!, JobActual.Of(job)!);
        table.AddRow(what, Text($"${actual.Money:0.000000}, {actual.ProcessorHours * 3600:0.0} s of processors"), Text($"${quote.Money:0.000000}, {quote.Lines[0].Amount * 3600:0.0} s"), Text($"{actual.MoneyOfQuote:0.00}"), "0.80 to 1.20");
        table.AddRow("  by the clock", Text($"{actual.Hours * 3600:0.0} s"), Text($"{quote.Hours * 3600:0.0} s"), Text($"{actual.HoursOfQuote:0.00}"), "0.80 to 1.20, on a quiet machine");
    }

    private static async Task<JobRow> JobAsync(WebApplication app, List<long> media, string model, JobKind kind)
    {
        var tools = app.Services.GetRequiredService<JobTools>();
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        using var opened = await tools.Open(model, CancellationToken.None);
        var job = new JobRow { JobID = Guid.CreateVersion7(), Kind = kind, Project = "", Model = opened.Manifest.Name, Version = opened.Manifest.Version, Lane = Lane.Batch, Filter = "{}", CreatedAt = now };
        await using (var db = await tools.Rows.CreateDbContextAsync()) job.Quote = await JobQuotes.OfAsync(db, job, media, tools.Estimating, now, CancellationToken.None);
        await tools.Queue.RunAsync(new NewJobWrite(job, media));
        var worker = new JobWorker("bench", tools with { Open = (_, _) => Task.FromResult(new JobModel(opened.Manifest, opened.LookAsync, held: null)) }, NullLogger.Instance);
        while (await worker.TurnAsync(CancellationToken.None))
        {
        }
        await using var after = await tools.Rows.CreateDbContextAsync();
        var done = await after.Jobs.AsNoTracking().SingleAsync(j => j.Id == job.Id);
        return done.Done == media.Count ? done : throw new InvalidOperationException($"{done.Done} of {media.Count} media were done; {done.Failed} failed, {done.SetAside} were set aside");
    }

    private static async Task<List<long>> StillsAsync(WebApplication app, string folder, int count, int width, int height)
    {
        var drawn = Frames.Draw(Path.Combine(folder, "drawn"), 8, 640, 480, 640).ConvertAll(f => width == 640 ? File.ReadAllBytes(f.Path) : OldBench.Scaled(f.Path, width, height));
        // Another byte behind each picture's end, so that they are as many objects.
        return await StoreAsync(app, [.. Enumerable.Range(0, count).Select(i => (byte[])[.. drawn[i % drawn.Count], .. BitConverter.GetBytes(i)])], Tier.Original, "image/jpeg");
    }

    private static async Task<List<long>> VideosAsync(WebApplication app, string folder, int count)
    {
        var videos = new List<byte[]>();
        var (first, to) = (Frames.Draw(Path.Combine(folder, "drawn"), 8, 640, 480, 640)[0].Path, Path.Combine(folder, "film.mp4"));
        for (var i = 0; i < Filmed; i++)
        {
            using var ffmpeg = Process.Start("ffmpeg", ["-v", "error", "-y", "-loop", "1", "-framerate", "25", "-i", first, "-vf", $"scale=1280:960,crop=1200:680:x='40+40*sin(t+{i})':y='140+20*cos(t)'", "-t", "20", "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", to])!;
            await ffmpeg.WaitForExitAsync();
            videos.Add(await File.ReadAllBytesAsync(to));
        }
        // Another byte behind each one's end, as with the pictures.
        videos.AddRange([.. Enumerable.Range(0, count - Filmed).Select(n => (byte[])[.. videos[n % Filmed], .. BitConverter.GetBytes(n)])]);
        return await StoreAsync(app, videos, Tier.Clip, "video/mp4");
    }

    private static async Task<List<long>> StoreAsync(WebApplication app, List<byte[]> files, Tier tier, string mediatype)
    {
        var objects = app.Services.GetRequiredService<ObjectFolder>();
        var ids = new List<long>(files.Count);
        foreach (var some in files.Chunk(100))
        {
            if (objects.Store(some.Select(s => new ObjectToStore(Ids.Sha256(s), s))).Count > 0) throw new IOException("an object could not be stored");
            await using var db = await app.Services.GetRequiredService<IDbContextFactory<LynceusDb>>().CreateDbContextAsync();
            var captures = some.Select((s, i) => JobsBench.Capture(i, Ids.Sha256(s), s.Length)).ToList();
            foreach (var media in captures.SelectMany(c => c.Media))
            {
                media.FileMediatype = mediatype;
                foreach (var stored in media.Tiers) (stored.Tier, stored.FileMediatype) = (tier, mediatype);
            }
            db.Captures.AddRange(captures);
            await db.SaveChangesAsync();
            ids.AddRange(captures.Select(c => c.Media[0].Id));
        }
        return ids;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
