using System.Globalization;

namespace Lynceus.Cloud;

/// <summary>What of all there is leaves, and how.</summary>
internal sealed record ExchangeChoice
{
    /// <summary>Null for all, empty for those of none.</summary>
    public string? Project { get; init; }
    public IReadOnlyList<string> Deployments { get; init; } = [];
    public IReadOnlyList<string> Species { get; init; } = [];

    /// <summary>Deployments are cut at both, so that effort is that of what leaves.</summary>
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? To { get; init; }

    /// <summary>Degrees; null for coordinates as they are.</summary>
    public double? CoordinatePrecision { get; init; }

    /// <summary>Where a media can be fetched, with <c>{mediaID}</c>, <c>{deploymentID}</c> or <c>{fileName}</c> in it.</summary>
    public string? MediaUrl { get; init; }

    /// <summary>The files go along.</summary>
    public bool PackMedia { get; init; }

    /// <summary>Pictures of people are as public as others.</summary>
    public bool PeoplePublic { get; init; }

    /// <summary>With events as they were made of frames, beside what was said of whole events.</summary>
    public bool MadeEvents { get; init; }

    /// <summary>Deployments without coordinates stay behind.</summary>
    public bool OnlyPlaced { get; init; }

    /// <summary>For people; null if all of a project leaves.</summary>
    public string? Filter()
    {
        List<string> parts = [];
        if (Deployments.Count > 0) parts.Add($"deployments {string.Join(", ", Deployments)}");
        if (Species.Count > 0) parts.Add($"species {string.Join(", ", Species)}");
        if (From is { } from) parts.Add($"from {from.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture)}");
        if (To is { } to) parts.Add($"before {to.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture)}");
        return parts.Count == 0 ? null : string.Join("; ", parts);
    }

    /// <summary>Null if all keeps its rules, else the option and what is wrong.</summary>
    public string? Fault()
    {
        if (From is { } from && To is { } to && to <= from) return "to: must be later than from";
        if (CoordinatePrecision is { } precision && !(precision is >= 0.00001 and <= 1)) return "coordinate-precision: must be 0.00001 to 1 degree";
        if (MediaUrl is { } url && (!url.StartsWith("http", StringComparison.Ordinal) || !url.Contains("{mediaID}", StringComparison.Ordinal) || !Uri.TryCreate(url.Replace("{mediaID}", "x", StringComparison.Ordinal).Replace("{deploymentID}", "x", StringComparison.Ordinal).Replace("{fileName}", "x", StringComparison.Ordinal), UriKind.Absolute, out _)))
            return "media-url: must be an address with {mediaID} in it, as in https://example.org/media/{mediaID}";
        return MediaUrl is not null && PackMedia ? "media-url: goes not with pack-media" : null;
    }
}
