using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lynceus.Quantize;

/// <summary>All that <c>--report</c> writes: what was done and what it cost.</summary>
internal sealed record Report
{
    public required string Model { get; init; }
    public required string Activations { get; init; }
    public required int CalibratedOn { get; init; }

    /// <summary>Bytes of the two files.</summary>
    public required long FloatBytes { get; init; }
    public required long Int8Bytes { get; init; }
    public required IReadOnlyList<string> KeptInFloat { get; init; }

    /// <summary>How many of the last convolutions were fitted to what rounding left.</summary>
    public required int Fitted { get; init; }

    /// <summary>In the order of the graph.</summary>
    public required IReadOnlyList<LayerLoss> Layers { get; init; }

    /// <summary>On pictures that calibration has not seen.</summary>
    public required Agreement HeldOut { get; init; }

    /// <summary>The same by the class that labels.csv gives; empty without one.</summary>
    public required IReadOnlyDictionary<string, Agreement> ByClass { get; init; }
    public required IReadOnlyList<PictureScore> Scores { get; init; }
    public required Optimized Optimized { get; init; }
    public required IReadOnlyList<Pace> Pace { get; init; }

    public byte[] Json() => JsonSerializer.SerializeToUtf8Bytes(this, ReportJson.Default.Report);

    public void Print(TextWriter to)
    {
        to.WriteLine($"{Layers.Count} convolutions in int8, {KeptInFloat.Count} in float, {Fitted} of those fitted; activations by {Activations}");
        to.WriteLine($"size       {FloatBytes:N0} -> {Int8Bytes:N0} bytes ({100.0 * Int8Bytes / FloatBytes:F0} %)");
        to.WriteLine($"runtime    {Optimized.QLinearConvs} QLinearConv, {Optimized.FloatConvs} float Conv ({Optimized.StrayConvs} of them stray), "
            + $"{Optimized.QuantizeLinears} QuantizeLinear, {Optimized.DequantizeLinears} DequantizeLinear{string.Concat(Optimized.OtherInt8.Select(o => $", {o.Value} {o.Key}"))}");
        if (Optimized.QLinearConvs > Layers.Count)
            to.WriteLine("           ONNX Runtime quantizes by itself a float Conv that stands right between a DequantizeLinear and a QuantizeLinear; name its neighbour in --keep-float too");
        to.WriteLine($"layers     {Layers.Average(l => l.Decibel):F1} dB on average; the worst: {string.Join(", ", Layers.OrderBy(l => l.Decibel).Take(5).Select(l => $"{l.Name} {l.Decibel:F1}"))}");
        Print(to, "held out", HeldOut);
        foreach (var (name, agreement) in ByClass) Print(to, name, agreement);
        to.WriteLine($"boxes      {HeldOut.Found:P1} found again, mean IoU {HeldOut.MeanIoU:F3}, scores differ by {HeldOut.MeanConfDifference:F3}");
        foreach (var pace in Pace) to.WriteLine($"{pace.Threads} thread{(pace.Threads == 1 ? "  " : "s ")} float {pace.FloatMs:F1} ms, int8 {pace.Int8Ms:F1} ms: {pace.Ratio:F2} times as fast");
    }

    private static void Print(TextWriter to, string name, Agreement a)
        => to.WriteLine($"{name,-10} {a.SameVerdict} of {a.Pictures} verdicts the same ({a.Share:P1}), on a hub {a.ShareOnHub:P1} with second looks at {a.LookedAgain}; {a.OnlyFloatSends} sent only in float, {a.OnlyInt8Sends} only in int8; best score differs by {a.MeanScoreDifference:F3}, at most {a.LargestScoreDifference:F2}");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(Report))]
internal sealed partial class ReportJson : JsonSerializerContext;
