using System.Globalization;

namespace Lynceus.Edge;

/// <summary>
/// NMEA 0183: RMC (time, date, position) and GGA (position) of any talker (GP, GN, GA, BD, …). Only sentences with a right check sum and of a receiver that has a fix count;
/// estimated, manual and simulated positions do not.
/// </summary>
internal static class Nmea
{
    /// <summary>The standard's 82, and room for receivers that write more digits.</summary>
    public const int MaxLength = 120;

    /// <summary>GPS counts weeks in ten bits: after 1024 weeks an old receiver's dates begin again.</summary>
    private static readonly TimeSpan Rollover = TimeSpan.FromDays(1024 * 7);

    /// <summary>Null for anything that is not a good RMC or GGA.</summary>
    /// <param name="line">One sentence, from <c>$</c> on, without its line end.</param>
    /// <param name="notBefore">No time is before this year: what is, is 1024 weeks behind.</param>
    public static GpsFix? Parse(ReadOnlySpan<char> line, int notBefore)
    {
        line = line.Trim();
        if (line.Length is < 10 or > MaxLength || line[0] != '$' || !HasRightSum(line, out var body) || body.Length < 6 || body[5] != ',') return null;
        Span<Range> ranges = stackalloc Range[32];
        ranges = ranges[..body.Split(ranges, ',')];
        return body[2..5] switch
        {
            "RMC" when ranges.Length >= 10 => Rmc(body, ranges, notBefore),
            "GGA" when ranges.Length >= 7 => Gga(body, ranges),
            _ => null,
        };
    }

    private static bool HasRightSum(ReadOnlySpan<char> line, out ReadOnlySpan<char> body)
    {
        body = default;
        if (line.LastIndexOf('*') is var star && (star < 1 || line.Length != star + 3)) return false;
        body = line[1..star];
        var sum = 0;
        foreach (var c in body) sum ^= c;
        return byte.TryParse(line[(star + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var said) && said == sum;
    }

    /// <summary>time, A, latitude, N, longitude, E, knots, course, date, variation, its sign, mode.</summary>
    private static GpsFix? Rmc(ReadOnlySpan<char> body, ReadOnlySpan<Range> at, int notBefore)
    {
        if (body[at[2]] is not "A") return null;
        if (at.Length > 12 && body[at[12]] is "N" or "E" or "M" or "S") return null;
        var position = Place(body[at[3]], body[at[4]], body[at[5]], body[at[6]]);
        return Instant(body[at[1]], body[at[9]], notBefore) is { } time ? new GpsFix(time, position) : position is null ? null : new GpsFix(null, position);
    }

    /// <summary>time, latitude, N, longitude, E, quality: 1 to 5 are of satellites; 6 is estimated, 7 typed in, 8 simulated.</summary>
    private static GpsFix? Gga(ReadOnlySpan<char> body, ReadOnlySpan<Range> at)
        => body[at[6]] is "1" or "2" or "3" or "4" or "5" && Place(body[at[2]], body[at[3]], body[at[4]], body[at[5]]) is { } position ? new GpsFix(null, position) : null;

    /// <summary>hhmmss or hhmmss.fff, and ddmmyy.</summary>
    private static DateTimeOffset? Instant(ReadOnlySpan<char> time, ReadOnlySpan<char> date, int notBefore)
    {
        if (time.Length < 6 || date.Length != 6 || !Two(time, out var hour) || !Two(time[2..], out var minute) || !Two(time[4..], out var second)
            || !Two(date, out var day) || !Two(date[2..], out var month) || !Two(date[4..], out var year)) return null;
        var fraction = 0.0;
        if (time.Length > 6 && (time[6] != '.' || !double.TryParse(time[6..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out fraction))) return null;
        year += year >= 80 ? 1900 : 2000;
        // A leap second is the next minute's first.
        if (hour > 23 || minute > 59 || second > 60 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return null;
        var instant = new DateTimeOffset(year, month, day, hour, minute, 0, TimeSpan.Zero).AddSeconds(second + fraction);
        while (instant.Year < notBefore) instant += Rollover;
        return instant;
    }

    private static bool Two(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        if (!char.IsAsciiDigit(text[0]) || !char.IsAsciiDigit(text[1])) return false;
        value = ((text[0] - '0') * 10) + text[1] - '0';
        return true;
    }

    private static Position? Place(ReadOnlySpan<char> latitude, ReadOnlySpan<char> northSouth, ReadOnlySpan<char> longitude, ReadOnlySpan<char> eastWest)
        => Angle(latitude, 2, 90, northSouth, "N", "S") is { } north && Angle(longitude, 3, 180, eastWest, "E", "W") is { } east ? new Position(north, east) : null;

    /// <summary>Degrees in two or three digits, then minutes: 4807.038 is 48° 7.038′.</summary>
    private static double? Angle(ReadOnlySpan<char> text, int digits, int most, ReadOnlySpan<char> side, ReadOnlySpan<char> plus, ReadOnlySpan<char> minus)
    {
        if (text.Length < digits + 2 || !int.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var degrees)
            || !double.TryParse(text[digits..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var minutes) || minutes >= 60) return null;
        var angle = degrees + (minutes / 60);
        if (angle > most) return null;
        return side.SequenceEqual(plus) ? angle : side.SequenceEqual(minus) ? -angle : null;
    }
}
