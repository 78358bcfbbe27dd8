using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What a person says is in a picture.</summary>
[Flags]
internal enum Shows
{
    Nothing = 0,
    Animal = 1,
    Person = 2,
    Vehicle = 4,
}

/// <summary>A file with its label.</summary>
/// <param name="Path">Where it is, absolute.</param>
/// <param name="Name">The folder's name and the path below it, with <c>/</c>.</param>
/// <param name="Site">Its camera site; files of one site are one camera.</param>
/// <param name="Shows">Everything that is in it.</param>
internal sealed record LabelledFile(string Path, string Name, string Site, Shows Shows);

/// <summary>A folder with labels.</summary>
/// <param name="Path">It holds <c>labels.csv</c>, or <c>boxes.csv</c> with a row for each object.</param>
/// <param name="OnlyEmpties">Take only what is labelled empty.</param>
internal sealed record LabelledFolder(string Path, bool OnlyEmpties = false);

/// <summary>
/// Reads labels. Columns <c>file</c>, <c>class</c> (animal, person, vehicle, empty or unknown) and <c>site</c> are needed, further ones are ignored;
/// comma, semicolon or tab stand between them. A file may have several rows, one for each object. A file of class <c>unknown</c> is left out,
/// unless another folder knows what it shows. A file must lie in one of the folders that were named.
/// </summary>
internal sealed class Labels
{
    private const long MostBytes = 64 * 1024 * 1024;
    private const int MostFaults = 8;
    private static readonly string[] Names = ["labels.csv", "boxes.csv"];
    private static readonly string[] Needed = ["file", "class", "site"];

    private readonly IReadOnlyList<string> roots;
    private readonly List<string> faults = [];
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    private Labels(IReadOnlyList<string> roots) => this.roots = roots;

    private sealed record Entry(string Site, Shows? Shows, string Where);

