using System.Buffers;
using System.Numerics.Tensors;

namespace Lynceus.Vision;

/// <summary>
/// Reads YOLOv8's columns: rows cx, cy, w, h in the input's pixels, then a row of scores for each class, and a column for each box; there is no objectness
/// (Ultralytics YOLOv8; YOLO11 and YOLOv9's export write the same).
/// </summary>
internal static class Yolov8Columns
{
    /// <summary>Adds every box whose best class reaches the least score. False where a score is no number.</summary>
    public static bool Read(ReadOnlySpan<float> output, int labels, float minConf, Candidates found)
    {
        var count = output.Length / (4 + labels);
        if (count == 0) return true;
        var (scores, classes) = (ArrayPool<float>.Shared.Rent(count), ArrayPool<int>.Shared.Rent(count));
        scores.AsSpan(0, count).Clear();
        var numbers = true;
        for (var label = 0; label < labels; label++)
        {
            var row = output.Slice((4 + label) * count, count);
            var best = TensorPrimitives.Max(row);
            if (float.IsNaN(best)) numbers = false;
            if (best < minConf) continue; // most classes are in no picture
            for (var i = 0; i < row.Length; i++)
            {
                if (row[i] > scores[i]) (scores[i], classes[i]) = (row[i], label);
            }
        }
        for (var i = 0; i < count; i++)
        {
            if (!(scores[i] >= minConf)) continue;
            var (x, y, w, h) = (output[i], output[count + i], output[(2 * count) + i] / 2, output[(3 * count) + i] / 2);
            found.Add(new Candidate(x - w, y - h, x + w, y + h, Math.Min(scores[i], 1), classes[i]));
        }
        ArrayPool<float>.Shared.Return(scores);
        ArrayPool<int>.Shared.Return(classes);
        return numbers;
    }
}
