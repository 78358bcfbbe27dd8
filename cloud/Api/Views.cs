using System.Text.Json.Serialization;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>A page of a list, newest arrival first.</summary>
/// <param name="Items">At most <c>limit</c>.</param>
/// <param name="Next">Give it as <c>after</c> for the next page; absent on the last.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, long? Next);

/// <summary>What a machine or a person says is in one media.</summary>
internal sealed record ObservationView
{
    public required long Id { get; init; }
    [JsonPropertyName("observationID")] public required string ObservationID { get; init; }
    [JsonPropertyName("mediaID")] public required string MediaID { get; init; }
    public required ObservationType ObservationType { get; init; }

    /// <summary>Of animals, at the rank that is sure; absent for "an animal". Camtrap DP's <c>scientificName</c> and <c>taxonID</c>.</summary>
    public string? ScientificName { get; init; }
    [JsonPropertyName("taxonID")] public string? TaxonID { get; init; }
    public TaxonRank? TaxonRank { get; init; }
    public VernacularNames? VernacularNames { get; init; }
    public int? Count { get; init; }
    public float? ClassificationProbability { get; init; }
    public required string ClassificationMethod { get; init; }
    public required string ClassifiedBy { get; init; }
    public required DateTime ClassificationTimestamp { get; init; }

    /// <summary><c>cloud</c>, <c>hub</c> for the gate's, or <c>human</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Whether it is what is said of the media now.</summary>
    public required bool Current { get; init; }

    /// <summary>By people: Camtrap DP's <c>sex</c>, <c>lifeStage</c> and <c>behavior</c>.</summary>
    public string? Sex { get; init; }
    public string? LifeStage { get; init; }
    public string? Behavior { get; init; }

    /// <summary>By people: in 0–1 of the upright picture.</summary>
    public Box? Bbox { get; init; }

    /// <summary>Told before, and it counts again: a stream gives it without an id.</summary>
    [JsonIgnore] public bool Again { get; init; }
    public required DateTimeOffset EventStart { get; init; }
    public required DateTimeOffset EventEnd { get; init; }

    /// <summary>For <c>unclassified</c>: what went wrong.</summary>
    public string? Reason { get; init; }

    /// <summary>The confirmed repeat that hides something without which it says what it does; absent if none.</summary>
    [JsonPropertyName("repeatID")] public long? RepeatID { get; init; }

    /// <summary>What it would say if nothing were hidden.</summary>
    public SaidBefore? Unsuppressed { get; init; }

    /// <summary>Of a row whose media is loaded.</summary>
    public static string IDOf(ObservationRow row) => $"{row.Media.MediaID}/{WireWords.Of(row.Source)}/{row.Model}/{row.Version}";

    /// <summary>From a row whose media is loaded.</summary>
    public static ObservationView From(ObservationRow row) => new()
    {
        Id = row.Id,
        ObservationID = IDOf(row),
        MediaID = row.Media.MediaID,
        ObservationType = row.ObservationType,
        ScientificName = row.ScientificName,
        TaxonID = row.ScientificName is { } name ? Taxon.IDOf(name) : null,
        TaxonRank = row.TaxonRank,
        VernacularNames = VernacularNames.Of(row.ScientificName),
        Count = row.Count,
        ClassificationProbability = row.ClassificationProbability,
        ClassificationMethod = row.ClassificationMethod,
        ClassifiedBy = row.ClassifiedBy,
        ClassificationTimestamp = row.ClassificationTimestamp,
        Source = WireWords.Of(row.Source),
        Current = row.Current,
        Sex = row.Sex,
        LifeStage = row.LifeStage,
        Behavior = row.Behavior,
        Bbox = row is { X: { } x, Y: { } y, W: { } w, H: { } h } ? new Box(x, y, w, h) : null,
        EventStart = Times.Join(row.EventStartLocal, row.EventStartOffset),
        EventEnd = Times.Join(row.EventEndLocal, row.EventEndOffset),
        Reason = row.Reason,
        RepeatID = row.RepeatRowId,
        Unsuppressed = row.RepeatRowId is null ? null : RepeatHiding.Before(row),
    };
}

