using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>Each cell's median over the frames of a clip, in the light of its middle frame. Buffers are reused; belongs to one thread at a time.</summary>
internal sealed class ClipMedian(LightFit light)
{
    /// <summary>Frames that it is made of, at most: of more, these are taken evenly.</summary>
    private const int MadeOf = 9;

    private float[][] aligned = [];
    private float[] middle = [];
    private float[] frame = [];
    private float[] median = [];

    public ReadOnlySpan<float> Cells => median;

    /// <param name="frames">All of one size.</param>
    /// <param name="rows">The rows that are picture.</param>
    public void Take(IReadOnlyList<Luma> frames, Range rows)
    {
        var count = Math.Min(frames.Count, MadeOf);
        var like = frames[frames.Count / 2];
        Reserve(like.Cells.Length, count);
        like.CopyTo(middle);
        for (var k = 0; k < count; k++)
        {
            var from = frames[k * frames.Count / count];
            from.CopyTo(frame);
            if (from == like) frame.CopyTo(aligned[k].AsSpan());
            else light.Expect(frame, middle, like.Width, rows.Start.Value, rows.End.Value, aligned[k]);
        }
        Span<float> values = stackalloc float[count];
        for (var c = rows.Start.Value * like.Width; c < rows.End.Value * like.Width; c++)
        {
            if (count == 3)
            {
                var (a, b, third) = (aligned[0][c], aligned[1][c], aligned[2][c]);
                median[c] = Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), third));
                continue;
            }
            for (var k = 0; k < count; k++) values[k] = aligned[k][c];
            values.Sort();
            median[c] = (values[(count - 1) / 2] + values[count / 2]) / 2;
        }
    }

    private void Reserve(int cells, int count)
    {
        if (aligned.Length < count) Array.Resize(ref aligned, count);
        if (median.Length != cells) (median, middle, frame) = (new float[cells], new float[cells], new float[cells]);
        for (var k = 0; k < count; k++)
        {
            if ((aligned[k]?.Length ?? 0) != cells) aligned[k] = new float[cells];
        }
    }
}
