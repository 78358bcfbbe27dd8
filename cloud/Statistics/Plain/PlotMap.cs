using System.Globalization;

namespace Lynceus.Cloud;

/// <summary>A grid as a map: the darker a cell, the higher its rate; outlined where nobody looked. The paler ground is the smoothed surface. North is up.</summary>
internal static class PlotMap
{
    private const int Classes = 5, Top = 44, Legend = 96, Tallest = 620;
    private const double KmOfDegree = 111.19508;

    public static string Svg(string title, HeatMap map, IReadOnlyList<GridPlace> places)
    {
        var (south, north, west, east) = (map.Cells.Min(c => c.South), map.Cells.Max(c => c.North), map.Cells.Min(c => c.West), map.Cells.Max(c => c.East));
        var wide = (east - west) * Math.Max(0.01, Math.Cos((south + north) / 2 * Math.PI / 180)); // in degrees of latitude
        var scale = Math.Min((Plot.Width - 40) / wide, Tallest / (north - south));
        var (height, left) = ((north - south) * scale, (Plot.Width - wide * scale) / 2);
        double X(double longitude) => left + (longitude < west ? longitude + 360 - west : longitude - west) / (east - west) * wide * scale;
        double Y(double latitude) => Top + (north - latitude) * scale;
        var most = map.Cells.Select(c => c.Rate?.Rate ?? 0).Concat(map.Cells.Select(c => c.Smoothed ?? 0)).Max();
        int Class(double rate) => most <= 0 || rate <= 0 ? 0 : Math.Clamp((int)Math.Ceiling(rate / most * Classes), 1, Classes);
        var svg = Plot.Begin(title, Plot.Width, (int)(Top + height + Legend));
        foreach (var c in map.Cells)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"x=\"{X(c.West):0.#}\" y=\"{Y(c.North):0.#}\" width=\"{(c.East - c.West) / (east - west) * wide * scale:0.#}\" height=\"{(c.North - c.South) * scale:0.#}\"");
            if (c.Smoothed is { } smooth && Class(smooth) > 0) svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"f1\" {place} opacity=\"{0.06 * Class(smooth):0.##}\"/>");
            if (c.Rate is { } rate)
                svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"f1\" {place} fill-opacity=\"{Depth(Class(rate.Rate)):0.##}\" stroke=\"var(--ink)\" stroke-width=\".5\"><title>{rate.Events} events in {rate.Days:0} camera-days: {rate.Rate:0.##} ({rate.Low:0.##} to {rate.High:0.##})</title></rect>\n");
        }
        foreach (var p in places) svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"{(p.Days > 0 ? "f0" : "none")}\" cx=\"{X(p.Longitude):0.#}\" cy=\"{Y(p.Latitude):0.#}\" r=\"2\"/>");
        var foot = Top + height + 18;
        for (var i = 0; i <= Classes; i++)
        {
            var text = i == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"≤ {most * i / Classes:0.##}");
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"f1\" x=\"{20 + i * 84}\" y=\"{foot:0.#}\" width=\"16\" height=\"16\" fill-opacity=\"{Depth(i):0.##}\" stroke=\"var(--ink)\" stroke-width=\".5\"/><text x=\"{40 + i * 84}\" y=\"{foot + 13:0.#}\">{text}</text>\n");
        }
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"20\" y=\"{foot + 36:0.#}\" font-size=\"11\">events / 100 camera-days; framed cells were looked at, no frame: no data; pale ground: smoothed over {map.BandwidthKm:0.##} km; dots: cameras</text>\n");
        var km = RoundKm(wide * KmOfDegree / 4);
        svg.Append(CultureInfo.InvariantCulture, $"<line class=\"line\" stroke=\"var(--ink)\" x1=\"20\" x2=\"{20 + km / KmOfDegree * scale:0.#}\" y1=\"{foot + 50:0.#}\" y2=\"{foot + 50:0.#}\"/><text x=\"{26 + km / KmOfDegree * scale:0.#}\" y=\"{foot + 54:0.#}\">{km:0.###} km</text>\n");
        return svg.Append("</svg>\n").ToString();
    }

    private static double Depth(int shade) => shade == 0 ? 0 : 0.15 + 0.17 * shade;

    private static double RoundKm(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(rough, 1e-3))));
        return power * ((rough / power) switch { < 2 => 1, < 5 => 2, _ => 5 });
    }
}
