using System.CommandLine;
using System.Globalization;

namespace Lynceus.Cloud;

/// <summary>Times of day from a column, in the unit that was said.</summary>
internal sealed class PlainTimes
{
    private readonly Option<string> time = new("--time") { Description = "The column with the times.", HelpName = "COLUMN", DefaultValueFactory = _ => "Time" };

    private readonly Option<string> unit = new("--unit")
    {
        Description = "What the times are: day (0 to 1), hour (0 to 24), radian (0 to 2π), clock (17:45 or 17:45:10) or timestamp (2026-05-03 17:45:00, whose time of day is taken as written).",
        HelpName = "UNIT",
        DefaultValueFactory = _ => "clock",
    };

    private readonly Option<string?> group = new("--group") { Description = "The column with the groups to tell apart, as the species.", HelpName = "COLUMN" };

    private readonly PlainSun sun;

    public PlainTimes(Command command)
    {
        unit.AcceptOnlyFromAmong("day", "hour", "radian", "clock", "timestamp");
        command.Add(time);
        command.Add(unit);
        command.Add(group);
        sun = new PlainSun(command);
    }

    /// <summary>In radians; of all rows if no group is named.</summary>
    public double[] Of(Table table, ParseResult result, string? name, string? otherTime = null)
    {
        var (times, unitName) = (table.Column(otherTime ?? result.GetValue(time)!), result.GetValue(unit)!);
        if (sun.Asked(result) && unitName != "timestamp") throw new StartException("--sun needs dates: say --unit timestamp");
        DateTime[] Written(Table rows) => [.. Enumerable.Range(0, rows.Rows).Select(row => rows.Time(row, times).DateTime)];
        double[] All(Table rows) => sun.Asked(result)
            ? sun.Of(Written(rows), Written(table), result)
            : [.. Enumerable.Range(0, rows.Rows).Select(row => Radians(rows, row, times, unitName))];
        if (name is null) return All(table);
        var groups = table.Column(result.GetValue(group) ?? throw new StartException($"'{name}' is a value of which column? Say --group COLUMN"));
        var own = table.Where(row => table.Text(row, groups) == name);
        if (own.Rows == 0) throw new StartException($"{table.File}, column {table.Columns[groups]}: no row has '{name}'; it has {Table.Some(PlainInput.Values(table, groups))}");
        return All(own);
    }

    /// <summary>The column, for messages.</summary>
    public string Column(ParseResult result) => result.GetValue(time)!;

    private static double Radians(Table table, int row, int column, string unit) => unit switch
    {
        "day" => Share(table, row, column, 1, unit),
        "hour" => Share(table, row, column, 24, unit),
        "radian" => Share(table, row, column, DayTimes.Day, unit),
        "clock" => TimeOnly.TryParse(table.Text(row, column), CultureInfo.InvariantCulture, out var clock)
            ? clock.ToTimeSpan() / TimeSpan.FromDays(1) * DayTimes.Day
            : throw table.Wrong(row, column, $"'{table.Text(row, column)}' is not a time of day such as 17:45; say what it is with --unit"),
        _ => table.Time(row, column).TimeOfDay / TimeSpan.FromDays(1) * DayTimes.Day,
    };

    private static double Share(Table table, int row, int column, double whole, string unit)
    {
        var number = table.Number(row, column);
        return number >= 0 && number <= whole + 1e-9 ? number / whole * DayTimes.Day
            : throw table.Wrong(row, column, $"{table.Text(row, column)} is not 0 to {(unit == "radian" ? "2π" : whole)}; --unit is {unit}");
    }
}