/// <summary>One look of one model; of a video, <c>VideoSeconds</c> is where the still is that the detections are of.</summary>
internal sealed record LookView(string Model, string Version, string Source, string Status, string? Reason, DateTime At, double? Milliseconds, double? VideoSeconds)
{
    public static LookView From(RunRow run) => new(run.Model, run.Version, WireWords.Of(run.Source), WireWords.Of(run.Status), run.Reason, run.At, run.Milliseconds, run.VideoSeconds);
}

/// <summary>An object that a look found.</summary>
/// <param name="ObservationType">As the detector says.</param>
/// <param name="Label">The detector's own word.</param>
/// <param name="Conf">The detector's score, 0–1.</param>
/// <param name="Bbox">In 0–1 of the upright picture.</param>
/// <param name="ScientificName">What the closer look called it, at the rank that is sure; absent where it could not say.</param>
/// <param name="VernacularNames">Of that name.</param>
/// <param name="NameProbability">Of that name, 0–1.</param>
/// <param name="RepeatID">The confirmed repeat that hides it; absent if it counts.</param>
internal sealed record DetectionView(
    ObservationType ObservationType, string Label, float Conf, Box Bbox, string? ScientificName, VernacularNames? VernacularNames, float? NameProbability, [property: JsonPropertyName("repeatID")] long? RepeatID)
{
    public static DetectionView From(DetectionRow row)
        => new(row.ObservationType, row.Label, row.Conf, new Box(row.X, row.Y, row.W, row.H), row.ScientificName, VernacularNames.Of(row.ScientificName), row.NameProbability, row.RepeatRowId);
}

/// <summary>The frame's bytes.</summary>
/// <param name="Bytes">Of the whole file.</param>
/// <param name="Sha256">Of the whole file, lower-case hex.</param>
/// <param name="FileMediatype">As the hub says.</param>
/// <param name="Offset">Bytes that are here without a gap from the start.</param>
/// <param name="Complete">All are here and their hash is right.</param>
internal sealed record FrameView(long Bytes, string Sha256, string FileMediatype, long Offset, bool Complete);

/// <summary>A size of a media, as its hub recorded it.</summary>
/// <param name="Tier">Which.</param>
/// <param name="Bytes">Of the whole.</param>
/// <param name="Offset">Bytes that are here without a gap from the start.</param>
/// <param name="Complete">All are here and their hash is right.</param>
internal sealed record TierView(Tier Tier, long Bytes, long Offset, bool Complete);

/// <summary>What can be shown of a media now.</summary>
/// <param name="Tier">The size that its thumbnail is made of; boxes are of the whole picture, so they do not fit a crop.</param>
/// <param name="Version">With it as <c>v</c> thumbnail and content may be kept forever.</param>
internal sealed record PictureView(Tier Tier, string Version)
{
    public static string VersionOf(TierRow tier) => tier.Sha256[..16];
}

/// <summary>One picture and all that is known of it.</summary>
internal sealed record MediaView
{
    [JsonPropertyName("mediaID")] public required string MediaID { get; init; }
    [JsonPropertyName("captureID")] public required Guid CaptureID { get; init; }
    public required string Hub { get; init; }
    [JsonPropertyName("cameraID")] public required string CameraID { get; init; }
    [JsonPropertyName("deploymentID")] public string? DeploymentID { get; init; }

    /// <summary>Make and model, as the camera wrote them into its files; absent where it did not.</summary>
    public string? CameraModel { get; init; }

    /// <summary>As the camera believed, with its offset.</summary>
    public required DateTimeOffset Timestamp { get; init; }
    public required ClockQuality ClockQuality { get; init; }

    /// <summary>When its record reached the cloud.</summary>
    public required DateTime ReceivedAt { get; init; }
    public required Verdict Verdict { get; init; }

    /// <summary>Why the gate decided so, in its word.</summary>
    public required string Reason { get; init; }

    /// <summary>The gate's rule that decided.</summary>
    public string? Rule { get; init; }
    public float? Score { get; init; }

