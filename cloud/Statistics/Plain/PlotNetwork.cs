using System.Globalization;

namespace Lynceus.Cloud;

/// <summary>Species around a circle, with a line for each pair that goes together or keeps apart. A circle is as large as the places that a species was seen at.</summary>
internal static class PlotNetwork
{
    private const int Height = 640, Radius = 190;

    public static string Svg(string title, IReadOnlyList<string> species, IReadOnlyList<int> places, IReadOnlyList<PairOfSpecies> edges)
    {
        var svg = Plot.Begin(title, Plot.Width, Height);
        var drawn = edges.SelectMany(e => (int[])[e.A, e.B]).Distinct().Order().ToList();
        if (drawn.Count == 0) drawn = [.. Enumerable.Range(0, species.Count)];
        var at = drawn.Index().ToDictionary(s => s.Item, s => 2 * Math.PI * s.Index / drawn.Count - Math.PI / 2);
        var most = Math.Max(1, drawn.Select(s => places[s]).DefaultIfEmpty(1).Max());
        double X(int s, double far) => Plot.Width / 2.0 + far * Math.Cos(at[s]);
        double Y(int s, double far) => Height / 2.0 + far * Math.Sin(at[s]);
        foreach (var e in edges)
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"line {(e.Sign > 0 ? "c0" : "c1")}\" x1=\"{X(e.A, Radius):0.#}\" y1=\"{Y(e.A, Radius):0.#}\" x2=\"{X(e.B, Radius):0.#}\" y2=\"{Y(e.B, Radius):0.#}\"{(e.Sign > 0 ? "" : " stroke-dasharray=\"6 4\"")}><title>{Plot.Escaped(species[e.A])} and {Plot.Escaped(species[e.B])}: {e.Shared} shared, {e.Expected:0.0} by chance</title></line>\n");
        foreach (var s in drawn)
        {
            var anchor = Math.Cos(at[s]) switch { > 0.2 => "start", < -0.2 => "end", _ => "middle" };
            var text = species[s].Length > 26 ? species[s][..25] + "…" : species[s];
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"f2\" cx=\"{X(s, Radius):0.#}\" cy=\"{Y(s, Radius):0.#}\" r=\"{4 + 9 * Math.Sqrt((double)places[s] / most):0.#}\"/><text x=\"{X(s, Radius + 20):0.#}\" y=\"{Y(s, Radius + 24) + 4:0.#}\" text-anchor=\"{anchor}\">{Plot.Escaped(text)}</text>\n");
        }
        foreach (var (i, (colour, text)) in new[] { ("f0", "together"), ("f1", "apart (dashed)") }.Index())
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{colour}\" x=\"{20 + i * 110}\" y=\"{Height - 24}\" width=\"12\" height=\"12\"/><text x=\"{38 + i * 110}\" y=\"{Height - 14}\">{text}</text>\n");
        return svg.Append("</svg>\n").ToString();
    }
}
