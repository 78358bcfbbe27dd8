namespace Lynceus.Edge;

/// <summary>
/// What each cell of one camera usually shows in one kind of light: an approximate running median with its usual deviation, and a second value that is seen there
/// for a while (a shadow's edge, a branch in another place, a scene that has changed for good). One clip is one observation, however many frames it has.
/// </summary>
internal sealed class CellHistory
{
    /// <summary>Deviation that a cell is thought to have before it is known, grey levels.</summary>
    public const float UsualNoise = 2;

    /// <summary>Clips before anything is said.</summary>
    public const int Enough = 3;

    /// <summary>A cell forgets after about so many clips.</summary>
    private const int Memory = 16;

    /// <summary>A second value that was seen in so many clips is usual too.</summary>
    private const byte Usual = 3;

    private const byte MostVotes = 8;

    /// <summary>A deviation rises faster than it sinks: what moves now and then is restless too.</summary>
    private const float Rise = 0.3f;

    private readonly float[] second;
    private readonly byte[] votes;
    private readonly byte[] secondVotes;

    public CellHistory(int cells)
    {
        Value = new float[cells];
        Deviation = new float[cells];
        second = new float[cells];
        votes = new byte[cells];
        secondVotes = new byte[cells];
    }

    /// <summary>Grey levels 0–255.</summary>
    public float[] Value { get; }

    /// <summary>Usual large deviation between clips, grey levels: <see cref="Follow"/>.</summary>
    public float[] Deviation { get; }

    /// <summary>Clips seen, up to <see cref="Memory"/>.</summary>
    public int Clips { get; private set; }

    /// <summary>The fewer clips, the less is known of how much a cell varies: 4 after one clip, near 1 after many.</summary>
    public float Doubt => 1 + (3f / Math.Max(1, Clips));

    /// <summary>How far a cell that would show <paramref name="expected"/> is from anything usual, grey levels.</summary>
    public float Distance(int cell, float expected, float shown, float gain)
    {
        var far = Math.Abs(shown - expected);
        if (secondVotes[cell] < Usual) return far;
        return Math.Min(far, Math.Abs(shown - expected - (gain * (second[cell] - Value[cell]))));
    }

    /// <summary>Takes one clip's values, in the light of this history.</summary>
    public void Learn(int cell, float seen)
    {
        if (Clips == 0)
        {
            (Value[cell], Deviation[cell], votes[cell], secondVotes[cell]) = (seen, UsualNoise, 1, 0);
            return;
        }
        var far = seen - Value[cell];
        var near = Math.Max(4 * Deviation[cell], 10);
        Follow(ref Deviation[cell], Math.Abs(far), 1f / Memory);
        if (Math.Abs(far) <= near)
        {
            Value[cell] += far / (votes[cell] + 1);
            if (votes[cell] < MostVotes) votes[cell]++;
            if (secondVotes[cell] is > 0 and < Usual) secondVotes[cell]--;
        }
        else if (secondVotes[cell] > 0 && Math.Abs(seen - second[cell]) <= near)
        {
            second[cell] += (seen - second[cell]) / (secondVotes[cell] + 1);
            if (++secondVotes[cell] > votes[cell]) Swap(cell);
            else if (votes[cell] > 1 && secondVotes[cell] >= Usual) votes[cell]--;
        }
        else if (secondVotes[cell] <= 1) (second[cell], secondVotes[cell]) = (seen, 1);
        else secondVotes[cell]--;
    }

    /// <summary>
    /// An expectile (Newey &amp; Powell 1987) of absolute deviations, about 1.5 times their mean where they are normal. One deviation counts for no more than
    /// four times what is usual, or 10 grey levels.
    /// </summary>
    public static void Follow(ref float deviation, float far, float sink)
    {
        var seen = Math.Min(far, Math.Max(4 * deviation, 10));
        deviation += (seen > deviation ? Math.Max(Rise * sink * Memory, sink) : sink) * (seen - deviation);
    }

    /// <summary>Every cell has been given to <see cref="Learn"/>.</summary>
    public void ClipEnds() => Clips = Math.Min(Clips + 1, Memory);

    /// <summary>The next clip is the first.</summary>
    public void Forget() => Clips = 0;

    /// <summary>As it was saved: the second values are learned anew.</summary>
    public void Restore(int cell, float value, float deviation) => (Value[cell], Deviation[cell], votes[cell]) = (value, deviation, MostVotes / 2);

    public void Restored(int clips) => Clips = Math.Min(clips, Memory);

    private void Swap(int cell)
    {
        (Value[cell], second[cell]) = (second[cell], Value[cell]);
        (votes[cell], secondVotes[cell]) = (secondVotes[cell], votes[cell]);
    }
}
