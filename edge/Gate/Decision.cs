using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>What the gate says of a clip.</summary>
/// <param name="Vote">The verdict.</param>
/// <param name="Audit">Set if it is a drop that is sent all the same.</param>
/// <param name="Frames">In the clip's order.</param>
/// <param name="Why">What explains the verdict.</param>
internal sealed record Decision(Vote Vote, AuditDraw? Audit, IReadOnlyList<FrameDecision> Frames, Why Why)
{
    /// <summary>Its pictures go to the cloud.</summary>
    public bool SendsPictures => Vote.Verdict == Verdict.Send || Audit is not null;

    /// <summary>Pixels of it are written to this hub's disk. A card's owner has the originals: of a card only what is sent is copied.</summary>
    public bool StoresPixels(Clip clip) => SendsPictures || (Vote.Verdict == Verdict.Keep && !clip.OnOwnersCard);
}

/// <summary>What the gate saw of one frame.</summary>
/// <param name="Frame">Which.</param>
/// <param name="Look">Of its best still. Without detections and without a failure if nobody looked.</param>
/// <param name="BestStill">The still of a video that shows most; null for a photograph, which is its own still.</param>
/// <param name="Stills">What was done with each still, in their order; one for a photograph.</param>
internal sealed record FrameDecision(Frame Frame, Look Look, Still? BestStill, IReadOnlyList<StillWhy> Stills)
{
    /// <summary>The file that was looked at, as long as it could be held: a file may be another one when it is read again.</summary>
    public byte[]? Encoded { get; init; }

    /// <summary>The closer looks at what would be stored, with the scores that they gave: who is seen in one is blurred, however little it counts for the vote.</summary>
    public IReadOnlyList<Glance> Closer { get; init; } = [];

    /// <summary>The model has looked at it, or tried to.</summary>
    public bool WasLookedAt => Look.Failure is not null || Stills.Any(s => s.NotLooked is null);

    public IEnumerable<Ignored> Ignored => Stills.SelectMany(s => s.Ignored);
}
