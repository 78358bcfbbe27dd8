using Lynceus.Contracts;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Lynceus.Vision;

/// <summary>
/// Looks at pictures with one model. Keeps its session, its tensors and its buffers from picture to picture, so a look allocates next to nothing.
/// Belongs to one thread at a time.
/// </summary>
public sealed class Detector : IDisposable
{
    /// <summary>What ONNX Runtime says where the system gives it no memory.</summary>
    private const string NoMemory = "failed to allocate memory";

    /// <summary>Bytes of a decoded picture that are kept for the next: 48 megapixels. A larger one is the exception, and its memory is given back.</summary>
    private const long MostHeld = 4 * 48_000_000;

    private readonly DetectorOptions options;
    private readonly ModelRun model;

    /// <summary>The float twin of an int8 model; null for any other.</summary>
    private readonly ModelRun? exact;
    private readonly Slots input;
    private readonly DecodedPicture picture = new();

    /// <summary>One for each place of the input: it knows what stands there.</summary>
    private readonly TensorWriter[] writers;
    private readonly Candidates candidates = new();

    /// <summary>Null, or why the last run gave no answer.</summary>
    private string? failure;

    /// <summary>
    /// Opens a model and runs it once. Throws <see cref="ModelRefusedException"/> if the file is no model, is not of the shape its manifest says,
    /// cannot be run here, or gives what are no numbers.
    /// </summary>
    public Detector(LoadedModel model, DetectorOptions options)
    {
        Model = model.Manifest;
        this.options = options;
        Slots? places = null;
        try
        {
            places = new Slots(TensorElementType.Float, 1, [3, Model.Input.Height, Model.Input.Width]);
            this.model = new ModelRun(model, options, places, options.Batch);
            if (model.Exact is not null) exact = new ModelRun(model.Exact, options, places);
            Batch = BatchTrial.Passes(Model, this.model) ? options.Batch : 1;
            var needed = options.Ahead ? 2 * Batch : Batch;
            if (needed > 1)
            {
                this.model.Forget(places);
                exact?.Forget(places);
                places.Dispose();
                places = new Slots(TensorElementType.Float, needed, [3, Model.Input.Height, Model.Input.Width]);
            }
            input = places;
        }
        catch
        {
            this.model?.Dispose();
            exact?.Dispose();
            places?.Dispose();
            picture.Dispose();
            throw;
        }
        writers = [.. Enumerable.Range(0, input.Count).Select(_ => new TensorWriter(Model.Input))];
    }

    public ModelManifest Model { get; }

    /// <summary>Pictures that one run of the model looks at; 1 where the model can take no more.</summary>
    public int Batch { get; }

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

    /// <summary>Looks at several encoded pictures, as many in one run of the model as it takes. One look for each, in their order, and the same as if it had come alone.</summary>
    public IReadOnlyList<Look> Detect(IReadOnlyList<ReadOnlyMemory<byte>> encoded) => Detect(encoded.Count, i => encoded[i]);

    /// <summary>The same for pictures that are fetched only when their turn comes.</summary>
    /// <param name="count">How many.</param>
    /// <param name="encoded">Gives each once, in their order; from another thread with <see cref="DetectorOptions.Ahead"/>.</param>
    public IReadOnlyList<Look> Detect(int count, Func<int, ReadOnlyMemory<byte>> encoded)
    {
        var looks = new Look[count];
        for (var ready = Prepare(0, 0); ready is not null;)
        {
            var (from, place) = (ready.End, options.Ahead ? Batch - ready.Place : 0);
            var coming = options.Ahead ? Task.Run(() => Prepare(from, place)) : null;
            Run(ready.Place, ready.Waiting.Count);
            for (var slot = 0; slot < ready.Waiting.Count; slot++) looks[ready.Waiting[slot].Of] = Seen(ready.Place, slot, DecodedPicture.Whole, ready.Waiting[slot].Seen);
            ready = coming is null ? Prepare(from, place) : coming.GetAwaiter().GetResult();
        }
        if (picture.Held > MostHeld) picture.Release();
        return looks;

        Prepared? Prepare(int from, int place)
        {
            if (from >= count) return null;
            var waiting = new List<(int, Look)>(Batch);
            for (; from < count && waiting.Count < Batch; from++)
            {
                if (Open(encoded(from).Span, picture) is { } failed)
                {
                    looks[from] = failed;
                    continue;
                }
                var slot = place + waiting.Count;
                writers[slot].Write(picture, input.Of<float>(slot));
                waiting.Add((from, new Look { Truncated = picture.Truncated, Width = picture.UprightWidth, Height = picture.UprightHeight }));
            }
            return new Prepared(place, waiting, from);
        }
    }

