using SkiaSharp;

namespace Lynceus.Vision;

/// <summary>The best quality whose bytes are within a number. A few tries are enough: bytes grow nearly exponentially with the quality.</summary>
internal static class QualitySearch
{
    /// <summary>Below, blocks and smears look like animals; above, only bytes grow.</summary>
    private const int Lowest = 20, Highest = 85;
    private const int MostTries = 6;

    /// <summary>Nearer than this share of the bytes is not worth another try.</summary>
    private const double NearEnough = 0.93;

    /// <summary>By how much the bytes grow with one step of quality, about.</summary>
    private const double Growth = 0.022;

    /// <summary>Null if the codec cannot encode it. More than <paramref name="bytes"/> if even the lowest quality has more.</summary>
    public static byte[]? Best(SKPixmap pixels, StillCodec codec, int bytes)
    {
        var (low, high, quality) = (Lowest, Highest, (Lowest + Highest) / 2);
        SKData? best = null;
        try
        {
            for (var tries = MostTries; tries > 0 && low <= high; tries--)
            {
                if (Encode(pixels, codec, quality) is not { } tried) return null;
                var size = tried.Size;
                if (size <= bytes || best is null || best.Size > bytes) (best, tried) = (tried, best);
                tried?.Dispose();
                if (size <= bytes && size >= bytes * NearEnough) break;
                if (size <= bytes) low = quality + 1;
                else high = quality - 1;
                quality = Math.Clamp(quality + (int)Math.Round(Math.Log((double)bytes * (1 + NearEnough) / 2 / size) / Growth), low, Math.Max(low, high));
                // The last try is the one that fits for sure, if anything does.
                if (tries == 2 && best.Size > bytes) quality = low;
            }
            return best?.ToArray();
        }
        finally
        {
            best?.Dispose();
        }
    }

    private static SKData? Encode(SKPixmap pixels, StillCodec codec, int quality) => codec == StillCodec.Webp
        ? pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, quality))
        : pixels.Encode(new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore));
}
