using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Lynceus.Vision;

/// <summary>One tensor with a place for each of several pictures, and views of neighbouring places, which are made once and kept.</summary>
/// <param name="type">Of its numbers.</param>
/// <param name="most">Places, 1 or more.</param>
/// <param name="one">The shape of one place, without the batch.</param>
internal sealed unsafe class Slots(TensorElementType type, int most, long[] one) : IDisposable
{
    private readonly OrtValue whole = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, type, [most, .. one]);
    private readonly Dictionary<(int First, int Count), OrtValue> views = [];

    public int Count => most;

    public Span<T> Of<T>(int slot)
        where T : unmanaged
    {
        var all = whole.GetTensorMutableDataAsSpan<T>();
        var each = all.Length / most;
        return all.Slice(slot * each, each);
    }

    /// <summary>The tensor [count, …] that begins at a place.</summary>
    public OrtValue View(int first, int count)
    {
        if (views.TryGetValue((first, count), out var view)) return view;
        var bytes = whole.GetTensorMutableRawData();
        var each = bytes.Length / most;
        fixed (byte* start = bytes) // ONNX Runtime's own memory, which does not move
            view = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, [count, .. one], (nint)start + (first * (nint)each), (long)count * each);
        return views[(first, count)] = view;
    }

    public void Dispose()
    {
        foreach (var view in views.Values) view.Dispose();
        whole.Dispose();
    }
}
