using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What a person set on the page. Absent members say nothing.</summary>
internal sealed record StationWish
{
    public string? Station { get; init; }
    public double? Latitude { get; init; }
    public double? Longitude { get; init; }
    public IReadOnlyList<CameraWish>? Cameras { get; init; }

    /// <summary>Every camera has a name, and every number is one: JSON can say 1e999.</summary>
    [JsonIgnore] public bool IsReadable => Cameras?.All(c => c?.CameraID is not null && IsNumber(c.HeightMetres) && IsNumber(c.HeadingDegrees)) != false && IsNumber(Latitude) && IsNumber(Longitude);

    private static bool IsNumber(double? value) => value is null || double.IsFinite(value.Value);
}

/// <summary>What a person set of one camera.</summary>
internal sealed record CameraWish([property: Required] string CameraID, double? HeightMetres, double? HeadingDegrees);

/// <summary>What became of it.</summary>
/// <param name="Saved">It is on the card, synced.</param>
/// <param name="Problems">Why not; or what else speaks louder.</param>
internal sealed record StationSaved(bool Saved, IReadOnlyList<string> Problems);

/// <summary>The settings that the page may change, in <c>settings.json</c> of the data folder: written whole or not at all, and only if <c>edge config check</c> has nothing against them.</summary>
internal sealed class OwnSettings(IReadOnlyList<SettingsSource> sources, string data)
{
    private readonly Lock gate = new();
    private readonly string path = Path.Combine(data, SettingsSources.OwnFile);
    private static readonly JsonSerializerOptions Readable = new(SetupJson.Default.Options) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>In force, or written for the next start.</summary>
    public HubSettings Next => HubSettings.Of(SettingsSources.With(sources, path, File.Exists(path) ? File.ReadAllBytes(path) : []));

    public StationSaved Save(StationWish wish)
    {
        lock (gate)
        {
            var known = HubSettings.Of(sources).Cameras.Select(c => c.CameraID).ToHashSet();
            var strange = (wish.Cameras ?? []).Where(c => !known.Contains(c.CameraID)).Select(c => $"There is no camera {Short(c.CameraID)}").ToList();
            if (strange.Count > 0) return new StationSaved(false, strange);
            var bytes = Encoding.UTF8.GetBytes(Merge(Read(), wish).ToJsonString(Readable) + "\n");
            var next = SettingsSources.With(sources, path, bytes);
            var faults = SettingsCheck.Of(next).Where(f => f.Source == next.First(IsOwn).Name || f.Source.Length == 0).Select(f => (f with { Source = "", Line = 0, Default = null }).ToString().Trim()).ToList();
            if (faults.Count > 0) return new StationSaved(false, faults);
            DurableFile.Write(path, bytes);
            return new StationSaved(true, [.. Louder(next)]);
        }
    }

    private bool IsOwn(SettingsSource source) => source.Name == Path.GetFullPath(path);

    private JsonObject Read()
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: <= SettingsSource.MostBytes })
                return JsonNode.Parse(File.ReadAllBytes(path), null, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip }) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            // What cannot be read is written anew.
        }
        return [];
    }

    private static JsonObject Merge(JsonObject own, StationWish wish)
    {
        var hub = own["Hub"] as JsonObject ?? [];
        own["Hub"] = hub;
        if (wish.Station is not null) hub["Station"] = wish.Station;
        if (wish.Latitude is { } latitude) hub["Latitude"] = latitude;
        if (wish.Longitude is { } longitude) hub["Longitude"] = longitude;
        var cameras = own["Cameras"] as JsonArray ?? [];
        foreach (var camera in wish.Cameras ?? [])
        {
            if (cameras.OfType<JsonObject>().FirstOrDefault(c => c["CameraID"] is JsonValue id && id.TryGetValue<string>(out var text) && text == camera.CameraID) is not { } mine)
                cameras.Add(mine = new JsonObject { ["CameraID"] = camera.CameraID });
            if (camera.HeightMetres is { } height) mine["HeightMetres"] = height;
            if (camera.HeadingDegrees is { } heading) mine["HeadingDegrees"] = heading;
        }
        if (cameras.Count > 0) own["Cameras"] = cameras;
        return own;
    }

    /// <summary>The environment and the arguments win over what is written here.</summary>
    private IEnumerable<string> Louder(IReadOnlyList<SettingsSource> next)
        => next.First(IsOwn).Settings.Where(s => s.IsValue && s.Path.StartsWith("Hub:", StringComparison.Ordinal))
            .Select(s => (s.Path, Wins: next.Last(n => n.Settings.Any(o => o.IsValue && o.Path.Equals(s.Path, StringComparison.OrdinalIgnoreCase)))))
            .Where(s => !IsOwn(s.Wins)).Select(s => $"{s.Path} is also set by the hub's {s.Wins.Name}, which wins");

    private static string Short(string name) => name.Length <= 40 ? name : name[..40];
}
