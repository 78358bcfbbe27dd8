using System.Globalization;

namespace Lynceus.Cloud;

/// <summary>Offsets from UTC as people write them.</summary>
internal static class Offsets
{
    /// <summary><c>+02:00</c>, within 14 hours.</summary>
    public static bool TryParse(string text, out TimeSpan offset)
    {
        offset = default;
        return text.Length == 6 && text[0] is '+' or '-' && TimeSpan.TryParseExact(text[1..], @"hh\:mm", CultureInfo.InvariantCulture, text[0] == '-' ? TimeSpanStyles.AssumeNegative : TimeSpanStyles.None, out offset)
            && Math.Abs(offset.TotalHours) <= 14;
    }
}
