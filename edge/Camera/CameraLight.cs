namespace Lynceus.Edge;

/// <summary>
/// Whether a camera's exposure has settled, and whether it takes infrared pictures, from looks at its pictures. Neither pixels nor clocks of its own.
/// After a start, and after a change between day and infrared, it is settled when some time has passed and the brightness stands still; never later than <see cref="Longest"/> after that time.
/// One odd picture (a lamp, a grey animal close to the lens) is no change: the second look in a row is.
/// </summary>
/// <param name="settle">At least so long.</param>
/// <param name="time">Whose timestamps it is given.</param>
/// <param name="settles">False for photographs that stand in for a camera: each has its own light, and there is nothing to wait for.</param>
internal sealed class CameraLight(TimeSpan settle, TimeProvider time, bool settles = true)
{
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(200);

    /// <summary>Grey levels (0–255) that the mean may differ from look to look; wind and noise stay well below.</summary>
    private const float StandsStill = 4;

    private long began;
    private float? mean;
    private long agreed;
    private bool differs;

    /// <summary>Null until a picture has been seen.</summary>
    public bool? Infrared { get; private set; }

    public bool IsSettled { get; private set; }

    /// <summary>From here on pictures are not settled; it lies in the past when a change is found out.</summary>
    public long UnsettledFrom { get; private set; }

    /// <summary>When to look next.</summary>
    /// <param name="usual">While nothing happens.</param>
    public TimeSpan NextLook(TimeSpan usual) => IsSettled && !differs ? usual : Quick;

    /// <summary>The first picture after a start.</summary>
    public void Begin(long now)
    {
        (began, mean, agreed, differs, UnsettledFrom) = (now, null, now, false, now);
        IsSettled = !settles || settle == TimeSpan.Zero;
    }

    /// <summary>A look at a picture.</summary>
    /// <param name="brightness">Its mean, 0–255.</param>
    /// <param name="grey">It has no colours.</param>
    /// <param name="now">When it was taken.</param>
    public void Saw(float brightness, bool grey, long now)
    {
        Infrared ??= grey;
        if (grey == Infrared)
        {
            (agreed, differs) = (now, false);
        }
        else if (!differs)
        {
            differs = true;
        }
        else
        {
            // It changed somewhere after the last look that still was as before.
            if (IsSettled) UnsettledFrom = agreed;
            (Infrared, differs, IsSettled, began, agreed, mean) = (grey, false, !settles, now, now, null);
        }
        var still = mean is { } before && Math.Abs(brightness - before) <= StandsStill;
        mean = brightness;
        if (!IsSettled && time.GetElapsedTime(began, now) >= settle && still && !differs) IsSettled = true;
        Passed(now);
    }

    /// <summary>Time went by without a picture that could be looked at.</summary>
    public void Passed(long now)
    {
        if (time.GetElapsedTime(began, now) >= settle + Longest) IsSettled = true;
    }
}
