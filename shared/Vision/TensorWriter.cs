using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Lynceus.Vision;

/// <summary>
/// Puts a decoded picture upright, scaled and letterboxed into a model's input in one pass, bilinear, without a copy in between.
/// The steps of rows and columns are kept as long as pictures of the same size come.
/// </summary>
internal sealed unsafe class TensorWriter(InputSpec input)
{
    private Steps columns = new(input.Width);
    private Steps rows = new(input.Height);
    private (int Width, int Height, int Stride, SkiaSharp.SKEncodedOrigin Origin) planned;
    private bool padded;

    /// <summary>Where the picture lies in the input, in its pixels: what turns boxes back into 0–1 of the picture.</summary>
    public (float X, float Y, float Width, float Height) Placed { get; private set; }

    /// <summary>Writes a picture that was decoded whole.</summary>
    public void Write(DecodedPicture picture, Span<float> tensor) => Write(picture.All, tensor);

    /// <summary>Writes planar [3, height, width].</summary>
    public void Write(in Pixels picture, Span<float> tensor)
    {
        if (planned != (picture.Width, picture.Height, picture.Stride, picture.Origin)) Plan(picture);
        var white = input.White / 255f;
        if (!padded)
        {
            tensor.Fill(input.Pad * white);
            padded = true;
        }
        var plane = input.Width * input.Height;
        var (left, top) = ((int)Placed.X, (int)Placed.Y);
        var (first, last) = input.Channels == ChannelOrder.Rgb ? (0, 2 * plane) : (2 * plane, 0);
        fixed (float* to = tensor)
        fixed (nint* near = columns.Near, far = columns.Far)
        fixed (float* weight = columns.Weight)
        {
            for (var v = 0; v < rows.Count; v++)
            {
                var upper = picture.First + rows.Near[v];
                var lower = picture.First + rows.Far[v];
                var down = Vector128.Create(rows.Weight[v]);
                var at = to + ((top + v) * input.Width) + left;
                for (var u = 0; u < columns.Count; u++)
                {
                    var across = Vector128.Create(weight[u]);
                    var a = Lerp(Load(upper + near[u]), Load(upper + far[u]), across);
                    var b = Lerp(Load(lower + near[u]), Load(lower + far[u]), across);
                    var pixel = Lerp(a, b, down) * white;
                    at[first + u] = pixel[0];
                    at[plane + u] = pixel[1];
                    at[last + u] = pixel[2];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Load(byte* pixel)
    {
        var shorts = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(uint*)pixel).AsByte());
        return Vector128.ConvertToSingle(Vector128.WidenLower(shorts).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Lerp(Vector128<float> a, Vector128<float> b, Vector128<float> weight) => a + ((b - a) * weight);

    private void Plan(in Pixels picture)
    {
        var (width, height) = picture.Transposed ? (picture.Height, picture.Width) : (picture.Width, picture.Height);
        var scale = Math.Min((float)input.Width / width, (float)input.Height / height);
        var (w, h) = input.Letterbox == Letterbox.Stretch
            ? (input.Width, input.Height)
            : (Math.Clamp((int)MathF.Round(width * scale), 1, input.Width), Math.Clamp((int)MathF.Round(height * scale), 1, input.Height));
        var (x, y) = input.Letterbox == Letterbox.Centre ? ((input.Width - w) / 2, (input.Height - h) / 2) : (0, 0);
        padded &= Placed == (x, y, w, h);
        Placed = (x, y, w, h);

        // Upright columns run along the file's rows when the camera was turned, and backwards when it stood on its head.
        var (flipX, flipY) = Orientation.Flips(picture.Origin);
        if (picture.Transposed)
        {
            columns.Set(w, width, picture.Stride, flipY);
            rows.Set(h, height, 4, flipX);
        }
        else
        {
            columns.Set(w, width, 4, flipX);
            rows.Set(h, height, picture.Stride, flipY);
        }
        planned = (picture.Width, picture.Height, picture.Stride, picture.Origin);
    }

    /// <summary>For each step of the output the two source positions (as byte offsets) and the weight of the second.</summary>
    private sealed class Steps(int most)
    {
        public readonly nint[] Near = new nint[most];
        public readonly nint[] Far = new nint[most];
        public readonly float[] Weight = new float[most];

        public int Count { get; private set; }

        public void Set(int count, int source, int bytesAStep, bool backwards)
        {
            Count = count;
            for (var i = 0; i < count; i++)
            {
                // Pixel centres: the middle of output pixel i lies over this place of the source.
                var place = Math.Clamp(((i + 0.5f) * source / count) - 0.5f, 0, source - 1);
                var near = (int)place;
                var far = Math.Min(near + 1, source - 1);
                Weight[i] = place - near;
                Near[i] = (nint)(backwards ? source - 1 - near : near) * bytesAStep;
                Far[i] = (nint)(backwards ? source - 1 - far : far) * bytesAStep;
            }
        }
    }
}
