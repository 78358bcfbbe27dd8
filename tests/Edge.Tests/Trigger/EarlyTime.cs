using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Edge.Tests;

/// <summary>Virtual time whose alarms ring some milliseconds too early, as a system's do: its timers count by a coarser clock than its timestamps.</summary>
internal sealed class EarlyTime(FakeTimeProvider time, TimeSpan early) : TimeProvider
{
    public override long TimestampFrequency => time.TimestampFrequency;

    public override long GetTimestamp() => time.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new EarlyTimer(time.CreateTimer(callback, state, Sooner(dueTime), period), Sooner);

    private TimeSpan Sooner(TimeSpan due) => due > early ? due - early : due;

    private sealed class EarlyTimer(ITimer timer, Func<TimeSpan, TimeSpan> sooner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(sooner(dueTime), period);

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
