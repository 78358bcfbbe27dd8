using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>How much a profile looks.</summary>
/// <param name="WindowsAFrame">Closer looks at small changes, a still.</param>
/// <param name="WindowsAClip">The same, a clip.</param>
/// <param name="LooksAtLeastOnce">Also where nothing changed in a whole clip, one still of it is looked at: the background may have grown used to an animal that rests.</param>
internal sealed record Work(int WindowsAFrame, int WindowsAClip, bool LooksAtLeastOnce)
{
    private static readonly Work Careful = new(ZoomPlan.Most, 10, LooksAtLeastOnce: true);
    private static readonly Work Balanced = new(1, 4, LooksAtLeastOnce: true);
    private static readonly Work Thrifty = new(1, 2, LooksAtLeastOnce: false);

    public static Work Of(Profile profile) => profile switch { Profile.Balanced => Balanced, Profile.Thrifty => Thrifty, _ => Careful };
}

/// <summary>In which order a clip's frames are looked at.</summary>
internal static class LookOrder
{
    /// <summary>Those with the most change first, and of equal ones from the centre outward. Of a frame of which nothing is known everything may have changed.</summary>
    /// <param name="shares">For each frame, the share of it that changed, 0–1; null where nothing is known.</param>
    public static IReadOnlyList<int> Of(IReadOnlyList<float?> shares)
        => [.. CentreOutward(shares.Count).OrderByDescending(i => shares[i] ?? 1)];

    /// <summary>Nothing in it differs from what this camera usually sees. That its burst alone shows no change would say little: an animal may stand still for a second.</summary>
    public static bool IsUnchanged(FrameChange change) => change.Basis == ChangeBasis.History && change.Regions.Count == 0;

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
}
