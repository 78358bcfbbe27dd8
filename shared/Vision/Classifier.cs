using System.Numerics.Tensors;
using Lynceus.Contracts;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Lynceus.Vision;

/// <summary>A label and how sure a classifier is of it, 0–1.</summary>
public readonly record struct Classification(string Label, float Score);

/// <summary>
/// Says what is in a box of a picture. Keeps its session, its tensors and its buffers from crop to crop. Belongs to one thread at a time.
/// </summary>
public sealed class Classifier : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions run = new();
    private readonly OrtIoBinding binding;
    private readonly OrtValue tensor;
    private readonly OrtValue output;
    private readonly DecodedPicture larger = new();
    private readonly TensorWriter writer;

    /// <summary>
    /// Opens a classifier and runs it once. Throws <see cref="ModelRefusedException"/> if its file is not what the manifest says, cannot be run here, or gives what are no numbers.
    /// </summary>
    /// <param name="manifestPath">Its <c>classifier.json</c>; the weights lie beside.</param>
    /// <param name="variant">Float where it has no such.</param>
    /// <param name="threads">For one crop.</param>
    public Classifier(string manifestPath, ModelVariant variant = ModelVariant.Float, int threads = 1)
    {
        Model = ClassifierManifest.Read(manifestPath);
        var file = Model.FileOf(variant) ?? Model.Float;
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(manifestPath))!, file.File);
        ModelFiles.CheckHash(Model.Name, path, file.Sha256);
        writer = new TensorWriter(Model.Input);
        session = Open(path, threads);
        binding = session.CreateIoBinding();
        long[] taken = [1, 3, Model.Input.Height, Model.Input.Width], given = [1, Model.Labels.Count];
        tensor = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, taken);
        output = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, given);
        try
        {
            Check("input", session.InputMetadata, taken);
            Check("output", session.OutputMetadata, given);
            binding.BindInput(Model.Input.Name, tensor);
            binding.BindOutput(session.OutputMetadata.Keys.First(), output);
            tensor.GetTensorMutableDataAsSpan<float>().Fill(Model.Input.Pad * Model.Input.White / 255);
            session.RunWithBinding(run, binding);
            if (!AreScores()) throw new ModelRefusedException(Model.Name, "gives scores that are none for a grey picture; its weights are damaged");
        }
        catch (OnnxRuntimeException e)
        {
            Dispose();
            throw new ModelRefusedException(Model.Name, $"cannot be run: {e.Message}");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ClassifierManifest Model { get; }

    /// <summary>
    /// Looks at a box. Where the open picture has fewer pixels of it than the model's input and the file has more, that part alone is decoded again, larger.
    /// </summary>
    /// <param name="opened">The picture, opened whole.</param>
    /// <param name="encoded">Its file.</param>
    /// <param name="box">In 0–1 of the upright picture; what reaches over its border is left out.</param>
    /// <returns>Every label with its score, in the model's order; null if the crop cannot be decoded or the model fails on it.</returns>
    public IReadOnlyList<Classification>? Classify(DecodedPicture opened, ReadOnlySpan<byte> encoded, Box box)
    {
        var window = Window(box, opened.UprightWidth, opened.UprightHeight);
        var fit = Math.Min(Model.Input.Width / (opened.UprightWidth * window.W), Model.Input.Height / (opened.UprightHeight * window.H));
        if (opened.Scale >= Math.Min(fit, 1) * 0.99f) return Scores(opened.Part(window).Pixels);
        if (larger.Decode(encoded, window, Model.Input.Width, Model.Input.Height, out _) is not null) return null;
        return Scores(larger.Window == DecodedPicture.Whole ? larger.Part(window).Pixels : larger.All);
    }

    /// <summary>A square in pixels around the box, less what lies outside the picture.</summary>
    private Box Window(Box box, int width, int height)
    {
        box = Sightings.Inside(box);
        var side = Math.Max(box.W * width, box.H * height) * Model.Margin;
        var (w, h) = (side / width, side / height);
        var (left, top) = (Math.Max(0, box.X + ((box.W - w) / 2)), Math.Max(0, box.Y + ((box.H - h) / 2)));
        return Sightings.Inside(new Box(left, top, box.X + ((box.W + w) / 2) - left, box.Y + ((box.H + h) / 2) - top));
    }

    private Classification[]? Scores(in Pixels pixels)
    {
        try
        {
            writer.Write(pixels, tensor.GetTensorMutableDataAsSpan<float>());
            session.RunWithBinding(run, binding);
        }
        catch (OnnxRuntimeException)
        {
            return null; // the box keeps what the detector said of it
        }
        if (!AreScores()) return null;
        var given = output.GetTensorDataAsSpan<float>();
        var scores = new Classification[given.Length];
        for (var i = 0; i < scores.Length; i++) scores[i] = new Classification(Model.Labels[i], given[i]);
        return scores;
    }

    private bool AreScores()
    {
        var given = output.GetTensorDataAsSpan<float>();
        return TensorPrimitives.IsFiniteAll<float>(given) && TensorPrimitives.Min<float>(given) >= -1e-3f && Math.Abs(TensorPrimitives.Sum<float>(given) - 1) < 0.01f;
    }

    private InferenceSession Open(string path, int threads)
    {
        using var settings = OnnxRuntime.Settings();
        settings.IntraOpNumThreads = threads;
        settings.InterOpNumThreads = 1;
        settings.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
        settings.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            return new InferenceSession(path, settings);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelRefusedException(Model.Name, $"{path} cannot be loaded: {e.Message}");
        }
    }

    private void Check(string what, IReadOnlyDictionary<string, NodeMetadata> named, long[] wanted)
    {
        var (name, node) = named.Count == 1 ? named.First() : throw new ModelRefusedException(Model.Name, $"has {named.Count} {what}s, not one");
        if (what == "input" && name != Model.Input.Name) throw new ModelRefusedException(Model.Name, $"its input is {name}, the manifest says {Model.Input.Name}");
        var fits = node.IsTensor && node.ElementType == typeof(float) && node.Dimensions.Length == wanted.Length && node.Dimensions.Zip(wanted).All(d => d.First == d.Second || d.First < 0);
        if (!fits) throw new ModelRefusedException(Model.Name, $"its {what} is {node.ElementType?.Name}[{string.Join(", ", node.Dimensions ?? [])}], the manifest says Single[{string.Join(", ", wanted)}]");
    }

    public void Dispose()
    {
        binding.Dispose();
        run.Dispose();
        session.Dispose();
        tensor.Dispose();
        output.Dispose();
        larger.Dispose();
    }
}
