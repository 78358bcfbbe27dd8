namespace Lynceus.Edge;

/// <summary>Whether GPS and the system's clock agree. One odd sentence means nothing: only several in a row that are off by the same speak against the clock.</summary>
internal sealed class GpsAgreement
{
    private const int Several = 3;
    private GpsFix? last;
    private TimeSpan lastOff;
    private int off;
    private long? agreed;

    /// <summary>Why they do not, with what to do; null while they do.</summary>
    public string? Trouble { get; set; }

    /// <summary>Takes a fix once. True when the clock is to be set: several fixes in a row put it off by the same.</summary>
    /// <param name="heard">The fix.</param>
    /// <param name="error">GPS time less system time at the same moment.</param>
    /// <param name="timestamp">Now, monotonic.</param>
    public bool Hear(GpsNow heard, TimeSpan error, long timestamp)
    {
        if (ReferenceEquals(heard.Fix, last)) return false;
        last = heard.Fix;
        if (error.Duration() <= ClockJudge.GpsAgrees)
        {
            Agreed(timestamp);
            return false;
        }
        off = (error - lastOff).Duration() <= ClockJudge.GpsAgrees ? off + 1 : 1;
        lastOff = error;
        if (off < Several) return false;
        agreed = null;
        return true;
    }

    public void Agreed(long timestamp) => (agreed, off, Trouble) = (timestamp, 0, null);

    /// <summary>The clock jumped.</summary>
    public void Forget() => (agreed, off) = (null, 0);

    public bool Holds(TimeProvider time) => agreed is { } since && time.GetElapsedTime(since) < ClockJudge.GpsHolds;
}
