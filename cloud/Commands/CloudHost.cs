using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Lynceus.Cloud;

/// <summary>The cloud in one process: a table of contents.</summary>
internal static partial class CloudHost
{
    public static async Task<int> RunAsync(CloudSettings settings, CancellationToken cancel)
    {
        using var only = DataLock.Take(settings.Data);
        await using var app = Build(settings);
        await StartAsync(app, settings, cancel);
        Console.WriteLine($"ready {HttpAddress(app)} {app.Services.GetRequiredService<IBroker>().Address}{(HttpsAddress(app) is { } https ? $" {https}" : "")}");
        if (HttpsAddress(app) is not null || !settings.Http.IsLoopback) OpenHere(app.Logger, $"{HttpsAddress(app) ?? HttpAddress(app)}/?token={app.Services.GetRequiredService<AccessToken>().Value}");
        await app.WaitForShutdownAsync(cancel);
        return 0;
    }

    public static WebApplication Build(CloudSettings settings, Action<WebApplicationBuilder>? change = null)
    {
        RowsSetup.Open(settings.Data, settings.Db).Dispose();
        var token = AccessToken.Open(settings.Data);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(settings.Http.Address, settings.Http.Port);
            if (settings.Https is { } https) kestrel.ListenTls(https);
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(50, TimeSpan.FromSeconds(30)); // a thin link stalls for longer than the usual 5 s
        });
        builder.Services.AddSingleton(settings).AddSingleton(token).AddSingleton(TimeProvider.System);
        builder.AddLogs();
        builder.AddHealth();
        builder.AddRows(settings.Data, settings.Db);
        builder.AddIngest();
        builder.AddFleet();
        builder.AddDetection();
        builder.AddJobs();
        builder.AddEcology();
        builder.AddAlarms(settings);
        builder.AddCredentials();
        builder.AddBroker(settings);
        builder.AddUploads(settings.Data);
        builder.AddPubSub(settings);
        builder.AddApi();
        change?.Invoke(builder);

        var app = builder.Build();
        app.UseFaults();
        app.UseAccess(settings, token);
        app.UseUploads();
        app.MapHealth();
        app.MapApi();
        app.MapPage();
        app.WatchDetection();
        app.WatchAlarms();
        return app;
    }

    public static async Task StartAsync(WebApplication app, CloudSettings settings, CancellationToken cancel)
    {
        try
        {
            await app.StartAsync(cancel);
        }
        catch (Exception e) when (e is IOException or SocketException || e.InnerException is SocketException)
        {
            throw new StartException($"cannot listen on --http {settings.Http} or --mqtt {settings.Mqtt}{(settings.Mqtts is null ? "" : $" or --mqtts {settings.Mqtts}")}{(settings.Https is null ? "" : $" or --https {settings.Https}")}: {e.GetBaseException().Message}");
        }
    }

    public static string HttpAddress(WebApplication app) => Addresses(app).First(a => !IsTls(a));

    /// <summary>Null where it was not asked for.</summary>
    public static string? HttpsAddress(WebApplication app) => Addresses(app).FirstOrDefault(IsTls);

    private static ICollection<string> Addresses(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;

    private static bool IsTls(string address) => address.StartsWith("https:", StringComparison.Ordinal);

    internal static void AddLogs(this IHostApplicationBuilder builder)
    {
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
            console.UseUtcTimestamp = true;
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Critical); // what it throws is logged where it is caught
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Open {Address}")]
    private static partial void OpenHere(ILogger log, string address);
}