    /// <summary>Pictures that stand in the input.</summary>
    /// <param name="Place">Of the first of them.</param>
    /// <param name="Waiting">Which they are, and what is known of them before the model looks.</param>
    /// <param name="End">The first that is not yet prepared.</param>
    private sealed record Prepared(int Place, List<(int Of, Look Seen)> Waiting, int End);

    private Look Detect(in Pixels pixels, Box window, DecodedPicture of, bool truncated)
    {
        writers[0].Write(pixels, input.Of<float>(0));
        Run(0, 1);
        return Seen(0, 0, window, new Look { Truncated = truncated, Width = of.UprightWidth, Height = of.UprightHeight });
    }

    private void Run(int place, int count)
    {
        try
        {
            failure = count == 0 ? null : model.Run(input, place, count);
        }
        catch (OnnxRuntimeException e)
        {
            failure = e.Message;
        }
    }

    private Look Seen(int place, int slot, Box window, Look look)
    {
        var wrong = failure ?? Read(model, slot);
        if (exact is not null && (wrong is not null || SecondLook.Needed(candidates.Items, Model)))
        {
            wrong = Again(place + slot);
            LookedAgain++;
        }
        if (wrong is not null) return Look.Failed(wrong.Contains(NoMemory, StringComparison.OrdinalIgnoreCase) ? ImageFailure.OutOfMemory : ImageFailure.ModelFailed, wrong);
        return candidates.Items.IsEmpty ? look : look with { Detections = Found(writers[place + slot].Placed, window) };
    }

    private string? Again(int place)
    {
        try
        {
            return exact!.Run(input, place, 1) ?? Read(exact, 0);
        }
        catch (OnnxRuntimeException e)
        {
            return e.Message;
        }
    }

    private string? Read(ModelRun run, int slot)
    {
        candidates.Clear();
        if (Outputs.Read(Model, run, slot, options.MinConf, candidates) is { } wrong) return wrong;
        if (candidates.Broken) return "the model gave boxes that are no numbers";
        if (Outputs.Overlap(Model.Family)) candidates.Suppress(options.NmsIou, options.MaxDetections);
        else candidates.Best(options.MaxDetections);
        return null;
    }

    private Detection[] Found((float X, float Y, float Width, float Height) placed, Box window)
    {
        var (found, count) = (new Detection[candidates.Items.Length], 0);
        foreach (ref readonly var c in candidates.Items)
        {
            var (x, y) = (Clamp((c.Left - placed.X) / placed.Width), Clamp((c.Top - placed.Y) / placed.Height));
            var (w, h) = (Clamp((c.Right - placed.X) / placed.Width) - x, Clamp((c.Bottom - placed.Y) / placed.Height) - y);
            if (w <= 0 || h <= 0) continue; // nothing of it is in the picture
            found[count++] = new Detection
            {
                ObservationType = Model.TypeOf(c.Label),
                Label = Model.Labels[c.Label],
                Conf = c.Score,
                Bbox = new Box(window.X + (x * window.W), window.Y + (y * window.H), w * window.W, h * window.H),
            };
        }
        return count == found.Length ? found : found[..count];
    }

    private static float Clamp(float v) => float.IsNaN(v) ? 0 : Math.Clamp(v, 0, 1);

    public void Dispose()
    {
        model.Dispose();
        exact?.Dispose();
        input.Dispose();
        picture.Dispose();
    }
}
