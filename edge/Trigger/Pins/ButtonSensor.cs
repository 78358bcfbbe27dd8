namespace Lynceus.Edge;

/// <summary>A push button between a pin and 3.3 V: a clip by hand. It bounces longer than a sensor, and may be held.</summary>
internal sealed class ButtonSensor(BoardPins pins, int pin, TimeProvider time) : ISensor
{
    private readonly PirSensor button = new(pins, new PirOptions { Pin = pin, DebounceMs = 80, MinPulseMs = 30, StuckMinutes = 1440 }, time, _ => { });

    public string Name => $"button on GPIO {pin}";

    public Task RunAsync(Action<Pulse> pulse, CancellationToken stop) => button.RunAsync(p => pulse(p with { Kind = TriggerKind.Manual }), stop);
}
