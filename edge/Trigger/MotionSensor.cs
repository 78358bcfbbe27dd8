using Lynceus.Vision;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>
/// Motion in the camera's own picture, for cameras without a sensor: the gate's change stage over small pictures, with a background of its own. What changes all over
/// (a cloud, the switch to infrared) is another light and no motion. A change must be seen in two pictures of three, so that a flicker or a torn picture sets nothing off.
/// </summary>
internal sealed partial class MotionSensor(ICamera camera, MotionOptions options, TimeProvider time, ILogger<MotionSensor> log) : ISensor
{
    /// <summary>The usual is learned from a picture every so often: a memory of half a minute follows the light and not the animal.</summary>
    private static readonly TimeSpan LessonEvery = TimeSpan.FromSeconds(2);

    /// <summary>What has moved without a pause for so long is usual here: running water, a flag, a stump that fell.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(2);
    private readonly Changes changes = new();
    private readonly Background background = new();
    private readonly Queue<bool> last = new();
    private long? lesson;
    private long? moving;

    public string Name => $"motion in the picture of {camera.CameraID}";

    public async Task RunAsync(Action<Pulse> pulse, CancellationToken stop)
    {
        using var picture = new DecodedPicture();
        try
        {
            await foreach (var frame in camera.GlanceAsync(options.PerSecond, stop))
            {
                if (picture.Decode(frame.Encoded.Span, 320, 320, out var detail) is { } failure)
                {
                    LogTorn(camera.CameraID, failure, detail);
                    continue;
                }
                var luma = new Luma();
                luma.Read(picture);
                if (Moves(luma, frame.Timestamp)) pulse(new Pulse(frame.Timestamp, TriggerKind.Motion));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop while it waited for a picture.
        }
    }

    /// <summary>Whether something moves; pictures in their order.</summary>
    internal bool Moves(Luma luma, long at)
    {
        var change = changes.Of([luma], background)[0];
        var differs = change.Basis == ChangeBasis.History && change.Regions.Count > 0 && change.Share >= options.MinShare;
        moving = differs ? moving ?? at : null;
        if (lesson is not { } before || time.GetElapsedTime(before, at) >= LessonEvery)
        {
            // What moves is not learned, so that an animal that lingers goes on being seen.
            var lingers = moving is { } since && time.GetElapsedTime(since, at) < Usual;
            changes.Learn([luma], background, lingers ? change.Regions : []);
            lesson = at;
        }
        last.Enqueue(differs);
        if (last.Count > 3) last.Dequeue();
        return last.Count(d => d) >= 2;
    }

    [LoggerMessage(LogLevel.Debug, "{CameraID}: a small picture could not be read ({Failure}: {Detail})")]
    private partial void LogTorn(string cameraID, ImageFailure failure, string detail);
}
