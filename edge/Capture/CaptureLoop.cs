using System.Threading.Channels;
using Lynceus.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>
/// Takes clips from all triggers, one after the other, through the gate into the spool. When it is stopped it takes those that are in the hub already, for <see cref="LastClips"/> at most.
/// The capture side's only catch: a disk that is full or read-only costs the captures of that time, which are counted, and nothing else.
/// </summary>
internal sealed partial class CaptureLoop(IEnumerable<ITrigger> triggers, Intake intake, CaptureSurroundings around, TimeProvider time, ILogger<CaptureLoop> log) : BackgroundService
{
    /// <summary>Systemd's TimeoutStopSec is longer.</summary>
    public static readonly TimeSpan LastClips = TimeSpan.FromSeconds(5);
    private const string Loop = "capture";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>For the triggers to end when the last clips were cut off: what they still have is counted.</summary>
    private static readonly TimeSpan LastWord = TimeSpan.FromMilliseconds(500);
    private bool failing;
    private int lost;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var end = new CancellationTokenSource();
        await using var stopping = stoppingToken.Register(() => end.CancelAfter(LastClips));
        // One clip waits at most: frames in memory are bounded, and what more the sensors see is counted as held back.
        var clips = Channel.CreateBounded<Clip>(1);
        var pumps = PumpAllAsync(clips.Writer, stoppingToken, end.Token);
        around.Liveness.Enter(Loop);
        try
        {
            while (await NextAsync(clips.Reader, end.Token))
            {
                while (clips.Reader.TryRead(out var clip))
                {
                    around.Now.ClipTaken();
                    around.Liveness.Moved(Loop);
                    await TakeAsync(clip, end.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            LogCutOff(LastClips.TotalSeconds);
        }
        // A decoder or a camera that does not end holds no stop up.
        await Task.WhenAny(pumps, Task.Delay(LastWord, time, CancellationToken.None));
        while (clips.Reader.TryRead(out var clip)) CutOff(clip);
        around.Liveness.Leave(Loop);
        if (pumps.IsCompleted) await pumps;
    }

    private async Task<bool> NextAsync(ChannelReader<Clip> clips, CancellationToken end)
    {
        var next = clips.WaitToReadAsync(end).AsTask();
        await around.Liveness.WaitAsync(Loop, next, time);
        return await next;
    }

    private async Task TakeAsync(Clip clip, CancellationToken end)
    {
        try
        {
            var decision = await intake.TakeAsync(clip, end);
            clip.OnTaken?.Invoke();
            LogTaken(clip.CameraID, clip.Frames.Count, decision.Vote.Verdict, decision.Vote.Reason, decision.Vote.Score ?? 0);
            Say(clip, "verdict", Spoken(decision));
            if (!failing) return;
            LogStoresAgain(lost);
            Say(clip, "trouble", $"captures are stored again; {lost} were lost");
            (failing, lost) = (false, 0);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            CutOff(clip);
            throw;
        }
        catch (Exception e)
        {
            // The owner's files stay where they are and are taken again; a clip of a camera is gone, and counted.
            clip.OnLeft?.Invoke();
            if (!clip.OnOwnersCard)
            {
                intake.CountLost(clip);
                lost++;
            }
            if (failing) return;
            failing = true;
            LogLost(e, clip.CameraID, clip.CaptureID);
            Say(clip, "trouble", $"captures cannot be stored: {e.Message}. Look at the card (edge doctor --only card rights)");
        }
    }

    /// <summary>A clip that the stop left no time for: a camera's is gone, and counted; the owner's files are taken again.</summary>
    private void CutOff(Clip clip)
    {
        if (!clip.OnOwnersCard) intake.CountLost(clip);
    }

    private static string Spoken(Decision decision)
    {
        var done = decision.Vote.Verdict switch { Verdict.Send => "Goes to the cloud", Verdict.Keep => "Kept", _ => "Dropped" };
        var seen = decision.Vote.Reason switch
        {
            "animal" => "an animal",
            "person" => "a person",
            "vehicle" => "a vehicle",
            "doubtful" => "perhaps something",
            "empty" => "nothing",
            "unchanged" => "nothing changed",
            "falseFriend" => "a thing that is always there",
            "unclassified" => "it could not be looked at",
            var other => other,
        };
        return FormattableString.Invariant($"{done}: {seen} ({decision.Vote.Score ?? 0:0.00})");
    }

    private void Say(Clip clip, string what, string text) => around.Feed.Say(new HubEvent(time.GetUtcNow(), clip.CameraID, what, text, clip.CaptureID));

    private async Task PumpAllAsync(ChannelWriter<Clip> clips, CancellationToken stop, CancellationToken end)
    {
        await Task.WhenAll(triggers.Select(t => PumpAsync(t, clips, stop, end)));
        clips.Complete();
    }

    private async Task PumpAsync(ITrigger trigger, ChannelWriter<Clip> clips, CancellationToken stop, CancellationToken end)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                LogWatching(trigger.Name);
                await foreach (var clip in trigger.ClipsAsync(stop))
                {
                    around.Now.ClipWaits();
                    try
                    {
                        await clips.WriteAsync(clip, end);
                    }
                    catch (OperationCanceledException)
                    {
                        CutOff(clip);
                    }
                }
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
    private partial void LogTaken(string cameraID, int frames, Verdict verdict, string reason, float score);

    [LoggerMessage(LogLevel.Error, "A capture of {CameraID} was not stored ({CaptureID}). Until captures are stored again the lost ones are only counted")]
    private partial void LogLost(Exception failure, string cameraID, Guid captureID);

    [LoggerMessage(LogLevel.Warning, "Captures are stored again; {Lost} were lost")]
    private partial void LogStoresAgain(int lost);

    [LoggerMessage(LogLevel.Warning, "Not all clips were looked at within {Seconds} s of the stop")]
    private partial void LogCutOff(double seconds);

    [LoggerMessage(LogLevel.Error, "{Trigger} failed; it is tried again in {Seconds} s")]
    private partial void LogTriggerFailed(Exception failure, string trigger, double seconds);
}

/// <summary>Whom the capture loop tells of what it does.</summary>
internal sealed record CaptureSurroundings(Liveness Liveness, HubFeed Feed, HubNow Now);
