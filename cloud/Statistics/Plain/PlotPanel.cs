using System.Globalization;
using System.Text;

namespace Lynceus.Cloud;

/// <summary>Two axes with bands, lines and points. Points that are not finite are left out, and break a line.</summary>
internal sealed class PlotPanel(string xName, string yName, int height)
{
    private const int Left = 64, Right = 16, Below = 44;
    private readonly List<(double[] X, double[] Low, double[] High)> bands = [];
    private readonly List<(string? Name, double[] X, double[] Y, int Colour, double Radius)> series = [];
    private int colours;
    private double fromX, toX, fromY, toY;
    private int top;

    public int Outer => height + Below + 12;

    /// <summary>Where the x axis is marked; found by itself if empty.</summary>
    public IReadOnlyList<double> Ticks { get; set; } = [];

    /// <summary>What stands at each of <see cref="Ticks"/>; their numbers if empty.</summary>
    public IReadOnlyList<string> TickNames { get; set; } = [];

    public void Band(double[] x, double[] low, double[] high) => bands.Add((x, low, high));

    public void Line(string? name, double[] x, double[] y) => series.Add((name, x, y, colours++ % 4, 0));

    public void Points(string? name, double[] x, double[] y, double radius = 2.5) => series.Add((name, x, y, colours++ % 4, radius));

    public void Draw(StringBuilder svg, int at)
    {
        top = at;
        Frame();
        foreach (var (i, x) in (Ticks.Count > 0 ? Ticks : Round(fromX, toX)).Index())
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{X(x):0.#}\" x2=\"{X(x):0.#}\" y1=\"{top}\" y2=\"{top + height}\"/><text x=\"{X(x):0.#}\" y=\"{top + height + 16}\" text-anchor=\"middle\">{(i < TickNames.Count ? Plot.Escaped(TickNames[i]) : x.ToString("0.####", CultureInfo.InvariantCulture))}</text>\n");
        foreach (var y in Round(fromY, toY))
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Plot.Width - Right}\" y1=\"{Y(y):0.#}\" y2=\"{Y(y):0.#}\"/><text x=\"{Left - 6}\" y=\"{Y(y) + 4:0.#}\" text-anchor=\"end\">{y:0.####}</text>\n");
        foreach (var (x, low, high) in bands)
        {
            var edge = x.Zip(high).Concat(x.Zip(low).Reverse()).Where(p => double.IsFinite(p.Second));
            svg.Append(CultureInfo.InvariantCulture, $"<polygon class=\"band\" points=\"{string.Join(' ', edge.Select(p => Place(p.First, p.Second)))}\"/>\n");
        }
        foreach (var one in series) DrawSeries(svg, one);
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Plot.Width - Right) / 2}\" y=\"{top + height + 36}\" text-anchor=\"middle\">{Plot.Escaped(xName)}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate(14 {top + height / 2}) rotate(-90)\" text-anchor=\"middle\">{Plot.Escaped(yName)}</text>\n");
        Legend(svg);
    }

    private void DrawSeries(StringBuilder svg, (string? Name, double[] X, double[] Y, int Colour, double Radius) one)
    {
        if (one.Radius > 0)
        {
            foreach (var (x, y) in one.X.Zip(one.Y).Where(p => double.IsFinite(p.First) && double.IsFinite(p.Second)))
                svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"f{one.Colour}\" cx=\"{X(x):0.#}\" cy=\"{Y(y):0.#}\" r=\"{one.Radius}\"/>\n");
            return;
        }
        var path = new StringBuilder();
        var on = false;
        foreach (var (x, y) in one.X.Zip(one.Y))
        {
            if (double.IsFinite(y)) path.Append(on ? 'L' : 'M').Append(Place(x, y));
            on = double.IsFinite(y);
        }
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"line c{one.Colour}\" d=\"{path}\"/>\n");
    }

    private void Legend(StringBuilder svg)
    {
        var y = top + 18;
        foreach (var one in series.Where(s => s.Name is not null))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"f{one.Colour}\" x=\"{Plot.Width - Right - 20}\" y=\"{y - 9}\" width=\"12\" height=\"10\"/><text x=\"{Plot.Width - Right - 26}\" y=\"{y}\" text-anchor=\"end\">{Plot.Escaped(one.Name!)}</text>\n");
            y += 18;
        }
    }

    private void Frame()
    {
        var xs = series.SelectMany(s => s.X).Concat(bands.SelectMany(b => b.X)).Concat(Ticks).Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        var ys = series.SelectMany(s => s.Y).Concat(bands.SelectMany(b => b.Low.Concat(b.High))).Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        (fromX, toX, fromY, toY) = (xs.Min(), xs.Max(), ys.Min(), ys.Max());
        if (toX <= fromX) toX = fromX + 1;
        if (fromY > 0 && fromY < toY / 2) fromY = 0; // densities and counts stand on the ground
        toY += toY <= fromY ? 1 : (toY - fromY) * (0.08 + 18.0 * series.Count(s => s.Name is not null) / height); // the names stand above
    }

    private double X(double x) => Left + (x - fromX) / (toX - fromX) * (Plot.Width - Left - Right);

    private double Y(double y) => top + height - (y - fromY) / (toY - fromY) * height;

    private string Place(double x, double y) => string.Create(CultureInfo.InvariantCulture, $"{X(x):0.#},{Y(y):0.#}");

    /// <summary>About six round numbers between two.</summary>
    private static IEnumerable<double> Round(double from, double to)
    {
        var rough = (to - from) / 6;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
        for (var i = Math.Ceiling(from / step - 1e-9); i * step <= to + step * 1e-9; i++) yield return Math.Round(i * step, 12) + 0.0; // no −0
    }
}
