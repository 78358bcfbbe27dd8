using System.ComponentModel;
using System.Text.Json.Nodes;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Mvc;

namespace Lynceus.Cloud;

/// <summary>Which records a statistic is of. Days are those of the clocks at the deployments.</summary>
internal sealed record StatisticsFilter
{
    public const int MostDeployments = 500, MostSpecies = 20;

    [FromQuery(Name = "project"), Description("Only deployments of this project")] public string? Project { get; init; }
    [FromQuery(Name = "deploymentID"), Description("Only these deployments; may be given several times, at most 500")] public string[]? Deployments { get; init; }
    [FromQuery(Name = "species"), Description("Only these scientific names; may be given several times, at most 20")] public string[]? Species { get; init; }
    [FromQuery(Name = "observationType"), Description("animal, human or vehicle; animal if absent")] public string? Type { get; init; }
    [FromQuery(Name = "from"), Description("The first local day, 2026-05-03")] public DateOnly? From { get; init; }
    [FromQuery(Name = "to"), Description("The last local day, itself included")] public DateOnly? To { get; init; }
    [FromQuery(Name = "time"), Description("day or night, by the sun; both if absent. Deployments without coordinates have neither")] public string? Time { get; init; }
    [FromQuery(Name = "model"), Description("Only what this model said: name@version, or human")] public string? Model { get; init; }
    [FromQuery(Name = "humanChecked"), Description("true: only what a person said; false: only what machines did")] public bool? HumanChecked { get; init; }
    [FromQuery(Name = "captureMethod"), Description("activityDetection (if absent) or timeLapse; they are never mixed")] public string? Method { get; init; }

    /// <summary>The local day after the last.</summary>
    public DateOnly? Until => To?.AddDays(1);

    public bool IsTimeLapse => Method == "timeLapse";

    public bool? Night => Time is null ? null : Time == "night";

    public ObservationType ObservationType => Type switch { "human" => Contracts.ObservationType.Human, "vehicle" => Contracts.ObservationType.Vehicle, _ => Contracts.ObservationType.Animal };

    /// <summary>Throws <see cref="BadHttpRequestException"/> for the first parameter that breaks its rule.</summary>
    public void Check()
    {
        if (Project is { Length: 0 or > Wire.MaxNameLength }) throw Bad("project", $"must have 1 to {Wire.MaxNameLength} characters");
        if (Deployments?.Length > MostDeployments) throw Bad("deploymentID", $"{Deployments.Length} are given; at most {MostDeployments}");
        if (Species?.Length > MostSpecies) throw Bad("species", $"{Species.Length} are given; at most {MostSpecies}");
        foreach (var (name, values) in new[] { ("deploymentID", Deployments), ("species", Species) })
            if (values?.Any(v => v.Length is 0 or > Wire.MaxNameLength || v.Any(char.IsControl)) == true) throw Bad(name, $"must have 1 to {Wire.MaxNameLength} printable characters");
        if (Type is not (null or "animal" or "human" or "vehicle")) throw Bad("observationType", "must be animal, human or vehicle");
        if (Time is not (null or "day" or "night")) throw Bad("time", "must be day or night");
        if (Method is not (null or "activityDetection" or "timeLapse")) throw Bad("captureMethod", "must be activityDetection or timeLapse");
        if (Model is { Length: 0 or > 2 * Wire.MaxNameLength }) throw Bad("model", $"must have 1 to {2 * Wire.MaxNameLength} characters");
        if (Model is not null && HumanChecked is not null) throw Bad("humanChecked", "says the same as model; give one of them");
        foreach (var (name, day) in new[] { ("from", From), ("to", To) })
            if (day is { } d && d.Year is < 1900 or > 2200) throw Bad(name, "must lie in 1900 to 2200");
        if (From > To) throw Bad("to", "must not be before from");
    }

    /// <summary>What was asked, without what was not.</summary>
    public JsonObject Json()
    {
        var json = new JsonObject();
        void Say(string name, JsonNode? value)
        {
            if (value is not null) json[name] = value;
        }
        Say("project", Project);
        Say("deploymentID", Deployments is { Length: > 0 } ? new JsonArray([.. Deployments.Order(StringComparer.Ordinal).Select(d => (JsonNode)d)]) : null);
        Say("species", Species is { Length: > 0 } ? new JsonArray([.. Species.Select(s => (JsonNode)s)]) : null);
        Say("observationType", Type ?? "animal");
        Say("from", From?.ToString("yyyy-MM-dd"));
        Say("to", To?.ToString("yyyy-MM-dd"));
        Say("time", Time);
        Say("model", Model);
        Say("humanChecked", HumanChecked);
        Say("captureMethod", Method ?? "activityDetection");
        return json;
    }

    internal static BadHttpRequestException Bad(string parameter, string rule) => new($"{parameter}: {rule}");
}
