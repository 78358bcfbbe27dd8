namespace Lynceus.PubSub;

/// <summary>Flow control: so many messages and so many bytes are in it at a time, and whoever comes then waits in line. One that is larger than all of it comes in alone.</summary>
internal sealed class Room(int messages, long bytes)
{
    private readonly Lock gate = new();
    private readonly LinkedList<(long Size, TaskCompletionSource Turn)> line = new();
    private int count;
    private long held;

    /// <summary>Messages in it now.</summary>
    public int Count
    {
        get
        {
            lock (gate) return count;
        }
    }

    public async Task EnterAsync(long size, CancellationToken stop)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<(long, TaskCompletionSource)> place;
        lock (gate)
        {
            place = line.AddLast((size, turn));
            Admit();
        }
        await using var leave = stop.Register(() =>
        {
            lock (gate)
            {
                if (!turn.TrySetCanceled(stop)) return;
                line.Remove(place);
                Admit();
            }
        });
        await turn.Task;
    }

    public void Leave(long size)
    {
        lock (gate)
        {
            count--;
            held -= size;
            Admit();
        }
    }

    // Under the gate.
    private void Admit()
    {
        while (line.First is { } next && (count == 0 || (count < messages && held + next.Value.Size <= bytes)))
        {
            line.RemoveFirst();
            if (!next.Value.Turn.TrySetResult()) continue;
            count++;
            held += next.Value.Size;
        }
    }
}
