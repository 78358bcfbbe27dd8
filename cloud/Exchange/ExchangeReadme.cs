using System.Globalization;
using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary>The README of a package: what it is, whose, how it may be cited, what it holds and how that came about; ready for an archive that gives DOIs.</summary>
internal static class ExchangeReadme
{
    private const int MostTaxa = 500;

    public static IEnumerable<string> Lines(ExchangeSource source, ExchangeSums sums, JsonObject descriptor)
    {
        var title = Text(descriptor["title"]) is { Length: > 0 } said ? said : "Camera trap data";
        yield return $"# {title}";
        yield return "";
        if (Text(descriptor["description"]) is { Length: > 0 } description)
        {
            yield return description;
            yield return "";
        }
        yield return $"A [Camera Trap Data Package](https://camtrap-dp.tdwg.org) (Camtrap DP {CamtrapTable.Version}) of {Count(sums.Deployments, "deployment")} at {Count(sums.Locations.Count, "location")}, made on {Text(descriptor["created"])}{Version(descriptor)}.";
        yield return "";
        yield return "## Citation";
        yield return "";
        yield return Citation(descriptor, title);
        yield return "";
        yield return "## Contributors";
        yield return "";
        foreach (var one in (descriptor["contributors"] as JsonArray ?? []).OfType<JsonObject>()) yield return $"- {string.Join(", ", ((string?[])[Text(one["title"]), Text(one["organization"]), Text(one["role"]), Text(one["path"])]).Where(t => t is { Length: > 0 }))}";
        yield return "";
        yield return "## Licence";
        yield return "";
        var licences = (descriptor["licenses"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        foreach (var one in licences) yield return $"- {Text(one["scope"])}: {Text(one["name"]) ?? Text(one["path"])}";
        if (licences.Count == 0) yield return "Nobody has said under which licence this may be used; ask the contributors.";
        yield return "";
        yield return "## Period and area";
        yield return "";
        yield return sums.Start is { } start && sums.End is { } end ? $"{start:yyyy-MM-dd} to {end:yyyy-MM-dd}; cameras stood for {Number(sums.CameraDays, 1)} days together, failures not subtracted." : "There is no deployment.";
        yield return sums.Area is { } area
            ? $"Longitude {Number(area.West, 5)} to {Number(area.East, 5)}, latitude {Number(area.South, 5)} to {Number(area.North, 5)} degrees (WGS 84){Precision(descriptor)}."
            : "The deployments have no coordinates.";
        if (source.Filter is { } filter) yield return $"This is a part of the project: {filter}.";
        yield return "";
        foreach (var line in Holds(sums)) yield return line;
        foreach (var line in Made(source, sums)) yield return line;
    }

    private static IEnumerable<string> Holds(ExchangeSums sums)
    {
        yield return "## Files";
        yield return "";
        yield return "| file | rows | what a row is |";
        yield return "|---|---|---|";
        yield return $"| `deployments.csv` | {Number(sums.Deployments)} | a camera at one place for one time |";
        yield return $"| `media.csv` | {Number(sums.Media)} | a picture or video; {Number(sums.Public)} may be fetched by anybody |";
        yield return $"| `observations.csv` | {Number(sums.Observations)} | what somebody says is in a media, or in an event ({Number(sums.Events)}) |";
        yield return $"| `{CamtrapFiles.Descriptor}` | | what this is, for programs |";
        yield return "";
        yield return "## Columns";
        yield return "";
        yield return $"As Camtrap DP {CamtrapTable.Version} defines them; an empty cell is missing. Times carry their offset from UTC.";
        yield return "";
        foreach (var table in CamtrapTable.All) yield return $"- [`{table.Name}.csv`]({table.Schema}): {string.Join(", ", table.Columns.Select(c => c.Name))}";
        yield return "";
        yield return "## Taxa";
        yield return "";
        yield return "| taxon | observations |";
        yield return "|---|---|";
        foreach (var (name, count) in sums.Taxa.OrderByDescending(t => t.Value).ThenBy(t => t.Key, StringComparer.Ordinal).Take(MostTaxa)) yield return $"| {name}{(VernacularNames.Of(name)?.Eng is { } english ? $" ({english})" : "")} | {Number(count)} |";
        foreach (var (type, count) in sums.Types.Where(t => t.Key is not "animal")) yield return $"| {type} | {Number(count)} |";
        yield return "";
    }

    private static IEnumerable<string> Made(ExchangeSource source, ExchangeSums sums)
    {
        yield return "## How it was made";
        yield return "";
        if (source.Events.Length > 0) yield return source.Events;
        yield return sums.ByPeople > 0 ? $"People said {Number(sums.ByPeople)} observations." : "No observation is by a person.";
        foreach (var (model, count) in sums.Models) yield return $"The model {(model.Length > 0 ? model : "(not named)")} said {Number(count)}.";
        yield return "A picture in which nothing was found is `blank`; one that nobody could look at is `unclassified`, and neither is evidence that no animal was there.";
    }

    private static string Citation(JsonObject descriptor, string title)
    {
        if (Text(descriptor["bibliographicCitation"]) is { Length: > 0 } said) return said;
        var people = (descriptor["contributors"] as JsonArray ?? []).OfType<JsonObject>().Select(c => Text(c["title"])).OfType<string>().Distinct().ToList();
        var id = Text(descriptor["id"]) is { } known && known.Contains("doi", StringComparison.OrdinalIgnoreCase) ? $" {known}" : "";
        return $"{string.Join("; ", people)} ({(Text(descriptor["created"]) ?? "")[..4]}). {title}.{(Text(descriptor["version"]) is { } version ? $" Version {version}." : "")} Camera trap data package.{id}";
    }

    private static string Version(JsonObject descriptor) => Text(descriptor["version"]) is { Length: > 0 } version ? $", version {version}" : "";

    private static string Precision(JsonObject descriptor)
        => descriptor["coordinatePrecision"] is JsonValue value && value.TryGetValue<double>(out var precision) ? $", rounded to {CamtrapCell.Of(precision)} degrees" : "";

    private static string Count(int n, string word) => $"{Number(n)} {word}{(n == 1 ? "" : "s")}";

    private static string Number(double number, int digits = 0) => number.ToString($"N{digits}", CultureInfo.InvariantCulture);

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
