using Lynceus.Contracts;
using SkiaSharp;

namespace Lynceus.Vision;

/// <summary>Pictures made from pictures: thumbnails, and pictures in which people cannot be recognized.</summary>
public static class Picture
{
    /// <summary>A file of more bytes is not taken.</summary>
    public const int MaxBytes = 128 * 1024 * 1024;

    /// <summary>A picture that says it has more pixels is not decoded: 256 megapixels is far above any camera trap and takes 1 GiB.</summary>
    public const long MaxPixels = 256_000_000;

    /// <summary>A small JPEG, upright, its longer side at most <paramref name="maxSide"/> pixels. Null if the picture cannot be decoded.</summary>
    /// <param name="encoded">The picture's file.</param>
    /// <param name="maxSide">Pixels, 16–4096. A smaller picture is not enlarged.</param>
    /// <param name="quality">JPEG quality, 1–100.</param>
    public static byte[]? Thumbnail(ReadOnlySpan<byte> encoded, int maxSide, int quality = 80)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSide, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxSide, 4096);
        using var upright = Upright(encoded, maxSide);
        return upright is null ? null : Encode(upright, quality);
    }

    /// <summary>
    /// The whole picture, upright, with these boxes made unrecognizable, as a JPEG without any of the file's metadata
    /// (EXIF carries a small copy of the picture, which would show what was blurred). Null if the picture cannot be decoded.
    /// </summary>
    /// <param name="encoded">The picture's file.</param>
    /// <param name="boxes">In 0–1 of the upright picture; each is widened by a tenth on every side, since boxes cut hands and hair.</param>
    public static byte[]? Blur(ReadOnlySpan<byte> encoded, IEnumerable<Box> boxes)
    {
        using var upright = Upright(encoded, int.MaxValue);
        if (upright is null) return null;
        using var canvas = new SKCanvas(upright);
        foreach (var box in boxes) Pixelate(upright, canvas, box);
        canvas.Flush();
        return Encode(upright, 90);
    }

    private static void Pixelate(SKBitmap picture, SKCanvas canvas, Box box)
    {
        var area = SKRectI.Intersect(
            new SKRectI(
                (int)MathF.Floor((box.X - (box.W / 10)) * picture.Width),
                (int)MathF.Floor((box.Y - (box.H / 10)) * picture.Height),
                (int)MathF.Ceiling((box.X + (box.W * 1.1f)) * picture.Width),
                (int)MathF.Ceiling((box.Y + (box.H * 1.1f)) * picture.Height)),
            new SKRectI(0, 0, picture.Width, picture.Height));
        if (area.Width < 1 || area.Height < 1) return;
        // Eight blocks along the longer side: enough to see that somebody was there, too few for a face. What is averaged away cannot be computed back.
        var block = Math.Max(1, Math.Max(area.Width, area.Height) / 8f);
        using var small = new SKBitmap(new SKImageInfo(Math.Max(1, (int)(area.Width / block)), Math.Max(1, (int)(area.Height / block)), picture.ColorType, picture.AlphaType));
        using var part = new SKBitmap();
        if (!picture.ExtractSubset(part, area)) return;
        using var pixels = part.PeekPixels();
        using var smallPixels = small.PeekPixels();
        pixels.ScalePixels(smallPixels, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var image = SKImage.FromBitmap(small);
        canvas.DrawImage(image, SKRect.Create(small.Width, small.Height), area, new SKSamplingOptions(SKFilterMode.Linear), null);
    }

    /// <summary>Why a picture is not to be decoded, by what its header says; nothing is decoded. Null if there is nothing against it, or if only decoding will tell.</summary>
    /// <param name="encoded">The picture's file.</param>
    public static unsafe string? TooManyPixels(ReadOnlySpan<byte> encoded)
    {
        fixed (byte* bytes = encoded)
        {
            using var data = SKData.Create((nint)bytes, encoded.Length);
            using var codec = SKCodec.Create(data);
            return codec is { Info: var whole } && (long)whole.Width * whole.Height > MaxPixels ? $"{whole.Width} x {whole.Height} pixels; at most {MaxPixels} are taken" : null;
        }
    }

    /// <summary>How colourful the middle of a picture is: the median over its pixels of the largest less the smallest of red, green and blue, 0–255. By infrared light it is near 0. Null if it cannot be decoded.</summary>
    /// <param name="encoded">The picture's file.</param>
    public static int? Chroma(ReadOnlySpan<byte> encoded)
    {
        using var small = Upright(encoded, 96);
        if (small is null) return null;
        var counts = new int[256];
        var (rows, seen) = (small.Height / 5, 0); // cameras print bars with coloured signs at top and bottom
        for (var y = rows; y < small.Height - rows; y++)
        {
            for (var x = 0; x < small.Width; x++, seen++)
            {
                var pixel = small.GetPixel(x, y);
                counts[Math.Max(pixel.Red, Math.Max(pixel.Green, pixel.Blue)) - Math.Min(pixel.Red, Math.Min(pixel.Green, pixel.Blue))]++;
            }
        }
        var (chroma, below) = (0, counts[0]);
        while (below * 2 < seen) below += counts[++chroma];
        return chroma;
    }

    internal static SKBitmap? Upright(ReadOnlySpan<byte> encoded, int maxSide)
    {
        using var picture = new DecodedPicture();
        if (picture.Decode(encoded, maxSide, maxSide, out _) is not null) return null;
        var scale = Math.Min(1, (float)maxSide / Math.Max(picture.UprightWidth, picture.UprightHeight));
        var (width, height) = (Math.Max(1, (int)MathF.Round(picture.UprightWidth * scale)), Math.Max(1, (int)MathF.Round(picture.UprightHeight * scale)));
#pragma warning disable CA2000 // the caller owns it and disposes of it
        var upright = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
#pragma warning restore CA2000
        using var canvas = new SKCanvas(upright);
        DrawUpright(picture, DecodedPicture.Whole, canvas, width, height);
        return upright;
    }

    /// <summary>Draws a part of what was decoded whole, upright.</summary>
    /// <param name="picture">Decoded whole, at whatever scale.</param>
    /// <param name="part">In 0–1 of the upright picture.</param>
    /// <param name="canvas">All of it is painted.</param>
    /// <param name="width">Of the canvas, pixels.</param>
    /// <param name="height">Of the canvas, pixels.</param>
    internal static unsafe void DrawUpright(DecodedPicture picture, Box part, SKCanvas canvas, int width, int height)
    {
        canvas.Clear(SKColors.Gray);
        using var pixels = new SKPixmap(new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Premul), (nint)picture.Pixels, picture.Stride);
        using var image = SKImage.FromPixels(pixels);
        var (w, h) = picture.Transposed ? (picture.Height, picture.Width) : (picture.Width, picture.Height);
        canvas.Scale(width / (w * part.W), height / (h * part.H));
        canvas.Translate(-part.X * w, -part.Y * h);
        canvas.Concat(ToUpright(picture.Origin, w, h));
        canvas.DrawImage(image, 0, 0, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        canvas.Flush();
    }

    /// <summary>EXIF orientation (EXIF 2.32, tag 0x0112) as a matrix from the file's pixels to upright ones; width and height are the upright ones.</summary>
    private static SKMatrix ToUpright(SKEncodedOrigin origin, int width, int height) => origin switch
    {
        SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, width, 0, 1, 0, 0, 0, 1),
        SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, width, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightTop => new SKMatrix(0, -1, width, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, width, -1, 0, height, 0, 0, 1),
        SKEncodedOrigin.LeftBottom => new SKMatrix(0, 1, 0, -1, 0, height, 0, 0, 1),
        _ => SKMatrix.Identity,
    };

    internal static byte[] Encode(SKBitmap picture, int quality)
    {
        using var data = picture.Encode(SKEncodedImageFormat.Jpeg, quality);
        return data.ToArray();
    }
}
