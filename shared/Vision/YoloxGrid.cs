using System.Numerics.Tensors;

namespace Lynceus.Vision;

/// <summary>Reads YOLOX's raw grid: rows [cx, cy, w, h, objectness, class scores…], cells row by row, grid after grid, by default at strides 8, 16, 32 (Ge et al. 2021).</summary>
internal static class YoloxGrid
{
    private static readonly int[] Strides = [8, 16, 32];

    /// <summary>How many rows an input of this size gives.</summary>
    public static int Rows(InputSpec input) => (input.Strides ?? Strides).Sum(s => input.Width / s * (input.Height / s));

    /// <summary>
    /// Adds every cell whose score (objectness × best class) reaches the least one; boxes in the input's pixels. False where an objectness is no number:
    /// the model has come to grief, and "nothing found" would be a lie.
    /// </summary>
    public static bool Read(ReadOnlySpan<float> output, InputSpec input, int labels, float minConf, Candidates found)
    {
        var length = 5 + labels;
        var numbers = true;
        foreach (var stride in input.Strides ?? Strides)
        {
            var (across, down) = (input.Width / stride, input.Height / stride);
            for (var cell = 0; cell < across * down; cell++, output = output[length..])
            {
                var objectness = output[4];
                if (!(objectness >= minConf)) // also for NaN
                {
                    if (float.IsNaN(objectness)) numbers = false;
                    continue;
                }
                var label = TensorPrimitives.IndexOfMax(output.Slice(5, labels));
                var score = objectness * output[5 + label];
                if (!(score >= minConf)) continue;
                var (x, y) = ((output[0] + (cell % across)) * stride, (output[1] + (cell / across)) * stride);
                var (w, h) = (MathF.Exp(output[2]) * stride, MathF.Exp(output[3]) * stride);
                found.Add(new Candidate(x - (w / 2), y - (h / 2), x + (w / 2), y + (h / 2), Math.Min(score, 1), label));
            }
        }
        return numbers;
    }
}
