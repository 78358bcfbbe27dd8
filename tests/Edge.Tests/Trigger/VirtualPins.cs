using System.Device.Gpio;
using System.Globalization;
using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Edge.Tests;

/// <summary>A board without hardware: the real controller sits on top, and a test plays recorded edges at their times.</summary>
internal sealed class VirtualPins(FakeTimeProvider time) : GpioDriver
{
    private readonly Dictionary<int, PinChangeEventHandler> listeners = [];

    /// <summary>Pins that another program holds.</summary>
    public HashSet<int> Taken { get; } = [];

    /// <summary>Pins that can be opened and give no edges.</summary>
    public HashSet<int> WithoutEdges { get; } = [];

    public int Opened { get; private set; }

    /// <summary>How often somebody read a pin: a short pulse is over by then.</summary>
    public int Reads { get; private set; }

    protected override int PinCount => 40;

    /// <summary>
    /// Plays a trace: one edge a line, <c>milliseconds pin rising|falling</c>, and <c>milliseconds end</c>. The clock stands at each edge's time when the driver tells of it,
    /// and whatever the hub set its alarm for in between has happened before.
    /// </summary>
    public void Play(string trace)
    {
        var start = time.GetUtcNow();
        foreach (var line in trace.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(l => !l.StartsWith('#')))
        {
            var word = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var at = start + TimeSpan.FromMilliseconds(double.Parse(word[0], CultureInfo.InvariantCulture));
            if (at > time.GetUtcNow()) time.Advance(at - time.GetUtcNow());
            if (word[1] != "end") Change(int.Parse(word[1], CultureInfo.InvariantCulture), word[2] == "rising");
        }
    }

    public void Change(int pin, bool rising)
    {
        if (listeners.TryGetValue(pin, out var listener)) listener(this, new PinValueChangedEventArgs(rising ? PinEventTypes.Rising : PinEventTypes.Falling, pin));
    }

    public bool Listens(int pin) => listeners.ContainsKey(pin);

    protected override void OpenPin(int pinNumber)
    {
        if (Taken.Contains(pinNumber)) throw new UnauthorizedAccessException("Device or resource busy");
        Opened++;
    }

    protected override void ClosePin(int pinNumber)
    {
    }

    protected override void SetPinMode(int pinNumber, PinMode mode)
    {
    }

    protected override PinMode GetPinMode(int pinNumber) => PinMode.Input;

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => mode == PinMode.Input;

    protected override PinValue Read(int pinNumber)
    {
        Reads++;
        return PinValue.Low;
    }

    protected override void Write(int pinNumber, PinValue value) => throw new InvalidOperationException("a sensor's pin is never written");

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) => throw new NotSupportedException();

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
        if (WithoutEdges.Contains(pinNumber)) throw new IOException("Inappropriate ioctl for device");
        listeners[pinNumber] = callback;
    }

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) => listeners.Remove(pinNumber);
}
