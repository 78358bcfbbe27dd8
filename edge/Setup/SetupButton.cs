using System.Device.Gpio;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>A button between its pin and ground that turns the page on.</summary>
internal sealed partial class SetupButton(GpioController gpio, SetupOptions options, SetupServer server, ILogger<SetupButton> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pin = options.ButtonPin!.Value;
        try
        {
            gpio.OpenPin(pin, gpio.IsPinModeSupported(pin, PinMode.InputPullUp) ? PinMode.InputPullUp : PinMode.Input);
            gpio.RegisterCallbackForPinValueChangedEvent(pin, PinEventTypes.Falling, Pressed);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            gpio.UnregisterCallbackForPinValueChangedEvent(pin, Pressed);
            gpio.ClosePin(pin);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            LogFailed(e, pin);
        }
    }

    private void Pressed(object sender, PinValueChangedEventArgs edge) => server.Open();

    [LoggerMessage(LogLevel.Error, "The button of the setup page on GPIO {Pin} does not work; edge doctor --only pins says more")]
    private partial void LogFailed(Exception failure, int pin);
}
