using System.Diagnostics;
using System.Runtime.InteropServices;
using Lynceus.Vision;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SkiaSharp;
using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>
/// One look at a 2048 × 1536 JPEG: decode, letterbox, inference, boxes. The floor is what cannot be left out: the scaled decode by itself and the bare
/// <c>session.Run</c>, with the same threads. Both are measured in turns, so that what disturbs one disturbs the other.
/// </summary>
internal static class LookBench
{
    private const int Turns = 60;

    public static Task RunAsync(Table table)
    {
        var jpeg = Sample.Jpeg(2048, 1536);
        var model = ModelCatalog.Load().OpenForRole("gate");
        foreach (var threads in new[] { 1, 2 })
        {
            using var detector = new Detector(model, new DetectorOptions { Threads = threads });
            using var floor = new Floor(model, threads);
            var (ours, bare) = (new List<double>(Turns), new List<double>(Turns));
            for (var i = -10; i < Turns; i++)
            {
                var t0 = Stopwatch.GetTimestamp();
                detector.Detect(jpeg);
                var t1 = Stopwatch.GetTimestamp();
                floor.Run(jpeg);
                var t2 = Stopwatch.GetTimestamp();
                if (i < 0) continue;
                ours.Add((t1 - t0) * 1000.0 / Stopwatch.Frequency);
                bare.Add((t2 - t1) * 1000.0 / Stopwatch.Frequency);
            }
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++) detector.Detect(jpeg);
            var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / 20;
            var (a, b) = (Sample.Median(ours), Sample.Median(bare));
            table.AddRow($"look at 2048x1536, {threads} thread(s), median of {Turns}", $"{a:0.0} ms", $"{b:0.0} ms (scaled decode + bare session.Run)", $"{a / b:0.00}", "<= 1.15");
            table.AddRow($"  allocated a look, {threads} thread(s)", $"{allocated} B", "", "", "< 4096 B");
        }
        return Task.CompletedTask;
    }

    /// <summary>SkiaSharp's scaled decode into a kept buffer, and the session on a kept tensor.</summary>
    private sealed unsafe class Floor : IDisposable
    {
        private readonly InferenceSession session;
        private readonly RunOptions run = new();
        private readonly OrtIoBinding binding;
        private readonly OrtValue input;
        private readonly OrtValue output;
        private readonly void* pixels = NativeMemory.Alloc(2048 * 1536 * 4);

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

        public void Run(byte[] jpeg)
        {
            fixed (byte* bytes = jpeg)
            {
                using var data = SKData.Create((nint)bytes, jpeg.Length);
                using var codec = SKCodec.Create(data);
                var size = codec.GetScaledDimensions(0.25f);
                codec.GetPixels(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), (nint)pixels);
            }
            session.RunWithBinding(run, binding);
        }

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
}
