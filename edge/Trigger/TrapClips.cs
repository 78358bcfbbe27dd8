using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>What a camera trap tells of and asks.</summary>
/// <param name="Identity">Whose captures they are, and since when it runs.</param>
/// <param name="Zone">Where the station's clock stands: its captures carry this offset.</param>
/// <param name="Now">Power and clock.</param>
/// <param name="Feed">What happens, for whoever looks.</param>
/// <param name="Liveness">Its loop moves there.</param>
/// <param name="Suppressed">Told how many triggers of which camera were held back, now and then.</param>
/// <param name="Time">Whose timestamps pulses and frames have.</param>
/// <param name="Logs">For its own log.</param>
internal sealed record TrapSurroundings(HubIdentity Identity, TimeZoneInfo Zone, HubNow Now, HubFeed Feed, Liveness Liveness, Action<string, int> Suppressed, TimeProvider Time, ILoggerFactory Logs);

/// <summary>Clips of the shots of one camera.</summary>
internal sealed class TrapClips(CameraOptions options, ICamera camera, TrapSurroundings around)
{
    /// <summary>A clip of which the camera gave no picture is a capture all the same: something was there, and nobody could look.</summary>
    /// <param name="pulse">What set it off.</param>
    /// <param name="captureID">Made at the trigger.</param>
    /// <param name="shot">Of this camera.</param>
    public async Task<Clip> OfAsync(Pulse pulse, Guid captureID, Shot shot)
    {
        var mode = around.Now.Power;
        var (stills, broken) = await StillsAsync(pulse, shot, mode);
        var since = around.Time.GetElapsedTime(pulse.Timestamp);
        return new Clip
        {
            CaptureID = captureID,
            CameraID = options.CameraID,
            Trigger = TrapWords.OnTheWire(pulse.Kind),
            CaptureMethod = pulse.Kind switch { TriggerKind.TimeLapse => CaptureMethod.TimeLapse, TriggerKind.Manual => null, _ => CaptureMethod.ActivityDetection },
            ClockQuality = around.Now.Clock.Quality,
            MonotonicMs = Math.Max(0, around.Identity.MonotonicMs - (long)since.TotalMilliseconds),
            Frames = stills.Count > 0 ? stills : [Missing(broken ?? camera.Condition.Trouble ?? "the camera gave no picture", since)],
            OnOwnersCard = false,
            Broken = broken is { Length: > Wire.MaxNameLength } ? broken[..Wire.MaxNameLength] : broken,
            Shot = options.Clip.Video && mode == PowerMode.Full && shot.Frames.Count > 1 && pulse.Kind != TriggerKind.TimeLapse ? shot : null,
        };
    }

    private async Task<(IReadOnlyList<Frame> Stills, string? Broken)> StillsAsync(Pulse pulse, Shot shot, PowerMode mode)
    {
        try
        {
            // Of a time-lapse one still is taken, and no video.
            var count = pulse.Kind == TriggerKind.TimeLapse ? 1 : options.Clip.Frames;
            // A stop has ended the shot; what was taken is still looked at.
            var stills = await ClipStills.OfAsync(shot, count, pulse.Timestamp, mode, around.Identity, around.Time, CancellationToken.None);
            return ([.. stills.Select(s => s with { Time = TimeZoneInfo.ConvertTime(s.Time, around.Zone) })], shot.Broken);
        }
        catch (VideoFailedException e)
        {
            return ([], shot.Broken ?? e.Message);
        }
    }

    private MissingFrame Missing(string why, TimeSpan since)
        => new(why) { Number = "1", Time = TimeZoneInfo.ConvertTime(around.Time.GetUtcNow() - since, around.Zone), FilePath = "1.jpg", FileMediatype = "image/jpeg", Bytes = 0 };
}

/// <summary>How triggers are called: on the wire, and to people.</summary>
internal static class TrapWords
{
    public static string OnTheWire(TriggerKind kind) => kind switch { TriggerKind.Pir => "pir", TriggerKind.Motion => "motion", TriggerKind.TimeLapse => "timeLapse", _ => "manual" };

    public static string Spoken(TriggerKind kind)
        => kind switch { TriggerKind.Pir => "The sensor saw something", TriggerKind.Motion => "Something moves", TriggerKind.TimeLapse => "Time-lapse", _ => "By hand" };

    /// <summary>Why a pulse begins no clip.</summary>
    public static string Why(PulseFate fate) => fate switch
    {
        PulseFate.CoolingDown => "held back, too soon after the last clip",
        PulseFate.Storm => "held back by storm control",
        PulseFate.Busy => "held back, the clips before it are still being looked at",
        _ => "held back, the battery is nearly empty",
    };
}
