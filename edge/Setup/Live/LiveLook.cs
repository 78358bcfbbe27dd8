using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>What the gate's detector sees in a live picture, and where it changed.</summary>
/// <param name="Boxes">What is seen, the surest first.</param>
/// <param name="Changed">Regions, in 0–1 of the picture.</param>
/// <param name="ChangeKnown">There was something to compare it with.</param>
internal sealed record LiveSight(IReadOnlyList<LiveBox> Boxes, IReadOnlyList<Box> Changed, bool ChangeKnown);

/// <param name="What"><c>animal</c>, <c>person</c> or <c>vehicle</c>, as the gate would name it.</param>
/// <param name="Sure">At or above the threshold of that name; what is not counts as something doubtful.</param>
/// <param name="Score">0–1.</param>
/// <param name="Box">In 0–1 of the picture.</param>
internal sealed record LiveBox(string What, bool Sure, float Score, Box Box);

/// <summary>
/// Looks at live pictures with the gate's model, in a detector of its own on one thread: the gate's belongs to the capture loop. One look at a time, and it is opened only
/// when somebody wants to see it. Its backgrounds are learned from live pictures alone and leave nothing in the camera's memory.
/// </summary>
internal sealed class LiveLook(LoadedModel model, Thresholds thresholds) : IDisposable
{
    private readonly SemaphoreSlim one = new(1);
    private readonly Changes changes = new();
    private readonly Dictionary<string, Background> backgrounds = [];
    private readonly DecodedPicture picture = new();
    private Detector? detector;

    /// <summary>Null if somebody else's look is under way: the next picture comes soon.</summary>
    public async Task<LiveSight?> AtAsync(string cameraID, ReadOnlyMemory<byte> jpeg, CancellationToken stop)
    {
        if (!await one.WaitAsync(TimeSpan.Zero, stop)) return null;
        try
        {
            return await Task.Run(() => At(cameraID, jpeg), stop);
        }
        finally
        {
            one.Release();
        }
    }

    private LiveSight At(string cameraID, ReadOnlyMemory<byte> jpeg)
    {
        detector ??= new Detector(model, new DetectorOptions { Threads = 1, MinConf = 0.05f });
        if (detector.Open(jpeg.Span, picture) is not null) return new LiveSight([], [], false);
        var grid = new Luma();
        grid.Read(picture);
        if (!backgrounds.TryGetValue(cameraID, out var background)) backgrounds.Add(cameraID, background = new Background());
        var change = changes.Of([grid], background)[0];
        var seen = detector.Detect(picture).Detections.Where(d => d.Conf >= thresholds.Keep).OrderByDescending(d => d.Conf).ToList();
        changes.Learn([grid], background, [.. seen.Select(d => d.Bbox)]);
        return new LiveSight([.. seen.Select(Name)], change.Regions, change.Known);
    }

    private LiveBox Name(Detection d) => d.ObservationType switch
    {
        ObservationType.Human when d.Conf >= thresholds.Person => new LiveBox("person", true, d.Conf, d.Bbox),
        ObservationType.Vehicle when d.Conf >= thresholds.Vehicle => new LiveBox("vehicle", true, d.Conf, d.Bbox),
        _ => new LiveBox("animal", d.Conf >= thresholds.Send, d.Conf, d.Bbox),
    };

    public void Dispose()
    {
        detector?.Dispose();
        picture.Dispose();
        one.Dispose();
    }
}
