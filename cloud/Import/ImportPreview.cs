using System.Globalization;

namespace Lynceus.Cloud;

/// <summary>What an import would do with the files of one folder.</summary>
internal sealed class PreviewRow(string folder, CameraPlace place)
{
    private readonly SortedSet<string> cameras = new(StringComparer.Ordinal);

    public string Folder => folder;
    public CameraPlace Place => place;
    public int Files { get; private set; }
    public int WithoutTime { get; private set; }

    /// <summary>Stored already, or the same as another file of the same camera.</summary>
    public int AlreadyThere { get; private set; }
    public DateTimeOffset? First { get; private set; }
    public DateTimeOffset? Last { get; private set; }

    /// <summary>What the files say of their camera; more than three are "…".</summary>
    public string CameraModels => string.Join(", ", cameras.Take(3)) + (cameras.Count > 3 ? ", …" : "");

    public void Add(ReadFile file, bool isThere)
    {
        Files++;
        if (isThere) AlreadyThere++;
        if (file.Taken.CameraModel is { } model && cameras.Count < 4) cameras.Add(model);
        if (file.Taken.Time is not { } time)
        {
            WithoutTime++;
            return;
        }
        if (First is null || time < First) First = time;
        if (Last is null || time > Last) Last = time;
    }
}

/// <summary>Reads all that an import would read, and changes nothing.</summary>
/// <param name="source">What would be imported.</param>
/// <param name="pattern">Whose its files are.</param>
/// <param name="reading">Keeps no copies.</param>
/// <param name="rows">What is there already; null if nothing is.</param>
/// <param name="tally">What would become of the files.</param>
internal sealed class ImportPreview(ImportSource source, DeploymentPattern pattern, ImportReading reading, LynceusDb? rows, ImportTally tally)
{
    private const int Readers = 4;
    private readonly Dictionary<(string, CameraPlace), PreviewRow> folders = [];
    private readonly HashSet<Guid> seen = [];
    private readonly Lock gate = new();

    /// <summary>By folder, in order of their names.</summary>
    public async Task<IReadOnlyList<PreviewRow>> RunAsync(CancellationToken cancel)
    {
        await Parallel.ForEachAsync(source.Files(tally.Refuse, cancel), new ParallelOptions { MaxDegreeOfParallelism = Readers, CancellationToken = cancel }, async (file, stop) =>
        {
            try
            {
                if (FileNames.Fault(file.RelativePath) is { } fault) throw new ImportRefusedException(ImportRefusal.BadName, fault);
                var place = pattern.Of(file.RelativePath);
                var read = await reading.ReadAsync(file, stop);
                Add(file, place, read);
            }
            catch (ImportRefusedException e)
            {
                tally.Refuse(new Refused(file.RelativePath, e.Why, e.Message));
            }
        });
        return [.. folders.Values.OrderBy(f => f.Folder, StringComparer.Ordinal).ThenBy(f => f.Place.CameraID, StringComparer.Ordinal)];
    }

    private void Add(ImportFile file, CameraPlace place, ReadFile read)
    {
        var capture = UploadedMedia.CaptureOf(place.CameraID, read.Sha256);
        var folder = file.RelativePath.LastIndexOf('/') is > 0 and var slash ? file.RelativePath[..slash] : ".";
        lock (gate)
        {
            var isThere = !seen.Add(capture) || rows?.Captures.Any(c => c.CaptureID == capture) == true;
            if (!folders.TryGetValue((folder, place), out var row)) folders[(folder, place)] = row = new PreviewRow(folder, place);
            row.Add(read, isThere);
            if (isThere) tally.AlreadyThere();
            else tally.Added(read.File.Bytes);
        }
    }
}

/// <summary>A preview as a table.</summary>
internal static class PreviewTable
{
    private const int MostRows = 1000;
    private const int Widest = 48;
    private static readonly string[] Heads = ["folder", "deployment", "camera", "files", "already there", "first", "last", "without time", "make and model"];

    public static IEnumerable<string> Lines(IReadOnlyList<PreviewRow> rows)
    {
        List<string[]> cells = [Heads, .. rows.Take(MostRows).Select(Cells)];
        var widths = Enumerable.Range(0, Heads.Length).Select(column => cells.Max(c => c[column].Length)).ToList();
        foreach (var line in cells) yield return string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd();
        if (rows.Count > MostRows) yield return $"… and {rows.Count - MostRows} folders more";
    }

    private static string[] Cells(PreviewRow row) =>
    [
        Cell(row.Folder), Cell(row.Place.DeploymentID ?? "-"), Cell(row.Place.CameraID), Number(row.Files), Number(row.AlreadyThere), Time(row.First), Time(row.Last), Number(row.WithoutTime), Cell(row.CameraModels),
    ];

    private static string Cell(string text)
    {
        text = Printable.Of(text);
        return text.Length <= Widest ? text : "…" + text[^(Widest - 1)..];
    }

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture) ?? "-";
}
