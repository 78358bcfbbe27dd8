using System.Runtime.InteropServices;
using Lynceus.Vision;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SkiaSharp;

namespace Lynceus.Benchmarks;

/// <summary>What no look can do without: SkiaSharp's scaled decode into a kept buffer, and the session by itself on a kept tensor.</summary>
internal sealed unsafe class Floor : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions run = new();
    private readonly OrtIoBinding binding;
    private readonly OrtValue input;
    private readonly OrtValue output;
    private void* pixels;
    private nuint capacity;

    public Floor(LoadedModel model, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        session = new InferenceSession(model.Path, options);
        var spec = model.Manifest.Input;
        input = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [1, 3, spec.Height, spec.Width]);
        input.GetTensorMutableDataAsSpan<float>().Fill(114);
        output = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [.. session.OutputMetadata.Values.Single().Dimensions.Select(d => (long)d)]);
        binding = session.CreateIoBinding();
        binding.BindInput(spec.Name, input);
        binding.BindOutput(session.OutputMetadata.Keys.Single(), output);
    }

    /// <summary>Decodes at a fraction of the picture's sides.</summary>
    public void Decode(byte[] jpeg, float scale)
    {
        fixed (byte* bytes = jpeg)
        {
            using var data = SKData.Create((nint)bytes, jpeg.Length);
            using var codec = SKCodec.Create(data);
            var size = codec.GetScaledDimensions(scale);
            var needed = (nuint)size.Width * (nuint)size.Height * 4;
            if (needed > capacity) pixels = NativeMemory.Realloc(pixels, capacity = needed);
            codec.GetPixels(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), (nint)pixels);
        }
    }

    /// <summary>What goes in, to be filled by the caller.</summary>
    public Span<float> Input => input.GetTensorMutableDataAsSpan<float>();

    /// <summary>What came out of the last run.</summary>
    public ReadOnlySpan<float> Output => output.GetTensorDataAsSpan<float>();

    public void Run() => session.RunWithBinding(run, binding);

    public void Dispose()
    {
        binding.Dispose();
        input.Dispose();
        output.Dispose();
        run.Dispose();
        session.Dispose();
        NativeMemory.Free(pixels);
    }
}
