using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace Lynceus.Vision;

/// <summary>
/// A picture's luminance on a small grid, upright: what is cheap enough to compare with hundreds of other pictures of the same camera.
/// A cell is the average of the decoded pixels in it. The buffer is reused from picture to picture. Belongs to one thread at a time.
/// </summary>
public sealed unsafe class Luma
{
    /// <summary>Cells at most: a 4:3 picture has 156 × 117, so an animal of 20 px in a picture 2048 px wide covers more than one of them.</summary>
    public const int MaxCells = 18432;

    /// <summary>Cells at most along the longer side; it binds only for very long pictures.</summary>
    public const int MaxSide = 256;

    private byte[] cells = [];
    private Vector128<int>[] sums = [];
    private int[] edges = [];

    public int Width { get; private set; }
    public int Height { get; private set; }

    /// <summary>Row by row from the top left, 0 black – 255 white (BT.601 luma of the stored, gamma-coded values).</summary>
    public ReadOnlySpan<byte> Cells => cells.AsSpan(0, Width * Height);

    /// <summary>The same as numbers.</summary>
    /// <param name="to">As long as <see cref="Cells"/> or longer.</param>
    public void CopyTo(Span<float> to) => TensorPrimitives.ConvertChecked<byte, float>(Cells, to);

    /// <summary>Nothing in it has a colour of its own: an infrared flash, or a picture stored in grey.</summary>
    public bool Infrared { get; private set; }

    /// <summary>Mean of the cells, grey levels.</summary>
    public float Mean { get; private set; }

    /// <summary>The grid's sides for an upright picture of this size in pixels: cells are as square as can be and never smaller than a pixel.</summary>
    public static (int Width, int Height) SizeFor(int width, int height)
    {
        var scale = Math.Min(Math.Sqrt((double)MaxCells / width / height), Math.Min(1, (double)MaxSide / Math.Max(width, height)));
        return (Math.Max(1, (int)(width * scale)), Math.Max(1, (int)(height * scale)));
    }

    /// <summary>Reads a picture that was decoded whole.</summary>
    public void Read(DecodedPicture picture)
    {
        var (w, h) = SizeFor(picture.UprightWidth, picture.UprightHeight);
        // The decoded picture may be smaller than the grid only if the model's input is.
        var (fileWidth, fileHeight) = picture.Transposed ? (Math.Min(h, picture.Width), Math.Min(w, picture.Height)) : (Math.Min(w, picture.Width), Math.Min(h, picture.Height));
        (Width, Height) = picture.Transposed ? (fileHeight, fileWidth) : (fileWidth, fileHeight);
        if (cells.Length < Width * Height) cells = new byte[Width * Height];
        if (sums.Length < fileWidth) sums = new Vector128<int>[fileWidth];
        if (edges.Length < fileWidth + 1) edges = new int[fileWidth + 1];
        for (var i = 0; i <= fileWidth; i++) edges[i] = (int)((long)i * picture.Width / fileWidth);
        var (flipX, flipY) = Orientation.Flips(picture.Origin);
        var hues = new Hues();
        for (var v = 0; v < fileHeight; v++)
        {
            var (top, bottom) = ((int)((long)v * picture.Height / fileHeight), (int)((long)(v + 1) * picture.Height / fileHeight));
            Sum(picture, fileWidth, top, bottom);
            var row = flipY ? fileHeight - 1 - v : v;
            for (var u = 0; u < fileWidth; u++)
            {
                var column = flipX ? fileWidth - 1 - u : u;
                var n = (bottom - top) * (edges[u + 1] - edges[u]);
                var (r, g, b) = (sums[u][0] / n, sums[u][1] / n, sums[u][2] / n);
                cells[picture.Transposed ? (column * Width) + row : (row * Width) + column] = (byte)(((r * 77) + (g * 150) + (b * 29) + 128) >> 8);
                hues.Add(r, g, b);
            }
        }
        Infrared = hues.AllGrey;
        Mean = MeanOf(Cells);
    }

    /// <summary>Sets every cell by itself, for grids that come from no picture.</summary>
    public void Set(int width, int height, ReadOnlySpan<byte> values, bool infrared)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, width * height);
        (Width, Height, Infrared, cells) = (width, height, infrared, values.ToArray());
        Mean = MeanOf(Cells);
    }

    private static float MeanOf(ReadOnlySpan<byte> cells)
    {
        var sum = 0L;
        foreach (var cell in cells) sum += cell;
        return (float)sum / Math.Max(1, cells.Length);
    }

    private void Sum(DecodedPicture picture, int columns, int top, int bottom)
    {
        sums.AsSpan(0, columns).Clear();
        for (var y = top; y < bottom; y++)
        {
            var row = (uint*)(picture.Pixels + ((long)y * picture.Stride));
            for (var u = 0; u < columns; u++)
            {
                var sum = sums[u];
                for (var x = edges[u]; x < edges[u + 1]; x++)
                    sum += Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(row[x]).AsByte())).AsInt32();
                sums[u] = sum;
            }
        }
    }

    /// <summary>Whether any part of the picture has another colour than the rest. A lamp's or a sensor's tint is the same everywhere.</summary>
    private struct Hues
    {
        private int cells;
        private int coloured;

        public void Add(int r, int g, int b)
        {
            cells++;
            if (Math.Max(Math.Abs(r - g), Math.Abs(b - g)) > 6) coloured++;
        }

        /// <summary>Printed icons may be coloured: less than 4 % of the picture.</summary>
        public readonly bool AllGrey => coloured < cells * 0.04;
    }
}
