using System.ComponentModel.DataAnnotations;
using System.Device.Gpio;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>What makes the hub capture: its cameras, each with its sensors, and the watched folder.</summary>
internal static class TriggerSetup
{
    /// <param name="services">Of the hub.</param>
    /// <param name="gpio">Where pins come from.</param>
    public static void AddTriggers(this IServiceCollection services, Func<GpioController> gpio)
    {
        services.AddSingleton<IValidateOptions<StationOptions>, StationRules>();
        services.AddSingleton(_ => gpio());
        services.AddSingleton(s => new BoardPins(s.GetRequiredService<GpioController>, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new HubFeed(s.GetRequiredService<HubOptions>().Zone));
        services.AddSingleton<HandSensors>();
        services.AddSingleton<TakeNow>(s => camera => s.GetRequiredService<HandSensors>().Pull(camera));
        services.AddSingleton<CaptureSurroundings>();
        services.AddSingleton<IReadOnlyList<ICamera>>(s => [.. s.GetRequiredService<StationOptions>().Cameras.Select(c => Cameras.Open(c, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILoggerFactory>()))]);
        services.AddSingleton(Surroundings);
        services.AddSingleton<IEnumerable<ITrigger>>(s => [.. Triggers(s)]);
        services.AddHostedService<TriggerRequests>();
    }

    private static TrapSurroundings Surroundings(IServiceProvider s)
    {
        var (hub, identity, effort, gate) = (s.GetRequiredService<HubOptions>(), s.GetRequiredService<HubIdentity>(), s.GetRequiredService<EffortCounts>(), s.GetRequiredService<Gate>());
        return new TrapSurroundings(identity, hub.Zone, s.GetRequiredService<HubNow>(), s.GetRequiredService<HubFeed>(), s.GetRequiredService<Liveness>(),
            (camera, held) => effort.CountSuppressed(hub.Name, hub.DeploymentID, camera, identity.Epoch, gate.VersionFor(camera), held),
            s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILoggerFactory>());
    }

    private static IEnumerable<ITrigger> Triggers(IServiceProvider services)
    {
        var (folder, hub, time) = (services.GetRequiredService<TriggerOptions>().Folder, services.GetRequiredService<HubOptions>(), services.GetRequiredService<TimeProvider>());
        var stations = services.GetRequiredService<StationOptions>().Cameras;
        if (folder.Path.Length == 0 && stations.Count == 0)
            throw new ValidationException("Nothing sets this hub off: give a camera with a sensor (Cameras), or a folder to watch (Trigger:Folder:Path, --watch)");
        if (folder.Path.Length > 0) yield return new FolderTrigger(folder, hub.Data, hub.Name, hub.Zone, services.GetRequiredService<GateOptions>(), time);
        foreach (var (options, camera) in stations.Zip(services.GetRequiredService<IReadOnlyList<ICamera>>()))
        {
            if (!Schedule.TryParse(options.Schedule, hub.Zone, hub.Position, out var schedule, out var fault)) throw new ValidationException($"Cameras: Schedule of {options.CameraID}: {fault}");
            yield return new CameraTrap(options, camera, Sensors(options, camera, services), schedule, services.GetRequiredService<TrapSurroundings>());
        }
    }

    private static List<ISensor> Sensors(CameraOptions options, ICamera camera, IServiceProvider s)
    {
        var (pins, time, feed) = (s.GetRequiredService<BoardPins>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<HubFeed>());
        List<ISensor> sensors = [.. options.Pir.Select(p => new PirSensor(pins, p, time, trouble => feed.Say(new HubEvent(time.GetUtcNow(), options.CameraID, "trouble", trouble))))];
        if (options.Motion.Enabled) sensors.Add(new MotionSensor(camera, options.Motion, time, s.GetRequiredService<ILogger<MotionSensor>>()));
        if (options.TimeLapse.EveryMinutes > 0) sensors.Add(new TimeLapseSensor(options.TimeLapse, s.GetRequiredService<HubOptions>().Zone, time));
        if (options.ButtonPin is { } button) sensors.Add(new ButtonSensor(pins, button, time));
        sensors.Add(s.GetRequiredService<HandSensors>().Of(options.CameraID));
        return sensors;
    }
}

/// <summary>What no single field of <see cref="StationOptions"/> can see.</summary>
internal sealed class StationRules(IOptions<HubOptions> hub) : IValidateOptions<StationOptions>
{
    public ValidateOptionsResult Validate(string? name, StationOptions options) => Faults(options).ToList() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;

    private IEnumerable<string> Faults(StationOptions options)
    {
        foreach (var twice in options.Cameras.GroupBy(c => c.CameraID).Where(g => g.Count() > 1 && g.Key.Length > 0))
            yield return $"Cameras: CameraID {twice.Key} stands there {twice.Count()} times; each camera needs its own, or nobody can tell their captures apart";
        foreach (var (i, camera) in options.Cameras.Index())
        {
            if (CameraSource.Read(camera.Source) is null && camera.Source.Length > 0) yield return $"Cameras:{i}:Source is none that is known: {CameraSource.Known}";
            if (camera.Clip.PreRollSeconds + camera.Clip.PostRollSeconds > camera.Clip.MaxSeconds)
                yield return FormattableString.Invariant($"Cameras:{i}:Clip:MaxSeconds {camera.Clip.MaxSeconds} is shorter than PreRollSeconds {camera.Clip.PreRollSeconds} and PostRollSeconds {camera.Clip.PostRollSeconds} together");
            foreach (var pin in camera.Pir.GroupBy(p => p.Pin).Where(g => g.Count() > 1)) yield return $"Cameras:{i}:Pir names GPIO {pin.Key} {pin.Count()} times";
            if (camera.Pir.Any(p => p.Pin == camera.ButtonPin)) yield return $"Cameras:{i}:ButtonPin {camera.ButtonPin} is the pin of a PIR sensor too";
            if (!Schedule.TryParse(camera.Schedule, TimeZoneInfo.Utc, hub.Value.Position, out _, out var fault)) yield return $"Cameras:{i}:Schedule: {fault}";
        }
    }
}
