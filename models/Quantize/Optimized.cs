using Google.Protobuf;
using Lynceus.Quantize.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace Lynceus.Quantize;

/// <summary>What ONNX Runtime makes of the written model on this machine.</summary>
/// <param name="QLinearConvs">Convolutions in int8.</param>
/// <param name="FloatConvs">Convolutions in float, of whatever kind.</param>
/// <param name="StrayConvs">Of those, ones with a DequantizeLinear before and a QuantizeLinear behind: they should have become int8.</param>
/// <param name="QuantizeLinears">Roundings that stand by themselves.</param>
/// <param name="DequantizeLinears">Their readings.</param>
/// <param name="OtherInt8">Further operators in 8 bits, by name.</param>
internal sealed record Optimized(int QLinearConvs, int FloatConvs, int StrayConvs, int QuantizeLinears, int DequantizeLinears, IReadOnlyDictionary<string, int> OtherInt8)
{
    public static Optimized Of(ModelProto model)
    {
        var path = Path.Combine(Path.GetTempPath(), $"quantize-{Guid.NewGuid():N}.onnx");
        try
        {
            using (var options = Sessions.Options(1))
            {
                options.OptimizedModelFilePath = path;
                using var session = new InferenceSession(model.ToByteArray(), options);
            }
            return Count(ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph);
        }
        finally
        {
            File.Delete(path);
        }
    }

    public static Optimized Count(GraphProto graph)
    {
        var wiring = new Wiring(graph);
        var floats = graph.Node.Where(n => n.OpType is "Conv" or "FusedConv" or "NhwcFusedConv").ToList();
        var stray = floats.Count(n => wiring.Makers.TryGetValue(n.Input[0], out var maker) && maker.OpType == "DequantizeLinear"
            && wiring.OnlyTaker(n.Output[0])?.OpType == "QuantizeLinear");
        return new(Number("QLinearConv"), floats.Count, stray, Number("QuantizeLinear"), Number("DequantizeLinear"),
            graph.Node.Where(n => n.OpType.StartsWith("QLinear", StringComparison.Ordinal) && n.OpType != "QLinearConv").CountBy(n => n.OpType).ToDictionary());

        int Number(string type) => graph.Node.Count(n => n.OpType == type);
    }
}
