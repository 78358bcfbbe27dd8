using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>
/// Looks at a clip and decides: small grids of all frames first, what changed in them, a look at those with the most change and closer ones where the change is small,
/// a vote, and the site's policies. Owns the detector and what is known of the cameras; belongs to one loop.
/// </summary>
internal sealed class Gate : IDisposable
{
    private readonly Detector detector;
    private readonly GateOptions options;
    private readonly CameraMemory memory;
    private readonly OpenPictures pictures = new();
    private readonly Changes changes = new();
    private readonly Dictionary<string, (Thresholds Thresholds, GateVersion Version)> own = new(StringComparer.Ordinal);

    /// <summary>Opens the gate.</summary>
    /// <param name="model">Sound, and of a shape that is known here.</param>
    /// <param name="options">The site's.</param>
    /// <param name="memory">Of the cameras; null to begin with nothing and to leave nothing.</param>
    public Gate(LoadedModel model, GateOptions options, CameraMemory? memory = null)
    {
        this.options = options;
        this.memory = memory ?? CameraMemory.OfThisRun();
        Thresholds = Thresholds.Of(model.Manifest, options);
        Version = VersionOf(model, Thresholds);
        foreach (var camera in options.Cameras.Keys)
        {
            var thresholds = Thresholds.Of(model.Manifest, options, camera);
            own.Add(camera, (thresholds, VersionOf(model, thresholds)));
        }
        // The audit tells drops apart down to half the keep threshold.
        var least = own.Values.Select(o => o.Thresholds.Keep).Append(Thresholds.Keep).Min() / 2;
        detector = new Detector(model, new DetectorOptions { Threads = options.ThreadsHere, MinConf = Math.Clamp(least, 0.001f, 0.05f) });
    }

    /// <summary>For cameras without settings of their own.</summary>
    public GateVersion Version { get; }

    /// <summary>For cameras without settings of their own.</summary>
    public Thresholds Thresholds { get; }

    public Thresholds ThresholdsOf(string cameraID) => own.TryGetValue(cameraID, out var o) ? o.Thresholds : Thresholds;

    public GateVersion VersionFor(string cameraID) => own.TryGetValue(cameraID, out var o) ? o.Version : Version;

    /// <summary>Decides. A frame that fails is a frame with a failure, never a lost clip.</summary>
    public async Task<Decision> DecideAsync(Clip clip, CancellationToken stop)
    {
        var (camera, thresholds) = (memory.Of(clip.CameraID), ThresholdsOf(clip.CameraID));
        using var open = new OpenClip(clip, detector, pictures);
        await open.ReadAsync(stop);
        var changed = changes.Of(open.Grids, camera.Background);
        for (var i = 0; i < changed.Count; i++) open.Stills[i].Change = changed[i];

        var looking = new Looking(open, detector, camera.Friends, thresholds);
        await looking.InOrderAsync(stop);
        var (vote, why) = Vote(looking, clip, thresholds);
        var audit = vote.Verdict == Verdict.Drop && vote.Reason is not (GateDecision.Person or GateDecision.Vehicle)
            ? camera.Audit.Draw(clip.CaptureID, AuditRates.StratumOf(vote, thresholds), clip.Start, options.AuditPerDay)
            : null;
        if (new Decision(vote, audit, [], why).StoresPixels(clip))
        {
            await looking.AtTheRestAsync(stop);
            // A drop that the audit drew stays one whatever these looks find: it stands for others that nobody looks at again.
            if (audit is null) (vote, why) = Vote(looking, clip, thresholds);
        }
        Learn(camera, open, clip, thresholds);
        return new Decision(vote, audit, [.. clip.Frames.Select((f, i) => Describe(f, open.Of(i), thresholds))], why);
    }

    /// <summary>
    /// The bytes of a frame that may be stored: looked at, and the people in it blurred, unless the site shows people on purpose. Null if it cannot be decoded, or blurred.
    /// Throws <see cref="FrameFailedException"/> if it cannot be opened any more.
    /// </summary>
    public async Task<(byte[] Bytes, string FileMediatype, bool Blurred)?> StorableAsync(FrameDecision frame, CancellationToken stop)
    {
        if (frame.Look.Failure is not null) return null;
        var (encoded, look) = (frame.BestStill?.Encoded ?? frame.Encoded, frame.Look);
        var isStill = frame.BestStill is not null;
        if (encoded is null || !frame.WasLookedAt)
        {
            // What is read again may be another picture than the one that was looked at.
            var stills = await frame.Frame.OpenAsync(stop);
            var still = stills[(stills.Count - 1) / 2];
            (encoded, look, isStill) = (still.Encoded, detector.Detect(still.Encoded), still.VideoSeconds is not null);
            if (look.Failure is not null) return null;
        }
        var people = options.ShowsPeople ? [] : Policy.People(look.Detections, Thresholds).Concat(frame.Closer.SelectMany(g => Policy.People(g.Detections, Thresholds))).ToList();
        if (people.Count == 0) return (encoded, isStill ? "image/jpeg" : frame.Frame.FileMediatype, false);
        return Picture.Blur(encoded, people) is { } blurred ? (blurred, "image/jpeg", true) : null;
    }

