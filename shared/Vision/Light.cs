using SkiaSharp;

namespace Lynceus.Vision;

/// <summary>In what light a picture was taken, from the picture alone: field clocks are wrong, and a dull noon may be darker than a flash.</summary>
public static class Light
{
    /// <summary>
    /// Infrared pictures have no colours, or one tint all over. So the colour differences of the pixels (BT.601 Cb and Cr, 0–255) are compared with their own
    /// median, and what a printed bar or a logo adds, at most a tenth of the picture, is not counted.
    /// </summary>
    public static bool IsGrey(SKBitmap picture)
    {
        using var small = picture.Resize(new SKImageInfo(64, 64, SKColorType.Rgba8888, SKAlphaType.Opaque), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        var pixels = small.GetPixelSpan();
        var (cb, cr) = (new float[pixels.Length / 4], new float[pixels.Length / 4]);
        for (var i = 0; i < cb.Length; i++)
        {
            var (r, g, b) = (pixels[i * 4], pixels[(i * 4) + 1], pixels[(i * 4) + 2]);
            cb[i] = (-0.169f * r) - (0.331f * g) + (0.5f * b);
            cr[i] = (0.5f * r) - (0.419f * g) - (0.081f * b);
        }
        return Spread(cb) < LeastSpread && Spread(cr) < LeastSpread;
    }

    /// <summary>Infrared pictures stay below 1.5 after JPEG; overcast snow by day begins at 4.</summary>
    private const float LeastSpread = 2.5f;

    /// <summary>How far nine tenths of the values lie from their median, at most.</summary>
    private static float Spread(float[] values)
    {
        Array.Sort(values);
        var median = values[values.Length / 2];
        var off = Array.ConvertAll(values, v => Math.Abs(v - median));
        Array.Sort(off);
        return off[off.Length * 9 / 10];
    }
}
