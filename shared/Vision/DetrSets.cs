namespace Lynceus.Vision;

/// <summary>
/// Reads the sets labels [N], boxes [N, 4] (left, top, right, bottom) and scores [N] of the DETR family (RT-DETR, D-FINE, DEIM). Where the graph asks for
/// <c>orig_target_sizes</c> it is told the input's sides, so boxes are in the input's pixels either way.
/// </summary>
internal static class DetrSets
{
    /// <summary>The input that the graph may ask for: [1, 2], width and height, whole numbers.</summary>
    public const string TargetSizes = "orig_target_sizes";

    /// <summary>Adds every box that reaches the least score; null, or in words why this is no answer.</summary>
    public static string? Read(Labels labels, ReadOnlySpan<float> boxes, ReadOnlySpan<float> scores, int known, float minConf, Candidates found)
    {
        if (labels.Count != scores.Length || boxes.Length != 4 * scores.Length) return $"the model gave {labels.Count} labels, {boxes.Length / 4} boxes and {scores.Length} scores";
        for (var i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i])) return Outputs.NoNumbers;
            if (scores[i] < minConf) continue;
            var label = labels[i];
            if (!(label >= 0 && label < known)) return Outputs.NoSuchLabel(label, known);
            var box = boxes.Slice(4 * i, 4);
            found.Add(new Candidate(box[0], box[1], box[2], box[3], Math.Min(scores[i], 1), (int)label));
        }
        return null;
    }
}

/// <summary>Labels as the graph writes them: whole numbers of 64 or 32 bits, or floats. One of the three is not empty, unless nothing was found.</summary>
internal readonly ref struct Labels(ReadOnlySpan<long> longs, ReadOnlySpan<int> ints, ReadOnlySpan<float> floats)
{
    private readonly ReadOnlySpan<long> longs = longs;
    private readonly ReadOnlySpan<int> ints = ints;
    private readonly ReadOnlySpan<float> floats = floats;

    public int Count => longs.Length + ints.Length + floats.Length;

    public float this[int i] => longs.Length > 0 ? longs[i] : ints.Length > 0 ? ints[i] : floats[i];
}
