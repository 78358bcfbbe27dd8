namespace Lynceus.Edge;

/// <summary>Whether this user may use the devices that the settings name.</summary>
/// <param name="settings">In force.</param>
/// <param name="root">Where the system's files begin.</param>
internal sealed class RightsExam(HubSettings settings, string root = "/")
{
    private const string Name = "rights";

    public IReadOnlyList<Finding> Look()
    {
        List<Finding> found = [];
        foreach (var (device, use, group, absent) in Devices().DistinctBy(d => d.Device))
        {
            if (Fault(device) is { } fault) found.Add(new Finding(Name, Colour.Red, $"{device} ({use}): {fault.Why}", fault.Absent ? absent : $"sudo usermod -aG {group} {Environment.UserName}, then log in again; the installed service has this group already"));
        }
        if (found.Count == 0) found.Add(new Finding(Name, Colour.Green, Devices().Any() ? $"user {Environment.UserName} may use {string.Join(", ", Devices().Select(d => d.Device).Distinct())}" : "the settings need no device"));
        if (Environment.IsPrivilegedProcess) found.Add(new Finding(Name, Colour.Green, "looked at as root, who may do everything: sudo -u lynceus edge doctor looks as the service does"));
        return found;
    }

    private IEnumerable<(string Device, string Use, string Group, string Absent)> Devices()
    {
        var power = settings.Power;
        if (power.Monitor.Length > 0 || power.Air.Length > 0 || power.Rtc.Length > 0)
            yield return ($"/dev/i2c-{power.Bus}", "battery monitor, air sensor or clock", "i2c", "Turn I2C on (on a Raspberry Pi: sudo raspi-config nonint do_i2c 0) and start again, or mend Power:Bus");
        if (settings.Clock.Gps.StartsWith("/dev/", StringComparison.Ordinal))
            yield return (settings.Clock.Gps, "GPS", "dialout", "Plug the receiver in, or mend Clock:Gps");
        foreach (var camera in settings.Cameras.Where(c => c.Source.StartsWith("/dev/", StringComparison.Ordinal)))
            yield return (camera.Source, $"camera {camera.CameraID}", "video", "Plug the camera in, or mend its Source; v4l2-ctl --list-devices says what is there");
        if (settings.Cameras.Any(c => c.Source.StartsWith("rpicam", StringComparison.Ordinal)))
            yield return ("/dev/video0", "Raspberry Pi camera", "video", "Check the camera's ribbon cable with the power off; rpicam-hello --list-cameras says what is there");
    }

    private (string Why, bool Absent)? Fault(string device)
    {
        var path = Path.Combine(root, device.TrimStart('/'));
        if (!File.Exists(path)) return ("is not there", true);
        try
        {
            using var opened = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return ($"user {Environment.UserName} may not use it", false);
        }
        catch (IOException)
        {
            // Somebody has it open, or it does not like to be opened like a file: the rights are there.
            return null;
        }
    }
}
