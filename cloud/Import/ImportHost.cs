namespace Lynceus.Cloud;

/// <summary>The parts of a cloud that an import needs, and a re-run without a server: rows, objects, the one writer, and the workers if somebody waits for results. No door is open.</summary>
internal sealed class ImportHost : IAsyncDisposable
{
    private readonly IHost host;

    private ImportHost(IHost host) => this.host = host;

    public IServiceProvider Services => host.Services;

    public ImportTools Tools => Services.GetRequiredService<ImportTools>();

    /// <param name="settings">Where the rows are.</param>
    /// <param name="works">Looks at what jobs are for.</param>
    public static async Task<ImportHost> StartAsync(CloudSettings settings, bool works)
    {
        BringUp(settings);
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.AddLogs();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(settings).AddSingleton(TimeProvider.System).AddSingleton<CloudMeter>().AddSingleton<HubHellos>();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.AddRows(settings.Data, settings.Db);
        builder.AddIngest();
        builder.Services.AddSingleton<ImportTools>();
        builder.AddLooks();
        if (works)
        {
            builder.AddJobs();
            builder.Services.AddSingleton<ImportedJob>();
        }
        var host = builder.Build();
        await host.StartAsync();
        return new ImportHost(host);
    }

    private static void BringUp(CloudSettings settings) => RowsSetup.Open(settings.Data, settings.Db).Dispose();

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
