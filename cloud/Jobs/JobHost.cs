namespace Lynceus.Cloud;

/// <summary>The parts of a cloud that look at what jobs are for: rows, objects, the one writer, the workers. No door is open.</summary>
internal sealed class JobHost : IAsyncDisposable
{
    private readonly IHost host;

    private JobHost(IHost host) => this.host = host;

    public static async Task<JobHost> StartAsync(CloudSettings settings, CancellationToken cancel)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.AddLogs();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(settings).AddSingleton(TimeProvider.System).AddSingleton<CloudMeter>();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.AddRows(settings.Data, settings.Db);
        builder.AddLooks();
        builder.AddJobs();
        var host = builder.Build();
        await host.StartAsync(cancel);
        return new JobHost(host);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }

    /// <summary>Signals are the command line's.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
