using System.Diagnostics;
using Lynceus.Quantize.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Lynceus.Quantize;

/// <summary>Milliseconds a picture, medians of runs that took turns, so that both models saw the same weather on the machine.</summary>
internal sealed record Pace(int Threads, double FloatMs, double Int8Ms)
{
    /// <summary>Above 1 int8 is faster.</summary>
    public double Ratio => FloatMs / Int8Ms;

    public static Pace Of(ModelProto model, ModelProto quantized, int threads, int runs)
    {
        using var whole = new Sessions(model, [], threads);
        using var rounded = new Sessions(quantized, [], threads);
        using var tensor = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [.. whole.InputShape.Select(d => Math.Max(d, 1))]);
        tensor.GetTensorMutableDataAsSpan<float>().Fill(0.5f);
        var (a, b) = (new double[runs], new double[runs]);
        for (var i = -3; i < runs; i++)
        {
            var (first, second) = (Once(whole, tensor), Once(rounded, tensor));
            if (i >= 0) (a[i], b[i]) = (first, second);
        }
        return new(threads, Median(a), Median(b));
    }

    private static double Once(Sessions session, OrtValue tensor)
    {
        var start = Stopwatch.GetTimestamp();
        session.Run(tensor, static (_, _) => { });
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
