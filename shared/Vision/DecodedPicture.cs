using System.Runtime.InteropServices;
using Lynceus.Contracts;
using SkiaSharp;

namespace Lynceus.Vision;

/// <summary>
/// A picture that was decoded once, for as many looks as are wanted. Its pixels are RGBA, as they lie in the file (not yet upright),
/// in a buffer that is reused from picture to picture. Belongs to one thread at a time.
/// </summary>
public sealed unsafe class DecodedPicture : IDisposable
{
    private byte* pixels;
    private nuint capacity;

    internal int Width { get; private set; }
    internal int Height { get; private set; }
    internal int Stride => Width * 4;
    internal byte* Pixels => pixels;
    internal SKEncodedOrigin Origin { get; private set; }

    /// <summary>Pixels of the whole picture, upright, whatever scale or part of it was decoded.</summary>
    public int UprightWidth { get; private set; }
    public int UprightHeight { get; private set; }

    /// <summary>The file ended early; what is missing is grey or black.</summary>
    public bool Truncated { get; private set; }

    /// <summary>What of the whole picture was decoded, in 0–1 of it, upright.</summary>
    public Box Window { get; private set; }

    /// <summary>Decoded pixels a pixel of the picture, above 0–1.</summary>
    internal float Scale { get; private set; }

    /// <summary>Bytes that it keeps for its pixels.</summary>
    public long Held => (long)capacity;

    /// <summary>The file's sides are swapped when the picture stands upright.</summary>
    internal bool Transposed => Origin >= SKEncodedOrigin.LeftTop;

    /// <summary>
    /// Decodes at the smallest of the scales 1/8, 2/8, … 8/8 that the format can do and whose sides are not below the wanted ones.
    /// A JPEG of 2048 × 1536 for an input of 416 is so decoded at 1/4, which takes a third of the time.
    /// </summary>
    /// <param name="encoded">The picture's file.</param>
    /// <param name="wantedWidth">Pixels of the upright picture's width.</param>
    /// <param name="wantedHeight">Pixels of the upright picture's height.</param>
    /// <param name="detail">For people: what was wrong.</param>
    /// <returns>Null if there are pixels.</returns>
    public ImageFailure? Decode(ReadOnlySpan<byte> encoded, int wantedWidth, int wantedHeight, out string detail)
        => Decode(encoded, Whole, wantedWidth, wantedHeight, out detail);

