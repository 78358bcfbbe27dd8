using System.Diagnostics;
using Lynceus.Cloud;
using Lynceus.Vision;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>
/// The cloud's model in its own process, at its full size, on photographs from their files: reading, decoding, letterbox, model, boxes and the way between the processes,
/// beside as many bare runs of the session, in turns. Then ten times as many, to see whether its memory stays where it is.
/// </summary>
internal static class DetectBench
{
    private const int Together = 32;

    public static async Task RunAsync(Table table)
    {
        var model = ModelCatalog.Load().OpenForRole("detect");
        var folder = Sample.Folder();
        var frames = Frames.Shared(1000, model.Manifest.Input.Width);
        var drawn = frames.Count == 0;
        if (drawn) frames = Frames.Draw(folder, 64, 1280, 960, model.Manifest.Input.Width);
        PictureAt[] files = [.. frames.Select(f => (PictureAt)f.Path)];
        using var worker = new DetectWorker(model, new DetectionOptions(), threads: 1, TimeProvider.System, NullLogger.Instance);
        using var floor = new Floor(model, threads: 1);
        await worker.OpenAsync(CancellationToken.None);
        await worker.LookAsync(Next(files, 0), CancellationToken.None);
        floor.Run();

        var (ours, bare, seen, failed) = (0d, 0d, 0, 0);
        var thousand = Sample.Turns(1000) / Together;
        for (var turn = 0; turn < thousand; turn++)
        {
            var start = Stopwatch.GetTimestamp();
            var looks = await worker.LookAsync(Next(files, turn), CancellationToken.None);
            ours += Stopwatch.GetElapsedTime(start).TotalSeconds;
            start = Stopwatch.GetTimestamp();
            for (var i = 0; i < Together; i++) floor.Run();
            bare += Stopwatch.GetElapsedTime(start).TotalSeconds;
            seen += looks.Count;
            failed += looks.Count(l => l.Failure is not null);
        }
        table.AddRow($"{model.Manifest.Name} {model.Version}, {seen} {(drawn ? "drawn" : "real")} frames at {model.Manifest.Input.Width}",
            $"{seen / ours:0.00} images/s, {failed} failed; another thread decodes", $"{seen / bare:0.00} bare session.Run/s", $"{bare / ours:0.00}", ">= 0.9");
        var memory = new List<double> { Megabytes(worker) };
        for (var turn = thousand; turn < 10 * thousand; turn++)
        {
            await worker.LookAsync(Next(files, turn), CancellationToken.None);
            if (turn + 1 == 5 * thousand) memory.Add(Megabytes(worker));
        }
        memory.Add(Megabytes(worker));
        table.AddRow($"  memory of the worker after {seen}, {5 * seen} and {10 * seen}", $"{memory[0]:0}, {memory[1]:0}, {memory[2]:0} MB", $"{memory[0]:0} MB", $"{memory[2] / memory[0]:0.00}", "<= 1.05");
        Directory.Delete(folder, recursive: true);
    }

    private static double Megabytes(DetectWorker worker) => worker.Held.Now / 1048576d;

    private static PictureAt[] Next(PictureAt[] files, int turn) => [.. Enumerable.Range(0, Together).Select(i => files[((turn * Together) + i) % files.Length])];
}
