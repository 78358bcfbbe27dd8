using Microsoft.ML.OnnxRuntime;

namespace Lynceus.Vision;

/// <summary>One model's session, bound to tensors that its owner keeps: two variants of a model take and give through the same.</summary>
internal sealed class ModelRun : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions run = new();
    private readonly OrtIoBinding binding;

    /// <summary>Opens the file and runs it once. Throws <see cref="ModelRefusedException"/> with the reason, and then nothing stays open.</summary>
    public ModelRun(LoadedModel model, DetectorOptions options, OrtValue tensor, OrtValue output)
    {
        session = SoundModel.Open(model, settings => Set(settings, options));
        binding = session.CreateIoBinding();
        try
        {
            var (taken, given) = SoundModel.Shapes(model.Manifest);
            var name = SoundModel.CheckShapes(model.Manifest, session, taken, given);
            binding.BindInput(model.Manifest.Input.Name, tensor);
            binding.BindOutput(name, output);
            SoundModel.CheckRun(model.Manifest, this, tensor, output);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>From the input tensor to the output tensor.</summary>
    public void Run() => session.RunWithBinding(run, binding);

    public void Dispose()
    {
        binding.Dispose();
        run.Dispose();
        session.Dispose();
    }

    private static void Set(SessionOptions settings, DetectorOptions options)
    {
        settings.IntraOpNumThreads = options.Threads;
        settings.InterOpNumThreads = 1;
        settings.ExecutionMode = ExecutionMode.ORT_SEQUENTIAL;
        settings.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL;
        settings.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
        settings.AddSessionConfigEntry("session.intra_op.allow_spinning", options.Spin ? "1" : "0");
    }
}
