using System.Collections.Concurrent;

namespace Lynceus.Edge;

/// <summary>
/// Which loops have moved since the last look. A loop that has nothing to do moves all the same, every <see cref="Pace"/>;
/// one that does not is stuck, and the watchdog is not fed.
/// </summary>
internal sealed class Liveness
{
    /// <summary>Loops wake at least so often.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, bool> moved = new();

    /// <summary>From now on this loop must move. A loop that ends on purpose calls <see cref="Leave"/>.</summary>
    public void Enter(string loop) => moved[loop] = true;

    public void Leave(string loop) => moved.TryRemove(loop, out _);

    public void Moved(string loop) => moved[loop] = true;

    /// <summary>Waits for a task, however it ends, and moves meanwhile.</summary>
    public async Task WaitAsync(string loop, Task task, TimeProvider time)
    {
        while (!task.IsCompleted)
        {
            Moved(loop);
            using var enough = new CancellationTokenSource();
            await Task.WhenAny(task, Task.Delay(Pace, time, enough.Token));
            await enough.CancelAsync();
        }
        Moved(loop);
    }

    /// <summary>The loops that did not move since this was last asked.</summary>
    public IReadOnlyList<string> Stuck()
    {
        var stuck = new List<string>();
        foreach (var loop in moved.Keys)
        {
            if (!moved.TryUpdate(loop, newValue: false, comparisonValue: true) && moved.ContainsKey(loop)) stuck.Add(loop);
        }
        return stuck;
    }
}
