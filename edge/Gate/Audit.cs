namespace Lynceus.Edge;

/// <summary>Drops that are alike in how likely they are to hide an animal.</summary>
internal enum AuditStratum
{
    /// <summary>Nobody looked: nothing had changed.</summary>
    Unchanged,

    /// <summary>Scores below half of the keep threshold.</summary>
    Nothing,

    /// <summary>Scores below three quarters of it.</summary>
    Little,

    /// <summary>Scores from there on, and what was set aside as a false friend.</summary>
    Doubtful,
}

/// <summary>A drop that is sent all the same, so that the cloud can estimate what the gate misses.</summary>
/// <param name="Stratum">Which drops it stands for.</param>
/// <param name="Probability">What it was drawn with, above 0–1. Each drawn drop stands for 1/Probability drops (Horvitz and Thompson 1952), whatever the strata.</param>
internal sealed record AuditDraw(AuditStratum Stratum, float Probability);

/// <summary>
/// How often a camera drops, in each stratum, and so with which probability a drop must be drawn that so many a day are. The probability is set from what was
/// dropped before, never from the drop at hand, so it is independent of the draw and exactly known; the estimate is unbiased however wrong the rate is.
/// Owned by the gate, one for each camera. Times are the camera's own: a card's audit must come out the same whenever it is read.
/// </summary>
internal sealed class AuditRates
{
    /// <summary>What lies further back weighs less: e⁻¹ after so many days.</summary>
    private const double MemoryDays = 3;

    /// <summary>Before anything is known a camera is taken to drop so many a day, in all strata together, as if that had been seen for a day; that fades, too.</summary>
    private const double DropsADayAtFirst = 60;

    /// <summary>Of that day this much always stays, so that the first drops after a long silence are not all drawn.</summary>
    private const double LeastPriorDays = 0.2;

    /// <summary>How much more often a drop of each stratum is drawn than one in which nothing was seen.</summary>
    private static readonly double[] Weights = [1, 1, 2, 6];
    private static readonly double[] SharesAtFirst = [0, 0.8, 0.15, 0.05];

    /// <summary>Drops in each stratum, faded; what was seen of days, faded likewise; and when the last drop was.</summary>
    private readonly double[] drops = new double[Weights.Length];
    private double days;
    private double priorDays = 1;
    private DateTimeOffset? last;

    public static AuditStratum StratumOf(Vote vote, Thresholds thresholds)
        => vote.Score is not { } score ? AuditStratum.Unchanged
            : score >= thresholds.Keep * 0.75f || vote.Rule == Rule.OnlyFalseFriends ? AuditStratum.Doubtful
            : score >= thresholds.Keep / 2 ? AuditStratum.Little : AuditStratum.Nothing;

    /// <summary>Draws for a drop, or does not, and only then counts it. Null if it was not drawn.</summary>
    /// <param name="captureID">The draw comes from it.</param>
    /// <param name="stratum">Of the drop.</param>
    /// <param name="at">When its first frame was taken.</param>
    /// <param name="perDay">How many a day shall be drawn, on average; 0 for none.</param>
    public AuditDraw? Draw(Guid captureID, AuditStratum stratum, DateTimeOffset at, double perDay)
    {
        Fade(at);
        var probability = Probability(stratum, perDay);
        drops[(int)stratum]++;
        return probability > 0 && Edge.Draw.Of("audit", captureID) < probability ? new AuditDraw(stratum, probability) : null;
    }

    /// <summary>With which probability a drop of this stratum is drawn now, 0–1.</summary>
    internal float Probability(AuditStratum stratum, double perDay)
    {
        var weighted = 0.0;
        for (var i = 0; i < drops.Length; i++) weighted += Weights[i] * (drops[i] + (priorDays * DropsADayAtFirst * SharesAtFirst[i])) / (days + priorDays);
        return (float)Math.Min(1, perDay * Weights[(int)stratum] / weighted);
    }

    public IReadOnlyList<double> Save() => [days, last?.ToUnixTimeSeconds() ?? -1, priorDays, .. drops];

    /// <summary>False if these are no saved rates; then nothing is known.</summary>
    public bool Load(IReadOnlyList<double> saved)
    {
        if (saved.Count != 3 + drops.Length || saved.Any(v => !double.IsFinite(v)) || saved.Skip(3).Any(v => v < 0) || saved[0] < 0 || saved[1] is < -1 or > 253402300799 || saved[2] is < LeastPriorDays or > 1) return false;
        days = Math.Min(saved[0], MemoryDays);
        priorDays = saved[2];
        last = saved[1] < 0 ? null : DateTimeOffset.FromUnixTimeSeconds((long)saved[1]);
        for (var i = 0; i < drops.Length; i++) drops[i] = saved[3 + i];
        return true;
    }

    /// <summary>A clock that goes back takes no time away; one that goes back by more than a day was set, and time is counted from there.</summary>
    private void Fade(DateTimeOffset at)
    {
        var passed = last is { } before ? (at - before).TotalDays : 0;
        if (last is null || passed is > 0 or < -1) last = at;
        if (passed <= 0) return;
        var kept = Math.Exp(-passed / MemoryDays);
        for (var i = 0; i < drops.Length; i++) drops[i] *= kept;
        priorDays = Math.Max(LeastPriorDays, priorDays * kept);
        days = (days * kept) + (MemoryDays * (1 - kept));
    }
}
