using System.Diagnostics;
using Lynceus.Edge;
using Lynceus.Vision;
using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>What each stage of the gate costs a frame, one thread, each by itself.</summary>
internal static class GateStages
{
    private static readonly string[] Names = ["decode", "luminance", "change (compare and learn)", "tensor", "session.Run", "boxes (read and suppress)", "vote"];

    public static void AddTo(Table table, LoadedModel model, IReadOnlyList<DrawnTrigger> triggers)
    {
        var times = Names.Select(_ => new List<double>()).ToArray();
        using var detector = new Detector(model, new DetectorOptions());
        using var floor = new Floor(model, 1);
        using var picture = new DecodedPicture();
        var (writer, candidates, changes, background) = (new TensorWriter(model.Manifest.Input), new Candidates(), new Changes(), new Background());
        var grids = Enumerable.Range(0, DrawnTriggers.Frames).Select(_ => new Luma()).ToArray();
        var seen = new Seen[DrawnTriggers.Frames];
        var thresholds = Thresholds.Of(model.Manifest, new GateOptions());
        foreach (var trigger in triggers.Where(t => t.Clip.CameraID == triggers[0].Clip.CameraID))
        {
            for (var i = 0; i < grids.Length; i++)
            {
                var jpeg = trigger.Jpegs[i];
                times[0].Add(Time(() => detector.Open(jpeg, picture)));
                times[1].Add(Time(() => grids[i].Read(picture)));
                times[3].Add(Time(() => writer.Write(picture.All, floor.Input)));
                times[4].Add(Time(floor.Run));
                times[5].Add(Time(() => Read(floor, model.Manifest, candidates)));
                seen[i] = new Seen(i, 0, detector.Detect(picture).Detections, []);
            }
            times[2].Add(Time(() =>
            {
                changes.Of(grids, background);
                changes.Learn(grids, background, []);
            }) / grids.Length);
            times[6].Add(Time(() => GateDecision.Vote(seen, thresholds)) / grids.Length);
        }
        for (var i = 0; i < Names.Length; i++) table.AddRow($"  {Names[i]}", $"{Sample.Median(times[i]):0.00} ms", "", "", "");
    }

    private static void Read(Floor floor, ModelManifest model, Candidates candidates)
    {
        candidates.Clear();
        YoloxGrid.Read(floor.Output, model.Input, model.Labels.Count, 0.05f, candidates);
        candidates.Suppress(0.45f, 100);
    }

    private static double Time(Action act)
    {
        var started = Stopwatch.GetTimestamp();
        act();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
