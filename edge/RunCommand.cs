using System.CommandLine;
using System.Device.Gpio;
using Lynceus.Vision;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary><c>edge run</c>: the service.</summary>
internal static class RunCommand
{
    public static Command Create(bool inDetail)
    {
        var hub = new Option<string?>("--hub") { Description = "The hub's name (Hub:Name).", HelpName = "NAME" };
        var cloud = new Option<string?>("--cloud") { Description = "The cloud's address (Uplink:Cloud).", HelpName = "mqtt://HOST:PORT" };
        var data = new Option<string?>("--data") { Description = "The one folder the hub writes to (Hub:Data).", HelpName = "DIR" };
        var watch = new Option<string?>("--watch") { Description = "A folder that cameras write to (Trigger:Folder:Path).", HelpName = "FOLDER" };
        var model = new Option<string?>("--model") { Description = "The gate's model (Gate:Model).", HelpName = "NAME" };
        var profile = GateArguments.Profile();
        var settings = GateArguments.Settings();
        var setup = new Option<bool>("--setup") { Description = "Serve the setup page, for aiming cameras and testing at the station (Setup:Enabled)." };
        var command = new Command("run", Arguments.Describe("The service: triggers, clips, gate, spool, uplink. Runs until it is stopped; under systemd it says when it is ready.", inDetail, """
            Settings come from appsettings.json beside the program, then --settings, then the environment (LYNCEUS_Hub__Name, LYNCEUS_Uplink__Password, …),
            then the arguments; the last one wins; edge config says what can be set and what is wrong. Cameras and what sets them off are set in the file: Cameras, a list.
            What becomes of people, vehicles and doubtful captures: Gate:Person (keep, drop, blurred, send), Gate:Vehicle (keep, drop, send), Gate:Doubtful (keep, send, drop).

            Example:  edge run --hub valley-1 --cloud mqtt://192.168.1.10:1883 --data /var/lib/lynceus --watch /srv/ftp
            """)) { hub, cloud, data, watch, model, profile, settings, setup };
        command.SetAction(async (parsed, stop) =>
        {
            var sources = SettingsSources.Of(parsed.GetValue(settings)?.FullName, new Dictionary<string, string?>
            {
                ["Hub:Name"] = parsed.GetValue(hub),
                ["Hub:Data"] = parsed.GetValue(data),
                ["Uplink:Cloud"] = parsed.GetValue(cloud),
                ["Trigger:Folder:Path"] = parsed.GetValue(watch),
                ["Gate:Model"] = parsed.GetValue(model),
                ["Gate:Profile"] = parsed.GetValue(profile),
                ["Setup:Enabled"] = parsed.GetValue(setup) ? "true" : null,
            });
            // What is wrong with the settings, the model or the data folder is said before anything starts.
            using var host = SettingsCheck.Demand(sources);
            if (!await host.Services.WaitForPowerAsync(stop)) return 0;
            host.Services.GetRequiredService<IEnumerable<ITrigger>>();
            var power = host.Services.GetRequiredService<PowerEnd>();
            await host.RunAsync(stop);
            return power.ExitCode;
        });
        return command;
    }

    /// <summary>The hub's services; none is made yet.</summary>
    /// <param name="sources">Settings, the last one wins.</param>
    /// <param name="gpio">Where pins come from; null for the board's own.</param>
    internal static IHost Build(IReadOnlyList<SettingsSource> sources, Func<GpioController>? gpio = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory, DisableDefaults = true });
        builder.Configuration.AddSettings(sources);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddStderr();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(sources);
        AddOptions(builder);
        builder.AddSetup();
        builder.AddHealth();
        builder.AddCapture();
        builder.AddUplink();
        AddHub(builder.Services, gpio ?? (() => new GpioController()));
        return builder.Build();
    }

    private static void AddOptions(HostApplicationBuilder builder)
    {
        builder.AddSection<HubOptions, ValidateHubOptions>("Hub");
        builder.AddSection<SpoolOptions, ValidateSpoolOptions>("Spool");
        builder.AddSection<GateOptions, ValidateGateOptions>("Gate");
        builder.AddSection<TriggerOptions, ValidateTriggerOptions>("Trigger");
        builder.AddSection<StationOptions, ValidateStationOptions>("");
    }

    private static void AddHub(IServiceCollection services, Func<GpioController> gpio)
    {
        services.AddTriggers(gpio);
        // The clip that is being taken needs no less time because the link takes its own.
        services.Configure<HostOptions>(o => o.ServicesStopConcurrently = true);
        services.AddSingleton(s => Model(s.GetRequiredService<GateOptions>(), s.GetRequiredService<HubOptions>().Data, s.GetRequiredService<ILogger<HubModelChoice>>()));
        services.AddSingleton(s => new Gate(s.GetRequiredService<HubModel>().Model, s.GetRequiredService<GateOptions>(),
            CameraMemory.In(s.GetRequiredService<HubOptions>().Data, s.GetRequiredService<ILogger<CameraMemory>>())));
        services.AddSingleton(s => new Spool(s.GetRequiredService<HubOptions>().Data, s.GetRequiredService<ILogger<Spool>>(), TimeProvider.System, s.GetRequiredService<SpoolOptions>()));
        services.AddSingleton(s => new EffortCounts(s.GetRequiredService<HubOptions>().Data, TimeProvider.System, s.GetRequiredService<ILogger<EffortCounts>>()));
        services.AddSingleton(s => new HubIdentity(s.GetRequiredService<HubOptions>(), s.GetRequiredService<Spool>().Seq.Epoch, s.GetRequiredService<Gate>().Version, TimeProvider.System, s.GetRequiredService<HubModel>().Problem));
        services.AddHostedService<CaptureLoop>();
    }

    private static HubModel Model(GateOptions options, string data, ILogger<HubModelChoice> log)
    {
        var (catalog, memory) = (ModelCatalog.Load(), new ModelMemory(data, TimeProvider.System, forgot => Forgot(log, forgot, null)));
        var process = new TrialProcess(TrialProcess.OwnProgram, options.ThreadsHere, TimeSpan.FromSeconds(options.TrialSeconds));
        return new HubModelChoice(catalog, memory, new ModelTrials(catalog, memory, process, options.ThreadsHere), options, log).Choose();
    }

    private static readonly Action<ILogger, string, Exception?> Forgot = LoggerMessage.Define<string>(LogLevel.Error, new EventId(1, "Forgot"), "{Reason}");
}
