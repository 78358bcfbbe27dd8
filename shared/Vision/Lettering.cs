using SkiaSharp;

namespace Lynceus.Vision;

/// <summary>The few words that stand beside a box, in a 5×7 pixel font: a hub has no fonts installed.</summary>
internal static class Lettering
{
    // Seven rows of five bits for each glyph, the leftmost pixel in bit 4. Only what marks say is here.
    private static readonly Dictionary<char, byte[]> Glyphs = new()
    {
        ['0'] = [14, 17, 19, 21, 25, 17, 14], ['1'] = [4, 12, 4, 4, 4, 4, 14], ['2'] = [14, 17, 1, 2, 4, 8, 31], ['3'] = [31, 2, 4, 2, 1, 17, 14],
        ['4'] = [2, 6, 10, 18, 31, 2, 2], ['5'] = [31, 16, 30, 1, 1, 17, 14], ['6'] = [6, 8, 16, 30, 17, 17, 14], ['7'] = [31, 1, 2, 4, 8, 8, 8],
        ['8'] = [14, 17, 17, 14, 17, 17, 14], ['9'] = [14, 17, 17, 15, 1, 2, 12], ['.'] = [0, 0, 0, 0, 0, 12, 12],
        ['a'] = [0, 0, 14, 1, 15, 17, 15], ['c'] = [0, 0, 14, 16, 16, 17, 14], ['e'] = [0, 0, 14, 17, 31, 16, 14], ['h'] = [16, 16, 22, 25, 17, 17, 17],
        ['i'] = [4, 0, 12, 4, 4, 4, 14], ['k'] = [16, 16, 18, 20, 24, 20, 18], ['l'] = [12, 4, 4, 4, 4, 4, 14], ['m'] = [0, 0, 26, 21, 21, 21, 21],
        ['n'] = [0, 0, 22, 25, 17, 17, 17], ['o'] = [0, 0, 14, 17, 17, 17, 14], ['p'] = [0, 0, 30, 17, 30, 16, 16], ['r'] = [0, 0, 22, 25, 16, 16, 16],
        ['s'] = [0, 0, 15, 16, 14, 1, 30], ['v'] = [0, 0, 17, 17, 17, 10, 4], ['w'] = [0, 0, 17, 17, 21, 21, 10],
    };

    /// <summary>Writes dark on the colour, above the area or, where there is no room, in it.</summary>
    /// <param name="canvas">Of the picture.</param>
    /// <param name="text">A letter that has no glyph is left blank.</param>
    /// <param name="area">Pixels.</param>
    /// <param name="on">The picture, for its sides.</param>
    /// <param name="ground">Behind the letters.</param>
    /// <param name="dot">Pixels of a glyph's dot, 1 or more.</param>
    public static void Write(SKCanvas canvas, string text, SKRect area, SKBitmap on, SKColor ground, int dot)
    {
        var (width, height) = (((text.Length * 6) + 1) * dot, 9 * dot);
        var x = Math.Clamp(area.Left, 0, Math.Max(0, on.Width - width));
        var y = Math.Clamp(area.Top >= height ? area.Top - height : area.Top, 0, Math.Max(0, on.Height - height));
        (x, y) = (MathF.Round(x), MathF.Round(y));
        using var strip = new SKPaint { Color = ground };
        using var ink = new SKPaint { Color = new SKColor(20, 20, 20) };
        canvas.DrawRect(x, y, width, height, strip);
        foreach (var letter in text)
        {
            for (var bit = 0; Glyphs.TryGetValue(letter, out var rows) && bit < 35; bit++)
            {
                if (((rows[bit / 5] >> (4 - (bit % 5))) & 1) == 1) canvas.DrawRect(x + ((1 + (bit % 5)) * dot), y + ((1 + (bit / 5)) * dot), dot, dot, ink);
            }
            x += 6 * dot;
        }
    }
}
