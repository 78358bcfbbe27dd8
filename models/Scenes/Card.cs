using System.Runtime.ExceptionServices;
using SkiaSharp;

namespace Lynceus.Scenes;

/// <summary>What to write. The same options give byte-identical files.</summary>
/// <param name="Seed">Settles everything left to chance.</param>
/// <param name="Captures">Bursts of three frames on a card, or single frames; 1–9999.</param>
/// <param name="Width">Pixels, 64–8192.</param>
/// <param name="Height">Pixels, 64–8192.</param>
public sealed record CardOptions(int Seed = 1, int Captures = 40, int Width = 1280, int Height = 960)
{
    /// <summary>The first option out of its limits, in words for the person who set it; null when all are good.</summary>
    public string? Fault() => this switch
    {
        { Captures: < 1 or > 9999 } => $"captures must be 1–9999, not {Captures}",
        { Width: < 64 or > 8192 } => $"width must be 64–8192 pixels, not {Width}",
        { Height: < 64 or > 8192 } => $"height must be 64–8192 pixels, not {Height}",
        _ => null,
    };
}

/// <summary>Writes sample pictures with their labels: a camera's card of bursts, or single frames.</summary>
public static class Card
{
    /// <summary>Writes <c>camera/DCIM/100LYNX/IMG_0001.JPG…</c> for each camera and <c>labels.csv</c>.</summary>
    /// <exception cref="ArgumentException">An option is out of its limits.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(string folder, CardOptions options, Action<int, int>? progress = null)
    {
        Check(options);
        var dice = Dice.For(options.Seed, "card");
        var first = new DateTimeOffset(2026, 1, 10, 6, 0, 0, TimeSpan.FromHours(1)).AddDays(dice.Below(330));
        var pictures = new int[SceneCamera.All.Count];
        var clock = SceneCamera.All.Select(_ => first).ToArray();
        var kinds = SceneCamera.All.Select(camera => TenAt(camera, dice)).ToArray();
        var animals = Cast.Animals(dice);
        var planned = new List<Planned>(options.Captures * SceneDrawing.BurstLength);
        for (var capture = 0; capture < options.Captures; capture++)
        {
            var site = capture % SceneCamera.All.Count;
            var camera = SceneCamera.All[site];
            clock[site] = clock[site].AddSeconds(dice.Below(60) + (60 * (25 + dice.Below(capture % 5 == 0 ? 900 : 320))));
            var spec = Draft(camera, clock[site], dice, options);
            spec = spec with { Passage = Cast.Of(kinds[site].Draw(), camera, spec, dice, animals) };
            var quality = 72 + dice.Below(21);
            for (var frame = 1; frame <= SceneDrawing.BurstLength; frame++)
            {
                var file = $"{camera.Name}/DCIM/{100 + (pictures[site] / 9999)}LYNX/IMG_{(pictures[site]++ % 9999) + 1:0000}.JPG";
                planned.Add(new Planned(file, camera, spec, frame, quality));
            }
        }

        Draw(folder, planned, SceneDrawing.BurstLength, progress);
    }

    /// <summary>Writes single frames <c>animal_0001.jpg…</c>, each with its own place, time and weather, and <c>labels.csv</c>.</summary>
    /// <exception cref="ArgumentException">An option is out of its limits.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void WriteFrames(string folder, SceneClass kind, CardOptions options, Action<int, int>? progress = null)
    {
        Check(options);
        var dice = Dice.For(options.Seed, "frames", kind);
        var animals = Cast.Animals(dice);
        var planned = new List<Planned>(options.Captures);
        for (var number = 1; number <= options.Captures; number++)
        {
            var camera = kind == SceneClass.Vehicle ? SceneCamera.All[^1] : SceneCamera.All[dice.Below(SceneCamera.All.Count)];
            var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(1)).AddMinutes(dice.Below(365 * 24 * 60));
            var spec = Draft(camera, start, dice, options);
            spec = spec with { Passage = Cast.Of(kind, camera, spec, dice, animals) };
            var file = $"{kind.ToString().ToLowerInvariant()}_{number:0000}.jpg";
            planned.Add(new Planned(file, camera, spec, Frame: 2, 72 + dice.Below(21)));
        }

