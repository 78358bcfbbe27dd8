using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>Serves the page while it is wanted: from the start, or from a press of the button, until nobody has looked for a while. The page's only catch.</summary>
internal sealed partial class SetupServer(SetupOptions options, string data, Func<Station> station, TimeProvider time, ILoggerFactory logs) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(60), Look = TimeSpan.FromSeconds(2);
    private readonly Channel<bool> wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Sessions sessions = new(time);
    private readonly Tries tries = new(time);
    private readonly ILogger log = logs.CreateLogger<SetupServer>();

    /// <summary>Where it listens now; null while it is off.</summary>
    public IPEndPoint? Listening { get; private set; }

    /// <summary>Turns it on, or keeps it on for another while.</summary>
    public void Open()
    {
        sessions.Visit();
        wanted.Writer.TryWrite(true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Enabled) Open();
        await foreach (var _ in wanted.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await ServeAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // The hub works without its page; a port that another program holds may come free.
                LogFailed(e, options.Listen, Pause.TotalSeconds);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wanted.Writer.TryWrite(true);
            }
        }
    }

    private async Task ServeAsync(CancellationToken stop)
    {
        var (code, made) = SetupCode.InForce(options, data);
        if (made) LogCode(code);
        using var served = station();
        await using var web = SetupWeb.Build(SetupRules.Address(options.Listen)!, new Guard(code, sessions, tries, log), served, logs);
        sessions.Visit();
        await web.StartAsync(stop);
        Listening = SetupWeb.AddressOf(web);
        LogOn(Listening, options.OffAfterMinutes);
        try
        {
            while (sessions.Quiet < TimeSpan.FromMinutes(options.OffAfterMinutes)) await Task.Delay(Look, time, stop);
            LogOff();
        }
        finally
        {
            Listening = null;
            sessions.Clear();
            // A press while it was on was for this time.
            wanted.Reader.TryRead(out _);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
            await web.StopAsync(patience.Token);
        }
    }

    [LoggerMessage(LogLevel.Information, "The setup page is at http://{Address} until nobody has looked for {Minutes} minutes; edge doctor says its code")]
    private partial void LogOn(IPEndPoint? address, int minutes);

    [LoggerMessage(LogLevel.Information, "The code of the setup page is {Code}")]
    private partial void LogCode(string code);

    [LoggerMessage(LogLevel.Information, "The setup page is off: nobody looked")]
    private partial void LogOff();

    [LoggerMessage(LogLevel.Error, "The setup page cannot be served on {Address}; it is tried again in {Seconds} s")]
    private partial void LogFailed(Exception failure, string address, double seconds);
}
