namespace Lynceus.Edge;

/// <summary>What a GPS receiver knows at one moment, of satellites and not of guesses.</summary>
/// <param name="Time">UTC; null if the sentence had none.</param>
/// <param name="Position">Null if the sentence had none.</param>
internal sealed record GpsFix(DateTimeOffset? Time, Position? Position);

/// <summary>What is known of the GPS.</summary>
/// <param name="Fix">The last one; null before the first.</param>
/// <param name="Arrived">When it came, monotonic (<see cref="TimeProvider.GetTimestamp"/>).</param>
/// <param name="Position">The last one known: a station does not move.</param>
/// <param name="Trouble">Why there is nothing of it, with what to do; null if all is well or none is set up.</param>
internal sealed record GpsNow(GpsFix? Fix, long Arrived, Position? Position, string? Trouble)
{
    public static readonly GpsNow None = new(null, 0, null, null);
}
