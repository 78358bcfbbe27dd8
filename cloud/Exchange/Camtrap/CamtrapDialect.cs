using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Lynceus.Cloud;

/// <summary>How a package's tables differ from version 1.0: separators, and in older versions names, words and times.</summary>
internal sealed partial class CamtrapDialect
{
    // Camtrap DP 0.1.x; the same names in all of its tables.
    private static readonly Dictionary<string, string> OldNames = new(StringComparer.Ordinal)
    {
        ["deployments.start"] = "deploymentStart", ["deployments.end"] = "deploymentEnd", ["deployments.cameraInterval"] = "cameraDelay", ["deployments.array"] = "deploymentGroups",
        ["deployments.tags"] = "deploymentTags", ["deployments.comments"] = "deploymentComments",
        ["media.favourite"] = "favorite", ["media.comments"] = "mediaComments",
        ["observations.sequenceID"] = "eventID", ["observations.timestamp"] = "eventStart", ["observations.cameraSetup"] = "cameraSetupType", ["observations.behaviour"] = "behavior",
        ["observations.classificationConfidence"] = "classificationProbability", ["observations.comments"] = "observationComments",
    };

    private static readonly Dictionary<string, string> OldWords = new(StringComparer.Ordinal)
    {
        ["captureMethod.motion detection"] = "activityDetection", ["captureMethod.time lapse"] = "timeLapse", ["captureMethod.motionDetection"] = "activityDetection",
        ["cameraSetupType.true"] = "setup", ["cameraSetupType.false"] = "", ["lifeStage.unknown"] = "", ["lifeStage.offspring"] = "juvenile", ["sex.unknown"] = "", ["sex.undefined"] = "",
    };

    /// <summary>Nobody asked for them then.</summary>
    private static readonly string[] Young = ["filePublic", "eventEnd", "observationLevel", "latitude", "longitude"];

    private readonly bool isOld;

    private CamtrapDialect(string version, bool isOld, string delimiter, char quote) => (Version, this.isOld, Delimiter, Quote) = (version, isOld, delimiter, quote);

    public string Version { get; }

    public string Delimiter { get; }

    public char Quote { get; }

    /// <summary>Older than 1.0: what an event is stands in its media.</summary>
    public bool IsOld => isOld;

    /// <exception cref="CamtrapFaultException">Another standard, or a version that is not known here.</exception>
    public static CamtrapDialect Of(JsonObject descriptor, JsonObject resource)
    {
        var profile = descriptor["profile"]?.GetValueKind() == System.Text.Json.JsonValueKind.String ? descriptor["profile"]!.GetValue<string>() : "";
        if (VersionIn().Match(profile) is not { Success: true } match)
            throw new CamtrapFaultException(CamtrapFiles.Descriptor, $"profile: '{Printable.Of(profile)}' is not Camtrap DP's, as in {CamtrapTable.Profile}");
        var version = match.Groups["version"].Value;
        if (!version.StartsWith("1.0", StringComparison.Ordinal) && !version.StartsWith("0.1.", StringComparison.Ordinal)) throw new CamtrapFaultException(CamtrapFiles.Descriptor, $"profile: Camtrap DP {version} is not known here; known are 0.1 and 1.0");
        var (delimiter, quote) = (Said(resource, "delimiter") ?? ",", Said(resource, "quoteChar") ?? "\"");
        if (delimiter.Length != 1 || quote.Length != 1) throw new CamtrapFaultException(CamtrapFiles.Descriptor, "dialect: delimiter and quoteChar are one character each");
        return new CamtrapDialect(version, version[0] == '0', delimiter, quote[0]);
    }

    /// <summary>The name in version 1.0.</summary>
    public string NameOf(CamtrapTable table, string name) => isOld ? OldNames.GetValueOrDefault($"{table.Name}.{name}", name) : name;

    public bool MayLack(string column) => isOld && Young.Contains(column);

    /// <summary>The word of version 1.0.</summary>
    public string ValueOf(string column, string text)
    {
        if (text is "TRUE" or "FALSE" or "True" or "False") text = text.ToLowerInvariant();
        return isOld ? OldWords.GetValueOrDefault($"{column}.{text}", text) : text;
    }

    /// <summary>What older versions say in other columns.</summary>
    public void Complete(CamtrapRow row)
    {
        if (!isOld) return;
        if (row.Table == CamtrapTable.Media && row["filePublic"].Length == 0) row["filePublic"] = "true";
        if (row.Table == CamtrapTable.Observations)
        {
            if (row["observationLevel"].Length == 0) row["observationLevel"] = row["mediaID"].Length > 0 ? "media" : "event";
            if (row["eventEnd"].Length == 0) row["eventEnd"] = row["eventStart"];
        }
        // Whole numbers were numbers.
        foreach (var column in row.Table.Columns.Where(c => c.Kind == CellKind.Whole))
        {
            if (double.TryParse(row[column.Name], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) row[column.Name] = CamtrapCell.Of(Math.Round(number));
        }
    }

    private static string? Said(JsonObject resource, string name) => resource["dialect"] is JsonObject dialect && dialect[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    [GeneratedRegex("camtrap-dp/(?<version>[0-9]+\\.[0-9]+(\\.[0-9]+)?)[^0-9.]")]
    private static partial Regex VersionIn();
}