    /// <summary>The site shows people on purpose.</summary>
    public bool ShowsPeople => options.ShowsPeople;

    /// <summary>Somebody who would be blurred was seen in a frame.</summary>
    public bool SeesPeople(FrameDecision frame)
        => Policy.People(frame.Look.Detections, Thresholds).Any() || frame.Closer.Any(g => Policy.People(g.Detections, Thresholds).Any());

    /// <summary>Somebody who would be blurred is seen in a picture that no clip's decision is about, or it cannot be decoded whole, and so nobody knows.</summary>
    public bool MayShowPeople(ReadOnlySpan<byte> encoded)
        => detector.Detect(encoded) is var look && (look.Failure is not null || look.Truncated || Policy.People(look.Detections, Thresholds).Any());

    public void Dispose()
    {
        memory.Dispose();
        pictures.Dispose();
        detector.Dispose();
    }

    private (Vote, Why) Vote(Looking looking, Clip clip, Thresholds thresholds)
    {
        var (vote, why) = GateDecision.Vote(looking.Seen(), thresholds, looking.Ignored());
        return (Policy.Apply(vote, options, clip.CaptureID), why);
    }

    /// <summary>The background learns where nothing stands; still things are learned where it is known that nothing changed.</summary>
    private void Learn(Camera camera, OpenClip open, Clip clip, Thresholds thresholds)
    {
        var (occupied, still, changed) = (new List<Box>(), new List<Detection>(), new List<Box>());
        Illumination? light = null;
        for (var i = 0; i < open.Stills.Count; i++)
        {
            var s = open.Stills[i];
            foreach (var d in s.Counted)
            {
                if (d.Conf >= thresholds.Keep) occupied.Add(d.Bbox);
            }
            changed.AddRange(s.Change.Regions);
            if (s.Change.Basis != ChangeBasis.History || s.Glances.Count == 0) continue;
            light ??= new Illumination(open.Grids[i]!.Mean / 255, open.Grids[i]!.Infrared);
            foreach (var d in s.Look!.Detections)
            {
                if (d.Conf >= thresholds.Keep / 2 && !Tracks.IsSupported(d.Bbox, s.Change.Regions)) still.Add(d);
            }
        }
        changes.Learn(open.Grids, camera.Background, occupied);
        still.Sort(static (a, b) => b.Conf.CompareTo(a.Conf));
        if (light is { } known) camera.Friends.Learn(still, changed, known, DateOnly.FromDateTime(clip.Start.DateTime));
        memory.Learned(camera);
    }

    private static FrameDecision Describe(Frame frame, ReadOnlySpan<OpenStill> stills, Thresholds thresholds)
    {
        var why = new StillWhy[stills.Length];
        OpenStill? best = null;
        var bestWorth = float.MinValue;
        for (var i = 0; i < stills.Length; i++)
        {
            var s = stills[i];
            why[i] = new StillWhy
            {
                VideoSeconds = s.VideoSeconds, ChangeKnown = s.Change.Known, ChangedShare = s.Change.Share, ChangedRegions = s.Change.Regions,
                Glances = s.Glances, NotLooked = s.NotLooked, Contribution = GateDecision.BestAnimal(s.Counted, thresholds), Ignored = s.Ignored,
            };
            var worth = s.NotLooked == NotLooked.Failed ? -2 : s.Look is null ? -1 : GateDecision.Worth(s.Counted, thresholds);
            if (best is null || worth > bestWorth) (best, bestWorth) = (s, worth);
        }
        var look = best!.Look ?? new Look { Width = best.Width, Height = best.Height };
        return new FrameDecision(frame, look, best is { VideoSeconds: not null, Look: not null, Encoded: { } encoded } ? new Still(best.VideoSeconds, encoded) : null, why)
        {
            Encoded = best.VideoSeconds is null ? best.Encoded : null,
            Closer = best.Glances.Count > 1 ? best.Glances[1..] : [],
        };
    }

    private static GateVersion VersionOf(LoadedModel model, Thresholds thresholds) => new(model.Manifest.Name, model.Version, thresholds.ToString());
}
