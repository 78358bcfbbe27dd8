using System.Numerics.Tensors;

namespace Lynceus.Vision;

/// <summary>
/// Reads YOLOv5's rows [cx, cy, w, h, objectness, class scores…], boxes in the input's pixels, scores 0–1 (Ultralytics YOLOv5, its export with decoded boxes).
/// YOLOv7 and MegaDetector v5 write the same.
/// </summary>
internal static class Yolov5Rows
{
    /// <summary>Adds every row whose score (objectness × best class) reaches the least one. False where a score is no number.</summary>
    public static bool Read(ReadOnlySpan<float> output, int labels, float minConf, Candidates found)
    {
        var numbers = true;
        for (var length = 5 + labels; output.Length >= length; output = output[length..])
        {
            var objectness = output[4];
            if (!(objectness >= minConf)) // also for NaN
            {
                if (float.IsNaN(objectness)) numbers = false;
                continue;
            }
            var label = TensorPrimitives.IndexOfMax(output.Slice(5, labels));
            var score = objectness * output[5 + label];
            if (float.IsNaN(score)) numbers = false;
            if (!(score >= minConf)) continue;
            var (x, y, w, h) = (output[0], output[1], output[2] / 2, output[3] / 2);
            found.Add(new Candidate(x - w, y - h, x + w, y + h, Math.Min(score, 1), label));
        }
        return numbers;
    }
}
