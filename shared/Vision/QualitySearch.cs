using SkiaSharp;

namespace Lynceus.Vision;

/// <summary>The best quality whose bytes are within a number. A few tries are enough: bytes grow nearly exponentially with the quality.</summary>
internal static class QualitySearch
{
    /// <summary>Below, blocks and smears look like animals; above, only bytes grow.</summary>
    private const int Lowest = 20, Highest = 85;
    private const int MostTries = 6;

    /// <summary>Nearer than this share of the bytes is not worth another try.</summary>
    private const double NearEnough = 0.9;

    /// <summary>By how much the bytes grow with one step of quality, as long as two tries have not said it.</summary>
    private const double Growth = 0.022;

    /// <summary>Null if the codec cannot encode it. More than <paramref name="bytes"/> if even the lowest quality has more.</summary>
    public static SKData? Best(SKPixmap pixels, StillCodec codec, int bytes)
    {
        var (low, high, quality, growth) = (Lowest, Highest, (Lowest + Highest) / 2, Growth);
        (int Quality, long Size)? last = null;
        SKData? best = null;
        for (var tries = MostTries; tries > 0 && low <= high; tries--)
        {
            if (Encode(pixels, codec, quality) is not { } tried) break;
            var size = tried.Size;
            if (best is null || size <= bytes || size < best.Size) (best, tried) = (tried, best);
            tried?.Dispose();
            if (size <= bytes && size >= bytes * NearEnough) break;
            if (size <= bytes) low = quality + 1;
            else high = quality - 1;
            if (last is { } before && before.Quality != quality) growth = Math.Clamp(Math.Log((double)size / before.Size) / (quality - before.Quality), 0.008, 0.08);
            last = (quality, size);
            // The last try is the one that fits for sure, if anything does.
            quality = tries == 2 && best.Size > bytes ? low : Math.Clamp(quality + (int)Math.Round(Math.Log(bytes * (1 + NearEnough) / 2 / size) / growth), low, Math.Max(low, high));
        }
        return best;
    }

    private static SKData? Encode(SKPixmap pixels, StillCodec codec, int quality) => codec == StillCodec.Webp
        ? pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, quality))
        : pixels.Encode(new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore));
}