        Draw(folder, planned, 1, progress);
    }

    /// <summary>What is drawn is settled before anything is drawn, so all cores may draw and the same seed still gives the same card.</summary>
    private static void Draw(string folder, List<Planned> planned, int framesEach, Action<int, int>? progress)
    {
        var labels = new string[planned.Count];
        var (done, gate) = (0, new Lock());
        try
        {
            // On a busy machine the pool would otherwise add a thread every second, each with a whole picture in memory.
            Parallel.For(0, planned.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            {
                var (file, camera, spec, frame, quality) = planned[i];
                using var drawn = SceneDrawing.Draw(camera, spec, frame);
                Save(Path.Combine(folder, file), drawn, spec.Start.AddSeconds(frame - 1), quality);
                labels[i] = Label(file, drawn, camera.Name);
                lock (gate)
                {
                    if (++done % framesEach == 0) progress?.Invoke(done / framesEach, planned.Count / framesEach);
                }
            });
        }
        catch (AggregateException failed)
        {
            ExceptionDispatchInfo.Throw(failed.InnerExceptions[0]);
        }

        File.WriteAllText(Path.Combine(folder, "labels.csv"), "file,class,scientificName,site,x,y,w,h\n" + string.Concat(labels));
    }

    /// <summary>A picture that is going to be drawn.</summary>
    private sealed record Planned(string File, SceneCamera Camera, SceneSpec Spec, int Frame, int Quality);

    /// <summary>Ten captures of a site: six empty; cars keep to the road.</summary>
    private static Bag<SceneClass> TenAt(SceneCamera camera, Dice dice) => new(dice, [
        .. Enumerable.Repeat(SceneClass.Empty, 6), SceneClass.Person, SceneClass.Animal, SceneClass.Animal,
        camera.Habitat == Habitat.Road ? SceneClass.Vehicle : SceneClass.Animal]);

    private static void Check(CardOptions options)
    {
        if (options.Fault() is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }
    }

    private static SceneSpec Draft(SceneCamera camera, DateTimeOffset start, Dice dice, CardOptions options)
    {
        var cold = start.Month is 12 or 1 or 2;
        var weather = dice.Next() switch { < 0.42f => Weather.Clear, < 0.72f => Weather.Overcast, < 0.84f => Weather.Mist, _ => cold ? Weather.Snow : Weather.Rain };
        var warmth = 9 - (11 * Math.Cos(2 * Math.PI * (start.DayOfYear - 20) / 365.25)) - (4 * Math.Cos(2 * Math.PI * (start.TimeOfDay.TotalHours - 3) / 24));
        var celsius = (int)Math.Round(warmth + (2.5 * dice.Bell())) - (camera.Habitat == Habitat.Meadow ? 3 : 0);
        return new((int)(dice.NextBits() & 0x7FFFFFFF), options.Width, options.Height, start, weather, dice.Next() * dice.Next(), weather == Weather.Snow ? Math.Min(celsius, 0) : celsius);
    }

    private static void Save(string path, SceneFrame frame, DateTimeOffset taken, int quality)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var jpeg = frame.Bitmap.Encode(SKEncodedImageFormat.Jpeg, quality);
        File.WriteAllBytes(path, Exif.AddTo(jpeg.AsSpan(), taken, frame.Bitmap.Width, frame.Bitmap.Height));
    }

    /// <summary>Rows of <c>labels.csv</c>: one for an empty file, or one for each object in it.</summary>
    private static string Label(string file, SceneFrame frame, string site)
        => frame.Boxes.Count == 0
            ? $"{file},empty,,{site},,,,\n"
            : string.Concat(frame.Boxes.Select(box =>
                $"{file},{box.Class.ToString().ToLowerInvariant()},{box.ScientificName},{site},{box.X:0.#####},{box.Y:0.#####},{box.Width:0.#####},{box.Height:0.#####}\n"));
}
