using Lynceus.Contracts;
using SkiaSharp;

namespace Lynceus.Vision;

/// <summary>How a still is encoded again.</summary>
public enum StillCodec
{
    /// <summary>Every reader of pictures takes it.</summary>
    Jpeg,

    /// <summary>Fewer bytes for the same boxes; both ends must know it.</summary>
    Webp,
}

/// <summary>
/// A picture made small for a thin link: the whole of it, the animal in it, and a frame that is good enough to detect in, each within a number of bytes.
/// It is decoded once for all three. What it makes stands upright and has none of the file's metadata. It blurs nobody: open it only with bytes that may be stored.
/// Belongs to one thread at a time; between <see cref="Open"/> and <see cref="Release"/> it holds the decoded picture.
/// </summary>
public sealed class StillEncoder : IDisposable
{
    /// <summary>Pixels along the longer side, at most.</summary>
    public const int ThumbnailSide = 320, CropSide = 512, FrameSide = 4096;

    private readonly DecodedPicture picture = new();
    private Box? window;
    private bool open;

    /// <summary>Decodes a picture as large as the stills below need it. Null if it is open; else why not, by name.</summary>
    /// <param name="encoded">The picture's file.</param>
    /// <param name="animal">What the crop is to show, in 0–1 of the upright picture; null for no crop.</param>
    /// <param name="frameBytes">What <see cref="Frame"/> will be asked for; 0 if it will not be.</param>
    /// <param name="detail">For people: what was wrong.</param>
    public ImageFailure? Open(ReadOnlySpan<byte> encoded, Box? animal, int frameBytes, out string detail)
    {
        (window, open) = (null, false);
        if (Sides(encoded) is not var (width, height)) return picture.Decode(encoded, 1, 1, out detail) ?? ImageFailure.Corrupt;
        if (animal is { IsInside: true, W: > 0, H: > 0 } box) window = CropWindow.Around(box, width, height);
        var whole = Math.Max(width, height);
        var wanted = Math.Max(ThumbnailSide, frameBytes > 0 ? StillSize.Longer(width, height, FrameSide, frameBytes) : 0);
        if (window is { } part) wanted = Math.Max(wanted, (int)Math.Ceiling(whole * Math.Min(1, CropSide / Math.Max(part.W * width, part.H * height))));
        var side = Math.Min(wanted, whole);
        if (picture.Decode(encoded, side, side, out detail) is { } failure) return failure;
        open = true;
        return null;
    }

    /// <summary>The file ended early; what is missing is grey.</summary>
    public bool Truncated => picture.Truncated;

    /// <summary>The whole picture, at most <see cref="ThumbnailSide"/> pixels.</summary>
    /// <inheritdoc cref="Frame"/>
    public byte[]? Thumbnail(StillCodec codec, int bytes) => Encode(DecodedPicture.Whole, ThumbnailSide, codec, bytes);

    /// <summary>The animal and some of what is around it, at most <see cref="CropSide"/> pixels. Null also if it was opened without one.</summary>
    /// <inheritdoc cref="Frame"/>
    public byte[]? Crop(StillCodec codec, int bytes) => window is { } part ? Encode(part, CropSide, codec, bytes) : null;

    /// <summary>The whole picture, as large and as good as the bytes allow: the quality goes down first, then the sides. Null if the codec has no memory for it.</summary>
    /// <param name="codec">How.</param>
    /// <param name="bytes">It has at most so many, unless the smallest that is made here has more: then it is that one.</param>
    public byte[]? Frame(StillCodec codec, int bytes) => Encode(DecodedPicture.Whole, FrameSide, codec, bytes);

    /// <summary>Gives the picture's memory back.</summary>
    public void Release()
    {
        (window, open) = (null, false);
        picture.Release();
    }

    private byte[]? Encode(Box part, int maxSide, StillCodec codec, int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        if (!open) throw new InvalidOperationException("no picture is open");
        var (w, h) = (part.W * picture.UprightWidth, part.H * picture.UprightHeight);
        for (var longer = StillSize.Longer(w, h, maxSide, bytes, codec); ; longer = StillSize.Smaller(longer))
        {
            var (width, height) = StillSize.Sides(w, h, longer);
            using var still = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
            using var canvas = new SKCanvas(still);
            Picture.DrawUpright(picture, part, canvas, width, height);
            using var pixels = still.PeekPixels();
            using var best = QualitySearch.Best(pixels, codec, bytes);
            if (best is null) return null;
            if (best.Size <= bytes || longer <= StillSize.Least) return best.ToArray();
        }
    }

    private static (int Width, int Height)? Sides(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IsEmpty || encoded.Length > Picture.MaxBytes) return null;
        unsafe
        {
            fixed (byte* bytes = encoded)
            {
                using var data = SKData.Create((nint)bytes, encoded.Length);
                using var codec = SKCodec.Create(data);
                if (codec is null || (long)codec.Info.Width * codec.Info.Height > Picture.MaxPixels) return null;
                return codec.EncodedOrigin >= SKEncodedOrigin.LeftTop ? (codec.Info.Height, codec.Info.Width) : (codec.Info.Width, codec.Info.Height);
            }
        }
    }

    public void Dispose() => picture.Dispose();
}
