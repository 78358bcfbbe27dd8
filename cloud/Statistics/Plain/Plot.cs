using System.Globalization;
using System.Net;
using System.Text;

namespace Lynceus.Cloud;

/// <summary>A drawing as plain SVG: panels one below the other, in colours for light and dark, readable at the width of a page.</summary>
internal sealed class Plot(string title)
{
    public const int Width = 760;

    /// <summary>Colours are told apart by people who do not see red and green (Okabe and Ito).</summary>
    public const string Style = """
        <style>
          svg { --ink: #1d2329; --faint: #c9d0d6; --paper: #ffffff; --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #cc79a7; background: var(--paper); font: 13px system-ui, sans-serif; }
          @media (prefers-color-scheme: dark) { svg { --ink: #e4e8eb; --faint: #47515a; --paper: #14181c; --c0: #56b4e9; --c1: #f0a35c; --c2: #35c99a; --c3: #e3a5c8; } }
          text { fill: var(--ink); } .title { font-size: 16px; font-weight: 600; } .grid { stroke: var(--faint); stroke-width: 1; } .band { fill: var(--faint); opacity: .7; }
          .line { fill: none; stroke-width: 2; stroke-linejoin: round; } .c0 { stroke: var(--c0); } .c1 { stroke: var(--c1); } .c2 { stroke: var(--c2); } .c3 { stroke: var(--c3); }
          .f0 { fill: var(--c0); } .f1 { fill: var(--c1); } .f2 { fill: var(--c2); } .f3 { fill: var(--c3); } .none { fill: var(--faint); }
        </style>
        """;

    private readonly List<PlotPanel> panels = [];

    public PlotPanel Panel(string x, string y, int height = 300)
    {
        var panel = new PlotPanel(x, y, height);
        panels.Add(panel);
        return panel;
    }

    public string Svg()
    {
        var svg = Begin(title, Width, 40 + panels.Sum(p => p.Outer));
        var top = 40;
        foreach (var panel in panels)
        {
            panel.Draw(svg, top);
            top += panel.Outer;
        }
        return svg.Append("</svg>\n").ToString();
    }

    public static StringBuilder Begin(string title, int width, int height)
        => new StringBuilder().Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n<title>{Escaped(title)}</title>\n{Style}\n<text class=\"title\" x=\"12\" y=\"24\">{Escaped(title)}</text>\n");

    public static string Escaped(string text) => WebUtility.HtmlEncode(new string([.. text.Where(c => !char.IsControl(c))]));
}