    /// <summary>The site's alarm rule that its capture met; absent if it met none.</summary>
    public string? Alarm { get; init; }

    /// <summary>Why its capture is shorter than it should be; absent if it is whole.</summary>
    public string? Incomplete { get; init; }

    /// <summary>For a dropped capture that was drawn for the audit: the probability it was drawn with.</summary>
    public float? AuditProbability { get; init; }
    public required string FilePath { get; init; }
    public required string FileMediatype { get; init; }
    public int? Width { get; init; }
    public int? Height { get; init; }
    public bool Truncated { get; init; }
    public bool Blurred { get; init; }
    public FrameView? Frame { get; init; }

    /// <summary>What there is to send, and how much of it is here.</summary>
    public required IReadOnlyList<TierView> Tiers { get; init; }

    /// <summary>What can be shown now; absent while nothing is here.</summary>
    public PictureView? Picture { get; init; }

    /// <summary>What its hub was asked of it, newest first; absent if nothing.</summary>
    public IReadOnlyList<RequestView>? Asked { get; init; }

    /// <summary>What counts: a person's word, else the cloud's, else the hub's. Of several the first.</summary>
    public ObservationView? Observation { get; init; }

    /// <summary>All that counts: more than one where a person saw several kinds.</summary>
    public required IReadOnlyList<ObservationView> Observations { get; init; }

    /// <summary>What machines say of it, whatever counts; the newest first.</summary>
    public required IReadOnlyList<ObservationView> Predictions { get; init; }

    /// <summary>The person's word that counts; absent without one.</summary>
    public LabelView? Label { get; init; }

    /// <summary>The look that <see cref="Detections"/> are of; of the machines' the one that counts.</summary>
    public LookView? Look { get; init; }

    /// <summary>Boxes in 0–1 of the upright picture, as <c>[x, y, w, h]</c>.</summary>
    public required IReadOnlyList<DetectionView> Detections { get; init; }

    /// <summary>Those that a confirmed repeat hides; absent if there are none.</summary>
    public IReadOnlyList<DetectionView>? Suppressed { get; init; }

    /// <summary>From a row whose capture, tiers, runs, observations and current label are loaded.</summary>
    public static MediaView From(MediaRow row)
    {
        var run = row.Runs.Find(r => r.Current);
        var frame = row.Tiers.Find(t => t.Tier == Tier.Frame);
        var label = row.Labels.Find(l => l.Current);
        List<ObservationView> current = [.. row.Observations.Where(o => o.Current).OrderBy(o => o.Id).Select(ObservationView.From)];
        List<DetectionRow> boxes = run is null ? [] : [.. run.Detections.Where(d => d.Frame == run.BestFrame).OrderByDescending(d => d.Conf)];
        return new MediaView
        {
            MediaID = row.MediaID,
            CaptureID = row.Capture.CaptureID,
            Hub = row.Capture.Hub,
            CameraID = row.Capture.CameraID,
            DeploymentID = row.Capture.DeploymentID,
            CameraModel = row.Capture.CameraModel,
            Timestamp = Times.Join(row.TimestampLocal, row.TimestampOffset),
            ClockQuality = row.Capture.ClockQuality,
            ReceivedAt = row.Capture.ReceivedAt,
            Verdict = row.Capture.Verdict,
            Reason = row.Capture.Reason,
            Rule = row.Capture.Rule,
            Score = row.Capture.Score,
            Alarm = row.Capture.Alarm,
            Incomplete = row.Capture.Incomplete,
            AuditProbability = row.Capture.AuditProbability,
            FilePath = row.FilePath,
            FileMediatype = row.FileMediatype,
            Width = run?.Width ?? row.Width,
            Height = run?.Height ?? row.Height,
            Truncated = row.Truncated,
            Blurred = row.Blurred,
            Frame = frame is null ? null : new FrameView(frame.Bytes, frame.Sha256, frame.FileMediatype, frame.Offset, frame.StoredAt is not null),
            Tiers = [.. row.Tiers.OrderBy(t => t.Tier).Select(t => new TierView(t.Tier, t.Bytes, t.Offset, t.StoredAt is not null))],
            Picture = ShownPicture.Small(row.Tiers) is { } shown ? new PictureView(shown.Tier, PictureView.VersionOf(shown)) : null,
            Observation = current.Count > 0 ? current[0] : null,
            Observations = current,
            Predictions = [.. row.Observations.Where(o => o.LabelRowId is null).OrderByDescending(o => o.Id).Select(ObservationView.From)],
            Label = label is null ? null : LabelView.From(label, [], row.MediaID, withdrawn: null),
            Look = run is null ? null : LookView.From(run),
            Detections = [.. boxes.Where(d => d.RepeatRowId is null).Select(DetectionView.From)],
            Suppressed = boxes.Exists(d => d.RepeatRowId is not null) ? [.. boxes.Where(d => d.RepeatRowId is not null).Select(DetectionView.From)] : null,
        };
    }
}

