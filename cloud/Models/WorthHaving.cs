using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lynceus.Cloud;

/// <summary>A model that is worth having and does not come with the program.</summary>
internal sealed record WorthHavingModel
{
    public required string Name { get; init; }
    public required string What { get; init; }
    public required string Licence { get; init; }
    public required string Source { get; init; }

    /// <summary>The output family, or what this version still lacks for it.</summary>
    public required string Family { get; init; }

    /// <summary>Commands, one after the other.</summary>
    public required IReadOnlyList<string> Export { get; init; }

    /// <summary>What of this was run by the project; the rest is from the model's own papers.</summary>
    public required string Checked { get; init; }
}

internal static class WorthHaving
{
    public static IReadOnlyList<WorthHavingModel> All()
    {
        using var stream = typeof(WorthHaving).Assembly.GetManifestResourceStream("worth-having.json")!;
        return JsonSerializer.Deserialize(stream, WorthHavingJson.Default.IReadOnlyListWorthHavingModel)!;
    }

    public static void Print(TextWriter to)
    {
        foreach (var model in All())
        {
            to.WriteLine(model.Name);
            foreach (var (key, value) in new[] { ("what", model.What), ("licence", model.Licence), ("source", model.Source), ("family", model.Family), ("checked", model.Checked) })
                to.WriteLine($"  {key,-8} {value}");
            foreach (var line in model.Export) to.WriteLine($"    {line}");
            to.WriteLine();
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<WorthHavingModel>))]
internal sealed partial class WorthHavingJson : JsonSerializerContext;
