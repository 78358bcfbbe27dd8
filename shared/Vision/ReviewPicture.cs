using Lynceus.Contracts;
using SkiaSharp;

namespace Lynceus.Vision;

/// <summary>What a mark in a picture means, and with that how it is drawn.</summary>
public enum MarkKind
{
    Animal,
    Person,
    Vehicle,

    /// <summary>A detection that was set aside.</summary>
    Known,

    /// <summary>A region that changed: dashed.</summary>
    Changed,

    /// <summary>A part that the detector looked at by itself: thin.</summary>
    Crop,
}

/// <summary>A box to draw.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Box">In 0–1 of the upright picture.</param>
/// <param name="Score">0–1; written beside its kind. Null for a region.</param>
public readonly record struct Mark(MarkKind Kind, Box Box, float? Score = null);

/// <summary>A picture for people to look at: upright, small, with marks. It blurs nobody: open it only from bytes that may be stored.</summary>
public sealed class ReviewPicture : IDisposable
{
    /// <summary>Below this many pixels along the longer side writing would hide the picture.</summary>
    private const int LeastToWriteOn = 480;

    private readonly SKBitmap picture;

    private ReviewPicture(SKBitmap picture) => this.picture = picture;

    /// <summary>Pixels.</summary>
    public int Width => picture.Width;
    public int Height => picture.Height;

    /// <summary>Taken by infrared, or without colours for another reason.</summary>
    public bool IsGrey => Light.IsGrey(picture);

    /// <summary>Decodes it. Null if it cannot be decoded.</summary>
    /// <param name="encoded">The picture's file.</param>
    /// <param name="maxSide">Pixels along the longer side, 16–4096; a smaller picture is not enlarged.</param>
    public static ReviewPicture? Open(ReadOnlySpan<byte> encoded, int maxSide)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSide, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxSide, 4096);
#pragma warning disable CA2000 // the review picture owns it and disposes of it
        return Picture.Upright(encoded, maxSide) is { } upright ? new ReviewPicture(upright) : null;
#pragma warning restore CA2000
    }

    /// <summary>A JPEG of it with the marks drawn in, the first on top.</summary>
    /// <param name="marks">What to draw.</param>
    /// <param name="maxSide">Pixels along the longer side, 16–4096.</param>
    /// <param name="quality">JPEG quality, 1–100.</param>
    public byte[] Draw(IReadOnlyList<Mark> marks, int maxSide = 4096, int quality = 78)
    {
        var scale = Math.Min(1, (float)maxSide / Math.Max(Width, Height));
        using var drawn = new SKBitmap(new SKImageInfo(Math.Max(1, (int)MathF.Round(Width * scale)), Math.Max(1, (int)MathF.Round(Height * scale)), SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(drawn);
        using (var image = SKImage.FromBitmap(picture))
            canvas.DrawImage(image, SKRect.Create(Width, Height), SKRect.Create(drawn.Width, drawn.Height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        for (var i = marks.Count - 1; i >= 0; i--) Draw(canvas, drawn, marks[i]);
        canvas.Flush();
        return Picture.Encode(drawn, quality);
    }

    private static void Draw(SKCanvas canvas, SKBitmap on, Mark mark)
    {
        var size = Math.Max(on.Width, on.Height);
        var width = mark.Kind is MarkKind.Crop ? 1 : Math.Max(1.5f, size / 360f);
        var area = new SKRect(mark.Box.X * on.Width, mark.Box.Y * on.Height, (mark.Box.X + mark.Box.W) * on.Width, (mark.Box.Y + mark.Box.H) * on.Height);
        using var line = new SKPaint { Style = SKPaintStyle.Stroke, StrokeWidth = width, IsAntialias = true, Color = Colour(mark.Kind) };
        using var halo = new SKPaint { Style = SKPaintStyle.Stroke, StrokeWidth = width + 2, IsAntialias = true, Color = new SKColor(0, 0, 0, 130) };
        using var dashes = SKPathEffect.CreateDash([4 * width, 3 * width], 0);
        if (mark.Kind is MarkKind.Changed or MarkKind.Known) line.PathEffect = halo.PathEffect = dashes;
        canvas.DrawRect(area, halo);
        canvas.DrawRect(area, line);
        if (mark.Score is { } score && size >= LeastToWriteOn)
            Lettering.Write(canvas, FormattableString.Invariant($"{Word(mark.Kind)} {score:0.00}"), area, on, line.Color, dot: Math.Max(1, (int)MathF.Round(size / 400f)));
    }

    private static string Word(MarkKind kind) => kind switch
    {
        MarkKind.Person => "person",
        MarkKind.Vehicle => "vehicle",
        MarkKind.Known => "known",
        _ => "animal",
    };

    private static SKColor Colour(MarkKind kind) => kind switch
    {
        MarkKind.Animal => new(0xFF, 0xD5, 0x4A),
        MarkKind.Person => new(0xFF, 0x8A, 0x80),
        MarkKind.Vehicle => new(0x80, 0xD8, 0xFF),
        MarkKind.Known => new(0xC0, 0xC0, 0xC0),
        MarkKind.Changed => new(0x7C, 0xF0, 0xA8),
        _ => new(0xFF, 0xFF, 0xFF),
    };

    public void Dispose() => picture.Dispose();
}
