using Lynceus.Quantize.Onnx;
using Lynceus.Vision;

namespace Lynceus.Quantize;

/// <summary>What rounding cost one convolution: the signal-to-noise ratio of its output, float against int8.</summary>
/// <param name="Name">The Conv's.</param>
/// <param name="Decibel">10·log10(Σ float² / Σ (float − int8)²), with all that was lost before it.</param>
/// <param name="Depthwise">Each channel by itself.</param>
internal sealed record LayerLoss(string Name, double Decibel, bool Depthwise);

/// <summary>What rounding cost the detections.</summary>
/// <param name="Pictures">Compared.</param>
/// <param name="SameVerdict">Of them: both models come to the same <see cref="FrameVerdict"/>.</param>
/// <param name="LookedAgain">Of them: int8 is so close to a threshold that the hub has float look again (<see cref="SecondLook"/>).</param>
/// <param name="SameOnHub">Of them: the same verdict with those second looks.</param>
/// <param name="OnlyFloatSends">The float model sends, the int8 model does not: what may be an animal is lost.</param>
/// <param name="OnlyInt8Sends">The other way round.</param>
/// <param name="MeanScoreDifference">Of the best score, absolute.</param>
/// <param name="LargestScoreDifference">Of the best score, absolute.</param>
/// <param name="Found">Share of the float model's detections from the threshold on that int8 has too: same class, IoU 0.5 or more.</param>
/// <param name="MeanIoU">Over those.</param>
/// <param name="MeanConfDifference">Over those, absolute.</param>
internal sealed record Agreement(int Pictures, int SameVerdict, int LookedAgain, int SameOnHub, int OnlyFloatSends, int OnlyInt8Sends, double MeanScoreDifference, double LargestScoreDifference,
    double Found, double MeanIoU, double MeanConfDifference)
{
    public double Share => Pictures == 0 ? 1 : (double)SameVerdict / Pictures;

    /// <summary>Of the same verdicts, as a hub uses the two.</summary>
    public double ShareOnHub => Pictures == 0 ? 1 : (double)SameOnHub / Pictures;
}

/// <summary>One picture's best score and verdict in both models.</summary>
internal sealed record PictureScore(string File, string Class, float Float, float Int8, string FloatVerdict, string Int8Verdict, bool LookedAgain);

/// <summary>Compares a model with its rounded form, on pictures that calibration has not seen.</summary>
internal static class Loss
{
    /// <summary>Layer by layer, in the order of the graph.</summary>
    public static List<LayerLoss> Layers(ModelProto model, ModelProto quantized, Plan plan, ISamples samples)
    {
        var wiring = new Wiring(model.Graph);
        var results = plan.Convs.Select(plan.HeardAt).ToList();
        using var whole = new Sessions(model, results);
        using var rounded = new Sessions(quantized, results.Select(r => Quantized.Became(wiring, plan, r)));
        var (here, there) = (results.ConvertAll(r => whole.Outputs.ToList().IndexOf(r)), results.ConvertAll(r => rounded.Outputs.ToList().IndexOf(Quantized.Became(wiring, plan, r))));
        var (signal, noise) = (new double[results.Count], new double[results.Count]);
        var wanted = new float[results.Count][];
        foreach (var tensor in samples.Tensors())
        {
            whole.Run(tensor, (i, value) =>
            {
                if (here.IndexOf(i) is var at and >= 0) wanted[at] = value.GetTensorDataAsSpan<float>().ToArray();
            });
            rounded.Run(tensor, (i, value) =>
            {
                if (there.IndexOf(i) is not (var at and >= 0)) return;
                var got = value.GetTensorDataAsSpan<float>();
                signal[at] += System.Numerics.Tensors.TensorPrimitives.SumOfSquares<float>(wanted[at]);
                var far = System.Numerics.Tensors.TensorPrimitives.Distance(wanted[at], got);
                noise[at] += (double)far * far;
            });
        }
        return [.. plan.Convs.Select((c, i) => new LayerLoss(c.Name, Decibel(signal[i], noise[i]), Depthwise(c)))];
    }

