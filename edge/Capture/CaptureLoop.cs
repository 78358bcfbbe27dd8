using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>Takes clips from all triggers, one after the other, through the gate into the spool. The capture side's only catch.</summary>
internal sealed partial class CaptureLoop(IEnumerable<ITrigger> triggers, Intake intake, TimeProvider time, ILogger<CaptureLoop> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // One clip waits at most: frames in memory are bounded, and what more the sensors see is counted as held back.
        var clips = Channel.CreateBounded<Clip>(1);
        var pumps = triggers.Select(t => PumpAsync(t, clips.Writer, stoppingToken)).ToList();
        await foreach (var clip in clips.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                var decision = await intake.TakeAsync(clip, stoppingToken);
                clip.OnTaken?.Invoke();
                LogTaken(clip.CameraID, clip.Frames.Count, decision.Vote.Verdict, decision.Vote.Reason, decision.Vote.Score ?? 0);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogLost(e, clip.CameraID, clip.CaptureID);
            }
        }
        await Task.WhenAll(pumps);
    }

    private async Task PumpAsync(ITrigger trigger, ChannelWriter<Clip> clips, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                LogWatching(trigger.Name);
                await foreach (var clip in trigger.ClipsAsync(stop)) await clips.WriteAsync(clip, stop);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                // A card that was pulled or a sensor that is not there may come back; the other triggers go on.
                LogTriggerFailed(e, trigger.Name, Pause.TotalSeconds);
                await Task.Delay(Pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Watching {Trigger}")]
    private partial void LogWatching(string trigger);

    [LoggerMessage(LogLevel.Information, "{CameraID}: {Frames} frames, {Verdict} ({Reason} {Score:0.00})")]
    private partial void LogTaken(string cameraID, int frames, Contracts.Verdict verdict, string reason, float score);

    [LoggerMessage(LogLevel.Error, "A capture of {CameraID} was not stored ({CaptureID})")]
    private partial void LogLost(Exception failure, string cameraID, Guid captureID);

    [LoggerMessage(LogLevel.Error, "{Trigger} failed; it is tried again in {Seconds} s")]
    private partial void LogTriggerFailed(Exception failure, string trigger, double seconds);
}
