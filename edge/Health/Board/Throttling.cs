using System.Globalization;

namespace Lynceus.Edge;

/// <summary>
/// The Raspberry Pi firmware's word on power and heat: bits 0 to 3 are now, 16 to 19 are since the start. Reading the kernel's file clears the latter, so they are remembered here.
/// </summary>
internal sealed class Throttling
{
    private static readonly string[] Names = ["undervoltage", "frequency capped", "slowed down", "close to the heat limit"];
    private uint bits;

    /// <summary><c>throttled=0x50005</c> of vcgencmd, or <c>50005</c> of the kernel's file; null if it is neither.</summary>
    public static uint? Parse(string? text)
    {
        if (text is null) return null;
        text = text.Trim();
        if (text.StartsWith("throttled=", StringComparison.Ordinal)) text = text["throttled=".Length..];
        if (text.StartsWith("0x", StringComparison.Ordinal)) text = text[2..];
        return uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits) ? bits : null;
    }

    public void Saw(uint now) => bits = (bits & 0xF0000) | now | ((now & 0xF) << 16);

    public string? Words
    {
        get
        {
            var words = Enumerable.Range(0, 4).Where(i => (bits >> i & 1) != 0).Select(i => Names[i] + " now")
                .Concat(Enumerable.Range(0, 4).Where(i => (bits >> i & 1) == 0 && (bits >> (16 + i) & 1) != 0).Select(i => Names[i] + " since the start"));
            return string.Join(", ", words) is { Length: > 0 } said ? said : null;
        }
    }
}
