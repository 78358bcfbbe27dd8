using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>What the gate says of a clip.</summary>
/// <param name="Vote">The verdict.</param>
/// <param name="AuditProbability">Set if it is a drop that is sent all the same.</param>
/// <param name="Frames">In the clip's order.</param>
/// <param name="Why">What explains the verdict.</param>
internal sealed record Decision(Vote Vote, float? AuditProbability, IReadOnlyList<FrameDecision> Frames, Why Why)
{
    /// <summary>Its pictures go to the cloud.</summary>
    public bool SendsPictures => Vote.Verdict == Verdict.Send || AuditProbability is not null;
}

/// <summary>What the gate saw of one frame.</summary>
/// <param name="Frame">Which.</param>
/// <param name="Look">Of its best still.</param>
/// <param name="BestStill">The still of a video that shows most; null for a photograph, which is its own still.</param>
/// <param name="Stills">What was done with each still, in their order; one for a photograph.</param>
internal sealed record FrameDecision(Frame Frame, Look Look, Still? BestStill, IReadOnlyList<StillWhy> Stills);

/// <summary>Looks at a clip's frames, from the centre outward, and decides. Owns the detector; belongs to one loop.</summary>
internal sealed class Gate : IDisposable
{
    private readonly Detector detector;
    private readonly GateOptions options;

    public Gate(LoadedModel model, GateOptions options)
    {
        this.options = options;
        Thresholds = Thresholds.Of(model.Manifest, options);
        detector = new Detector(model, new DetectorOptions { Threads = options.ThreadsHere, MinConf = Math.Min(0.05f, Thresholds.Keep) });
        Version = new GateVersion(model.Manifest.Name, model.Version, Thresholds.ToString());
    }

    public GateVersion Version { get; }

    public Thresholds Thresholds { get; }

    /// <summary>
    /// Decides. A frame that fails is a frame with a failure, never a lost clip. One sure picture ends the looking within a video;
    /// photographs are all looked at, since each that is sent must be checked for people.
    /// </summary>
    public async Task<Decision> DecideAsync(Clip clip, CancellationToken stop)
    {
        var frames = new FrameDecision[clip.Frames.Count];
        var looks = new List<Look>(frames.Length);
        foreach (var i in CentreOutward(frames.Length))
        {
            stop.ThrowIfCancellationRequested();
            frames[i] = await LookAsync(clip.Frames[i], looks, stop);
        }
        var vote = GateDecision.Vote(looks, Thresholds);
        var audit = vote.Verdict == Verdict.Drop ? Audit.Draw(clip.CaptureID, vote.Score ?? 0, Thresholds, options) : null;
        return new Decision(vote, audit, frames, Explain(vote, frames));
    }

    /// <summary>The bytes of a frame that may be stored: the people in it blurred. Null if it cannot be opened or decoded any more.</summary>
    public async Task<(byte[] Bytes, string FileMediatype, bool Blurred)?> StorableAsync(FrameDecision frame, CancellationToken stop)
    {
        if (frame.Look.Failure is not null) return null;
        var encoded = frame.BestStill?.Encoded ?? (await frame.Frame.OpenAsync(stop))[0].Encoded;
        var people = GateDecision.People(frame.Look.Detections, Thresholds).ToList();
        if (people.Count == 0) return (encoded, frame.BestStill is null ? frame.Frame.FileMediatype : "image/jpeg", false);
        return Picture.Blur(encoded, people) is { } blurred ? (blurred, "image/jpeg", true) : null;
    }

    private async Task<FrameDecision> LookAsync(Frame frame, List<Look> looks, CancellationToken stop)
    {
        IReadOnlyList<Still> stills;
        try
        {
            stills = await frame.OpenAsync(stop);
        }
        catch (FrameFailedException e)
        {
            var failed = new Look { Failure = e.Failure, Detail = e.Message };
            looks.Add(failed);
            return new FrameDecision(frame, failed, null, [new StillWhy { NotLooked = NotLooked.Failed }]);
        }
        (Look Look, Still Still)? best = null;
        var why = stills.Select(s => new StillWhy { VideoSeconds = s.VideoSeconds, NotLooked = NotLooked.SureBefore }).ToArray();
        foreach (var i in CentreOutward(stills.Count))
        {
            stop.ThrowIfCancellationRequested();
            var look = detector.Detect(stills[i].Encoded);
            looks.Add(look);
            why[i] = look.Failure is null
                ? why[i] with { NotLooked = null, Glances = [new Glance(null, look.Detections)], Contribution = GateDecision.Animal(look.Detections, Thresholds) }
                : why[i] with { NotLooked = NotLooked.Failed };
            if (best is null || Worth(look) > Worth(best.Value.Look)) best = (look, stills[i]);
            if (GateDecision.Animal(look.Detections, Thresholds) >= Thresholds.Sure) break;
        }
        var still = best!.Value.Still;
        return new FrameDecision(frame, best.Value.Look, still.VideoSeconds is null ? null : still, why);
    }

    private Why Explain(Vote vote, FrameDecision[] frames)
    {
        var tracks = new List<Track>();
        var (animal, person, vehicle) = (0f, 0f, 0f);
        for (var f = 0; f < frames.Length; f++)
        {
            for (var s = 0; s < frames[f].Stills.Count; s++)
            {
                var still = frames[f].Stills[s];
                animal = Math.Max(animal, still.Contribution);
                foreach (var d in still.Glances.SelectMany(g => g.Detections))
                {
                    if (d.ObservationType == ObservationType.Human) person = Math.Max(person, d.Conf);
                    if (d.ObservationType == ObservationType.Vehicle) vehicle = Math.Max(vehicle, d.Conf);
                    if (d.Conf == still.Contribution) tracks.Add(new Track(d.Conf, [new Sighting(f, s, d, Changed: true)]));
                }
            }
        }
        return new Why(vote.Rule, animal, person, vehicle, [.. tracks.OrderByDescending(t => t.Score)], Thresholds);
    }

    /// <summary>An animal is worth more than anything else, anything more than nothing, and a picture more than a failure.</summary>
    private float Worth(Look look)
        => look.Failure is not null ? -1
            : GateDecision.Animal(look.Detections, Thresholds) is var animal && animal >= Thresholds.Send ? 1 + animal
            : look.Detections.Count > 0 ? look.Detections[0].Conf : 0;

    /// <summary>An animal that set the sensor off is most likely in the middle of what was taken.</summary>
    internal static IEnumerable<int> CentreOutward(int count)
    {
        var centre = (count - 1) / 2;
        for (var step = 0; step <= count; step++)
        {
            if (step == 0) yield return centre;
            else
            {
                if (centre + step < count) yield return centre + step;
                if (centre - step >= 0) yield return centre - step;
            }
        }
    }

    public void Dispose() => detector.Dispose();
}