    /// <summary>The same for a part of the picture, which itself is to have the wanted sides. Rows above it are not decoded in full, rows below it not at all.</summary>
    public ImageFailure? Decode(ReadOnlySpan<byte> encoded, Box window, int wantedWidth, int wantedHeight, out string detail)
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
            var fit = Math.Min(wantedWidth / (UprightWidth * window.W), wantedHeight / (UprightHeight * window.H));
            var result = Read(codec, Scaled(codec, fit), Orientation.InFile(window, Origin));
            Truncated = result is SKCodecResult.IncompleteInput or SKCodecResult.ErrorInInput;
            return result == SKCodecResult.Success || Truncated ? null : Fail(ImageFailure.Corrupt, $"cannot be decoded ({result})", out detail);
        }
    }

    /// <summary>What was decoded.</summary>
    internal Pixels All => new(pixels, Width, Height, Stride, Origin);

    /// <summary>A part of what was decoded whole, and where it lies in 0–1 of the upright picture: the window, widened to whole pixels.</summary>
    internal (Pixels Pixels, Box Window) Part(Box window)
    {
        var size = new SKSizeI(Width, Height);
        var rect = PixelsOf(Orientation.InFile(window, Origin), size);
        return (new Pixels(pixels + ((long)rect.Top * Stride) + (rect.Left * 4L), rect.Width, rect.Height, Stride, Origin), WindowOf(rect, size));
    }

    /// <summary>The whole picture.</summary>
    internal static Box Whole => new(0, 0, 1, 1);

    private static SKSizeI Scaled(SKCodec codec, float fit)
    {
        var whole = codec.Info;
        for (var eighths = 1; eighths < 8; eighths++)
        {
            var scaled = codec.GetScaledDimensions(eighths / 8f);
            if (scaled.Width >= whole.Width * fit && scaled.Height >= whole.Height * fit) return scaled;
        }
        return whole.Size;
    }

    private SKCodecResult Read(SKCodec codec, SKSizeI size, Box part)
    {
        var alpha = codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Premul;
        var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, alpha);
        var rect = PixelsOf(part, size);
        if (rect.Width < size.Width || rect.Height < size.Height)
        {
            if (ReadRows(codec, info, rect) is { } result) return result;
            rect = new SKRectI(0, 0, size.Width, size.Height); // this format cannot give a part
        }
        Take(rect, size);
        // Skia leaves what it cannot decode untouched or black; grey says "nothing known" to the model.
        return codec.GetPixels(info, (nint)pixels);
    }

    /// <summary>Null if the format cannot be read by rows, from the top.</summary>
    private SKCodecResult? ReadRows(SKCodec codec, SKImageInfo info, SKRectI rect)
    {
        var columns = new SKCodecOptions(new SKRectI(rect.Left, 0, rect.Right, info.Height));
        if (codec.StartScanlineDecode(info, columns) != SKCodecResult.Success || codec.ScanlineOrder != SKCodecScanlineOrder.TopDown) return null;
        Take(rect, info.Size);
        var skipped = rect.Top == 0 || codec.SkipScanlines(rect.Top);
        var rows = skipped ? codec.GetScanlines((nint)pixels, rect.Height, Stride) : 0;
        if (rows == rect.Height) return SKCodecResult.Success;
        new Span<byte>(pixels + ((long)rows * Stride), (rect.Height - rows) * Stride).Fill(128);
        return SKCodecResult.IncompleteInput;
    }

    /// <summary>Widened to whole pixels, but not for what rounding alone added.</summary>
    private static SKRectI PixelsOf(Box part, SKSizeI size)
    {
        const float Rounding = 0.01f;
        var left = Math.Clamp((int)MathF.Floor((part.X * size.Width) + Rounding), 0, size.Width - 1);
        var top = Math.Clamp((int)MathF.Floor((part.Y * size.Height) + Rounding), 0, size.Height - 1);
        var right = Math.Clamp((int)MathF.Ceiling(((part.X + part.W) * size.Width) - Rounding), left + 1, size.Width);
        var bottom = Math.Clamp((int)MathF.Ceiling(((part.Y + part.H) * size.Height) - Rounding), top + 1, size.Height);
        return new SKRectI(left, top, right, bottom);
    }

    private void Take(SKRectI rect, SKSizeI size)
    {
        Reserve((nuint)rect.Width * 4 * (nuint)rect.Height);
        (Width, Height) = (rect.Width, rect.Height);
        Scale = Math.Max((float)size.Width, size.Height) / Math.Max(UprightWidth, UprightHeight);
        Window = WindowOf(rect, size);
    }

    private Box WindowOf(SKRectI rect, SKSizeI size)
        => Orientation.Upright(new Box((float)rect.Left / size.Width, (float)rect.Top / size.Height, (float)rect.Width / size.Width, (float)rect.Height / size.Height), Origin);

    private void Reserve(nuint bytes)
    {
        if (bytes <= capacity) return;
        Release();
        pixels = (byte*)NativeMemory.AlignedAlloc(bytes, 64);
        capacity = bytes;
    }

    /// <summary>Gives the memory back; it can decode again.</summary>
    public void Release()
    {
        NativeMemory.AlignedFree(pixels);
        pixels = null;
        capacity = 0;
        (Width, Height) = (0, 0);
    }

    private static ImageFailure Fail(ImageFailure failure, string what, out string detail)
    {
        detail = what;
        return failure;
    }

    public void Dispose() => Release();
}

/// <summary>RGBA pixels as they lie in a file, somewhere in a picture's buffer.</summary>
internal readonly unsafe struct Pixels(byte* first, int width, int height, int stride, SKEncodedOrigin origin)
{
    public byte* First { get; } = first;
    public int Width { get; } = width;
    public int Height { get; } = height;
    public int Stride { get; } = stride;
    public SKEncodedOrigin Origin { get; } = origin;
    public bool Transposed => Origin >= SKEncodedOrigin.LeftTop;
}
