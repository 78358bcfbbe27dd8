using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>Time, power, health and the watchdog: the hub's knowledge of itself.</summary>
internal static class HealthSetup
{
    public static void AddHealth(this HostApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddSection<PowerOptions, ValidatePowerOptions>("Power").AddSingleton<IValidateOptions<PowerOptions>, PowerRules>();
        builder.AddSection<ClockOptions, ValidateClockOptions>("Clock").AddSingleton<IValidateOptions<ClockOptions>, ClockRules>();
        services.AddSingleton<HubNow>();
        services.AddSingleton<Liveness>();
        Readiness.Add(services);
        services.AddSingleton<OpenI2c>(HealthProbe.OpenBoardsI2c);
        services.AddSingleton<Sensors>();
        services.AddSingleton(s => new HealthProbe(s.GetRequiredService<HubOptions>(), s.GetRequiredService<HubNow>(), s.GetRequiredService<Sensors>(), s.GetRequiredService<TimeProvider>()));
        AddClock(services);
        services.AddSingleton<PowerWatch>();
        services.AddSingleton(s =>
        {
            var intake = s.GetRequiredService<Intake>();
            return new PowerEnd(() => intake.InHand, s.GetRequiredService<IHostApplicationLifetime>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<PowerEnd>>());
        });
        services.AddSingleton<CriticalStart>();
        services.AddSingleton(s => new UplinkWindow(s.GetRequiredService<HubOptions>().Name, s.GetRequiredService<PowerOptions>().SavingUplinkMinutes));
        services.AddSingleton<Standing>();
        services.AddSingleton(_ => WatchdogLimit.FromEnvironment());
        services.AddHostedService(s => new HealthLoop(s.GetRequiredService<HealthProbe>(), s.GetRequiredService<PowerWatch>(), s.GetRequiredService<PowerEnd>(),
            s.GetRequiredService<HubNow>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<HealthLoop>>())
        {
            Every = TimeSpan.FromSeconds(s.GetRequiredService<PowerOptions>().EverySeconds),
        });
        services.AddHostedService<Watchdog>();
    }

    /// <summary>Returns when the battery may carry the hub: at once, but for an empty one. False if the hub was told to stop while it waited.</summary>
    public static Task<bool> WaitForPowerAsync(this IServiceProvider services, CancellationToken stop)
        => services.GetRequiredService<CriticalStart>().WaitAsync(services.GetRequiredService<WatchdogLimit>(), services.GetRequiredService<TimeProvider>(), stop);

    private static void AddClock(IServiceCollection services)
    {
        services.AddSingleton(KernelClock.Real);
        services.AddSingleton(s => new BackedClock(s.GetRequiredService<PowerOptions>(), s.GetRequiredService<OpenI2c>()));
        services.AddSingleton<ClockSources>();
        services.AddSingleton(s =>
        {
            var identity = s.GetRequiredService<HubIdentity>();
            return new ClockWatch(s.GetRequiredService<ClockOptions>(), s.GetRequiredService<ClockSources>(), s.GetRequiredService<HubNow>(), () => identity.MonotonicMs, s.GetRequiredService<TimeProvider>());
        });
        services.AddHostedService<ClockLoop>();
        services.AddSingleton<IHostedService>(s => s.GetRequiredService<ClockOptions>() is { Gps: { Length: > 0 } gps, GpsBaud: var baud }
            ? new GpsLoop(new GpsReceiver(GpsAddress.Parse(gps)!, baud, ClockJudge.BuildYear), s.GetRequiredService<HubNow>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<GpsLoop>>())
            : new NoGps());
    }

    /// <summary>In the place of a loop that the settings do not ask for.</summary>
    private sealed class NoGps : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
