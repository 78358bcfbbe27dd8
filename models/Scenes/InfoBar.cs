using SkiaSharp;

namespace Lynceus.Scenes;

/// <summary>The black strip that cameras burn into the bottom of a picture, in a 5×7 pixel font.</summary>
internal static class InfoBar
{
    // Seven rows of five bits for each glyph, the leftmost pixel in bit 4.
    private static readonly Dictionary<char, byte[]> Glyphs = new()
    {
        ['0'] = [14, 17, 19, 21, 25, 17, 14], ['1'] = [4, 12, 4, 4, 4, 4, 14], ['2'] = [14, 17, 1, 2, 4, 8, 31], ['3'] = [31, 2, 4, 2, 1, 17, 14],
        ['4'] = [2, 6, 10, 18, 31, 2, 2], ['5'] = [31, 16, 30, 1, 1, 17, 14], ['6'] = [6, 8, 16, 30, 17, 17, 14], ['7'] = [31, 1, 2, 4, 8, 8, 8],
        ['8'] = [14, 17, 17, 14, 17, 17, 14], ['9'] = [14, 17, 17, 15, 1, 2, 12], [':'] = [0, 4, 4, 0, 4, 4, 0], ['-'] = [0, 0, 0, 14, 0, 0, 0],
        ['°'] = [12, 18, 18, 12, 0, 0, 0], ['A'] = [14, 17, 17, 31, 17, 17, 17], ['C'] = [14, 17, 16, 16, 16, 17, 14], ['E'] = [31, 16, 16, 30, 16, 16, 31],
        ['F'] = [31, 16, 16, 30, 16, 16, 16], ['K'] = [17, 18, 20, 24, 20, 18, 17], ['L'] = [16, 16, 16, 16, 16, 16, 31], ['N'] = [17, 25, 21, 19, 17, 17, 17],
        ['R'] = [30, 17, 17, 30, 20, 18, 17], ['S'] = [15, 16, 16, 14, 1, 1, 30], ['T'] = [31, 4, 4, 4, 4, 4, 4], ['U'] = [17, 17, 17, 17, 17, 17, 14],
        ['B'] = [30, 17, 17, 30, 17, 17, 30], ['D'] = [30, 17, 17, 17, 17, 17, 30], ['G'] = [14, 17, 16, 23, 17, 17, 15], ['H'] = [17, 17, 17, 31, 17, 17, 17],
        ['I'] = [14, 4, 4, 4, 4, 4, 14], ['J'] = [7, 2, 2, 2, 2, 18, 12], ['M'] = [17, 27, 21, 21, 17, 17, 17], ['O'] = [14, 17, 17, 17, 17, 17, 14],
        ['P'] = [30, 17, 17, 30, 16, 16, 16], ['Q'] = [14, 17, 17, 17, 21, 18, 13], ['V'] = [17, 17, 17, 17, 17, 10, 4], ['W'] = [17, 17, 17, 21, 21, 21, 10],
        ['Z'] = [31, 1, 2, 4, 8, 16, 31], ['X'] = [17, 17, 10, 4, 10, 17, 17], ['Y'] = [17, 17, 10, 4, 4, 4, 4],
    };

    /// <summary>Height of the strip in a picture of this height.</summary>
    public static int Rows(int height) => Math.Max(11, height / 24);

    public static void Draw(SKCanvas canvas, SceneCamera camera, SceneSpec spec, DateTimeOffset time)
    {
        var rows = Rows(spec.Height);
        var dot = Math.Max(1, rows / 11);
        float top = spec.Height - rows, middle = top + (rows / 2f);
        using var strip = new SKPaint { Color = new(8, 8, 8) };
        canvas.DrawRect(0, top, spec.Width, rows, strip);
        var x = Write(canvas, "LYNX  " + camera.Name.ToUpperInvariant(), 6 * dot, middle, dot);
        Moon(canvas, time, x + (8 * dot), middle, 4 * dot);
        x = spec.Width * 0.36f;
        x = Write(canvas, $"{spec.Celsius}°C {(spec.Celsius * 9 / 5) + 32}°F", x, middle, dot);
        Write(canvas, $"{time:yyyy-MM-dd HH:mm:ss}", MathF.Max(x + (6 * dot), spec.Width - (6 * dot * 20)), middle, dot);
    }

    private static float Write(SKCanvas canvas, string text, float x, float middle, int dot)
    {
        using var ink = new SKPaint { Color = new(238, 238, 238) };
        foreach (var letter in text)
        {
            for (var bit = 0; Glyphs.TryGetValue(letter, out var rows) && bit < 35; bit++)
            {
                if ((rows[bit / 5] >> (4 - (bit % 5)) & 1) == 1)
                {
                    canvas.DrawRect(x + (bit % 5 * dot), middle + (((bit / 5) - 3.5f) * dot), dot, dot, ink);
                }
            }

            x += 6 * dot;
        }

        return x;
    }

    /// <summary>The moon as it was: a new moon on 6 January 2000 18:14 UTC and a mean synodic month of 29.530588 days (Meeus).</summary>
    private static void Moon(SKCanvas canvas, DateTimeOffset time, float x, float y, float radius)
    {
        var age = (time.UtcDateTime - new DateTime(2000, 1, 6, 18, 14, 0, DateTimeKind.Utc)).TotalDays / 29.530588;
        var phase = (float)(age - Math.Floor(age)); // 0 new, 0.5 full
        using var dark = new SKPaint { IsAntialias = true, Color = new(70, 70, 70) };
        using var lit = new SKPaint { IsAntialias = true, Color = new(235, 235, 225) };
        canvas.DrawCircle(x, y, radius, dark);
        using var shape = new SKPathBuilder();
        for (var i = 0; i <= 32; i++)
        {
            var (sin, cos) = MathF.SinCos((i % 17 * MathF.PI / 16) - (MathF.PI / 2));
            var limb = phase < 0.5f ? cos : -cos;
            var edge = i < 17 ? limb : limb * MathF.Cos(2 * MathF.PI * phase);
            var at = new SKPoint(x + (radius * edge), y + (radius * (i < 17 ? sin : -sin)));
            if (i == 0)
            {
                shape.MoveTo(at);
            }
            else
            {
                shape.LineTo(at);
            }
        }

        using var path = shape.Detach();
        canvas.DrawPath(path, lit);
    }
}
