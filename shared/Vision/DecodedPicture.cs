using System.Runtime.InteropServices;
using SkiaSharp;

namespace Lynceus.Vision;

/// <summary>Pixels of the picture that was decoded last, RGBA, as they lie in the file (not yet upright). The buffer is reused from picture to picture.</summary>
internal sealed unsafe class DecodedPicture : IDisposable
{
    private byte* pixels;
    private nuint capacity;

    public int Width { get; private set; }
    public int Height { get; private set; }
    public int Stride => Width * 4;
    public byte* Pixels => pixels;
    public SKEncodedOrigin Origin { get; private set; }

    /// <summary>Of the whole picture, upright.</summary>
    public int UprightWidth { get; private set; }
    public int UprightHeight { get; private set; }
    public bool Truncated { get; private set; }

    /// <summary>The file's sides are swapped when the picture stands upright.</summary>
    public bool Transposed => Origin >= SKEncodedOrigin.LeftTop;

    /// <summary>
    /// Decodes at the smallest of the scales 1/8, 2/8, … 8/8 that the format can do and whose sides are not below the wanted ones.
    /// A JPEG of 2048 × 1536 for an input of 416 is so decoded at 1/4, which takes a third of the time.
    /// </summary>
    public ImageFailure? Decode(ReadOnlySpan<byte> encoded, int wantedWidth, int wantedHeight, out string detail)
    {
        detail = "";
        if (encoded.IsEmpty) return Fail(ImageFailure.Empty, "the file has no bytes", out detail);
        if (encoded.Length > Picture.MaxBytes) return Fail(ImageFailure.TooManyBytes, $"{encoded.Length} bytes; at most {Picture.MaxBytes} are taken", out detail);
        fixed (byte* bytes = encoded)
        {
            using var data = SKData.Create((nint)bytes, encoded.Length);
            using var codec = SKCodec.Create(data);
            if (codec is null) return Fail(ImageFailure.NotAnImage, "no JPEG, PNG, WebP, GIF or BMP", out detail);
            var whole = codec.Info;
            if ((long)whole.Width * whole.Height > Picture.MaxPixels)
                return Fail(ImageFailure.TooManyPixels, $"{whole.Width} x {whole.Height} pixels; at most {Picture.MaxPixels} are taken", out detail);

            Origin = codec.EncodedOrigin;
            (UprightWidth, UprightHeight) = Transposed ? (whole.Height, whole.Width) : (whole.Width, whole.Height);
            var fit = Math.Min((float)wantedWidth / UprightWidth, (float)wantedHeight / UprightHeight);
            var size = whole.Size;
            for (var eighths = 1; eighths < 8; eighths++)
            {
                var scaled = codec.GetScaledDimensions(eighths / 8f);
                if (scaled.Width < whole.Width * fit || scaled.Height < whole.Height * fit) continue;
                size = scaled;
                break;
            }
            return Read(codec, size, out detail);
        }
    }

    private ImageFailure? Read(SKCodec codec, SKSizeI size, out string detail)
    {
        detail = "";
        (Width, Height) = (size.Width, size.Height);
        Reserve((nuint)Stride * (nuint)Height);
        var alpha = codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Premul;
        // Skia leaves what it cannot decode untouched or black; grey says "nothing known" to the model.
        var result = codec.GetPixels(new SKImageInfo(Width, Height, SKColorType.Rgba8888, alpha), (nint)pixels);
        Truncated = result is SKCodecResult.IncompleteInput or SKCodecResult.ErrorInInput;
        return result == SKCodecResult.Success || Truncated ? null : Fail(ImageFailure.Corrupt, $"cannot be decoded ({result})", out detail);
    }

    private void Reserve(nuint bytes)
    {
        if (bytes <= capacity) return;
        NativeMemory.AlignedFree(pixels);
        pixels = null;
        capacity = 0;
        pixels = (byte*)NativeMemory.AlignedAlloc(bytes, 64);
        capacity = bytes;
    }

    private static ImageFailure Fail(ImageFailure failure, string what, out string detail)
    {
        detail = what;
        return failure;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(pixels);
        pixels = null;
        capacity = 0;
    }
}
