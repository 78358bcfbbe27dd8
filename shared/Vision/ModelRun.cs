using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Lynceus.Vision;

/// <summary>One model's session. Its owner keeps what goes in, so that two variants of a model take the same; what comes out is kept here until the next run.</summary>
internal sealed class ModelRun : IDisposable
{
    private readonly ModelManifest model;
    private readonly InferenceSession session;
    private readonly RunOptions run = new();
    private readonly string[] names;
    private readonly Slots? sizes;

    /// <summary>What comes out, where the file says its sides; else ONNX Runtime makes it anew with every run (<see cref="made"/>).</summary>
    private readonly Slots[]? kept;
    private readonly Dictionary<(Slots Input, int First, int Count), OrtIoBinding> bindings = [];
    private IDisposableReadOnlyCollection<OrtValue>? made;
    private int pictures = 1;

    /// <summary>Opens the file and runs it once on grey. Throws <see cref="ModelRefusedException"/> with the reason, and then nothing stays open.</summary>
    /// <param name="loaded">The file.</param>
    /// <param name="options">Threads and the rest.</param>
    /// <param name="input">Its first place is overwritten.</param>
    /// <param name="batch">Pictures in one run at most, if the file can take several.</param>
    public ModelRun(LoadedModel loaded, DetectorOptions options, Slots input, int batch = 1)
    {
        model = loaded.Manifest;
        Ports = Outputs.Of(model);
        session = SoundModel.Open(loaded, settings => Set(settings, options));
        names = [];
        try
        {
            (var several, var wantsSizes) = SoundModel.CheckInputs(model, session);
            (names, var known) = SoundModel.CheckOutputs(model, session, Ports);
            Batch = several ? batch : 1;
            if (wantsSizes) sizes = SizesOf(model.Input, Batch);
            if (known) kept = [.. names.Select(n => session.OutputMetadata[n]).Select(n => new Slots(n.ElementDataType, Batch, [.. n.Dimensions.Skip(1).Select(d => (long)d)]))];
            SoundModel.CheckRun(model, this, input);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<OutputPort> Ports { get; }

    /// <summary>Pictures that one run can take.</summary>
    public int Batch { get; }

    /// <summary>Looks at the pictures in some neighbouring places of the input. Null, or in words why what came out does not fit.</summary>
    public string? Run(Slots input, int first, int count)
    {
        made?.Dispose();
        made = null;
        pictures = count;
        var binding = Bound(input, first, count);
        session.RunWithBinding(run, binding);
        if (kept is not null) return null;
        made = binding.GetOutputValues();
        for (var port = 0; port < Ports.Count; port++)
        {
            if (SoundModel.Misfit(model, Ports[port], made.ElementAt(port), count) is { } misfit) return misfit;
        }
        return null;
    }

    /// <summary>What the last run gave for one of its pictures.</summary>
    public ReadOnlySpan<T> Of<T>(int port, int slot)
        where T : unmanaged
    {
        if (kept is not null) return kept[port].Of<T>(slot);
        var all = made!.ElementAt(port).GetTensorDataAsSpan<T>();
        var each = all.Length / pictures;
        return all.Slice(slot * each, each);
    }

    public TensorElementType Type(int port) => kept is null ? made!.ElementAt(port).GetTensorTypeAndShape().ElementDataType : session.OutputMetadata[names[port]].ElementDataType;

    public Labels LabelsOf(int port, int slot) => Type(port) switch
    {
        TensorElementType.Int64 => new Labels(Of<long>(port, slot), [], []),
        TensorElementType.Int32 => new Labels([], Of<int>(port, slot), []),
        _ => new Labels([], [], Of<float>(port, slot)),
    };

    private OrtIoBinding Bound(Slots input, int first, int count)
    {
        if (bindings.TryGetValue((input, first, count), out var binding)) return binding;
        binding = session.CreateIoBinding();
        binding.BindInput(model.Input.Name, input.View(first, count));
        if (sizes is not null) binding.BindInput(DetrSets.TargetSizes, sizes.View(0, count));
        for (var port = 0; port < names.Length; port++)
        {
            if (kept is null) binding.BindOutputToDevice(names[port], OrtMemoryInfo.DefaultInstance);
            else binding.BindOutput(names[port], kept[port].View(0, count));
        }
        return bindings[(input, first, count)] = binding;
    }

    /// <summary>Before an input is taken away.</summary>
    public void Forget(Slots input)
    {
        foreach (var (key, binding) in bindings.Where(b => b.Key.Input == input).ToList())
        {
            binding.Dispose();
            bindings.Remove(key);
        }
    }

    private static Slots SizesOf(InputSpec input, int batch)
    {
        var sizes = new Slots(TensorElementType.Int64, batch, [2]);
        for (var i = 0; i < batch; i++) (sizes.Of<long>(i)[0], sizes.Of<long>(i)[1]) = (input.Width, input.Height);
        return sizes;
    }

    public void Dispose()
    {
        made?.Dispose();
        foreach (var binding in bindings.Values) binding.Dispose();
        foreach (var slots in kept ?? []) slots.Dispose();
        sizes?.Dispose();
        run.Dispose();
        session.Dispose();
    }

    private static void Set(SessionOptions settings, DetectorOptions options)
    {
        settings.IntraOpNumThreads = options.Threads;
        settings.InterOpNumThreads = 1;
        settings.ExecutionMode = ExecutionMode.ORT_SEQUENTIAL;
        settings.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL;
        settings.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL; // an error comes as an exception too
        settings.AddSessionConfigEntry("session.intra_op.allow_spinning", options.Spin ? "1" : "0");
        if (options.Provider == ExecutionProvider.Cuda) settings.AppendExecutionProvider_CUDA();
    }
}
