using System.Globalization;

namespace Lynceus.Cloud;

/// <summary>A bar a name, with its interval where there is one.</summary>
internal static class PlotBars
{
    private const int Row = 24, Left = 270, Top = 44, Most = 200;

    public static string Svg(string title, string unit, IReadOnlyList<(string Name, double Value, double Low, double High)> all)
    {
        var bars = all.Take(Most).ToList();
        var svg = Plot.Begin(all.Count > Most ? $"{title} (the first {Most} of {all.Count})" : title, Plot.Width, Top + bars.Count * Row + 40);
        var longest = bars.SelectMany(b => (double[])[b.Value, b.High]).Where(double.IsFinite).DefaultIfEmpty(1).Max() is > 0 and var most ? most : 1;
        double X(double value) => Left + Math.Clamp(value / longest, 0, 1) * (Plot.Width - Left - 70);
        foreach (var (i, (name, value, low, high)) in bars.Index())
        {
            var y = Top + i * Row;
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{y + 14}\" text-anchor=\"end\">{Plot.Escaped(name.Length > 34 ? name[..33] + "…" : name)}</text>");
            if (double.IsFinite(value)) svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"f0\" x=\"{Left}\" y=\"{y + 3}\" width=\"{X(value) - Left:0.#}\" height=\"14\" opacity=\".75\"/>");
            if (double.IsFinite(low) && double.IsFinite(high)) svg.Append(CultureInfo.InvariantCulture, $"<line class=\"line c1\" x1=\"{X(low):0.#}\" x2=\"{X(high):0.#}\" y1=\"{y + 10}\" y2=\"{y + 10}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Math.Max(X(double.IsFinite(value) ? value : 0), X(double.IsFinite(high) ? high : 0)) + 6:0.#}\" y=\"{y + 14}\">{(double.IsFinite(value) ? value.ToString("0.###") : "not estimated")}</text>\n");
        }
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"{Top + bars.Count * Row + 22}\">{Plot.Escaped(unit)}</text>\n");
        return svg.Append("</svg>\n").ToString();
    }
}
