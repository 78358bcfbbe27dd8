using SkiaSharp;

namespace Lynceus.Scenes;

/// <summary>The camera's pinhole geometry over flat ground. Metres become pixels: x right, y down.</summary>
internal sealed class View(SceneCamera camera, int width, int height)
{
    /// <summary>Rows left for the picture above the info bar.</summary>
    public int PictureHeight { get; } = camera.HasInfoBar ? height - InfoBar.Rows(height) : height;

    public int Width { get; } = width;

    public int Height { get; } = height;

    /// <summary>Row of the horizon.</summary>
    public float Horizon { get; } = height * (camera.Habitat == Habitat.Forest ? 0.36f : 0.39f);

    /// <summary>Pixels that one metre covers at a distance of one metre.</summary>
    public float Focal { get; } = width * 0.92f;

    public float Mount { get; } = camera.Mount;

    /// <summary>Nearest ground that the picture shows, metres.</summary>
    public float Nearest => Focal * Mount / (PictureHeight - Horizon);

    public float PixelsPerMetre(float distance) => Focal / distance;

    /// <summary>The row where the ground lies at this distance.</summary>
    public float GroundRow(float distance) => Horizon + (Focal * Mount / distance);

    /// <summary>The distance of the ground at this row, which lies below the horizon.</summary>
    public float GroundDistance(float row) => Focal * Mount / MathF.Max(0.5f, row - Horizon);

    /// <summary>The pixel of a point `right` metres off the axis and `up` metres above the ground.</summary>
    public SKPoint Project(float right, float up, float distance) =>
        new((Width / 2f) + (right * Focal / distance), GroundRow(distance) - (up * Focal / distance));

    /// <summary>Metres off the axis at which a share (−1 left border, 1 right border) of the picture lies.</summary>
    public float Right(float across, float distance) => across * Width / 2f * distance / Focal;
}
