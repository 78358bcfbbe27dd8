using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>The clocks besides our own: the kernel's word, and a battery-backed one.</summary>
internal sealed record ClockSources(KernelClock Kernel, BackedClock Rtc);

/// <summary>What a look at the clock found out; nulls where nothing happened.</summary>
internal sealed record ClockNews(ClockStep? Step, ClockQuality? ChangedTo, string? Did);

/// <summary>
/// Looks at the clock: did it jump, and where does its time come from. Sets the system's clock from GPS, or from a DS3231 when nobody else set it, and the DS3231 from good time once a day.
/// A step is dated when it is found, up to a second after it happened. Owned by the clock loop, which alone writes <see cref="HubNow.Clock"/>. Nothing is stamped again: steps are kept, and the cloud can correct with them.
/// </summary>
internal sealed class ClockWatch(ClockOptions options, ClockSources sources, HubNow now, Func<long> monotonicMs, TimeProvider time)
{
    private const string MayNotSet = "the hub may not set the system's clock by it: give the unit AmbientCapabilities=CAP_SYS_TIME";
    private static readonly TimeSpan RtcEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RtcSetEvery = TimeSpan.FromDays(1);
    private readonly StepFinder finder = new(options.StepMs);
    private readonly GpsAgreement gps = new();
    private long? rtcAsked;
    private long? rtcSet;
    private bool rtcAgrees;
    private string? rtcTrouble;
    private string? did;

    /// <summary>One look; about one a second.</summary>
    public ClockNews Look()
    {
        did = null;
        var jumped = Jumped();
        HearGps();
        AskRtc();
        jumped = (jumped ?? 0) + (did is null ? 0 : Jumped() ?? 0) is var sum and not 0 ? sum : null;
        return Tell(jumped);
    }

    /// <summary>What was known before a jump is worth nothing after it.</summary>
    private long? Jumped()
    {
        var (wall, at) = Sample();
        if (finder.See(wall, at) is not { } by) return null;
        if (did is not null) return by; // our own doing, by evidence that stands
        gps.Forget();
        rtcAsked = null;
        return by;
    }

    /// <summary>Both clocks at one moment: a process that is put aside between the two readings would see a jump where there is none.</summary>
    private (DateTimeOffset Wall, long MonotonicMs) Sample()
    {
        for (var tries = 0; ; tries++)
        {
            var before = time.GetTimestamp();
            var (wall, at) = (time.GetUtcNow(), monotonicMs());
            if (time.GetElapsedTime(before).TotalMilliseconds < 10 || tries == 9) return (wall, at);
        }
    }

    private void HearGps()
    {
        var heard = now.Gps;
        if (heard.Fix?.Time is not { } said || said.Year < ClockJudge.BuildYear || !gps.Hear(heard, said + time.GetElapsedTime(heard.Arrived) - time.GetUtcNow(), time.GetTimestamp())) return;
        if (sources.Kernel.Synchronised() == true)
        {
            gps.Trouble = "GPS and NTP tell different times; NTP is believed. Check the receiver (an old one may be 1024 weeks off) or the NTP server";
            return;
        }
        if (!sources.Kernel.TrySet(said + time.GetElapsedTime(heard.Arrived)))
        {
            gps.Trouble = "GPS tells another time than the system, and " + MayNotSet;
            return;
        }
        gps.Agreed(time.GetTimestamp());
        rtcAsked = null;
        did = "The clock was set from GPS";
    }

    private void AskRtc()
    {
        if (rtcAsked is { } asked && time.GetElapsedTime(asked) < RtcEvery) return;
        rtcAsked = time.GetTimestamp();
        var at = sources.Rtc.Read();
        rtcAgrees = at is { } told && told.Year >= ClockJudge.BuildYear && (told - time.GetUtcNow()).Duration() < ClockJudge.RtcAgrees;
        rtcTrouble = sources.Rtc.Trouble;
        if (!sources.Rtc.IsOurs) return;
        var quality = Quality();
        if (quality is ClockQuality.Ntp or ClockQuality.Gps) SetRtc();
        else if (at is { } good && good.Year >= ClockJudge.BuildYear && !rtcAgrees) SetFromRtc(good);
    }

    private void SetFromRtc(DateTimeOffset good)
    {
        if (sources.Kernel.TrySet(good)) (rtcAgrees, did) = (true, "The clock was set from the DS3231");
        else rtcTrouble = "The DS3231 knows the time, and " + MayNotSet;
    }

    private void SetRtc()
    {
        if (rtcSet is { } set && time.GetElapsedTime(set) < RtcSetEvery) return;
        if (!sources.Rtc.Set(time.GetUtcNow())) return;
        (rtcSet, rtcAgrees, rtcTrouble) = (time.GetTimestamp(), true, null);
    }

    private ClockQuality Quality() => ClockJudge.Of(
        new ClockEvidence(time.GetUtcNow(), sources.Kernel.Synchronised() == true, gps.Holds(time), rtcAgrees), ClockJudge.BuildYear);

    private ClockNews Tell(long? jumped)
    {
        var (before, quality) = (now.Clock, Quality());
        var step = jumped is { } by ? new ClockStep(monotonicMs(), by, quality) : null;
        var trouble = rtcTrouble ?? gps.Trouble;
        if (step is not null || quality != before.Quality || trouble != before.Trouble)
            now.Clock = new ClockNow(quality, step is null ? before.Steps : [.. before.Steps.TakeLast(ClockStep.Most - 1), step], trouble);
        return new ClockNews(step, quality == before.Quality ? null : quality, did);
    }
}
