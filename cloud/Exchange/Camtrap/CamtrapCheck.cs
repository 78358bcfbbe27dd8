namespace Lynceus.Cloud;

/// <summary>What a package holds, when all of it was read once.</summary>
internal sealed record CamtrapContents
{
    public required IReadOnlyList<CamtrapRow> Deployments { get; init; }
    public required long Media { get; init; }
    public required long Observations { get; init; }
    public required IReadOnlyDictionary<string, long> Kinds { get; init; }
    public required CamtrapFaults Faults { get; init; }
}

/// <summary>Reads a package once from end to end: every cell by its column's rule, and what the tables say of each other. Of each media eight bytes stay in memory.</summary>
internal static class CamtrapCheck
{
    /// <exception cref="CamtrapFaultException">It cannot be read further.</exception>
    public static CamtrapContents Of(CamtrapPackage package, Action<long> ended, CancellationToken cancel)
    {
        var faults = new CamtrapFaults();
        var deployments = new List<CamtrapRow>();
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var file = package.FileOf(CamtrapTable.Deployments);
        foreach (var row in package.Rows(CamtrapTable.Deployments, faults))
        {
            if (row["deploymentID"] is { Length: > 0 } id && !known.TryAdd(id, deployments.Count)) faults.Add(file, row.Line, "deploymentID", $"'{Printable.Of(id)}' stands in row {deployments[known[id]].Line}, too");
            if (row.Time("deploymentStart") is { } start && row.Time("deploymentEnd") is { } end && end < start) faults.Add(file, row.Line, "deploymentEnd", "is before deploymentStart");
            deployments.Add(row);
        }
        Overlaps(deployments, file, faults);
        var media = Media(package, known, faults, ended, cancel);
        var (observations, kinds) = Observations(package, known, media, faults, ended, cancel);
        return new CamtrapContents { Deployments = deployments, Media = media.Count, Observations = observations, Kinds = kinds, Faults = faults };
    }

    private static void Overlaps(List<CamtrapRow> deployments, string file, CamtrapFaults faults)
    {
        foreach (var camera in deployments.Where(d => d["cameraID"].Length > 0 && d["deploymentStart"].Length > 0 && d["deploymentEnd"].Length > 0).GroupBy(d => d["cameraID"]))
        {
            CamtrapRow? last = null;
            foreach (var one in camera.OrderBy(d => d.Time("deploymentStart")))
            {
                if (last is not null && one.Time("deploymentStart") < last.Time("deploymentEnd"))
                    faults.Add(file, one.Line, "deploymentStart", $"camera {Printable.Of(camera.Key)} stands at {Printable.Of(one["deploymentID"])} before its time at {Printable.Of(last["deploymentID"])} (row {last.Line}) has ended");
                if (last is null || one.Time("deploymentEnd") > last.Time("deploymentEnd")) last = one;
            }
        }
    }

    private static Dictionary<ulong, int> Media(CamtrapPackage package, Dictionary<string, int> deployments, CamtrapFaults faults, Action<long> ended, CancellationToken cancel)
    {
        var (media, file, count) = (new Dictionary<ulong, int>(), package.FileOf(CamtrapTable.Media), 0L);
        foreach (var row in package.Rows(CamtrapTable.Media, faults))
        {
            cancel.ThrowIfCancellationRequested();
            var of = Deployment(row, file, deployments, faults);
            if (row["mediaID"] is { Length: > 0 } id && !media.TryAdd(CamtrapPackage.Key(id), of)) faults.Add(file, row.Line, "mediaID", $"'{Printable.Of(id)}' stands there twice");
            if (row["fileMediatype"] is { Length: > 0 } type && !type.StartsWith("image/", StringComparison.Ordinal) && !type.StartsWith("video/", StringComparison.Ordinal) && !type.StartsWith("audio/", StringComparison.Ordinal))
                faults.Add(file, row.Line, "fileMediatype", $"'{Printable.Of(type)}' is no picture, video or sound, as in image/jpeg");
            if (row["filePath"] is { Length: > 0 } path && (path[0] is '.' or '/' or '~' || path.Contains("..", StringComparison.Ordinal))) faults.Add(file, row.Line, "filePath", "must be an address, or a path in the package without '..'");
            ended(++count);
        }
        return media;
    }

    private static (long Count, IReadOnlyDictionary<string, long> Kinds) Observations(CamtrapPackage package, Dictionary<string, int> deployments, Dictionary<ulong, int> media, CamtrapFaults faults, Action<long> ended, CancellationToken cancel)
    {
        var (ids, kinds, file, count) = (new HashSet<ulong>(), new Dictionary<string, long>(StringComparer.Ordinal), package.FileOf(CamtrapTable.Observations), 0L);
        foreach (var row in package.Rows(CamtrapTable.Observations, faults))
        {
            cancel.ThrowIfCancellationRequested();
            var of = Deployment(row, file, deployments, faults);
            if (row["observationID"] is { Length: > 0 } id && !ids.Add(CamtrapPackage.Key(id))) faults.Add(file, row.Line, "observationID", $"'{Printable.Of(id)}' stands there twice");
            if (row["mediaID"] is { Length: > 0 } named)
            {
                if (!media.TryGetValue(CamtrapPackage.Key(named), out var at)) faults.Add(file, row.Line, "mediaID", $"no media '{Printable.Of(named)}' is in the package");
                else if (at != of && of >= 0) faults.Add(file, row.Line, "mediaID", $"'{Printable.Of(named)}' is of another deployment than '{Printable.Of(row["deploymentID"])}'");
            }
            else if (row["observationLevel"] == "media") faults.Add(file, row.Line, "mediaID", "is empty; an observation of the level media needs one");
            if (row.Time("eventStart") is { } start && row.Time("eventEnd") is { } end && end < start) faults.Add(file, row.Line, "eventEnd", "is before eventStart");
            if (((string[])["bboxX", "bboxY", "bboxWidth", "bboxHeight"]).Count(b => row[b].Length > 0) is > 0 and < 4) faults.Add(file, row.Line, "bboxX", "a box needs bboxX, bboxY, bboxWidth and bboxHeight");
            var kind = row["scientificName"] is { Length: > 0 } name ? name : row["observationType"];
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
            ended(media.Count + ++count);
        }
        return (count, kinds);
    }

    /// <summary>Which; -1 for one that is not known.</summary>
    private static int Deployment(CamtrapRow row, string file, Dictionary<string, int> deployments, CamtrapFaults faults)
    {
        var id = row["deploymentID"];
        if (id.Length == 0) return -1;
        if (deployments.TryGetValue(id, out var at)) return at;
        faults.Add(file, row.Line, "deploymentID", $"no deployment '{Printable.Of(id)}' is in the package");
        return -1;
    }
}
