using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary>What leaves, whatever its form: deployments, and of each its media and observations, in Camtrap DP's words. Read deployment by deployment, so memory holds what one has.</summary>
internal sealed record ExchangeSource
{
    /// <summary>What an imported package or a person said of the whole; null if nobody did.</summary>
    public JsonObject? Descriptor { get; init; }

    /// <summary>Of the project.</summary>
    public required string Title { get; init; }

    /// <summary>In order of their start.</summary>
    public required IReadOnlyList<CamtrapRow> Deployments { get; init; }

    /// <summary>Of a deployment, in order of time; may be read several times.</summary>
    public required Func<CamtrapRow, IEnumerable<CamtrapRow>> Media { get; init; }

    /// <summary>Of a deployment; of an event first what was said of the whole, then of its media.</summary>
    public required Func<CamtrapRow, IEnumerable<CamtrapRow>> Observations { get; init; }

    /// <summary>How events were made, for people.</summary>
    public string Events { get; init; } = "";

    /// <summary>What was chosen of all there is, for people; null for all.</summary>
    public string? Filter { get; init; }

    /// <summary>Degrees that coordinates were rounded to; null for those they have.</summary>
    public double? CoordinatePrecision { get; init; }

    /// <summary>A package as it lies on disk. Its media and observations are held in memory.</summary>
    public static ExchangeSource Of(CamtrapPackage package)
    {
        var faults = new CamtrapFaults();
        var media = package.Rows(CamtrapTable.Media, faults).ToLookup(m => m["deploymentID"]);
        var observations = package.Rows(CamtrapTable.Observations, faults).ToLookup(o => o["deploymentID"]);
        return new ExchangeSource
        {
            Descriptor = package.Descriptor,
            Title = package.Descriptor["title"]?.ToString() ?? "",
            Deployments = [.. package.Rows(CamtrapTable.Deployments, faults)],
            Media = d => media[d["deploymentID"]],
            Observations = d => observations[d["deploymentID"]],
        };
    }
}
