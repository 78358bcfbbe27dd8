using System.Runtime.InteropServices;
using Google.Protobuf;
using Lynceus.Quantize.Onnx;

namespace Lynceus.Quantize;

/// <summary>Numbers in and out of ONNX's tensors.</summary>
internal static class Tensors
{
    public static float[] Floats(this TensorProto tensor)
    {
        if (tensor.DataType != (int)TensorProto.Types.DataType.Float) throw new QuantizeRefusedException($"tensor {tensor.Name} is not of 32-bit floats (type {tensor.DataType})");
        var values = tensor.RawData.IsEmpty ? [.. tensor.FloatData] : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();
        var wanted = tensor.Dims.Aggregate(1.0, (all, d) => all * d); // in double, so that hostile sizes cannot overflow
        if (values.Length != wanted) throw new QuantizeRefusedException($"tensor {tensor.Name} holds {values.Length} numbers, its shape says {wanted}");
        if (Array.FindIndex(values, v => !float.IsFinite(v)) is var at and >= 0) throw new QuantizeRefusedException($"tensor {tensor.Name} holds {values[at]} at {at}");
        return values;
    }

    public static TensorProto Of(string name, float[] values, params long[] dims) => Of<float>(name, TensorProto.Types.DataType.Float, values, dims);

    public static TensorProto Of(string name, sbyte[] values, params long[] dims) => Of<sbyte>(name, TensorProto.Types.DataType.Int8, values, dims);

    public static TensorProto Of(string name, int[] values, params long[] dims) => Of<int>(name, TensorProto.Types.DataType.Int32, values, dims);

    public static TensorProto Of(string name, byte[] values, params long[] dims) => Of<byte>(name, TensorProto.Types.DataType.Uint8, values, dims);

    private static TensorProto Of<T>(string name, TensorProto.Types.DataType type, ReadOnlySpan<T> values, long[] dims)
        where T : unmanaged
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)) };
        tensor.Dims.AddRange(dims);
        return tensor;
    }
}
