using System.Globalization;

namespace Lynceus.Cloud;

/// <summary>Species against species: who goes together and who does not, below the diagonal.</summary>
internal static class PlotPairs
{
    private const int Cell = 26, Left = 200, Top = 44;

    public static string Svg(string title, IReadOnlyList<string> species, IReadOnlyList<PairOfSpecies> pairs)
    {
        var shown = pairs.SelectMany(p => (int[])[p.A, p.B]).Distinct().Order().ToList();
        var place = shown.Index().ToDictionary(s => s.Item, s => s.Index);
        var width = Math.Max(Plot.Width, Left + shown.Count * Cell + 40);
        var svg = Plot.Begin(title, width, Top + shown.Count * Cell + 40);
        foreach (var (s, i) in place)
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{Top + i * Cell + 18}\" text-anchor=\"end\">{Plot.Escaped(species[s])}</text><text x=\"{Left + i * Cell + 13}\" y=\"{Top + i * Cell + 18}\" text-anchor=\"middle\">{i + 1}</text>\n");
        foreach (var p in pairs)
        {
            var (x, y) = (Left + place[p.A] * Cell, Top + place[p.B] * Cell);
            var colour = p.Sign switch { > 0 => "f0", < 0 => "f1", _ => "none" };
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{colour}\" x=\"{x + 1}\" y=\"{y + 1}\" width=\"{Cell - 2}\" height=\"{Cell - 2}\"{(p.Judged ? "" : " opacity=\".4\"")}><title>{Plot.Escaped(species[p.A])} and {Plot.Escaped(species[p.B])}: {p.Shared} shared, {p.Expected:0.0} by chance</title></rect>\n");
        }
        var foot = Top + shown.Count * Cell + 26;
        foreach (var (i, (colour, text)) in new[] { ("f0", "together"), ("f1", "apart"), ("none", "by chance") }.Index())
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{colour}\" x=\"{Left + i * 110}\" y=\"{foot - 10}\" width=\"12\" height=\"12\"/><text x=\"{Left + i * 110 + 18}\" y=\"{foot}\">{text}</text>\n");
        return svg.Append("</svg>\n").ToString();
    }
}
