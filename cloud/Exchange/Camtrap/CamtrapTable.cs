using System.Collections.Frozen;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What may stand in a column.</summary>
internal enum CellKind
{
    Text,
    Number,
    Whole,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary>ISO 8601 with an offset.</summary>
    Time,

    /// <summary>One of a list.</summary>
    Word,
}

/// <summary>A column of Camtrap DP with its rule.</summary>
internal sealed record CamtrapColumn(string Name, CellKind Kind = CellKind.Text, bool Required = false)
{
    public double Min { get; init; } = double.NegativeInfinity;
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>Of a word: those there are.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];
}

/// <summary>The three tables of Camtrap DP 1.0.2, with the rules of their table schemas.</summary>
internal sealed class CamtrapTable
{
    /// <summary>The version that is written, and whose rules hold.</summary>
    public const string Version = "1.0.2";

    private static readonly string[] Features =
        ["roadPaved", "roadDirt", "trailHiking", "trailGame", "roadUnderpass", "roadOverpass", "roadBridge", "culvert", "burrow", "nestSite", "carcass", "waterSource", "fruitingTree"];

    private readonly FrozenDictionary<string, int> byName;

    private CamtrapTable(string name, params CamtrapColumn[] columns)
    {
        (Name, Columns) = (name, columns);
        byName = columns.Index().ToFrozenDictionary(c => c.Item.Name, c => c.Index);
    }

    public static CamtrapTable Deployments { get; } = new("deployments",
        new("deploymentID", Required: true), new("locationID"), new("locationName"),
        new("latitude", CellKind.Number, Required: true) { Min = -90, Max = 90 }, new("longitude", CellKind.Number, Required: true) { Min = -180, Max = 180 }, new("coordinateUncertainty", CellKind.Whole) { Min = 1 },
        new("deploymentStart", CellKind.Time, Required: true), new("deploymentEnd", CellKind.Time, Required: true), new("setupBy"), new("cameraID"), new("cameraModel"),
        new("cameraDelay", CellKind.Whole) { Min = 0 }, new("cameraHeight", CellKind.Number) { Min = 0 }, new("cameraDepth", CellKind.Number) { Min = 0 },
        new("cameraTilt", CellKind.Whole) { Min = -90, Max = 90 }, new("cameraHeading", CellKind.Whole) { Min = 0, Max = 360 }, new("detectionDistance", CellKind.Number) { Min = 0 },
        new("timestampIssues", CellKind.Flag), new("baitUse", CellKind.Flag), new("featureType", CellKind.Word) { Words = Features },
        new("habitat"), new("deploymentGroups"), new("deploymentTags"), new("deploymentComments"));

    public static CamtrapTable Media { get; } = new("media",
        new("mediaID", Required: true), new("deploymentID", Required: true), new("captureMethod", CellKind.Word) { Words = WordsOf<CaptureMethod>() }, new("timestamp", CellKind.Time, Required: true),
        new("filePath", Required: true), new("filePublic", CellKind.Flag, Required: true), new("fileName"), new("fileMediatype", Required: true), new("exifData"), new("favorite", CellKind.Flag), new("mediaComments"));

    public static CamtrapTable Observations { get; } = new("observations",
        new("observationID", Required: true), new("deploymentID", Required: true), new("mediaID"), new("eventID"), new("eventStart", CellKind.Time, Required: true), new("eventEnd", CellKind.Time, Required: true),
        new("observationLevel", CellKind.Word, Required: true) { Words = ["media", "event"] }, new("observationType", CellKind.Word, Required: true) { Words = WordsOf<ObservationType>() },
        new("cameraSetupType", CellKind.Word) { Words = ["setup", "calibration"] }, new("scientificName"), new("count", CellKind.Whole) { Min = 1 },
        new("lifeStage", CellKind.Word) { Words = ["adult", "subadult", "juvenile"] }, new("sex", CellKind.Word) { Words = ["female", "male"] }, new("behavior"), new("individualID"),
        new("individualPositionRadius", CellKind.Number) { Min = 0 }, new("individualPositionAngle", CellKind.Number) { Min = -90, Max = 90 }, new("individualSpeed", CellKind.Number) { Min = 0 },
        new("bboxX", CellKind.Number) { Min = 0, Max = 1 }, new("bboxY", CellKind.Number) { Min = 0, Max = 1 }, new("bboxWidth", CellKind.Number) { Min = 1e-15, Max = 1 }, new("bboxHeight", CellKind.Number) { Min = 1e-15, Max = 1 },
        new("classificationMethod", CellKind.Word) { Words = ["human", "machine"] }, new("classifiedBy"), new("classificationTimestamp", CellKind.Time), new("classificationProbability", CellKind.Number) { Min = 0, Max = 1 },
        new("observationTags"), new("observationComments"));

    public static IReadOnlyList<CamtrapTable> All { get; } = [Deployments, Media, Observations];

    /// <summary>As the package calls the resource.</summary>
    public string Name { get; }

    public IReadOnlyList<CamtrapColumn> Columns { get; }

    public string Schema => $"https://raw.githubusercontent.com/tdwg/camtrap-dp/{Version}/{Name}-table-schema.json";

    public static string Profile => $"https://raw.githubusercontent.com/tdwg/camtrap-dp/{Version}/camtrap-dp-profile.json";

    /// <summary>Where a column stands. -1 for one that Camtrap DP does not have.</summary>
    public int IndexOf(string column) => byName.GetValueOrDefault(column, -1);

    private static IReadOnlyList<string> WordsOf<T>()
        where T : struct, Enum
        => [.. Enum.GetValues<T>().Select(WireWords.Of)];
}

/// <summary>A row of one of the three tables, as text; empty is missing. What it holds keeps its column's rule, or nobody made it.</summary>
internal sealed class CamtrapRow(CamtrapTable table)
{
    private readonly string[] cells = [.. Enumerable.Repeat("", table.Columns.Count)];
    private Dictionary<string, string>? further;

    public CamtrapTable Table => table;

    /// <summary>Where it stands in its file; the header is row 1. 0 for one that was never in one.</summary>
    public long Line { get; init; }

    /// <summary>Columns that Camtrap DP does not have.</summary>
    public IReadOnlyDictionary<string, string> Further => further ?? (IReadOnlyDictionary<string, string>)FrozenDictionary<string, string>.Empty;

    public string this[int column]
    {
        get => cells[column];
        set => cells[column] = value;
    }

    public string this[string column]
    {
        get => table.IndexOf(column) is >= 0 and var at ? cells[at] : Further.GetValueOrDefault(column, "");
        set
        {
            if (table.IndexOf(column) is >= 0 and var at) cells[at] = value;
            else (further ??= [])[column] = value;
        }
    }

    /// <summary>Null where the cell is empty.</summary>
    public string? Text(string column) => this[column] is { Length: > 0 } text ? text : null;

    public double? Number(string column) => Text(column) is { } text ? CamtrapCell.Number(text) : null;

    public int? Whole(string column) => Number(column) is { } number ? (int)number : null;

    public bool? Flag(string column) => Text(column) is { } text ? text == "true" : null;

    public DateTimeOffset? Time(string column) => Text(column) is { } text ? CamtrapCell.Time(text) : null;
}
