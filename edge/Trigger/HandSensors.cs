using System.Collections.Concurrent;

namespace Lynceus.Edge;

/// <summary>A hand at each camera: <c>edge trigger</c> and the setup page take a clip through here.</summary>
internal sealed class HandSensors(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Hand> hands = new();

    /// <summary>Cameras that can be set off by hand now.</summary>
    public IReadOnlyList<string> Cameras => [.. hands.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The sensor of a camera.</summary>
    public ISensor Of(string cameraID) => new Hand(cameraID, hands, time);

    /// <summary>Sets a camera off. False if this hub has no such camera, or it is not running.</summary>
    public bool Pull(string cameraID)
    {
        if (!hands.TryGetValue(cameraID, out var hand)) return false;
        hand.Pull(new Pulse(time.GetTimestamp(), TriggerKind.Manual));
        return true;
    }

    private sealed class Hand(string cameraID, ConcurrentDictionary<string, Hand> hands, TimeProvider time) : ISensor
    {
        private Action<Pulse>? heard;

        public string Name => $"a hand at {cameraID}";

        public void Pull(Pulse pulse) => heard?.Invoke(pulse);

        public async Task RunAsync(Action<Pulse> pulse, CancellationToken stop)
        {
            heard = pulse;
            hands[cameraID] = this;
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            hands.TryRemove(new(cameraID, this));
        }
    }
}
