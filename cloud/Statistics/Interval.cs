namespace Lynceus.Cloud;

/// <summary>How sure a number is.</summary>
/// <param name="StandardError">Of the replicates.</param>
/// <param name="Low">Percentile interval.</param>
/// <param name="High">Its end.</param>
/// <param name="CorrectedLow">The percentile interval moved by what the replicates' mean is off, within 0 to 1; the one to report (Meredith and Ridout).</param>
/// <param name="CorrectedHigh">Its end.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="Replicates">How many there were.</param>
internal sealed record Interval(double StandardError, double Low, double High, double CorrectedLow, double CorrectedHigh, double Confidence, int Replicates)
{
    /// <summary>For a number that lies in 0 to 1.</summary>
    public static Interval OfReplicates(double[] replicates, double estimate, double confidence)
    {
        if (replicates.Length < 2) throw new WrongDataException("an interval needs two replicates or more");
        if (confidence is not (> 0 and < 1)) throw new WrongDataException($"confidence {confidence} is not between 0 and 1");
        var sorted = replicates.Order().ToArray();
        var mean = sorted.Average();
        var error = Math.Sqrt(sorted.Sum(x => (x - mean) * (x - mean)) / (sorted.Length - 1));
        var (low, high) = (Quantile(sorted, (1 - confidence) / 2), Quantile(sorted, (1 + confidence) / 2));
        return new Interval(error, low, high, Math.Clamp(low - (mean - estimate), 0, 1), Math.Clamp(high - (mean - estimate), 0, 1), confidence, sorted.Length);
    }

    /// <summary>Between the two nearest, linearly.</summary>
    public static double Quantile(IReadOnlyList<double> sorted, double share)
    {
        var place = share * (sorted.Count - 1);
        var below = (int)Math.Floor(place);
        return below + 1 >= sorted.Count ? sorted[^1] : sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
    }
}
