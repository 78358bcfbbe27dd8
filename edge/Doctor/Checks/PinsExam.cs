using System.Device.Gpio;

namespace Lynceus.Edge;

/// <summary>Whether the pins that the settings name are there and free.</summary>
/// <param name="settings">In force.</param>
/// <param name="hubRuns">Then it holds them.</param>
/// <param name="open">The board's pins.</param>
/// <param name="root">Where the system's files begin.</param>
internal sealed class PinsExam(HubSettings settings, bool hubRuns, Func<GpioController> open, string root = "/")
{
    private const string Name = "pins";

    public IReadOnlyList<Finding> Look()
    {
        var wanted = Pins().ToList();
        if (wanted.Count == 0) return [new Finding(Name, Colour.Green, "the settings name no pin")];
        List<Finding> found = [.. wanted.GroupBy(w => w.Pin).Where(g => g.Count() > 1).Select(g => new Finding(Name, Colour.Red, $"GPIO {g.Key} is used twice: {string.Join(" and ", g.Select(w => w.Use))}", "Give each its own pin"))];
        var chips = Directory.Exists(Path.Combine(root, "dev")) ? Directory.GetFiles(Path.Combine(root, "dev"), "gpiochip*").Order(StringComparer.Ordinal).ToArray() : [];
        if (chips.Length == 0) return [.. found, new Finding(Name, Colour.Red, "this machine has no pins (no /dev/gpiochip*)", "On a Raspberry Pi update its system; elsewhere use motion in the picture (Motion:Enabled) instead of a sensor")];
        if (hubRuns) return [.. found, new Finding(Name, Colour.Green, $"the hub runs and holds them: {string.Join(", ", wanted.Select(w => $"GPIO {w.Pin} ({w.Use})"))}")];
        GpioController gpio;
        try
        {
            gpio = open();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException or InvalidOperationException or NotSupportedException or PlatformNotSupportedException)
        {
            return [.. found, new Finding(Name, Colour.Red, $"the pins cannot be used: {e.Message}", $"sudo usermod -aG gpio {Environment.UserName}, then log in again")];
        }
        using (gpio) return [.. found, .. wanted.DistinctBy(w => w.Pin).Select(w => Try(gpio, w.Pin, w.Use))];
    }

    private IEnumerable<(int Pin, string Use)> Pins()
    {
        foreach (var camera in settings.Cameras)
        {
            foreach (var pir in camera.Pir) yield return (pir.Pin, $"PIR sensor of {camera.CameraID}");
            if (camera.ButtonPin is { } button) yield return (button, $"button of {camera.CameraID}");
        }
        if (settings.Setup.ButtonPin is { } page) yield return (page, "button of the setup page");
    }

    private static Finding Try(GpioController gpio, int pin, string use)
    {
        try
        {
            gpio.OpenPin(pin, PinMode.Input);
            var level = gpio.Read(pin) == PinValue.High ? "high" : "low";
            gpio.ClosePin(pin);
            return new Finding(Name, Colour.Green, $"GPIO {pin} ({use}) is free and {level} now");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new Finding(Name, Colour.Red, $"GPIO {pin} ({use}) cannot be used: {e.Message}", "Another program or a device-tree overlay may hold it (gpioinfo says which), or the number is none of this board's: BCM numbers are meant, not those of the header");
        }
    }
}
