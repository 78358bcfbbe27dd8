using Lynceus.Contracts;
using Lynceus.Edge;
using Lynceus.Scenes;
using SkiaSharp;

namespace Lynceus.Benchmarks;

/// <summary>One trigger of a drawn camera: five frames, a second apart.</summary>
internal sealed record DrawnTrigger(Clip Clip, IReadOnlyList<byte[]> Jpegs, bool HasAnimal);

/// <summary>
/// What three cameras take by day: wind, drifting light and weather, every half hour a trigger, one in five with an animal.
/// The first ones are empty, so that the cameras' backgrounds are known when counting begins.
/// </summary>
internal static class DrawnTriggers
{
    public const int Frames = 5;

    /// <summary>Of the first triggers: only the backgrounds need them.</summary>
    private const int FramesToWarmUp = 3;
    public const int Width = 1024;
    public const int Height = 768;
    private static readonly Subject[] Animals = [Subject.Deer, Subject.Fox, Subject.Boar, Subject.Hare, Subject.Badger];

    private static readonly Lazy<(List<DrawnTrigger> WarmUp, List<DrawnTrigger> Counted)> Drawn = new(() => Draw(Sample.Short ? 4 : 8, Sample.Turns(10)));

    /// <summary>In the order in which they come. Drawn once: it takes longer than to decide about them.</summary>
    public static (List<DrawnTrigger> WarmUp, List<DrawnTrigger> Counted) All => Drawn.Value;

    /// <summary>As many of each camera as it says.</summary>
    private static (List<DrawnTrigger> WarmUp, List<DrawnTrigger> Counted) Draw(int warmUp, int counted)
    {
        var cameras = SceneCamera.All;
        var specs = Enumerable.Range(0, (warmUp + counted) * cameras.Count)
            .Select(i => (Camera: cameras[i % cameras.Count], Spec: Spec(i, i / cameras.Count, i >= warmUp * cameras.Count && i % 5 == 0))).ToList();
        var jpegs = specs.Select((_, i) => new byte[i < warmUp * cameras.Count ? FramesToWarmUp : Frames][]).ToArray();
        Parallel.ForEach(jpegs.SelectMany((frames, i) => Enumerable.Range(0, frames.Length).Select(frame => (i, frame))), at =>
        {
            using var frame = SceneDrawing.Draw(specs[at.i].Camera, specs[at.i].Spec, at.frame + 1);
            using var encoded = frame.Bitmap.Encode(SKEncodedImageFormat.Jpeg, 85);
            jpegs[at.i][at.frame] = encoded.ToArray();
        });
        var all = specs.Select((s, i) => ToTrigger(s.Camera, s.Spec, jpegs[i])).ToList();
        return (all[..(warmUp * cameras.Count)], all[(warmUp * cameras.Count)..]);
    }

    private static SceneSpec Spec(int seed, int halfHour, bool animal)
    {
        var dice = new Random(seed);
        var weather = dice.Next(3) == 0 ? Weather.Overcast : Weather.Clear;
        return new SceneSpec(seed * 7919, Width, Height, new DateTimeOffset(2026, 5, 10, 9, 0, 0, TimeSpan.FromHours(1)).AddMinutes(30 * (halfHour % 16)).AddDays(halfHour / 16), weather, 0.1f + (0.6f * dice.NextSingle()), 12)
        {
            Passage = animal ? new Passage(Animals[seed / 5 % Animals.Length], 3.5f + (3 * dice.NextSingle()), dice.NextSingle() - 0.5f, dice.Next(2) * 180, 0.3f) : null,
        };
    }

    private static DrawnTrigger ToTrigger(SceneCamera camera, SceneSpec spec, byte[][] jpegs)
    {
        var id = Ids.NewCapture(TimeProvider.System);
        return new DrawnTrigger(
            new Clip
            {
                CaptureID = id, CameraID = camera.Name, Trigger = "pir", ClockQuality = ClockQuality.Ntp, OnOwnersCard = false,
                Frames = [.. jpegs.Select((jpeg, i) => new MemoryFrame(jpeg)
                {
                    Number = $"{i + 1}", Time = spec.Start.AddSeconds(i), FilePath = $"{i + 1}.jpg", FileMediatype = "image/jpeg", Bytes = jpeg.Length,
                })],
            },
            jpegs, spec.Passage is not null);
    }
}
