namespace Lynceus.Cloud;

/// <summary>What a package holds, counted while it is written: for its descriptor and its README.</summary>
internal sealed class ExchangeSums
{
    public int Deployments { get; private set; }
    public long Media { get; private set; }

    /// <summary>Media whose files anybody may fetch.</summary>
    public long Public { get; private set; }
    public long Observations { get; private set; }
    public long Events { get; private set; }
    public HashSet<string> Locations { get; } = new(StringComparer.Ordinal);
    public DateTimeOffset? Start { get; private set; }
    public DateTimeOffset? End { get; private set; }
    public (double West, double South, double East, double North)? Area { get; private set; }

    /// <summary>Days that cameras stood, added up.</summary>
    public double CameraDays { get; private set; }
    public SortedDictionary<string, long> Taxa { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, long> Types { get; } = new(StringComparer.Ordinal);
    public SortedSet<string> Methods { get; } = new(StringComparer.Ordinal);
    public SortedSet<string> Levels { get; } = new(StringComparer.Ordinal);
    public bool Individuals { get; private set; }

    /// <summary>Observations by who said them, machines only.</summary>
    public SortedDictionary<string, long> Models { get; } = new(StringComparer.Ordinal);
    public long ByPeople { get; private set; }

    public void Add(CamtrapRow row)
    {
        if (row.Table == CamtrapTable.Deployments) Deployment(row);
        else if (row.Table == CamtrapTable.Media) OfMedia(row);
        else Observation(row);
    }

    private void Deployment(CamtrapRow row)
    {
        Deployments++;
        Locations.Add(row.Text("locationID") ?? row["deploymentID"]);
        if (row.Time("deploymentStart") is { } start && row.Time("deploymentEnd") is { } end)
        {
            if (Start is null || start < Start) Start = start;
            if (End is null || end > End) End = end;
            CameraDays += (end - start).TotalDays;
        }
        if (row.Number("latitude") is not { } y || row.Number("longitude") is not { } x) return;
        Area = Area is { } a ? (Math.Min(a.West, x), Math.Min(a.South, y), Math.Max(a.East, x), Math.Max(a.North, y)) : (x, y, x, y);
    }

    private void OfMedia(CamtrapRow row)
    {
        Media++;
        if (row.Flag("filePublic") == true) Public++;
        if (row.Text("captureMethod") is { } method) Methods.Add(method);
    }

    private void Observation(CamtrapRow row)
    {
        Observations++;
        var level = row["observationLevel"];
        Levels.Add(level);
        if (level == "event") Events++;
        if (row.Text("scientificName") is { } name) Taxa[name] = Taxa.GetValueOrDefault(name) + 1;
        Types[row["observationType"]] = Types.GetValueOrDefault(row["observationType"]) + 1;
        Individuals |= row["individualID"].Length > 0;
        if (row["classificationMethod"] == "machine") Models[row["classifiedBy"]] = Models.GetValueOrDefault(row["classifiedBy"]) + 1;
        else if (row["classificationMethod"] == "human") ByPeople++;
    }
}
