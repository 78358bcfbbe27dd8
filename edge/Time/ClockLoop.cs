using Lynceus.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>Looks at the clock each second. The first look is before anything captures. The clock's only catch.</summary>
internal sealed partial class ClockLoop(ClockWatch watch, HubNow now, TimeProvider time, ILogger<ClockLoop> log) : BackgroundService
{
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Look();
        LogQuality(now.Clock.Quality);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) Look();
    }

    private void Look()
    {
        try
        {
            var news = watch.Look();
            if (news.Did is { } did) LogDid(did);
            if (news.Step is { } step) LogStep(step.ByMs, step.Quality);
            else if (news.ChangedTo is { } quality) LogQuality(quality);
        }
        catch (Exception e)
        {
            LogFailed(e);
        }
    }

    [LoggerMessage(LogLevel.Information, "Clock quality: {Quality}")]
    private partial void LogQuality(ClockQuality quality);

    [LoggerMessage(LogLevel.Warning, "The clock jumped by {ByMs} ms; its quality is now {Quality}. Earlier captures keep their times, and later ones carry the step")]
    private partial void LogStep(long byMs, ClockQuality quality);

    [LoggerMessage(LogLevel.Information, "{Did}")]
    private partial void LogDid(string did);

    [LoggerMessage(LogLevel.Error, "The clock could not be looked at")]
    private partial void LogFailed(Exception failure);
}
