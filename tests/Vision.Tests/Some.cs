using SkiaSharp;

namespace Lynceus.Vision.Tests;

/// <summary>Pictures that tests draw for themselves.</summary>
internal static class Some
{
    /// <summary>Four quarters: red, green, blue, white, as they lie in the file.</summary>
    public static SKBitmap Quarters(int width = 64, int height = 32)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        using var paint = new SKPaint { IsAntialias = false };
        foreach (var (x, y, colour) in new[] { (0, 0, SKColors.Red), (width / 2, 0, SKColors.Lime), (0, height / 2, SKColors.Blue) })
        {
            paint.Color = colour;
            canvas.DrawRect(x, y, width / 2, height / 2, paint);
        }
        return bitmap;
    }

    public static byte[] Jpeg(int width = 64, int height = 32, int orientation = 1)
    {
        using var bitmap = Quarters(width, height);
        return WithOrientation(Encode(bitmap, SKEncodedImageFormat.Jpeg), orientation);
    }

    /// <summary>A picture with fine detail everywhere.</summary>
    public static byte[] NoiseJpeg(int width, int height, int seed = 1)
    {
        var random = new Random(seed);
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var pixels = bitmap.GetPixelSpan();
        var copy = new byte[pixels.Length];
        random.NextBytes(copy);
        System.Runtime.InteropServices.Marshal.Copy(copy, 0, bitmap.GetPixels(), copy.Length);
        return Encode(bitmap, SKEncodedImageFormat.Jpeg);
    }

    /// <summary>A picture with coarse and fine shapes, as a meadow has them: its bytes grow with the quality as a photograph's do.</summary>
    public static byte[] Texture(int width, int height, int seed = 1)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        using var noise = SKShader.CreatePerlinNoiseFractalNoise(0.02f, 0.03f, 5, seed);
        using var paint = new SKPaint { Shader = noise };
        canvas.Clear(SKColors.OliveDrab);
        canvas.DrawPaint(paint);
        canvas.Flush();
        return Encode(bitmap, SKEncodedImageFormat.Jpeg);
    }

    public static byte[] Encode(SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using var data = bitmap.Encode(format, 95);
        return data.ToArray();
    }

    /// <summary>Puts an EXIF segment with nothing but the orientation behind the JPEG's first marker.</summary>
    public static byte[] WithOrientation(byte[] jpeg, int orientation)
    {
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }

    /// <summary>The same JPEG whose header says other sides.</summary>
    public static byte[] WithSides(byte[] jpeg, int width, int height)
    {
        var copy = jpeg.ToArray();
        var at = copy.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        (copy[at + 5], copy[at + 6], copy[at + 7], copy[at + 8]) = ((byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width);
        return copy;
    }

    public static InputSpec Input(int width, int height, Letterbox letterbox = Letterbox.TopLeft, ChannelOrder channels = ChannelOrder.Rgb, float white = 255)
        => new() { Name = "images", Width = width, Height = height, Channels = channels, White = white, Letterbox = letterbox, Pad = 114 };
}