    /// <summary>10·log10 of signal over noise, 0–120; without noise 120.</summary>
    public static double Decibel(double signal, double noise) => noise <= 0 ? 120 : signal <= 0 ? 0 : Math.Clamp(10 * Math.Log10(signal / noise), 0, 120);

    private static bool Depthwise(NodeProto conv) => conv.Attribute.FirstOrDefault(a => a.Name == "group")?.I > 1;

    /// <summary>Over the detections of whole pictures.</summary>
    public static (Agreement Agreement, List<PictureScore> Scores) Detections(ModelProto model, ModelProto quantized, ModelManifest manifest, Photographs pictures,
        Func<string, string> classOf, Action<int> progress)
    {
        using var whole = new Sessions(model, []);
        using var rounded = new Sessions(quantized, []);
        List<PictureScore> scores = [];
        var (all, found, iou, conf) = (0, 0, 0.0, 0.0);
        var (mine, theirs) = (new Candidates(), new Candidates());
        foreach (var tensor in pictures.Tensors())
        {
            Read(whole, tensor, manifest, mine);
            Read(rounded, tensor, manifest, theirs);
            var file = pictures.Files[scores.Count];
            scores.Add(new(file, classOf(file), Best(mine), Best(theirs), FrameVerdict.Of(mine, manifest), FrameVerdict.Of(theirs, manifest), SecondLook.Needed(theirs.Items, manifest)));
            foreach (var box in mine.Items)
            {
                if (box.Score < manifest.SendThreshold) continue;
                all++;
                if (Same(box, theirs) is not { } other) continue;
                found++;
                iou += box.IoU(other);
                conf += Math.Abs(box.Score - other.Score);
            }
            progress(scores.Count);
        }
        return (Sum(scores) with { Found = all == 0 ? 1 : (double)found / all, MeanIoU = iou / Math.Max(found, 1), MeanConfDifference = conf / Math.Max(found, 1) }, scores);
    }

    /// <summary>How far the decisions and best scores of these pictures agree.</summary>
    public static Agreement Sum(IReadOnlyCollection<PictureScore> scores)
    {
        var differences = scores.Select(s => (double)Math.Abs(s.Float - s.Int8)).DefaultIfEmpty().ToList();
        return new(scores.Count, scores.Count(s => s.FloatVerdict == s.Int8Verdict), scores.Count(s => s.LookedAgain), scores.Count(s => s.LookedAgain || s.FloatVerdict == s.Int8Verdict),
            Only(s => s.FloatVerdict, s => s.Int8Verdict), Only(s => s.Int8Verdict, s => s.FloatVerdict),
            differences.Average(), differences.Max(), 1, 1, 0);

        int Only(Func<PictureScore, string> one, Func<PictureScore, string> other) => scores.Count(s => one(s) == FrameVerdict.Send && other(s) != FrameVerdict.Send);
    }

    private static void Read(Sessions session, Microsoft.ML.OnnxRuntime.OrtValue tensor, ModelManifest manifest, Candidates found)
    {
        found.Clear();
        session.Run(tensor, (_, value) => YoloxGrid.Read(value.GetTensorDataAsSpan<float>(), manifest.Input, manifest.Labels.Count, 0.01f, found));
        found.Suppress(0.45f, 100);
    }

    private static float Best(Candidates found) => found.Items.IsEmpty ? 0 : found.Items[0].Score;

    private static Candidate? Same(in Candidate box, Candidates others)
    {
        Candidate? best = null;
        foreach (var other in others.Items)
        {
            if (other.Label == box.Label && box.IoU(other) is var iou and >= 0.5f && (best is null || iou > box.IoU(best.Value))) best = other;
        }
        return best;
    }
}
