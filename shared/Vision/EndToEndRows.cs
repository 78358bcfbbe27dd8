namespace Lynceus.Vision;

/// <summary>
/// Reads the rows [left, top, right, bottom, score, class] of a model that chooses among its boxes itself (YOLOv10, YOLO26, exports with suppression inside).
/// Boxes are in the input's pixels; rows that say nothing have a score of 0 or below.
/// </summary>
internal static class EndToEndRows
{
    /// <summary>Adds every row that reaches the least score; null, or in words why this is no answer.</summary>
    public static string? Read(ReadOnlySpan<float> output, int labels, float minConf, Candidates found)
    {
        for (; output.Length >= 6; output = output[6..])
        {
            var (score, label) = (output[4], output[5]);
            if (float.IsNaN(score)) return Outputs.NoNumbers;
            if (score < minConf) continue;
            if (!(label >= 0 && label < labels)) return Outputs.NoSuchLabel(label, labels);
            found.Add(new Candidate(output[0], output[1], output[2], output[3], Math.Min(score, 1), (int)label));
        }
        return null;
    }
}