    /// <summary>Throws <see cref="UsageException"/> that names each fault with file, row and column.</summary>
    public static IReadOnlyList<LabelledFile> Read(IReadOnlyList<LabelledFolder> folders)
    {
        var labels = new Labels([.. folders.Select(f => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(f.Path)))]);
        for (var i = 0; i < folders.Count; i++) labels.Read(labels.roots[i], folders[i].OnlyEmpties);
        if (labels.faults.Count > 0)
        {
            var more = labels.faults.Count > MostFaults ? $"\n… and {labels.faults.Count - MostFaults} more" : "";
            throw new UsageException($"the labels cannot be used:\n{string.Join('\n', labels.faults.Take(MostFaults))}{more}");
        }
        return [.. labels.entries.Where(e => e.Value.Shows is not null).Select(e => new LabelledFile(e.Key, labels.NameOf(e.Key), e.Value.Site, e.Value.Shows!.Value))];
    }

    private void Read(string root, bool onlyEmpties)
    {
        var csv = Names.Select(name => System.IO.Path.Combine(root, name)).FirstOrDefault(File.Exists)
            ?? throw new UsageException($"{root}: there is neither a labels.csv nor a boxes.csv in it");
        if (new FileInfo(csv).Length > MostBytes) throw new UsageException($"{csv}: has more than {MostBytes} bytes");
        using var reader = new CsvReader(new StreamReader(csv), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            DetectDelimiter = true,
            DetectDelimiterValues = [",", ";", "\t"],
            PrepareHeaderForMatch = header => header.Header.Trim().ToLowerInvariant(),
            TrimOptions = TrimOptions.Trim,
            MaxFieldSize = 64 * 1024,
            BadDataFound = null,
        });
        try
        {
            ReadRows(reader, csv, root, onlyEmpties);
        }
        catch (CsvHelperException e)
        {
            throw new UsageException($"{csv}, row {reader.Parser.RawRow}: {e.Message.Split('\n')[0].Trim()}");
        }
    }

    private void ReadRows(CsvReader reader, string csv, string root, bool onlyEmpties)
    {
        if (!reader.Read() || !reader.ReadHeader()) throw new UsageException($"{csv}: has no rows");
        var missing = Needed.Where(column => reader.GetFieldIndex(column, isTryGet: true) < 0).ToList();
        if (missing.Count > 0) throw new UsageException($"{csv}, row 1: has no column {string.Join(", ", missing)}; file, class and site are needed, and there are {string.Join(", ", reader.HeaderRecord!.Take(20))}");
        var rows = new Dictionary<string, int>(StringComparer.Ordinal);
        while (reader.Read())
        {
            var row = reader.Parser.RawRow;
            if (!rows.TryAdd(string.Join('\u001f', reader.Parser.Record!), row))
            {
                Fault(csv, row, "file", $"the same row stands in row {rows[string.Join('\u001f', reader.Parser.Record!)]}");
                continue;
            }
            ReadRow(reader, csv, row, root, onlyEmpties);
        }
    }

    private void ReadRow(CsvReader reader, string csv, int row, string root, bool onlyEmpties)
    {
        if (ShowsOf(reader.GetField("class") ?? "") is not { } read)
        {
            Fault(csv, row, "class", $"'{Short(reader.GetField("class"))}' is none of animal, person, vehicle, empty, unknown");
            return;
        }
        if (onlyEmpties && read.Shows is not Shows.Nothing) return;
        var site = reader.GetField("site") ?? "";
        if (site.Length is 0 or > Wire.MaxNameLength || site.Any(char.IsControl)) Fault(csv, row, "site", $"1 to {Wire.MaxNameLength} printable characters are needed");
        else if (PathOf(reader.GetField("file") ?? "", root, out var fault) is not { } path) Fault(csv, row, "file", fault);
        else Add(path, new Entry(site, read.Shows, $"{csv}, row {row}"), csv, row);
    }

    private static (Shows? Shows, bool Known)? ShowsOf(string name) => name.ToLowerInvariant() switch
    {
        "animal" => (Shows.Animal, true),
        "person" => (Shows.Person, true),
        "vehicle" => (Shows.Vehicle, true),
        "empty" => (Shows.Nothing, true),
        "unknown" => (null, false),
        _ => null,
    };

    /// <summary>The file's place, or null and what is wrong with it. Nothing outside the named folders is opened.</summary>
    private string? PathOf(string file, string root, out string fault)
    {
        fault = "";
        if (file.Length == 0) fault = "is empty";
        else if (file.Any(char.IsControl)) fault = $"'{Short(file)}' holds a control character";
        else if (System.IO.Path.IsPathRooted(file) || file.Contains('\\', StringComparison.Ordinal)) fault = $"'{Short(file)}' is no path below the folder, with '/'";
        if (fault.Length > 0) return null;
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, file));
        if (!roots.Any(r => path.StartsWith(r + '/', StringComparison.Ordinal))) fault = $"'{Short(file)}' lies outside the folders that were named";
        else if (!CardFile.IsMedia(path)) fault = $"'{Short(file)}' is no picture or video by its name";
        else if (!File.Exists(path)) fault = $"'{Short(file)}' is not there";
        return fault.Length > 0 ? null : path;
    }

    private void Add(string path, Entry entry, string csv, int row)
    {
        if (!entries.TryGetValue(path, out var there))
        {
            entries.Add(path, entry);
            return;
        }
        if (there.Site != entry.Site) Fault(csv, row, "site", $"'{Short(entry.Site)}', but '{Short(there.Site)}' in {there.Where}");
        else if (entry.Shows is null) return;
        else if (there.Shows is { } before && (before == Shows.Nothing) != (entry.Shows == Shows.Nothing)) Fault(csv, row, "class", $"something and empty at once; see {there.Where}");
        else entries[path] = there with { Shows = (there.Shows ?? Shows.Nothing) | entry.Shows };
    }

    private string NameOf(string path)
    {
        var root = roots.Where(r => path.StartsWith(r + '/', StringComparison.Ordinal)).MaxBy(r => r.Length)!;
        return $"{System.IO.Path.GetFileName(root)}/{System.IO.Path.GetRelativePath(root, path)}";
    }

    private void Fault(string csv, int row, string column, string what) => faults.Add($"{csv}, row {row}, column {column}: {what}");

    private static string Short(string? text) => new([.. (text ?? "").Take(80).Select(c => char.IsControl(c) ? '?' : c)]);
}
