namespace Lynceus.Edge;

/// <summary>A pulse at even times of the day, by the station's clock: every 15 minutes is at 10:00, 10:15, … so that stations and days can be compared. A clock that jumps is followed.</summary>
internal sealed class TimeLapseSensor(TimeLapseOptions options, TimeZoneInfo zone, TimeProvider time) : ISensor
{
    /// <summary>The wall clock is looked at again so often while it waits, since it may be set.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    public string Name => FormattableString.Invariant($"time-lapse every {options.EveryMinutes:0.##} minutes");

    public async Task RunAsync(Action<Pulse> pulse, CancellationToken stop)
    {
        var next = Next(time.GetUtcNow());
        while (!stop.IsCancellationRequested)
        {
            var now = time.GetUtcNow();
            if (now >= next)
            {
                // One picture, however far the clock jumped.
                pulse(new Pulse(time.GetTimestamp(), TriggerKind.TimeLapse));
                next = Next(now);
            }
            else if (Next(now) < next)
            {
                next = Next(now);
            }
            var wait = next - now;
            await Task.Delay(wait < Look ? wait : Look, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The next even time after one.</summary>
    internal DateTimeOffset Next(DateTimeOffset after)
    {
        var local = TimeZoneInfo.ConvertTime(after, zone);
        var every = TimeSpan.FromMinutes(options.EveryMinutes).Ticks;
        var inDay = ((local.TimeOfDay.Ticks / every) + 1) * every;
        return after + (TimeSpan.FromTicks(Math.Min(inDay, TimeSpan.TicksPerDay)) - local.TimeOfDay);
    }
}
