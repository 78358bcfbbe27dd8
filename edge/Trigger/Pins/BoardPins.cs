using System.Collections.Concurrent;
using System.Device.Gpio;

namespace Lynceus.Edge;

/// <summary>
/// The board's pins. Each is opened once, however many listen to it: one sensor may set off two cameras.
/// The controller is opened when the first pin is asked for, so that a hub without sensors needs no pins.
/// </summary>
internal sealed class BoardPins(Func<GpioController> open, TimeProvider time) : IDisposable
{
    private readonly Lock gate = new();

    // The driver's threads look here while others open and leave pins. They may not wait for the lock: who leaves a pin holds it and waits for them.
    private readonly ConcurrentDictionary<int, List<Action<PinEdge>>> listeners = [];
    private GpioController? board;

    /// <summary>Tells of each edge of a pin, on the driver's thread, until it is disposed of. Throws <see cref="IOException"/> if the pin cannot be had, with what to do.</summary>
    public IDisposable Listen(int pin, Action<PinEdge> heard)
    {
        lock (gate)
        {
            if (listeners.TryGetValue(pin, out var others)) listeners[pin] = [.. others, heard];
            else Open(pin, heard);
        }
        return new Listening(this, pin, heard);
    }

    private void Open(int pin, Action<PinEdge> heard)
    {
        try
        {
            board ??= open();
            board.OpenPin(pin, PinMode.Input);
            listeners[pin] = [heard];
            board.RegisterCallbackForPinValueChangedEvent(pin, PinEventTypes.Rising | PinEventTypes.Falling, Changed);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A pin that gives no edges is let go, or the next try would find it open and hear nothing of it.
            listeners.TryRemove(pin, out _);
            if (board?.IsPinOpen(pin) == true) board.ClosePin(pin);
            // Each driver has its own exceptions for "no such chip", "no rights" and "taken".
            throw new IOException($"GPIO {pin} cannot be used: {e.Message}. It must be a BCM number of this board that nothing else holds, and the hub's user must be in the group gpio (edge doctor --only pins)", e);
        }
    }

    // The edge is the driver's: the pin is not read again, since a short pulse is over by now.
    private void Changed(object sender, PinValueChangedEventArgs edge)
    {
        var at = time.GetTimestamp();
        if (!listeners.TryGetValue(edge.PinNumber, out var all)) return;
        foreach (var heard in all) heard(new PinEdge(at, edge.ChangeType == PinEventTypes.Rising));
    }

    private void Leave(int pin, Action<PinEdge> heard)
    {
        lock (gate)
        {
            if (!listeners.TryGetValue(pin, out var all)) return;
            List<Action<PinEdge>> left = [.. all.Where(l => l != heard)];
            if (left.Count > 0)
            {
                listeners[pin] = left;
                return;
            }
            listeners.TryRemove(pin, out _);
            board!.UnregisterCallbackForPinValueChangedEvent(pin, Changed);
            board.ClosePin(pin);
        }
    }

    public void Dispose() => board?.Dispose();

    private sealed class Listening(BoardPins pins, int pin, Action<PinEdge> heard) : IDisposable
    {
        public void Dispose() => pins.Leave(pin, heard);
    }
}

/// <summary>A pin changed.</summary>
/// <param name="At">Monotonic timestamp.</param>
/// <param name="High">To what.</param>
internal readonly record struct PinEdge(long At, bool High);
