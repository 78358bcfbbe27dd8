using Lynceus.Scenes;
using SkiaSharp;

namespace Lynceus.FakeCamera;

/// <summary>The drawn pictures, as JPEGs. Drawing takes longer than playing, so what was drawn once lies in the system's folder for temporary files.</summary>
internal sealed class Reel(int width, int height)
{
    private const int Quality = 85;
    private static readonly DateTimeOffset Day = new(2026, 6, 3, 11, 0, 0, TimeSpan.FromHours(2));
    private readonly Dictionary<string, byte[]> drawn = [];

    public byte[] Empty(int frame) => Take($"empty-{frame % 3}", () => Draw(null, Day, (frame % 3) + 1));

    public byte[] Animal(int frame)
    {
        // There and back again, so that the circle has no jump.
        var at = frame % 6 is var n && n < 4 ? n : 6 - n;
        return Take($"deer-{at}", () => Draw(new Passage(Subject.Deer, 6, 0, 20, 0.4f), Day, at + 1));
    }

    public byte[] Person() => Take("person", () => Draw(new Passage(Subject.Person, 3.2f, 0.1f, 250, 0.5f), Day, 2));

    public byte[] Infrared(int frame) => Take($"infrared-{frame % 3}", () => Draw(null, Day.AddHours(12), (frame % 3) + 1));

    /// <summary>Darker by a share of its brightness, 0 for black.</summary>
    public byte[] Dim(int frame, double share) => Take($"dim-{frame % 3}-{share * 100:0}", () =>
    {
        using var whole = SKBitmap.Decode(Empty(frame));
        using var canvas = new SKCanvas(whole);
        canvas.DrawColor(SKColors.Black.WithAlpha((byte)(255 * (1 - share))), SKBlendMode.SrcOver);
        canvas.Flush();
        return Encode(whole);
    });

    private byte[] Draw(Passage? passage, DateTimeOffset start, int number)
    {
        var spec = new SceneSpec(41, width, height, start, Weather.Overcast, 0.1f, 14) { Passage = passage };
        using var frame = SceneDrawing.Draw(SceneCamera.All[0], spec, number);
        return Encode(frame.Bitmap);
    }

    private byte[] Take(string name, Func<byte[]> draw)
    {
        if (drawn.TryGetValue(name, out var jpeg)) return jpeg;
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "lynceus-fake-camera")).FullName, $"2-{width}x{height}-{name}.jpg");
        if (!File.Exists(path))
        {
            var temporary = $"{path}.{Environment.ProcessId}";
            File.WriteAllBytes(temporary, draw());
            File.Move(temporary, path, overwrite: true);
        }
        return drawn[name] = File.ReadAllBytes(path);
    }

    private static byte[] Encode(SKBitmap bitmap)
    {
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return data.ToArray();
    }
}
