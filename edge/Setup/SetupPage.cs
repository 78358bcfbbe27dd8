using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>Takes a clip of a camera now, as if a sensor had seen something.</summary>
/// <param name="cameraID">Which.</param>
internal delegate void TakeNow(string cameraID);

/// <summary>The page for aiming cameras and testing a station, on the hub itself. Off unless it is asked for.</summary>
internal static class SetupPage
{
    public static void AddSetup(this HostApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddSection<SetupOptions, ValidateSetupOptions>("Setup").AddSingleton<IValidateOptions<SetupOptions>, SetupRules>();
        services.AddSingleton(s => new SetupServer(s.GetRequiredService<SetupOptions>(), s.GetRequiredService<HubOptions>().Data, () => Parts(s), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILoggerFactory>()));
        services.AddHostedService(s => s.GetRequiredService<SetupServer>());
        if (builder.Configuration["Setup:ButtonPin"] is { Length: > 0 }) services.AddHostedService<SetupButton>();
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The station disposes of it")]
    private static Station Parts(IServiceProvider services)
    {
        var (hub, time, gate) = (services.GetRequiredService<HubOptions>(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<Gate>());
        return new Station
        {
            Identity = services.GetRequiredService<HubIdentity>(),
            Cameras = [.. services.GetRequiredService<IReadOnlyList<ICamera>>().Select(c => new StationCamera(c, new LivePicture(c, time)))],
            Now = services.GetRequiredService<HubNow>(),
            Feed = services.GetRequiredService<HubFeed>(),
            Waiting = () => services.GetRequiredService<Spool>().Pending,
            Look = new LiveLook(services.GetRequiredService<HubModel>().Model, gate.Thresholds),
            Captures = new LastCaptures(hub.Data),
            Settings = new OwnSettings(services.GetRequiredService<IReadOnlyList<SettingsSource>>(), hub.Data),
            Link = new LinkTest(services.GetRequiredService<UplinkOptions>(), hub.Name, time, clock: () => services.GetRequiredService<HubNow>().Clock.Quality),
            Take = services.GetService<TakeNow>(),
            Time = time,
        };
    }
}

/// <summary>What the page shows and does.</summary>
internal sealed class Station : IDisposable
{
    public required HubIdentity Identity { get; init; }
    public required IReadOnlyList<StationCamera> Cameras { get; init; }
    public required HubNow Now { get; init; }
    public required HubFeed Feed { get; init; }

    /// <summary>Captures that the cloud has not acknowledged.</summary>
    public required Func<int> Waiting { get; init; }
    public required LiveLook Look { get; init; }
    public required LastCaptures Captures { get; init; }
    public required OwnSettings Settings { get; init; }
    public required LinkTest Link { get; init; }

    /// <summary>Null if this hub has no camera of its own.</summary>
    public TakeNow? Take { get; init; }
    public required TimeProvider Time { get; init; }

    public void Dispose()
    {
        foreach (var camera in Cameras) camera.Live.Dispose();
        Look.Dispose();
    }
}

/// <summary>A camera with its live picture.</summary>
internal sealed record StationCamera(ICamera Camera, LivePicture Live);

/// <summary>What attributes cannot say.</summary>
internal sealed class SetupRules : IValidateOptions<SetupOptions>
{
    public ValidateOptionsResult Validate(string? name, SetupOptions options)
    {
        var faults = new List<string>();
        if (Address(options.Listen) is null) faults.Add($"Setup:Listen {options.Listen} is no address; ADDRESS:PORT is needed, like 0.0.0.0:8090");
        if (options.Code.Length is > 0 and < 6) faults.Add("Setup:Code is too short; 6 to 64 characters are needed, or none for one that the hub makes");
        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }

    public static IPEndPoint? Address(string listen) => IPEndPoint.TryParse(listen, out var address) && listen.Contains(':', StringComparison.Ordinal) ? address : null;
}
