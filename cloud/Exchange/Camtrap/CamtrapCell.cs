using System.Globalization;

namespace Lynceus.Cloud;

/// <summary>How Camtrap DP writes values, and what is wrong with a text that is none.</summary>
internal static class CamtrapCell
{
    private const string Second = "yyyy-MM-dd'T'HH:mm:ss";

    private static readonly string[] TimeFormats = [Second + "zzz", Second + ".FFFFFFFzzz", Second + "'Z'", Second + ".FFFFFFF'Z'", Second + "zz"];

    /// <summary>UTC as <c>Z</c>, others with their offset; whole seconds.</summary>
    public static string Of(DateTimeOffset time) => time.ToString(time.Offset == TimeSpan.Zero ? Second + "'Z'" : Second + "zzz", CultureInfo.InvariantCulture);

    /// <summary>The shortest text that is the same number.</summary>
    public static string Of(double number) => number.ToString("0.################", CultureInfo.InvariantCulture);

    /// <summary>The shortest text that is the same number: 0.86, not 0.8600000143.</summary>
    public static string Of(float number) => Of((double)decimal.Parse(number.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture));

    public static string Of(bool flag) => flag ? "true" : "false";

    /// <summary>Of a cell that keeps its rule.</summary>
    public static DateTimeOffset Time(string text)
        => TryTime(text, out var time) ? time : throw new FormatException($"'{text}' is no time");

    /// <summary>Of a cell that keeps its rule.</summary>
    public static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>What the tables' schemas mean by missing.</summary>
    public static bool IsMissing(string text) => text is "" or "NA" or "NaN" or "nan";

    /// <summary>Null if the text keeps the column's rule, else what is wrong and what to do.</summary>
    public static string? Fault(CamtrapColumn column, string text) => column.Kind switch
    {
        CellKind.Text => null,
        CellKind.Flag => text is "true" or "false" ? null : $"'{Short(text)}' is neither true nor false",
        CellKind.Word => column.Words.Contains(text) ? null : $"'{Short(text)}' is none of {string.Join(", ", column.Words)}",
        CellKind.Time => TryTime(text, out _) ? null : TimeFault(text),
        _ => NumberFault(column, text),
    };

    /// <summary>Whether two texts are the same value: 1.30 and 1.3, <c>Z</c> and <c>+00:00</c>.</summary>
    public static bool Same(CamtrapColumn column, string a, string b)
    {
        if (a == b) return true;
        if (a.Length == 0 || b.Length == 0) return false;
        return column.Kind switch
        {
            CellKind.Number or CellKind.Whole => Number(a).Equals(Number(b)),
            CellKind.Time => Time(a).EqualsExact(Time(b)),
            _ => false,
        };
    }

    private static bool TryTime(string text, out DateTimeOffset time)
    {
        // +0200 without the colon is allowed, too.
        if (text.Length > 5 && text[^5] is '+' or '-' && text.AsSpan(text.Length - 4).IndexOfAnyExceptInRange('0', '9') < 0) text = $"{text[..^2]}:{text[^2..]}";
        return DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, text.EndsWith('Z') ? DateTimeStyles.AssumeUniversal : DateTimeStyles.None, out time);
    }

    private static string TimeFault(string text)
        => DateTime.TryParseExact(text, [Second, Second + ".FFFFFFF"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? $"'{text}' has no offset from UTC; write it as {text}+02:00, or with Z"
            : $"'{Short(text)}' is no time; write it as 2026-05-03T17:45:00+02:00";

    private static string? NumberFault(CamtrapColumn column, string text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            return text.Contains(',', StringComparison.Ordinal) ? $"'{Short(text)}' is not a number; write decimals with a point" : $"'{Short(text)}' is not a number";
        if (column.Kind == CellKind.Whole && number != Math.Floor(number)) return $"{text} is not a whole number";
        if (number < column.Min) return string.Create(CultureInfo.InvariantCulture, $"{text} is below {column.Min}");
        if (number > column.Max || (column.Kind == CellKind.Whole && number > int.MaxValue)) return string.Create(CultureInfo.InvariantCulture, $"{text} is above {Math.Min(column.Max, int.MaxValue)}");
        return null;
    }

    private static string Short(string text) => Printable.Of(text.Length <= 80 ? text : text[..80] + "…");
}
