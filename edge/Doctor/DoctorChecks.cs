using System.Device.Gpio;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What <c>edge doctor</c> looks at, in its order.</summary>
internal static class DoctorChecks
{
    public static readonly IReadOnlyList<string> Names = ["settings", "rights", "card", "pins", "cameras", "ffmpeg", "models", "clock", "power", LinkTest.Link, LinkTest.Broker, "setup"];

    public static IReadOnlyList<DoctorCheck> Of(Patient patient, TimeProvider time)
    {
        var (settings, self) = (patient.Settings, new SelfExam(patient.Settings, time));
        var cameras = new CameraExam(settings.Cameras, patient.HubRuns, firstPicture: (camera, end) => Cameras.FirstPictureAsync(camera, time, end));
        var link = new LinkTest(settings.Uplink, settings.Hub.Name, time, clock: () => KernelClock.Real.Synchronised() == false ? ClockQuality.Unset : ClockQuality.Ntp);
        return
        [
            Now("settings", 10, _ => Settings(patient)),
            Now("rights", 10, _ => new RightsExam(settings).Look()),
            Now("card", 60, stop => new CardExam(patient.Data, time).Look(stop)),
            Now("pins", 10, _ => new PinsExam(settings, patient.HubRuns, () => new GpioController()).Look()),
            new("cameras", cameras.Limit, cameras.LookAsync),
            new("ffmpeg", TimeSpan.FromSeconds(30), VideoExam.LookAsync),
            Now("models", (4 * settings.Gate.TrialSeconds) + 10, _ => new ModelExam(settings.Gate, patient.Data).Look()),
            new("clock", TimeSpan.FromSeconds(30), self.LookAtClockAsync),
            new("power", TimeSpan.FromSeconds(30), self.LookAtPowerAsync),
            new(LinkTest.Link, TimeSpan.FromSeconds(40), link.ReachAsync),
            new(LinkTest.Broker, TimeSpan.FromSeconds(40), link.LoginAsync),
            Now("setup", 5, _ => [Setup(patient)]),
        ];
    }

    private static DoctorCheck Now(string name, int seconds, Func<CancellationToken, IReadOnlyList<Finding>> look) => new(name, TimeSpan.FromSeconds(seconds), stop => Task.FromResult(look(stop)));

    private static List<Finding> Settings(Patient patient)
    {
        var faults = patient.Checked.Faults.Select(f => new Finding("settings", Colour.Red, f.ToString().Trim(), "edge config check says it again after mending")).ToList();
        return faults.Count > 0 ? faults : [new Finding("settings", Colour.Green, $"nothing is wrong with them ({string.Join(", ", patient.Sources.Where(s => s.Settings.Count > 0).Select(s => s.Name))})")];
    }

    private static Finding Setup(Patient patient)
    {
        var setup = patient.Settings.Setup;
        var code = setup.Code.Length > 0 ? "the code is Setup:Code of the settings" : SetupCode.Made(patient.Data) is { } made ? $"the code is {made}" : "its code is made at its first start";
        return new Finding("setup", Colour.Green, $"by the settings the page {(setup.Enabled ? $"is served on {setup.Listen}" : setup.ButtonPin is { } pin ? $"comes with the button on GPIO {pin}" : "is off; edge run --setup serves it")}; {code}");
    }
}
