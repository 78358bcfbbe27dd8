using System.Globalization;

namespace Lynceus.Cloud;

/// <summary>When a camera could record, and when it could not.</summary>
/// <param name="Name">The deployment.</param>
/// <param name="Runs">Days with effort, and how much of each.</param>
/// <param name="Outages">Confirmed ones.</param>
internal sealed record CalendarRow(string Name, IReadOnlyList<EffortRun> Runs, IReadOnlyList<(DateOnly From, DateOnly To)> Outages);

/// <summary>A bar a deployment over the days; a day that was only partly looked at is thinner.</summary>
internal static class PlotCalendar
{
    private const int Row = 18, Left = 190, Top = 44, Right = 16;

    public static string Svg(string title, IReadOnlyList<CalendarRow> rows, DateOnly first, DateOnly last)
    {
        var (bottom, days) = (Top + rows.Count * Row, Math.Max(1, last.DayNumber - first.DayNumber + 1));
        var svg = Plot.Begin(title, Plot.Width, bottom + 52);
        double X(DateOnly day) => Left + (double)Math.Clamp(day.DayNumber - first.DayNumber, 0, days) / days * (Plot.Width - Left - Right);
        foreach (var tick in Ticks(first, last))
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{X(tick):0.#}\" x2=\"{X(tick):0.#}\" y1=\"{Top - 4}\" y2=\"{bottom + 4}\"/><text x=\"{X(tick):0.#}\" y=\"{bottom + 18}\" text-anchor=\"middle\">{tick.ToString(days > 800 ? "yyyy" : "yyyy-MM", CultureInfo.InvariantCulture)}</text>\n");
        foreach (var (i, row) in rows.Index())
        {
            var y = Top + i * Row;
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{y + 13}\" text-anchor=\"end\" font-size=\"11\">{Plot.Escaped(row.Name.Length > 28 ? row.Name[..27] + "…" : row.Name)}</text>");
            foreach (var (from, to, share) in row.Runs)
            {
                var high = 3 + 9 * share;
                svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"f2\" x=\"{X(from):0.##}\" y=\"{y + 9 - high / 2:0.#}\" width=\"{Math.Max(0.4, X(to.AddDays(1)) - X(from)):0.##}\" height=\"{high:0.#}\"/>");
            }
            foreach (var (from, to) in row.Outages)
                svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"f1\" x=\"{X(from):0.##}\" y=\"{y + 8}\" width=\"{Math.Max(1, X(to.AddDays(1)) - X(from)):0.##}\" height=\"2\"/>");
            svg.Append('\n');
        }
        foreach (var (i, (colour, text)) in new[] { ("f2", "recording"), ("f1", "outage"), }.Index())
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{colour}\" x=\"{Left + i * 110}\" y=\"{bottom + 30}\" width=\"12\" height=\"{(i == 0 ? 12 : 3)}\"/><text x=\"{Left + i * 110 + 18}\" y=\"{bottom + 40}\">{text}</text>\n");
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>About eight first days of months or years.</summary>
    private static IEnumerable<DateOnly> Ticks(DateOnly first, DateOnly last)
    {
        var months = (last.Year - first.Year) * 12 + last.Month - first.Month + 1;
        var step = months switch { <= 8 => 1, <= 16 => 2, <= 26 => 3, <= 96 => 12, _ => 12 * (months / 96 + 1) };
        var at = step < 12 ? new DateOnly(first.Year, first.Month, 1) : new DateOnly(first.Year, 1, 1);
        for (; at <= last; at = at.AddMonths(step))
            if (at >= first) yield return at;
    }
}
