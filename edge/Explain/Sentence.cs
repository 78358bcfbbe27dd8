using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>A verdict in plain words. Nothing but words: no file, no pixel.</summary>
internal static class Sentence
{
    /// <summary><c>sent: animal 0.42 in frame 2 of 3, seen again in frame 3; looked at 2 regions that changed</c></summary>
    public static string Of(Decision decision)
        => $"{Verb(decision)}: {Because(decision)}{Looked(decision)}";

    /// <summary>The same without what the audit drew.</summary>
    public static string OfVerdict(Decision decision)
        => $"{(decision.Vote.Verdict == Verdict.Send ? "sent" : decision.Vote.Verdict == Verdict.Keep ? "kept" : "dropped")}: {Because(decision)}{Looked(decision)}";

    /// <summary>What was seen in one frame, or why it was not looked at.</summary>
    public static string Of(FrameDecision frame)
    {
        if (frame.Look.Failure is not null) return $"could not be looked at ({CapturePictures.FailureText(frame.Look)})";
        var still = frame.Best();
        if (still.NotLooked is { } not) return not == NotLooked.Unchanged ? "not looked at: nothing changed" : "not looked at: the others had decided";
        var seen = frame.Look.Detections.Where(d => !still.Ignored.Any(i => i.Detection == d)).Take(5).Select(d => $"{Word(d.ObservationType)} {d.Conf:0.00}").ToList();
        if (still.Ignored.Count > 0) seen.Add($"{still.Ignored.Count} known still {(still.Ignored.Count == 1 ? "object" : "objects")}");
        var text = seen.Count > 0 ? string.Join(", ", seen) : "nothing seen";
        if (frame.Look.Truncated) text += "; the file ended early";
        return frame.BestStill?.VideoSeconds is { } seconds ? $"{text}; at {seconds:0.#} s of the video, {frame.Stills.Count(s => s.NotLooked is null)} of {frame.Stills.Count} stills looked at" : text;
    }

    private static string Verb(Decision decision) => decision.Vote.Verdict switch
    {
        Verdict.Send => "sent",
        Verdict.Keep => "kept",
        _ => decision.Audit is { Probability: var share } ? $"dropped, and sent as a sample of the drops (drawn with {share:0.###})" : "dropped",
    };

    private static string Because(Decision decision)
    {
        var (why, t) = (decision.Why, decision.Why.Thresholds);
        return decision.Why.Rule switch
        {
            Rule.OneSighting when why.Tracks is [var track, ..] => OneSighting(decision, track),
            Rule.SightingsAddUp when why.Tracks is [var track, ..] => $"animal {track.Score:0.00} from {track.Sightings.Count} sightings together, {In(decision, track.Sightings.Select(s => s.Frame))}, the best alone {track.Sightings.Max(s => s.Detection.Conf):0.00}",
            Rule.SurePerson => $"person {why.Person:0.00}{Where(decision, ObservationType.Human)}",
            Rule.SureVehicle => $"vehicle {why.Vehicle:0.00}{Where(decision, ObservationType.Vehicle)}",
            Rule.BetweenThresholds => $"something {why.Best:0.00}{(why.Animal >= why.Best && why.Tracks is [var track, ..] ? $" {In(decision, track.Sightings.Select(s => s.Frame))}" : "")}, from {t.Keep:0.00} on it is kept, from {t.Send:0.00} sent",
            Rule.NotLookedAt when decision.Frames.All(f => f.Look.Failure is not null) => "could not be looked at",
            Rule.NotLookedAt => $"nothing seen, and {Count(decision.Frames.Count(f => f.Look.Failure is not null || f.Look.Truncated), "frame")} of {decision.Frames.Count} could not be looked at in full",
            Rule.OnlyFalseFriends => FalseFriends(decision),
            Rule.NothingChanged => "nothing changed",
            _ when why.Best > 0 => $"nothing reached {t.Keep:0.00}, the most was {why.Best:0.00}",
            _ => $"nothing seen in {Count(decision.Frames.Count, "frame")}",
        };
    }

