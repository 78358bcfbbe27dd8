using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What a frame was compared with.</summary>
internal enum ChangeBasis
{
    /// <summary>Nothing: no history of this camera in this light, no burst; or a scene so different that only a new one explains it.</summary>
    None,

    /// <summary>Only the other frames of its burst: what stands still in all of them does not show.</summary>
    Burst,

    /// <summary>The camera's background, and the burst where there is one.</summary>
    History,
}

/// <summary>Where a frame differs from what was expected.</summary>
/// <param name="Regions">In 0–1 of the upright picture, strongest first; at most <see cref="Edge.Regions.Most"/>.</param>
/// <param name="Share">Of the picture that changed, 0–1.</param>
/// <param name="Basis">What it was compared with.</param>
internal sealed record FrameChange(IReadOnlyList<Box> Regions, float Share, ChangeBasis Basis)
{
    /// <summary>Nothing can be said of this frame.</summary>
    public static FrameChange Unknown { get; } = new([], 0, ChangeBasis.None);

    /// <summary>Whether no region means that nothing changed.</summary>
    public bool Known => Basis != ChangeBasis.None;
}
