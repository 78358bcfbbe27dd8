using System.Text.Json;
using System.Text.Json.Serialization;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>The rule that decided a clip. Its name stands in the record.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Rule>))]
internal enum Rule
{
    /// <summary>One sighting reached the send threshold by itself.</summary>
    [JsonStringEnumMemberName("oneSighting")] OneSighting,

    /// <summary>No sighting did, but several of the same object did together.</summary>
    [JsonStringEnumMemberName("sightingsAddUp")] SightingsAddUp,

    /// <summary>A sure person, and no animal that could not belong to it.</summary>
    [JsonStringEnumMemberName("surePerson")] SurePerson,

    /// <summary>A sure vehicle, and neither a person nor an animal that could not belong to it.</summary>
    [JsonStringEnumMemberName("sureVehicle")] SureVehicle,

    /// <summary>Something at or above the keep threshold and below the send threshold.</summary>
    [JsonStringEnumMemberName("betweenThresholds")] BetweenThresholds,

    /// <summary>Nothing was seen in what could be looked at, and a picture could not be.</summary>
    [JsonStringEnumMemberName("notLookedAt")] NotLookedAt,

    /// <summary>Looked, and everything that was seen is below the keep threshold, or there was nothing.</summary>
    [JsonStringEnumMemberName("nothingSeen")] NothingSeen,

    /// <summary>Looked, and what was seen at or above the keep threshold is a false friend of this camera, at its usual place and score.</summary>
    [JsonStringEnumMemberName("onlyFalseFriends")] OnlyFalseFriends,

    /// <summary>Nothing changed against a background that is known, and the profile does not look then.</summary>
    [JsonStringEnumMemberName("nothingChanged")] NothingChanged,
}

/// <summary>Why a still was not looked at.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NotLooked>))]
internal enum NotLooked
{
    /// <summary>It could not be opened or decoded; the frame's failure says why.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>The vote was sure before its turn came, and its pixels go nowhere.</summary>
    [JsonStringEnumMemberName("sureBefore")] SureBefore,

    /// <summary>Nothing changed in it against a background that is known.</summary>
    [JsonStringEnumMemberName("unchanged")] Unchanged,
}

/// <summary>All that explains a verdict and does not belong to one frame.</summary>
/// <param name="Rule">Which rule decided.</param>
/// <param name="Animal">The score of what may be an animal, sightings added up, 0–1.</param>
/// <param name="Person">The best score of a person, 0–1.</param>
/// <param name="Vehicle">The best score of a vehicle, 0–1.</param>
/// <param name="Tracks">Objects that may be animals, the best first: the first one gave <paramref name="Animal"/>.</param>
/// <param name="Thresholds">In force for this camera.</param>
internal sealed record Why(Rule Rule, float Animal, float Person, float Vehicle, IReadOnlyList<Track> Tracks, Thresholds Thresholds)
{
    /// <summary>The best score of anything that is not a false friend, 0–1: for curves over thresholds.</summary>
    public float Best => Math.Max(Animal, Math.Max(Person, Vehicle));
}

/// <summary>Sightings of one object in several stills.</summary>
/// <param name="Score">What they come to together, 0–1; never below the best of them.</param>
/// <param name="Sightings">In the order of the clip; at least one.</param>
internal sealed record Track(float Score, IReadOnlyList<Sighting> Sightings);

/// <summary>One detection in one still.</summary>
/// <param name="Frame">Index into the decision's frames.</param>
/// <param name="Still">Index into that frame's stills; 0 for a photograph.</param>
/// <param name="Detection">In 0–1 of the whole upright picture.</param>
/// <param name="Changed">It lies where the picture changed.</param>
internal sealed record Sighting(int Frame, int Still, Detection Detection, bool Changed);

/// <summary>What the gate did with one still: the photograph itself, or one of a video's.</summary>
internal sealed record StillWhy
{
    /// <summary>From the video's start; null for a photograph.</summary>
    public double? VideoSeconds { get; init; }

    /// <summary>There was something to compare it with: the camera's background, or the other frames of the burst.</summary>
    public bool ChangeKnown { get; init; }

    /// <summary>Share of the picture that changed, 0–1; 0 where nothing is known.</summary>
    public float ChangedShare { get; init; }

    /// <summary>Where it changed, in 0–1 of the upright picture, the strongest first.</summary>
    public IReadOnlyList<Box> ChangedRegions { get; init; } = [];

    /// <summary>In their order; empty if it was not looked at.</summary>
    public IReadOnlyList<Glance> Glances { get; init; } = [];

    /// <summary>Null if it was looked at.</summary>
    public NotLooked? NotLooked { get; init; }

    /// <summary>The best score that this still alone gives for what may be an animal, 0–1.</summary>
    public float Contribution { get; init; }

    /// <summary>Detections that were set aside as the camera's false friends.</summary>
    public IReadOnlyList<Ignored> Ignored { get; init; } = [];
}

/// <summary>One run of the detector.</summary>
/// <param name="Crop">The part that was looked at, in 0–1 of the upright picture; null for the whole.</param>
/// <param name="Detections">In 0–1 of the whole upright picture, best first.</param>
internal sealed record Glance(Box? Crop, IReadOnlyList<Detection> Detections);

/// <summary>A detection that was set aside, and the still thing that it is.</summary>
/// <param name="Detection">What the model saw.</param>
/// <param name="Place">Where the false friend stands.</param>
/// <param name="Captures">In how many captures it fired.</param>
/// <param name="Days">On how many days.</param>
/// <param name="UsualScore">What it usually scores, 0–1.</param>
internal sealed record Ignored(Detection Detection, Box Place, int Captures, int Days, float UsualScore);

internal static class Names
{
    /// <summary>As it stands in a record: <c>sightingsAddUp</c>.</summary>
    public static string OnTheWire(this Enum name) => JsonNamingPolicy.CamelCase.ConvertName(name.ToString());
}
