using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>Which picture stands for a capture, and what its crop shows. Neither pixels nor files.</summary>
internal static class BestFrame
{
    /// <summary>The frames that could be looked at, as indices, the best first: that which shows most of what the verdict is about. Of an audit, where nothing is known to be seen, the one in the middle.</summary>
    public static IEnumerable<int> Order(Decision decision)
    {
        var middle = (decision.Frames.Count - 1) / 2;
        return Enumerable.Range(0, decision.Frames.Count)
            .Where(i => decision.Frames[i].Look.Failure is null)
            .OrderByDescending(i => decision.Audit is null ? Shown(decision, decision.Frames[i])?.Conf ?? 0 : 0)
            .ThenBy(i => Math.Abs(i - middle));
    }

    /// <summary>What its crop is to show; null for none. The pictures of an audit stand for what nobody saw anything in.</summary>
    public static Box? Crop(Decision decision, FrameDecision frame) => decision.Audit is null && decision.SendsPictures ? Shown(decision, frame)?.Bbox : null;

    private static Detection? Shown(Decision decision, FrameDecision frame)
    {
        var seen = frame.Look.Detections;
        return decision.Vote.Reason switch
        {
            GateDecision.Person => seen.Where(d => d.ObservationType == ObservationType.Human).MaxBy(d => d.Conf),
            GateDecision.Vehicle => seen.Where(d => d.ObservationType == ObservationType.Vehicle).MaxBy(d => d.Conf),
            _ => GateDecision.SurestAnimal(seen, decision.Why.Thresholds),
        };
    }
}
