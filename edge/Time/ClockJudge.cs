using System.Reflection;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What speaks for the system's clock at one moment.</summary>
/// <param name="Now">What it says.</param>
/// <param name="Synchronised">The kernel says that it is held (NTP).</param>
/// <param name="Gps">A GPS fix agreed with it not long ago, or it was set from one.</param>
/// <param name="Rtc">A battery-backed clock that never stood still agrees with it.</param>
internal sealed record ClockEvidence(DateTimeOffset Now, bool Synchronised, bool Gps, bool Rtc);

/// <summary>Where the clock's time comes from. Errs to the worse: a quality is claimed only with evidence.</summary>
internal static class ClockJudge
{
    /// <summary>NMEA sentences come up to a second late, and the GPS's own second may be rounded.</summary>
    public static readonly TimeSpan GpsAgrees = TimeSpan.FromSeconds(2);

    /// <summary>A free-running crystal of 50 ppm is 2 s off after so long.</summary>
    public static readonly TimeSpan GpsHolds = TimeSpan.FromHours(12);

    /// <summary>Two clocks that ran apart for months; a clock that was set by hand differs by more.</summary>
    public static readonly TimeSpan RtcAgrees = TimeSpan.FromMinutes(5);

    /// <summary>No clock stands before the year in which the program was built.</summary>
    public static int BuildYear { get; } = int.TryParse(
        typeof(ClockJudge).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "BuildYear")?.Value, out var year) ? year : 2026;

    public static ClockQuality Of(ClockEvidence evidence, int buildYear)
        => evidence.Now.Year < buildYear ? ClockQuality.Unset
            : evidence.Synchronised ? ClockQuality.Ntp
            : evidence.Gps ? ClockQuality.Gps
            : evidence.Rtc ? ClockQuality.Rtc
            : ClockQuality.Unset;
}