/// <summary>A capture and the names of its media.</summary>
internal sealed record CaptureView
{
    [JsonPropertyName("captureID")] public required Guid CaptureID { get; init; }
    public required string Hub { get; init; }
    [JsonPropertyName("cameraID")] public required string CameraID { get; init; }
    [JsonPropertyName("deploymentID")] public string? DeploymentID { get; init; }
    public required Guid BootId { get; init; }
    public required string Epoch { get; init; }
    public required long Seq { get; init; }
    public required ClockQuality ClockQuality { get; init; }
    public CaptureMethod? CaptureMethod { get; init; }
    public required string Trigger { get; init; }
    public required DateTimeOffset EventStart { get; init; }
    public required DateTimeOffset EventEnd { get; init; }
    public required Verdict Verdict { get; init; }
    public required string Reason { get; init; }

    /// <summary>The gate's rule that decided.</summary>
    public string? Rule { get; init; }
    public float? Score { get; init; }
    public float? AuditProbability { get; init; }

    /// <summary>Of which drops it was drawn for the audit.</summary>
    public string? AuditStratum { get; init; }

    /// <summary>The site's alarm rule that it met; absent if it met none.</summary>
    public string? Alarm { get; init; }

    /// <summary>Why the clip is shorter than it should be; absent if it is whole.</summary>
    public string? Incomplete { get; init; }

    /// <summary>Milliseconds since the hub's process started, at the trigger.</summary>
    public long? MonotonicMs { get; init; }

    /// <summary>Jumps of the hub's clock since its process started, oldest first.</summary>
    public required IReadOnlyList<ClockStep> ClockSteps { get; init; }
    public required GateVersion Gate { get; init; }
    public required DateTime ReceivedAt { get; init; }

    /// <summary>mediaIDs.</summary>
    public required IReadOnlyList<string> Media { get; init; }

    public static CaptureView From(CaptureRow row) => new()
    {
        CaptureID = row.CaptureID,
        Hub = row.Hub,
        CameraID = row.CameraID,
        DeploymentID = row.DeploymentID,
        BootId = row.BootId,
        Epoch = row.Epoch,
        Seq = row.Seq,
        ClockQuality = row.ClockQuality,
        CaptureMethod = row.CaptureMethod,
        Trigger = row.Trigger,
        EventStart = Times.Join(row.EventStartLocal, row.EventStartOffset),
        EventEnd = Times.Join(row.EventEndLocal, row.EventEndOffset),
        Verdict = row.Verdict,
        Reason = row.Reason,
        Rule = row.Rule,
        Score = row.Score,
        AuditProbability = row.AuditProbability,
        AuditStratum = row.AuditStratum,
        Alarm = row.Alarm,
        Incomplete = row.Incomplete,
        MonotonicMs = row.MonotonicMs,
        ClockSteps = row.ClockSteps,
        Gate = new GateVersion(row.GateModel, row.GateVersion, row.GateProfile),
        ReceivedAt = row.ReceivedAt,
        Media = [.. row.Media.Select(m => m.MediaID)],
    };
}
