using System.Globalization;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>Who looked: the gate on the hub, the cloud's detector, a person, or another program whose results were imported.</summary>
internal enum LookedBy
{
    Hub,
    Cloud,

    /// <summary>Has observations, by labels, and no runs.</summary>
    Human,

    /// <summary>Another program, elsewhere.</summary>
    Imported,
}

/// <summary>How a look ended.</summary>
internal enum RunStatus
{
    Done,
    Failed,
}

/// <summary>One look of one model at one media. There is at most one for (media, model, version, who looked).</summary>
internal sealed class RunRow
{
    public long Id { get; set; }
    public long MediaRowId { get; set; }
    public MediaRow Media { get; set; } = null!;
    public required string Model { get; set; }
    public required string Version { get; set; }
    public LookedBy Source { get; set; }
    public RunStatus Status { get; set; }

    /// <summary>Why it failed, or where a video broke off.</summary>
    public string? Reason { get; set; }
    public DateTime At { get; set; }

    /// <summary>When somebody accepted the re-run that it is of; null if nobody did.</summary>
    public DateTime? AcceptedAt { get; set; }

    /// <summary>Whether its detections are those that are shown; of each media one is. <see cref="CurrentRule"/> keeps it.</summary>
    public bool Current { get; set; }
    public int? Width { get; set; }
    public int? Height { get; set; }
    public double? Milliseconds { get; set; }

    /// <summary>Of processors, decoding and naming included; null where nobody could tell.</summary>
    public double? ProcessorMilliseconds { get; set; }

    /// <summary>Pictures that were looked at together with it, itself among them; null for looks of before it was counted, and of hubs.</summary>
    public int? Together { get; set; }

    /// <summary>Of a video: from its start to the frame that stands for it.</summary>
    public double? VideoSeconds { get; set; }

    /// <summary>Of a video: that frame's number.</summary>
    public int? BestFrame { get; set; }

    /// <summary>Of a video: frames a second.</summary>
    public double? FrameRate { get; set; }

    /// <summary>Of a video: numbers of the frames that were looked at, ascending, with blanks between.</summary>
    public string? Frames { get; set; }
    public List<DetectionRow> Detections { get; set; } = [];
}

/// <summary>Numbers of a video's frames as <see cref="RunRow.Frames"/> has them.</summary>
internal static class VideoFrames
{
    public static string Write(IEnumerable<int> frames) => string.Join(' ', frames);

    public static IReadOnlyList<int> Read(string frames) => [.. frames.Split(' ').Select(f => int.Parse(f, CultureInfo.InvariantCulture))];

    public static int Count(string frames) => frames.Count(c => c == ' ') + 1;
}

/// <summary>An object that a look found; the box is in 0–1 of the upright picture.</summary>
internal sealed class DetectionRow
{
    public long Id { get; set; }
    public long RunRowId { get; set; }
    public ObservationType ObservationType { get; set; }
    public required string Label { get; set; }
    public float Conf { get; set; }
    public float X { get; set; }
    public float Y { get; set; }
    public float W { get; set; }
    public float H { get; set; }

    /// <summary>Of a video: the number of the frame that it is in.</summary>
    public int? Frame { get; set; }

    /// <summary>Of a video: which animal, person or vehicle it is a sighting of, from 1; null if it does not count.</summary>
    public int? Track { get; set; }

    /// <summary>What the closer look called it; null where there was none, or it could not say.</summary>
    public string? ScientificName { get; set; }

    /// <summary>Of that name, 0–1.</summary>
    public float? NameProbability { get; set; }

    /// <summary>The confirmed repeat that hides it; null if it counts. Without a foreign key, for which SQLite would have to copy the table.</summary>
    public long? RepeatRowId { get; set; }

    public DetectionRow Named(EnsembleVerdict? name)
    {
        (ScientificName, NameProbability) = (name?.Taxon?.ScientificName, name?.Taxon is null ? null : name.Score);
        return this;
    }

    public static DetectionRow From(Detection found) => From(found, frame: null, track: null);

    public static DetectionRow From(Detection found, int? frame, int? track) => new()
    {
        Frame = frame,
        Track = track,
        ObservationType = found.ObservationType,
        Label = found.Label,
        Conf = found.Conf,
        X = found.Bbox.X,
        Y = found.Bbox.Y,
        W = found.Bbox.W,
        H = found.Bbox.H,
    };
}

/// <summary>
/// What a machine or a person says is in one media. Of a machine there is one for (media, model, version, who looked);
/// of a label one for each kind of thing, with the label's id as model and 1, 2, … as version.
/// </summary>
internal sealed class ObservationRow
{
    public long Id { get; set; }
    public long MediaRowId { get; set; }
    public MediaRow Media { get; set; } = null!;
    public required string Model { get; set; }
    public required string Version { get; set; }
    public LookedBy Source { get; set; }
    public ObservationType ObservationType { get; set; }

    /// <summary>Of animals, at the rank that is sure; null for "an animal".</summary>
    public string? ScientificName { get; set; }
    public TaxonRank? TaxonRank { get; set; }
    public int? Count { get; set; }
    public float? ClassificationProbability { get; set; }
    public required string ClassificationMethod { get; set; }
    public required string ClassifiedBy { get; set; }
    public DateTime ClassificationTimestamp { get; set; }
    public DateTime EventStart { get; set; }
    public DateTime EventStartLocal { get; set; }
    public int EventStartOffset { get; set; }
    public DateTime EventEnd { get; set; }
    public DateTime EventEndLocal { get; set; }
    public int EventEndOffset { get; set; }

    /// <summary>For <c>unclassified</c>: what went wrong.</summary>
    public string? Reason { get; set; }

    /// <summary>Whether it counts: several of a media do where a person saw several kinds. <see cref="CurrentRule"/> keeps it.</summary>
    public bool Current { get; set; }

    /// <summary>The label that it is a part of; null for a machine's. Without a foreign key, for which SQLite would have to copy the table.</summary>
    public long? LabelRowId { get; set; }

    /// <summary>By people: <c>female</c> or <c>male</c>.</summary>
    public string? Sex { get; set; }

    /// <summary>By people: <c>adult</c>, <c>subadult</c> or <c>juvenile</c>.</summary>
    public string? LifeStage { get; set; }

    /// <summary>By people, in their words.</summary>
    public string? Behavior { get; set; }

    /// <summary>As an imported package named it; null elsewhere.</summary>
    public string? ObservationID { get; set; }

    /// <summary>The event that somebody said it is of; null leaves it to the gap between frames.</summary>
    public string? EventID { get; set; }
    public string? IndividualID { get; set; }

    /// <summary>An imported package's further columns, as JSON.</summary>
    public string? Package { get; set; }

    /// <summary>By people: where, in 0–1 of the upright picture; all four or none.</summary>
    public float? X { get; set; }
    public float? Y { get; set; }
    public float? W { get; set; }
    public float? H { get; set; }

    /// <summary>The confirmed repeat without which it would say something else; null if none.</summary>
    public long? RepeatRowId { get; set; }

    /// <summary>What it would say, as JSON (<see cref="SaidBefore"/>).</summary>
    public string? Unsuppressed { get; set; }
}
