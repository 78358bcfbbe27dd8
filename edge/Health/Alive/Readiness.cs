using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Console;

namespace Lynceus.Edge;

/// <summary>
/// Tells systemd when the hub is up and when it goes. The host's own <c>AddSystemd</c> looks at the parent process to find out whether it runs under systemd,
/// which it may not see when /proc is closed to it (ProtectProc=invisible), and then never says that it is ready. The socket that systemd gives is the surer sign.
/// </summary>
internal sealed class Readiness(IHostApplicationLifetime lifetime, ISystemdNotifier systemd) : IHostedService
{
    public static void Add(IServiceCollection services)
    {
        services.TryAddSingleton<ISystemdNotifier>(_ => new SystemdNotifier());
        services.AddHostedService<Readiness>();
        // The journal takes a line's level from its first characters.
        if (new SystemdNotifier().IsEnabled) services.Configure<ConsoleLoggerOptions>(o => o.FormatterName = ConsoleFormatterNames.Systemd);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() => systemd.Notify(ServiceState.Ready));
        lifetime.ApplicationStopping.Register(() => systemd.Notify(ServiceState.Stopping));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
