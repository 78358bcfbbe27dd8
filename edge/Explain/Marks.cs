using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>What to draw into a frame's picture.</summary>
internal static class Marks
{
    /// <summary>More boxes than this hide what they are drawn around.</summary>
    private const int Most = 12;

    /// <summary>The still whose picture stands for the frame: the photograph, or the one of a video that shows most.</summary>
    public static StillWhy Best(this FrameDecision frame)
        => frame.Stills.FirstOrDefault(s => s.VideoSeconds == frame.BestStill?.VideoSeconds) ?? frame.Stills[0];

    /// <summary>Detections first, so that they lie on top; below half the keep threshold they are left out, since a model always sees something.</summary>
    public static IReadOnlyList<Mark> Of(FrameDecision frame, Thresholds thresholds)
    {
        var still = frame.Best();
        return [
            .. frame.Look.Detections.Where(d => d.Conf >= thresholds.Keep / 2 && !still.Ignored.Any(i => i.Detection == d)).Take(Most).Select(d => new Mark(KindOf(d.ObservationType), d.Bbox, d.Conf)),
            .. still.Ignored.Take(Most).Select(i => new Mark(MarkKind.Known, i.Detection.Bbox, i.Detection.Conf)),
            .. still.Glances.Where(g => g.Crop is not null).Take(Most).Select(g => new Mark(MarkKind.Crop, g.Crop!.Value)),
            .. still.ChangedRegions.Take(Most).Select(r => new Mark(MarkKind.Changed, r)),
        ];
    }

    private static MarkKind KindOf(ObservationType type) => type switch
    {
        ObservationType.Human => MarkKind.Person,
        ObservationType.Vehicle => MarkKind.Vehicle,
        _ => MarkKind.Animal,
    };
}
