namespace Lynceus.Cloud;

/// <summary>What one place counted, and how long it looked.</summary>
/// <param name="Latitude">Degrees, north positive.</param>
/// <param name="Longitude">Degrees, east positive.</param>
/// <param name="Events">0 or more.</param>
/// <param name="Days">Camera-days, 0 or more.</param>
internal readonly record struct GridPlace(double Latitude, double Longitude, long Events, double Days);

/// <summary>A cell of a grid; its edges in degrees.</summary>
/// <param name="South">Lower edge.</param>
/// <param name="West">Left edge.</param>
/// <param name="North">Upper edge.</param>
/// <param name="East">Right edge; beyond 180 where the grid goes over the date line.</param>
/// <param name="Places">Places in it.</param>
/// <param name="Rate">Of its places together; null without effort: no data, which is not a rate of 0.</param>
/// <param name="Smoothed">Events in 100 camera-days at its middle, by the kernel; null where nobody looked within three bandwidths.</param>
internal sealed record GridCell(double South, double West, double North, double East, int Places, TrappingRate? Rate, double? Smoothed);