    private static string OneSighting(Decision decision, Track track)
    {
        var best = track.Sightings.MaxBy(s => s.Detection.Conf)!;
        var again = track.Sightings.Select(s => s.Frame).Where(f => f != best.Frame).Distinct().Order().ToList();
        var score = track.Score > best.Detection.Conf + 0.005f ? $" ({track.Score:0.00} with its other sightings)" : "";
        return $"animal {best.Detection.Conf:0.00}{score}{(decision.Frames.Count > 1 ? $" {In(decision, [best.Frame])}" : Video(decision, best))}{(again.Count > 0 ? $", seen again {In(decision, again, total: false)}" : "")}";
    }

    private static string Video(Decision decision, Sighting sighting)
        => decision.Frames[sighting.Frame].Stills[sighting.Still].VideoSeconds is { } seconds ? $" at {seconds:0.#} s" : "";

    private static string FalseFriends(Decision decision)
    {
        var ignored = decision.Frames.SelectMany(f => f.Stills).SelectMany(s => s.Ignored).MaxBy(i => i.Detection.Conf);
        return ignored is null ? "only what this camera always shows"
            : $"only a still object that this camera always shows: {ignored.Detection.Conf:0.00}, usually {ignored.UsualScore:0.00}, in {Count(ignored.Captures, "capture")} on {Count(ignored.Days, "day")}";
    }

    private static string Looked(Decision decision)
    {
        var stills = decision.Frames.SelectMany(f => f.Stills).ToList();
        var crops = stills.SelectMany(s => s.Glances).Count(g => g.Crop is not null);
        if (crops > 0) return $"; looked at {Count(crops, "region")} that changed";
        return decision.Why.Rule != Rule.NothingChanged && stills.Exists(s => s.ChangeKnown) && stills.TrueForAll(s => s.ChangedRegions.Count == 0) ? "; nothing changed" : "";
    }

    /// <summary>Index of the frame that gave the verdict, or -1 if none did.</summary>
    public static int DecidedBy(Decision decision) => decision.Why.Rule switch
    {
        Rule.SurePerson => Best(decision, ObservationType.Human),
        Rule.SureVehicle => Best(decision, ObservationType.Vehicle),
        Rule.OneSighting or Rule.SightingsAddUp or Rule.BetweenThresholds when decision.Why.Tracks is [var track, ..] => track.Sightings.MaxBy(s => s.Detection.Conf)!.Frame,
        _ => -1,
    };

    private static string Where(Decision decision, ObservationType type) => decision.Frames.Count == 1 ? "" : $" {In(decision, [Best(decision, type)])}";

    private static int Best(Decision decision, ObservationType type)
        => Enumerable.Range(0, decision.Frames.Count)
            .MaxBy(i => decision.Frames[i].Look.Detections.Where(d => d.ObservationType == type).Select(d => d.Conf).DefaultIfEmpty(-1).Max());

    /// <summary><c>in frames 1, 2 and 3 of 5</c></summary>
    private static string In(Decision decision, IEnumerable<int> frames, bool total = true)
    {
        var numbers = frames.Distinct().Order().Select(f => (f + 1).ToString()).ToList();
        if (decision.Frames.Count == 1) return "in the only frame";
        if (numbers.Count > 6) return $"in {numbers.Count} frames{(total ? $" of {decision.Frames.Count}" : "")}";
        var list = numbers.Count == 1 ? numbers[0] : $"{string.Join(", ", numbers[..^1])} and {numbers[^1]}";
        return $"in frame{(numbers.Count == 1 ? "" : "s")} {list}{(total ? $" of {decision.Frames.Count}" : "")}";
    }

    private static string Count(int n, string what) => $"{n} {what}{(n == 1 ? "" : "s")}";

    internal static string Word(ObservationType type) => type switch
    {
        ObservationType.Human => "person",
        ObservationType.Vehicle => "vehicle",
        _ => "animal",
    };
}
