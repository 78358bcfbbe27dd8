using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What somebody, or a rule, decided about a box that comes again and again.</summary>
internal enum RepeatState
{
    Proposed,

    /// <summary>It is a thing of the place: what a machine sees there does not count.</summary>
    Confirmed,

    /// <summary>It is no false alarm, and is not proposed again.</summary>
    Rejected,
}

/// <summary>The same box at one camera again and again: a stump, a stone, a branch. Nothing of it is ever deleted.</summary>
internal sealed class RepeatRow
{
    public long Id { get; set; }
    public required string Hub { get; set; }
    public required string CameraID { get; set; }

    /// <summary>A camera that was moved sees another place.</summary>
    public string? DeploymentID { get; set; }
    public ObservationType ObservationType { get; set; }

    /// <summary>The box in 0–1 of the upright picture: of each edge the median.</summary>
    public float X { get; set; }
    public float Y { get; set; }
    public float W { get; set; }
    public float H { get; set; }

    /// <summary>A box is the same if it covers this one so well.</summary>
    public float IoU { get; set; }

    /// <summary>The highest score that it had.</summary>
    public float MostConf { get; set; }

    /// <summary>Pictures and videos in which it is.</summary>
    public int Count { get; set; }

    /// <summary>Days, by the camera's clock, on which it is.</summary>
    public int Days { get; set; }
    public DateTime First { get; set; }
    public DateTime Last { get; set; }

    /// <summary>mediaIDs, with blanks between; at most <see cref="RepeatBoxes.MostExamples"/>, spread over the time.</summary>
    public required string Examples { get; set; }
    public RepeatState State { get; set; }
    public string? DecidedBy { get; set; }
    public DateTime? DecidedAt { get; set; }
    public DateTime FoundAt { get; set; }

    /// <summary>While what was decided is carried out: the last media that it has been for. Null when it is for all.</summary>
    public long? SettledTo { get; set; }

    /// <summary>The four as one; not a column.</summary>
    public Box Box => new(X, Y, W, H);
}
