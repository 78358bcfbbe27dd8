using System.ComponentModel;
using Lynceus.Contracts;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>A camera whose stream a process gives: <c>rpicam-vid</c> or <c>ffmpeg</c>. It owns that process, and starts it again whatever happens to it.</summary>
internal sealed partial class ProcessCamera : ICamera
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromMinutes(1), Sound = TimeSpan.FromSeconds(30);
    private const int MostPictureBytes = 32 * 1024 * 1024;
    private readonly CameraOptions options;
    private readonly CameraSource source;
    private readonly CameraCommand command;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly CameraFeed feed;
    private readonly Backoff backoff;

    public ProcessCamera(CameraOptions options, CameraSource source, TimeProvider time, ILogger<ProcessCamera> log)
    {
        (this.options, this.source, this.time, this.log) = (options, source, time, log);
        command = CameraCommand.Of(source, options);
        feed = new CameraFeed(options, time);
        backoff = new Backoff(new Random(), FirstPause, LongestPause);
    }

    public string CameraID => options.CameraID;

    public CameraCondition Condition => feed.Condition;

    /// <summary>Of its process; null while there is none.</summary>
    internal int? ProcessId { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            string why;
            try
            {
                why = await RunOnceAsync(stop);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                why = $"{command.Program} failed: {source.WithoutSecrets(e.Message)}";
            }
            if (stop.IsCancellationRequested) break;
            if (feed.LastFrame is not null && time.GetElapsedTime(started) >= Sound) backoff.Succeeded();
            feed.Broke(why);
            var pause = backoff.Next();
            LogBroke(CameraID, why, pause.TotalSeconds);
            await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        feed.Ended();
    }

    public Task<Shot> ShootAsync(long from, Func<long> until, CancellationToken stop) => feed.ShootAsync(from, until, stop);

    public IAsyncEnumerable<CameraFrame> GlanceAsync(double perSecond, CancellationToken stop) => feed.GlanceAsync(perSecond, stop);

    /// <summary>One process from its start to its end. Why it ended, with what to do.</summary>
    private async Task<string> RunOnceAsync(CancellationToken stop)
    {
        var splitter = StreamSplitter.For(options.Codec, (int)Math.Min(MostPictureBytes, options.RingMegabytes * 1024L * 1024));
        feed.Begin();
        try
        {
            using var process = CameraProcess.Start(command, time, bytes => splitter.Feed(bytes, time.GetTimestamp(), feed.Add));
            return source.WithoutSecrets(await WatchAsync(process, splitter, stop));
        }
        catch (Win32Exception e)
        {
            return CameraTrouble.CannotStart(command.Program, source.Kind, options, e);
        }
    }

    private async Task<string> WatchAsync(CameraProcess process, StreamSplitter splitter, CancellationToken stop)
    {
        ProcessId = process.Id;
        LogStarted(CameraID, source.Shown, command.Program);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var light = feed.WatchLightAsync(over.Token);
        try
        {
            return await WaitAsync(process, splitter, stop);
        }
        finally
        {
            // Nothing of it may come after this.
            await process.EndAsync();
            ProcessId = null;
            await over.CancelAsync();
            await light;
        }
    }

    /// <summary>Until it ends or gives nothing any more.</summary>
    private async Task<string> WaitAsync(CameraProcess process, StreamSplitter splitter, CancellationToken stop)
    {
        var (patience, began) = (TimeSpan.FromSeconds(options.StallSeconds), time.GetTimestamp());
        while (!stop.IsCancellationRequested)
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var ended = await Task.WhenAny(process.Read, Task.Delay(TimeSpan.FromSeconds(1), time, enough.Token)) == process.Read;
            await enough.CancelAsync();
            if (ended)
            {
                await process.Read;
                return CameraTrouble.Ended(command.Program, source.Kind, await process.EndedAsync());
            }
            if (time.GetElapsedTime(feed.LastFrame ?? began) < patience) continue;
            return CameraTrouble.Silent(options, source.Kind, splitter.TooLarge, splitter.Discarded, process.LastWords);
        }
        return "";
    }

    [LoggerMessage(LogLevel.Information, "{CameraID}: {Source} started by {Program}")]
    private partial void LogStarted(string cameraID, string source, string program);

    [LoggerMessage(LogLevel.Warning, "{CameraID}: {Why}. It is started again in {Seconds:0.0} s")]
    private partial void LogBroke(string cameraID, string why, double seconds);
}

/// <summary>A camera's troubles, in words for who stands before it.</summary>
internal static class CameraTrouble
{
    private const int Enoent = 2;

    public static string CannotStart(string program, SourceKind kind, CameraOptions options, Win32Exception failure)
        => options.Program.Length > 0 ? $"{program} cannot be started ({failure.Message}): see the camera's Program"
            : failure.NativeErrorCode != Enoent ? $"{program} cannot be started: {failure.Message}"
            : kind == SourceKind.Rpicam ? "rpicam-vid is not installed: apt-get install rpicam-apps" : "ffmpeg is not installed: apt-get install ffmpeg";

    /// <param name="program">Which.</param>
    /// <param name="kind">Of which source.</param>
    /// <param name="how">How it ended; null if only its stdout did.</param>
    public static string Ended(string program, SourceKind kind, string? how) => $"{Path.GetFileName(program)} {how ?? "closed its output"}. {Advice(kind)}";

    public static string Silent(CameraOptions options, SourceKind kind, int tooLarge, long discarded, string? said)
    {
        if (tooLarge > 0) return $"its pictures are larger than {Math.Min(32, options.RingMegabytes)} MiB: take a larger RingMegabytes or a smaller Width and Height";
        if (discarded > 64 * 1024) return $"what it sends is no {options.Codec}: see the camera's Codec";
        return $"no picture for {options.StallSeconds} s{(said is null ? "" : $" ({said})")}. {Advice(kind)}";
    }

    private static string Advice(SourceKind kind) => kind switch
    {
        SourceKind.Rpicam => "See the ribbon cable and rpicam-hello --list-cameras",
        SourceKind.Device => "See its plug and ls /dev/video*",
        _ => "See its power, its network, and the address, user and password in Source",
    };
}
