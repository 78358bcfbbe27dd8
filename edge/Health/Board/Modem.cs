using System.Globalization;
using System.Text.Json;

namespace Lynceus.Edge;

/// <summary>The cellular modem, by ModemManager's <c>mmcli</c> where that is installed.</summary>
internal sealed record Modem(double? Signal, string? Operator)
{
    private static readonly Modem None = new(null, null);

    /// <summary>Signal in percent and the operator's name; nulls where there is no modem, no mmcli, or it does not answer.</summary>
    public static async Task<Modem> ReadAsync(string root, CancellationToken stop)
        => Board.Program(root, "mmcli") is { } mmcli ? Parse(await Ask.ProgramAsync(mmcli, ["-m", "any", "-J"], stop)) : None;

    /// <summary>Of <c>modem.generic.signal-quality.value</c> and <c>modem.3gpp.operator-name</c>; mmcli writes numbers as text and <c>--</c> for what it does not know.</summary>
    internal static Modem Parse(string? json)
    {
        if (json is null) return None;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16 });
            var modem = Of(document.RootElement, "modem");
            var signal = Text(Of(Of(Of(modem, "generic"), "signal-quality"), "value"));
            var name = Text(Of(Of(modem, "3gpp"), "operator-name"));
            return new Modem(
                double.TryParse(signal, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100 ? percent : null,
                name is { Length: > 0 and <= 64 } && name != "--" && !name.Any(char.IsControl) ? name : null);
        }
        catch (JsonException)
        {
            return None;
        }
    }

    private static JsonElement Of(JsonElement parent, string name)
        => parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child) ? child : default;

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
