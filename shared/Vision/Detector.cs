using System.ComponentModel.DataAnnotations;
using Lynceus.Contracts;
using Microsoft.ML.OnnxRuntime;

namespace Lynceus.Vision;

/// <summary>How a detector runs.</summary>
public sealed record DetectorOptions
{
    /// <summary>Threads for one picture.</summary>
    [Range(1, 64)] public int Threads { get; init; } = 1;

    /// <summary>Boxes below this score are not given out, 0–1.</summary>
    [Range(0.001, 1)] public float MinConf { get; init; } = 0.05f;

    /// <summary>Boxes of one class that overlap more than this are one object, 0–1.</summary>
    [Range(0, 1)] public float NmsIou { get; init; } = 0.45f;

    /// <summary>At most so many boxes a picture.</summary>
    [Range(1, Wire.MaxDetectionsPerMedia)] public int MaxDetections { get; init; } = 100;

    /// <summary>Waiting threads spin: a little faster, and hot on a battery.</summary>
    public bool Spin { get; init; }
}

/// <summary>
/// Looks at pictures with one model. Keeps its session, its tensors and its buffers from picture to picture, so a look allocates next to nothing.
/// Belongs to one thread at a time.
/// </summary>
public sealed class Detector : IDisposable
{
    private readonly DetectorOptions options;
    private readonly ModelRun model;

    /// <summary>The float twin of an int8 model; null for any other.</summary>
    private readonly ModelRun? exact;
    private readonly OrtValue tensor;
    private readonly OrtValue output;
    private readonly DecodedPicture picture = new();
    private readonly TensorWriter writer;
    private readonly Candidates candidates = new();

    /// <summary>
    /// Opens a model and runs it once. Throws <see cref="ModelRefusedException"/> if the file is no model, is not of the shape its manifest says,
    /// cannot be run here, or gives what are no numbers.
    /// </summary>
    public Detector(LoadedModel model, DetectorOptions options)
    {
        Model = model.Manifest;
        this.options = options;
        writer = new TensorWriter(Model.Input);
        var (taken, given) = SoundModel.Shapes(Model);
        tensor = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, taken);
        output = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, given);
        try
        {
            this.model = new ModelRun(model, options, tensor, output);
            if (model.Exact is not null) exact = new ModelRun(model.Exact, options, tensor, output);
        }
        catch
        {
            this.model?.Dispose();
            tensor.Dispose();
            output.Dispose();
            picture.Dispose();
            throw;
        }
    }

    public ModelManifest Model { get; }

    /// <summary>Looks at which int8 was so close to a threshold that float looked again (<see cref="SecondLook"/>).</summary>
    public long LookedAgain { get; private set; }

    /// <summary>
    /// Looks at an encoded picture (JPEG, PNG, WebP, GIF, BMP). A picture that cannot be looked at gives a <see cref="Look"/> with its failure.
    /// Boxes come back in 0–1 of the upright picture.
    /// </summary>
    public Look Detect(ReadOnlySpan<byte> encoded) => Open(encoded, picture) ?? Detect(picture);

    /// <summary>Decodes as large as this model's input needs for the whole picture.</summary>
    /// <returns>Null if it can be looked at, else the look with its failure.</returns>
    public Look? Open(ReadOnlySpan<byte> encoded, DecodedPicture into)
        => into.Decode(encoded, Model.Input.Width, Model.Input.Height, out var detail) is { } failure ? Look.Failed(failure, detail) : null;

    /// <summary>Looks at the whole of a picture that is open.</summary>
    public Look Detect(DecodedPicture opened) => Detect(opened.All, DecodedPicture.Whole, opened, opened.Truncated);

    /// <summary>
    /// Looks at a part of it through the whole of the model's input. If the open picture has too few pixels for that, the part alone is decoded again, larger.
    /// </summary>
    /// <param name="opened">The picture, opened whole.</param>
    /// <param name="encoded">Its file.</param>
    /// <param name="window">The part, in 0–1 of the upright picture; what reaches over its border is left out.</param>
    /// <returns>Boxes in 0–1 of the whole upright picture, those that the window's border cuts among them: <see cref="Sightings.Merge"/> knows what to do with them.</returns>
    public Look Detect(DecodedPicture opened, ReadOnlySpan<byte> encoded, Box window)
    {
        window = Sightings.Inside(window);
        var fit = Math.Min(Model.Input.Width / (opened.UprightWidth * window.W), Model.Input.Height / (opened.UprightHeight * window.H));
        if (opened.Scale >= Math.Min(fit, 1) * 0.99f)
        {
            var (part, place) = opened.Part(window);
            return Detect(part, place, opened, opened.Truncated);
        }
        if (picture.Decode(encoded, window, Model.Input.Width, Model.Input.Height, out var detail) is { } failure) return Look.Failed(failure, detail);
        return picture.Window == DecodedPicture.Whole && picture.Part(window) is var (pixels, inWhole)
            ? Detect(pixels, inWhole, opened, picture.Truncated)
            : Detect(picture.All, picture.Window, opened, picture.Truncated);
    }

    private Look Detect(in Pixels pixels, Box window, DecodedPicture of, bool truncated)
    {
        try
        {
            writer.Write(pixels, tensor.GetTensorMutableDataAsSpan<float>());
            model.Run();
            var numbers = Read();
            if (exact is not null && (!numbers || SecondLook.Needed(candidates.Items, Model)))
            {
                exact.Run();
                numbers = Read();
                LookedAgain++;
            }
            if (!numbers) return Look.Failed(ImageFailure.ModelFailed, "the model gave scores that are no numbers");
        }
        catch (OnnxRuntimeException e)
        {
            return Look.Failed(ImageFailure.ModelFailed, e.Message);
        }
        return new Look
        {
            Truncated = truncated,
            Width = of.UprightWidth,
            Height = of.UprightHeight,
            Detections = candidates.Items.IsEmpty ? [] : Found(window),
        };
    }

    private bool Read()
    {
        candidates.Clear();
        if (!YoloxGrid.Read(output.GetTensorDataAsSpan<float>(), Model.Input, Model.Labels.Count, options.MinConf, candidates)) return false;
        candidates.Suppress(options.NmsIou, options.MaxDetections);
        return true;
    }

    private Detection[] Found(Box window)
    {
        var found = new Detection[candidates.Items.Length];
        var (left, top, width, height) = writer.Placed;
        for (var i = 0; i < found.Length; i++)
        {
            ref readonly var c = ref candidates.Items[i];
            var (x, y) = (Clamp((c.Left - left) / width), Clamp((c.Top - top) / height));
            var (w, h) = (Clamp((c.Right - left) / width) - x, Clamp((c.Bottom - top) / height) - y);
            found[i] = new Detection
            {
                ObservationType = Model.TypeOf(c.Label),
                Label = Model.Labels[c.Label],
                Conf = c.Score,
                Bbox = new Box(window.X + (x * window.W), window.Y + (y * window.H), w * window.W, h * window.H),
            };
        }
        return found;
    }

    private static float Clamp(float v) => float.IsNaN(v) ? 0 : Math.Clamp(v, 0, 1);

    public void Dispose()
    {
        model.Dispose();
        exact?.Dispose();
        tensor.Dispose();
        output.Dispose();
        picture.Dispose();
    }
}
