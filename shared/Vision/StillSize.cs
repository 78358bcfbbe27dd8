using Lynceus.Contracts;

namespace Lynceus.Vision;

/// <summary>How many pixels a still has for its bytes.</summary>
internal static class StillSize
{
    /// <summary>No still is made smaller than this along its longer side for the sake of its bytes.</summary>
    public const int Least = 48;

    /// <summary>Fewer bits a pixel show less than fewer pixels with more bits each.</summary>
    private static float LeastBitsPerPixel(StillCodec codec) => codec == StillCodec.Webp ? 0.25f : 0.5f;

    /// <summary>Pixels along the longer side: not enlarged, not above the most, and no more than the bytes have bits for.</summary>
    public static int Longer(float width, float height, int most, int bytes, StillCodec codec = StillCodec.Webp)
    {
        var longer = Math.Max(width, height);
        var forBytes = longer * Math.Sqrt(bytes * 8 / LeastBitsPerPixel(codec) / Math.Max(1, (double)width * height));
        return (int)Math.Clamp(Math.Round(Math.Min(longer, forBytes)), Math.Min(Least, Math.Ceiling(longer)), most);
    }

    /// <summary>The next size where even the lowest quality has too many bytes.</summary>
    public static int Smaller(int longer) => Math.Max(Least, longer * 3 / 4);

    public static (int Width, int Height) Sides(float width, float height, int longer)
    {
        var scale = Math.Min(1, longer / Math.Max(width, height));
        return (Math.Max(1, (int)MathF.Round(width * scale)), Math.Max(1, (int)MathF.Round(height * scale)));
    }
}

/// <summary>Where the crop of an animal lies.</summary>
internal static class CropWindow
{
    /// <summary>Of the box, on each side: boxes cut tails and ears, and what is around an animal helps to name it.</summary>
    private const float Margin = 0.2f;

    /// <summary>Pixels; a smaller crop shows nothing.</summary>
    private const float Least = 64;

    /// <summary>A square around the box, moved into the picture; where the picture is narrower, as wide as that.</summary>
    public static Box Around(Box box, int width, int height)
    {
        var side = Math.Max(Least, (1 + (2 * Margin)) * Math.Max(box.W * width, box.H * height));
        var (w, h) = (Math.Min(1, side / width), Math.Min(1, side / height));
        return new Box(Math.Clamp(box.X + (box.W / 2) - (w / 2), 0, 1 - w), Math.Clamp(box.Y + (box.H / 2) - (h / 2), 0, 1 - h), w, h);
    }
}
