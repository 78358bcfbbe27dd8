using System.Device.Gpio;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Lynceus.Edge;

/// <summary>
/// A PIR sensor. The rising edge counts, as the driver saw it: the pin is never read again in the callback, since short pulses are over by then.
/// A pulse while a clip is being taken, or within the cool-down, is held back and counted: suppressed triggers are effort too.
/// </summary>
internal sealed class PirTrigger(GpioController gpio, PirTriggerOptions options, ReplayCamera camera, Action<string, int> countSuppressed, TimeProvider time) : ITrigger
{
    // One pulse may wait while a clip is taken: the animal is still there.
    private readonly Channel<long> pulses = Channel.CreateBounded<long>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.Wait });
    private readonly TimeSpan coolDown = TimeSpan.FromSeconds(options.CoolDownSeconds);
    private long? lastAccepted;
    private int suppressed;

    public string Name => $"PIR on GPIO {options.Pin}, camera {options.CameraID}";

    public async IAsyncEnumerable<Clip> ClipsAsync([EnumeratorCancellation] CancellationToken stop)
    {
        gpio.OpenPin(options.Pin, PinMode.Input);
        gpio.RegisterCallbackForPinValueChangedEvent(options.Pin, PinEventTypes.Rising, Rose);
        try
        {
            await foreach (var pulse in pulses.Reader.ReadAllAsync(stop))
            {
                if (Interlocked.Exchange(ref suppressed, 0) is var held and > 0) countSuppressed(options.CameraID, held);
                yield return camera.Take(options.CameraID, options.Frames, time.GetElapsedTime(pulse));
            }
        }
        finally
        {
            gpio.UnregisterCallbackForPinValueChangedEvent(options.Pin, Rose);
            gpio.ClosePin(options.Pin);
        }
    }

    private void Rose(object sender, PinValueChangedEventArgs edge)
    {
        if (edge.ChangeType != PinEventTypes.Rising) return;
        var now = time.GetTimestamp();
        if ((lastAccepted is { } last && time.GetElapsedTime(last, now) < coolDown) || !pulses.Writer.TryWrite(now)) Interlocked.Increment(ref suppressed);
        else lastAccepted = now;
    }
}
