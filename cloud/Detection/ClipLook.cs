using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>What a model saw in a picture or a video.</summary>
/// <param name="Look">Of a video: of its best still.</param>
/// <param name="VideoSeconds">Of a video: where that still is.</param>
/// <param name="Note">Of a video that broke off: where.</param>
internal sealed record Seen(Look Look, double? VideoSeconds = null, string? Note = null);

/// <summary>From looks at stills to the one that stands for the video: that with the surest thing that counts, else with the surest of all.</summary>
internal static class ClipLook
{
    /// <param name="looks">At least one, in order.</param>
    /// <param name="thresholds">Detections of a type below its threshold do not count; 0–1.</param>
    public static (double Seconds, Look Look) Best(IReadOnlyList<(double Seconds, Look Look)> looks, Func<ObservationType, float> thresholds)
        => looks.Where(l => l.Look.Failure is null).OrderByDescending(l => Sure(l.Look, d => d.Conf >= thresholds(d.ObservationType))).ThenByDescending(l => Sure(l.Look, _ => true))
            .Concat(looks).First();

    private static float Sure(Look look, Func<Detection, bool> counts) => look.Detections.Where(counts).Select(d => d.Conf).DefaultIfEmpty(0).Max();
}
