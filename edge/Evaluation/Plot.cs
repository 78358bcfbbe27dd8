using System.Text;

namespace Lynceus.Edge;

/// <summary>Plots as SVG within a page. Colours are the page's, so that they fit by day and by night.</summary>
internal static class Plot
{
    private const int Width = 300;
    private const int Height = 220;
    private const int Left = 50;
    private const int Right = 12;
    private const int Top = 12;
    private const int Bottom = 40;

    /// <summary>A share with its interval on a line from 0 to 1, and a hollow dot for the other model.</summary>
    public static string Interval(Share share, Share? other)
    {
        if (share.Of == 0) return "";
        static double X(double? v) => 6 + (188 * v!.Value);
        var svg = new StringBuilder($"""<svg class="interval" viewBox="0 0 200 16" role="img" aria-label="{share.Value:0.00}, between {share.Low:0.00} and {share.High:0.00}"><path class="grid" d="M6 8H194M6 3V13M100 5V11M194 3V13"/>""");
        svg.Append(FormattableString.Invariant($"""<path class="ours" d="M{X(share.Low):0.#} 8H{X(share.High):0.#}"/><circle class="ours dot" cx="{X(share.Value):0.#}" cy="8" r="4"/>"""));
        if (other is { Of: > 0 }) svg.Append(FormattableString.Invariant($"""<circle class="theirs" cx="{X(other.Value):0.#}" cy="8" r="4.5"/>"""));
        return svg.Append("</svg>").ToString();
    }

    /// <summary>Animals found against empties dropped, one point a threshold; a dot where the gate stands.</summary>
    /// <param name="label">For those who hear the page.</param>
    /// <param name="lines">Class, points (empties dropped, animals found; both 0–1), and the point in force.</param>
    public static string Curve(string label, IReadOnlyList<(string Class, IReadOnlyList<(double X, double Y)> Points, (double X, double Y)? Here)> lines)
    {
        // The part that matters lies high: below half, the axis begins at 0.
        var least = lines.Select(l => l.Here?.Y ?? 1).Min() < 0.55 ? 0 : 0.5;
        double X(double v) => Left + (v * (Width - Left - Right));
        double Y(double v) => Top + ((1 - ((Math.Max(v, least) - least) / (1 - least))) * (Height - Top - Bottom));
        var svg = new StringBuilder($"""<svg class="curve" viewBox="0 0 {Width} {Height}" role="img" aria-label="{HtmlPage.Text(label)}">""");
        for (var tick = 0.0; tick < 1.05; tick += 0.2)
        {
            svg.Append(FormattableString.Invariant($"""<path class="grid" d="M{X(tick):0.#} {Y(least):0.#}V{Top}"/><text x="{X(tick):0.#}" y="{Height - 24}" text-anchor="middle">{tick:0.##}</text>"""));
            var at = least + (tick * (1 - least));
            svg.Append(FormattableString.Invariant($"""<path class="grid" d="M{Left} {Y(at):0.#}H{Width - Right}"/><text x="{Left - 5}" y="{Y(at) + 4:0.#}" text-anchor="end">{at:0.##}</text>"""));
        }
        svg.Append($"""<text x="{(Left + Width - Right) / 2}" y="{Height - 6}" text-anchor="middle">empties dropped</text>""");
        svg.Append($"""<text transform="translate(10 {(Top + Height - Bottom) / 2}) rotate(-90)" text-anchor="middle">animals found</text>""");
        foreach (var (name, points, here) in lines)
        {
            var path = string.Join('L', points.Select(p => FormattableString.Invariant($"{X(p.X):0.#} {Y(p.Y):0.#}")));
            svg.Append($"""<path class="{name}" d="M{path}"/>""");
            if (here is { } h) svg.Append(FormattableString.Invariant($"""<circle class="{name} dot" cx="{X(h.X):0.#}" cy="{Y(h.Y):0.#}" r="4.5"/>"""));
        }
        return svg.Append("</svg>").ToString();
    }
}
