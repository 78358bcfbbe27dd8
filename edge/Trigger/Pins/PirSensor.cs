namespace Lynceus.Edge;

/// <summary>A PIR sensor on a pin. A pin that stays where it is for long is said once, and once that it moves again: such a sensor is blocked, drowned or torn off.</summary>
internal sealed class PirSensor(BoardPins pins, PirOptions options, TimeProvider time, Action<string> trouble) : ISensor
{
    /// <summary>A system timer may fire some milliseconds before its time: it is then set again for what is left, and this.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(1);

    private readonly Lock gate = new();
    private readonly PirPulse pulses = new(options, time);
    private bool stuck;

    public string Name => $"PIR on GPIO {options.Pin}";

    public async Task RunAsync(Action<Pulse> pulse, CancellationToken stop)
    {
        // The timers are made once: a storm of edges makes nothing but changes of them.
        var (alarms, never) = (new Alarms(), Timeout.InfiniteTimeSpan);
        await using var least = alarms.Least = time.CreateTimer(_ => Confirm(pulse, alarms.Least!), null, never, never);
        await using var longest = alarms.Longest = time.CreateTimer(_ => Watch(alarms.Longest!), null, never, never);
        using var listening = pins.Listen(options.Pin, edge =>
        {
            var active = edge.High != options.ActiveLow;
            Tell(pulse, p => p.See(edge.At, active));
            if (!active) return;
            least.Change(TimeSpan.FromMilliseconds(options.MinPulseMs), Timeout.InfiniteTimeSpan);
            longest.Change(TimeSpan.FromMinutes(options.StuckMinutes), Timeout.InfiniteTimeSpan);
        });
        await Task.Delay(Timeout.InfiniteTimeSpan, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Tell(Action<Pulse> pulse, Func<PirPulse, long?> ask)
    {
        long? rose;
        bool moves;
        lock (gate)
        {
            rose = ask(pulses);
            moves = stuck && pulses.ActiveSince is null;
            if (moves) stuck = false;
        }
        if (moves) trouble($"{Name} moves again");
        if (rose is { } start) pulse(new Pulse(start, TriggerKind.Pir));
    }

    private void Confirm(Action<Pulse> pulse, ITimer again)
    {
        Tell(pulse, p => p.Lasted(time.GetTimestamp()));
        lock (gate)
        {
            if (pulses.Left(time.GetTimestamp()) is { } left) again.Change(left + Grain, Timeout.InfiniteTimeSpan);
        }
    }

    private void Watch(ITimer again)
    {
        lock (gate)
        {
            if (stuck || pulses.ActiveSince is not { } since) return;
            var left = TimeSpan.FromMinutes(options.StuckMinutes) - time.GetElapsedTime(since);
            if (left > TimeSpan.Zero)
            {
                again.Change(left + Grain, Timeout.InfiniteTimeSpan);
                return;
            }
            stuck = true;
        }
        trouble($"{Name} has not gone back for {options.StuckMinutes:0.#} minutes: look whether something hangs before the sensor, its cable is torn or it is wet. Until then it sets nothing off");
    }

    private sealed class Alarms
    {
        public ITimer? Least { get; set; }

        public ITimer? Longest { get; set; }
    }
}
