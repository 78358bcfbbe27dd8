using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary><c>datapackage.json</c> of a package that leaves: what people said of the whole stays, what follows from the tables is made anew.</summary>
internal static class CamtrapDescriptor
{
    public static JsonObject Of(ExchangeSource source, ExchangeSums sums, DateTimeOffset now)
    {
        var kept = source.Descriptor?.DeepClone().AsObject() ?? [];
        var made = new JsonObject { ["resources"] = Resources(kept), ["profile"] = CamtrapTable.Profile };
        foreach (var name in (string[])["name", "id"]) Keep(made, kept, name);
        made["created"] = now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        made["title"] = kept["title"]?.DeepClone() ?? source.Title;
        made["contributors"] = Contributors(kept, source);
        foreach (var (name, value) in kept)
        {
            if (!made.ContainsKey(name) && name is not ("project" or "coordinatePrecision" or "spatial" or "temporal" or "taxonomic")) made[name] = value?.DeepClone();
        }
        made["project"] = Project(kept, source, sums);
        if (source.CoordinatePrecision is { } precision) made["coordinatePrecision"] = Math.Max(precision, Said(kept) ?? 0);
        else Keep(made, kept, "coordinatePrecision");
        made["spatial"] = Spatial(sums);
        made["temporal"] = Temporal(sums, now);
        made["taxonomic"] = Taxonomic(kept, source, sums);
        return made;
    }

    private static double? Said(JsonObject kept) => kept["coordinatePrecision"] is JsonValue value && value.TryGetValue<double>(out var said) ? said : null;

    private static void Keep(JsonObject made, JsonObject kept, string name)
    {
        if (kept.ContainsKey(name)) made[name] = kept[name]?.DeepClone();
    }

    private static JsonArray Resources(JsonObject kept)
    {
        var resources = new JsonArray();
        foreach (var table in CamtrapTable.All)
        {
            resources.Add(new JsonObject
            {
                ["name"] = table.Name, ["path"] = $"{table.Name}.csv", ["profile"] = "tabular-data-resource", ["format"] = "csv", ["mediatype"] = "text/csv", ["encoding"] = "utf-8", ["schema"] = table.Schema,
            });
        }
        // What lies in the descriptor itself goes along; files beside it were not kept.
        foreach (var further in (kept["resources"] as JsonArray ?? []).OfType<JsonObject>().Where(r => r["data"] is not null && !CamtrapTable.All.Any(t => t.Name == r["name"]?.ToString()))) resources.Add(further.DeepClone());
        return resources;
    }

    private static JsonArray Contributors(JsonObject kept, ExchangeSource source)
    {
        if (kept["contributors"] is not JsonArray { Count: > 0 } said) return [new JsonObject { ["title"] = source.Title.Length > 0 ? source.Title : "unknown", ["role"] = "contact" }];
        var contributors = said.DeepClone().AsArray();
        // Older versions had other roles.
        foreach (var one in contributors.OfType<JsonObject>())
        {
            if (one["role"]?.ToString() is { } role and not ("contact" or "principalInvestigator" or "rightsHolder" or "publisher" or "contributor")) one["role"] = role == "maintainer" ? "contact" : "contributor";
        }
        return contributors;
    }

    private static JsonObject Project(JsonObject kept, ExchangeSource source, ExchangeSums sums)
    {
        var project = (kept["project"] as JsonObject)?.DeepClone().AsObject() ?? [];
        project["title"] ??= source.Title;
        project["samplingDesign"] ??= "opportunistic";
        if (project["captureMethod"] is not JsonArray { Count: > 0 } methods || methods.Any(m => !CamtrapTable.Media.Columns[CamtrapTable.Media.IndexOf("captureMethod")].Words.Contains(m?.ToString() ?? "")))
            project["captureMethod"] = Array(sums.Methods.Count > 0 ? sums.Methods : ["activityDetection"]);
        project["individualAnimals"] ??= sums.Individuals;
        if (project["observationLevel"] is not JsonArray { Count: > 0 }) project["observationLevel"] = Array(sums.Levels.Count > 0 ? sums.Levels : ["media"]);
        if (project["path"] is JsonValue path && path.ToString().Length == 0) project.Remove("path");
        return project;
    }

    private static JsonArray Array(IEnumerable<string> words) => [.. words.Select(w => JsonValue.Create(w))];

    private static JsonObject Spatial(ExchangeSums sums)
    {
        // Without a coordinate there is no area; GeoJSON has a geometry for nothing.
        if (sums.Area is not { } area) return new JsonObject { ["type"] = "GeometryCollection", ["geometries"] = new JsonArray() };
        JsonArray Point(double x, double y) => [x, y];
        JsonArray ring = [Point(area.West, area.South), Point(area.East, area.South), Point(area.East, area.North), Point(area.West, area.North), Point(area.West, area.South)];
        return new JsonObject { ["type"] = "Polygon", ["coordinates"] = new JsonArray { ring } };
    }

    private static JsonObject Temporal(ExchangeSums sums, DateTimeOffset now) => new()
    {
        ["start"] = (sums.Start ?? now).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        ["end"] = (sums.End ?? now).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
    };

    private static JsonArray Taxonomic(JsonObject kept, ExchangeSource source, ExchangeSums sums)
    {
        var (taxa, there) = (new JsonArray(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var said in (kept["taxonomic"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (said["scientificName"]?.ToString() is { } name && (source.Filter is null || sums.Taxa.ContainsKey(name)) && there.Add(name)) taxa.Add(Modern(said.DeepClone().AsObject()));
        }
        foreach (var name in sums.Taxa.Keys.Where(there.Add)) taxa.Add(Taxon(name));
        return taxa;
    }

    // Older versions name languages by two letters, and where the ids come from in a field of its own.
    private static JsonObject Modern(JsonObject said)
    {
        if (said["vernacularNames"] is not JsonObject names) return said;
        foreach (var (two, three) in ((string, string)[])[("en", "eng"), ("nl", "nld"), ("fr", "fra"), ("de", "deu"), ("es", "spa"), ("it", "ita")])
        {
            if (names[two]?.DeepClone() is not { } name) continue;
            names.Remove(two);
            names[three] ??= name;
        }
        foreach (var other in names.Select(n => n.Key).Where(k => k.Length != 3).ToList()) names.Remove(other);
        return said;
    }

    private static JsonObject Taxon(string name)
    {
        var made = new JsonObject { ["scientificName"] = name };
        if (!Taxonomy.Known.TryFind(name, out var taxon)) return made;
        made["taxonRank"] = WireWords.Of(taxon.Rank);
        made["kingdom"] = "Animalia";
        foreach (var wider in taxon.Lineage().Where(t => t.Rank is not TaxonRank.Species).Reverse()) made[WireWords.Of(wider.Rank)] = wider.ScientificName;
        var names = new JsonObject();
        if (taxon.English is { } eng) names["eng"] = eng;
        if (taxon.French is { } fra) names["fra"] = fra;
        if (names.Count > 0) made["vernacularNames"] = names;
        return made;
    }
}
