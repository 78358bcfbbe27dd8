using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What the gate made of something that a person has labelled: a frame by itself, or a capture.</summary>
internal sealed record Outcome
{
    public required string Site { get; init; }
    public required Shows Shows { get; init; }

    /// <summary>Taken without colours; of a capture, most of its frames.</summary>
    public required bool Grey { get; init; }

    /// <summary>False if a file was damaged or a video had no decoder: that says nothing of the gate.</summary>
    public required bool Looked { get; init; }
    public required Verdict Verdict { get; init; }

    /// <summary>The best score of anything that was not set aside, 0–1: at or above the keep threshold it is not dropped.</summary>
    public required float Best { get; init; }

    /// <summary>A person, or a vehicle, was seen at or above its threshold.</summary>
    public required bool PersonNamed { get; init; }
    public required bool VehicleNamed { get; init; }

    /// <summary>Nobody in it is shown: its pictures are not sent, or somebody in each of them is blurred.</summary>
    public required bool Protected { get; init; }

    /// <summary>Of its files.</summary>
    public required long Bytes { get; init; }

    public bool Dropped => Verdict == Verdict.Drop;
}

/// <summary>A frame with its label, what the gate saw, and what became of its capture.</summary>
internal sealed record JudgedFrame(LabelledFile File, FrameDecision Frame, Outcome Outcome, Verdict CaptureVerdict)
{
    /// <summary>Without the picture's bytes: thousands of frames are held until the end.</summary>
    public JudgedFrame WithoutPixels() => this with { Frame = Frame with { Encoded = null, BestStill = null } };
}

/// <summary>Judges a decision by the labels. No pixels, no files.</summary>
internal static class Judge
{
    /// <summary>
    /// Each frame by itself: as if it had been the only one of its capture, with the regions that changed looked at as they were.
    /// </summary>
    public static IReadOnlyList<JudgedFrame> Frames(Decision decision, IReadOnlyDictionary<string, LabelledFile> labels, Func<FrameDecision, bool> isGrey)
        => [.. decision.Frames.Where(f => labels.ContainsKey(PathOf(f))).Select(f => Frame(labels[PathOf(f)], f, decision, isGrey(f)))];

    /// <summary>The capture: it shows what any of its frames shows.</summary>
    public static Outcome Capture(Decision decision, IReadOnlyList<JudgedFrame> frames)
    {
        var (why, t) = (decision.Why, decision.Why.Thresholds);
        var shows = frames.Aggregate(Shows.Nothing, (all, f) => all | f.File.Shows);
        var sent = decision.Vote.Verdict == Verdict.Send;
        return new Outcome
        {
            Site = frames[0].File.Site,
            Shows = shows,
            Grey = frames.Count(f => f.Outcome.Grey) * 2 > frames.Count,
            Looked = why.Rule != Rule.NotLookedAt && decision.Frames.Any(f => f.Look.Failure is null),
            Verdict = decision.Vote.Verdict,
            Best = why.Best,
            PersonNamed = why.Person >= t.Person,
            VehicleNamed = why.Vehicle >= t.Vehicle,
            Protected = !sent || frames.Where(f => f.File.Shows.HasFlag(Shows.Person)).All(f => IsBlurred(f.Frame, t)),
            Bytes = decision.Frames.Sum(f => f.Frame.Bytes),
        };
    }

    public static string PathOf(FrameDecision frame) => ((FileFrame)frame.Frame).Path;

    private static JudgedFrame Frame(LabelledFile label, FrameDecision frame, Decision decision, bool grey)
    {
        var t = decision.Why.Thresholds;
        var animal = frame.Stills.Max(s => s.Contribution);
        var (person, vehicle) = (Best(frame, ObservationType.Human), Best(frame, ObservationType.Vehicle));
        var best = Math.Max(animal, Math.Max(person, vehicle));
        var verdict = animal >= t.Send ? Verdict.Send : best >= t.Keep ? Verdict.Keep : Verdict.Drop;
        var outcome = new Outcome
        {
            Site = label.Site,
            Shows = label.Shows,
            Grey = grey,
            // What the change stage left out was decided; what came after a sure vote, or could not be opened, was not.
            Looked = frame.Look.Failure is null && !frame.Look.Truncated && frame.Stills.Any(s => s.NotLooked is null or NotLooked.Unchanged),
            Verdict = verdict,
            Best = best,
            PersonNamed = person >= t.Person,
            VehicleNamed = vehicle >= t.Vehicle,
            // A sent capture takes all its frames along.
            Protected = decision.Vote.Verdict != Verdict.Send || IsBlurred(frame, t),
            Bytes = frame.Frame.Bytes,
        };
        return new JudgedFrame(label, frame, outcome, decision.Vote.Verdict);
    }

    private static bool IsBlurred(FrameDecision frame, Thresholds thresholds) => Policy.People(frame.Look.Detections, thresholds).Any();

    private static float Best(FrameDecision frame, ObservationType type)
    {
        var ignored = frame.Ignored.Select(i => i.Detection).ToList();
        return frame.Stills.SelectMany(s => s.Glances).SelectMany(g => g.Detections).Concat(frame.Look.Detections)
            .Where(d => d.ObservationType == type && !ignored.Contains(d)).Select(d => d.Conf).DefaultIfEmpty(0).Max();
    }
}
