using System.Globalization;

namespace Lynceus.Cloud;

/// <summary>A row a site, a cell an occasion: seen, not seen, or nobody looked.</summary>
internal static class PlotHistories
{
    private const int Row = 14, Left = 190, Top = 44, Most = 150;

    public static string Svg(string title, IReadOnlyList<string> sites, IReadOnlyList<DateOnly> occasions, IReadOnlyList<bool?[]> seen)
    {
        var rows = Math.Min(sites.Count, Most);
        var (bottom, wide) = (Top + rows * Row, (double)(Plot.Width - Left - 16) / Math.Max(1, occasions.Count));
        var svg = Plot.Begin(sites.Count > Most ? $"{title} (the first {Most} of {sites.Count})" : title, Plot.Width, bottom + 46);
        for (var s = 0; s < rows; s++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{Top + s * Row + 11}\" text-anchor=\"end\" font-size=\"11\">{Plot.Escaped(sites[s].Length > 28 ? sites[s][..27] + "…" : sites[s])}</text>");
            for (var o = 0; o < occasions.Count; o++)
                if (seen[s][o] is { } found) svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{(found ? "f1" : "none")}\" x=\"{Left + o * wide:0.##}\" y=\"{Top + s * Row + 1}\" width=\"{Math.Max(0.3, wide - 0.5):0.##}\" height=\"{Row - 2}\"/>");
            svg.Append('\n');
        }
        if (occasions.Count > 0) svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"{bottom + 14}\" font-size=\"11\">{occasions[0]:yyyy-MM-dd}</text><text x=\"{Plot.Width - 16}\" y=\"{bottom + 14}\" text-anchor=\"end\" font-size=\"11\">{occasions[^1]:yyyy-MM-dd}</text>\n");
        foreach (var (i, (colour, text)) in new[] { ("f1", "seen"), ("none", "not seen") }.Index())
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{colour}\" x=\"{Left + i * 110}\" y=\"{bottom + 24}\" width=\"12\" height=\"12\"/><text x=\"{Left + i * 110 + 18}\" y=\"{bottom + 34}\">{text}</text>\n");
        return svg.Append("</svg>\n").ToString();
    }
}
