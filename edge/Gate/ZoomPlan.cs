using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>Which parts of a frame are worth a closer look.</summary>
internal static class ZoomPlan
{
    /// <summary>Windows a frame: each costs as much as a look at the whole.</summary>
    public const int Most = 2;

    /// <summary>What covers more than this share of the picture is large enough in the look at the whole.</summary>
    public const float LargeArea = 0.15f;

    /// <summary>A window is at least so many times its region: an animal is more than what moved of it, and the model wants to see around it.</summary>
    public const float Around = 2;

    /// <summary>A window that enlarges less than this shows nothing new.</summary>
    private const float LeastZoom = 1.5f;

    /// <summary>
    /// Windows around the small regions, in 0–1 of the upright picture, strongest region first. A window has the shape of the model's input, is no smaller in the
    /// picture's pixels than that input (more would only blur), and is pushed back where it would reach over the picture's border. Regions that fit into one window share it.
    /// </summary>
    /// <param name="regions">In 0–1, strongest first.</param>
    /// <param name="width">Pixels of the upright picture.</param>
    /// <param name="height">Pixels of the upright picture.</param>
    /// <param name="input">What the model takes.</param>
    /// <param name="most">Windows at most.</param>
    public static IReadOnlyList<Box> Windows(IReadOnlyList<Box> regions, int width, int height, InputSpec input, int most = Most)
    {
        var windows = new List<Box>(most);
        // How many of the picture's pixels make one of the model's when it sees the whole.
        var whole = Math.Max((float)width / input.Width, (float)height / input.Height);
        if (whole < LeastZoom) return windows;
        foreach (var region in regions)
        {
            if (windows.Count == most) break;
            if (region.W * region.H >= LargeArea || windows.Any(w => Holds(w, region))) continue;
            var pixels = Math.Max(1, Around * Math.Max(region.W * width / input.Width, region.H * height / input.Height));
            if (whole / pixels < LeastZoom) continue;
            windows.Add(Placed(region, Math.Min(1, pixels * input.Width / width), Math.Min(1, pixels * input.Height / height)));
        }
        return windows;
    }

    private static Box Placed(Box region, float w, float h)
        => new(Math.Clamp(region.X + (region.W / 2) - (w / 2), 0, 1 - w), Math.Clamp(region.Y + (region.H / 2) - (h / 2), 0, 1 - h), w, h);

    private static bool Holds(Box window, Box region)
        => region.X >= window.X && region.Y >= window.Y && region.X + region.W <= window.X + window.W && region.Y + region.H <= window.Y + window.H;
}
