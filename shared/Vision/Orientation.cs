using Lynceus.Contracts;
using SkiaSharp;

namespace Lynceus.Vision;

/// <summary>EXIF orientation (EXIF 2.32, tag 0x0112) of boxes in 0–1: from the file's pixels to the upright picture and back.</summary>
internal static class Orientation
{
    /// <summary>In which of the file's directions the upright picture runs backwards.</summary>
    public static (bool X, bool Y) Flips(SKEncodedOrigin origin) => origin switch
    {
        SKEncodedOrigin.TopRight => (true, false),
        SKEncodedOrigin.BottomRight => (true, true),
        SKEncodedOrigin.BottomLeft => (false, true),
        SKEncodedOrigin.RightTop => (false, true),
        SKEncodedOrigin.RightBottom => (true, true),
        SKEncodedOrigin.LeftBottom => (true, false),
        _ => (false, false),
    };

    public static Box InFile(Box upright, SKEncodedOrigin origin)
    {
        var box = origin >= SKEncodedOrigin.LeftTop ? Transposed(upright) : upright;
        return Flipped(box, Flips(origin));
    }

    public static Box Upright(Box inFile, SKEncodedOrigin origin)
    {
        var box = Flipped(inFile, Flips(origin));
        return origin >= SKEncodedOrigin.LeftTop ? Transposed(box) : box;
    }

    private static Box Transposed(Box b) => new(b.Y, b.X, b.H, b.W);

    private static Box Flipped(Box b, (bool X, bool Y) flips) => new(flips.X ? 1 - b.X - b.W : b.X, flips.Y ? 1 - b.Y - b.H : b.Y, b.W, b.H);
}
