using Google.Protobuf;
using Lynceus.Quantize.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace Lynceus.Quantize;

/// <summary>A model in ONNX Runtime that also gives out tensors from its inside.</summary>
internal sealed class Sessions : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions run = new();
    private readonly string input;

    public Sessions(ModelProto model, IEnumerable<string> inside, int threads = 2)
    {
        var open = model.Clone();
        var already = open.Graph.Output.Select(o => o.Name).ToHashSet();
        Outputs = [.. model.Graph.Output.Select(o => o.Name), .. inside.Where(t => !already.Contains(t)).Distinct()];
        foreach (var name in Outputs.Skip(already.Count))
            open.Graph.Output.Add(new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float } } });
        using var options = Options(threads);
        session = new InferenceSession(open.ToByteArray(), options);
        input = session.InputMetadata.Keys.First();
    }

    /// <summary>The model's own outputs, then those from the inside.</summary>
    public IReadOnlyList<string> Outputs { get; }

    public long[] InputShape => [.. session.InputMetadata[input].Dimensions.Select(d => (long)d)];

    /// <summary>Runs once; <paramref name="take"/> gets each tensor's place in <see cref="Outputs"/> and its numbers.</summary>
    public void Run(OrtValue tensor, Taken take)
    {
        using var results = session.Run(run, [input], [tensor], Outputs);
        for (var i = 0; i < Outputs.Count; i++) take(i, results[i]);
    }

    public void Dispose()
    {
        session.Dispose();
        run.Dispose();
    }

    public static SessionOptions Options(int threads)
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = Enum.Parse<GraphOptimizationLevel>(Environment.GetEnvironmentVariable("OPT") ?? "ORT_ENABLE_ALL"),
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return options;
    }
}

internal delegate void Taken(int place, OrtValue tensor);
