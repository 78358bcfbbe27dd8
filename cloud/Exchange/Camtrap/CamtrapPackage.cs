using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary>A Camera Trap Data Package (Camtrap DP), opened: its descriptor, and its three tables row by row. Versions 1.0 and, with their own names and words, 0.1.</summary>
internal sealed class CamtrapPackage : IDisposable
{
    private const long MostDescriptor = 64L << 20;

    private readonly CamtrapFiles files;
    private readonly Dictionary<CamtrapTable, (string File, CamtrapDialect Dialect)> tables = [];
    private Dictionary<ulong, (DateTimeOffset Start, DateTimeOffset End)>? sequences;

    private CamtrapPackage(CamtrapFiles files, JsonObject descriptor) => (this.files, Descriptor) = (files, descriptor);

    /// <summary><c>datapackage.json</c>.</summary>
    public JsonObject Descriptor { get; }

    /// <summary>Of Camtrap DP.</summary>
    public string Version => tables[CamtrapTable.Deployments].Dialect.Version;

    /// <param name="path">A folder, its <c>datapackage.json</c>, or a ZIP.</param>
    /// <exception cref="CamtrapFaultException">There is none, or nothing of it can be read.</exception>
    public static CamtrapPackage Open(string path)
    {
        CamtrapFiles? files = CamtrapFiles.Open(path);
        try
        {
            var package = new CamtrapPackage(files, ReadDescriptor(files));
            package.FindTables();
            files = null;
            return package;
        }
        finally
        {
            files?.Dispose();
        }
    }

    /// <summary>Rows that keep their columns' rules; what does not is named, and its cell is empty.</summary>
    public IEnumerable<CamtrapRow> Rows(CamtrapTable table, CamtrapFaults faults)
    {
        var (file, dialect) = tables[table];
        var rows = new CamtrapCsv(files, file, table, dialect, faults).Rows();
        return dialect.IsOld && table == CamtrapTable.Observations ? rows.Select(WithEvent) : rows;
    }

    public string FileOf(CamtrapTable table) => tables[table].File;

    /// <summary>For sets of millions of ids: eight bytes of an id's hash.</summary>
    public static ulong Key(string id) => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    public void Dispose() => files.Dispose();

    // In old versions an observation says when its sequence began; when it ended stands in the sequence's media.
    private CamtrapRow WithEvent(CamtrapRow row)
    {
        sequences ??= Sequences();
        if (row["eventID"].Length > 0 && sequences.TryGetValue(Key(row["eventID"]), out var found)) (row["eventStart"], row["eventEnd"]) = (CamtrapCell.Of(found.Start), CamtrapCell.Of(found.End));
        return row;
    }

    private Dictionary<ulong, (DateTimeOffset Start, DateTimeOffset End)> Sequences()
    {
        var found = new Dictionary<ulong, (DateTimeOffset Start, DateTimeOffset End)>();
        foreach (var media in Rows(CamtrapTable.Media, new CamtrapFaults()))
        {
            if (media["sequenceID"].Length == 0 || media.Time("timestamp") is not { } at) continue;
            var key = Key(media["sequenceID"]);
            found[key] = found.TryGetValue(key, out var so) ? (so.Start < at ? so.Start : at, so.End > at ? so.End : at) : (at, at);
        }
        return found;
    }

    private static JsonObject ReadDescriptor(CamtrapFiles files)
    {
        using var stream = files.OpenFile(CamtrapFiles.Descriptor);
        using var content = new MemoryStream();
        var chunk = new byte[1 << 16];
        for (int n; (n = stream.Read(chunk)) > 0;)
        {
            content.Write(chunk, 0, n);
            if (content.Length > MostDescriptor) throw new CamtrapFaultException(CamtrapFiles.Descriptor, $"it has more than {MostDescriptor >> 20} MB");
        }
        try
        {
            var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
            return JsonNode.Parse(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes) as JsonObject ?? throw new CamtrapFaultException(CamtrapFiles.Descriptor, "it is no JSON object");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new CamtrapFaultException(CamtrapFiles.Descriptor, $"it is no JSON: {e.Message}");
        }
    }

    private void FindTables()
    {
        var resources = Descriptor["resources"] as JsonArray ?? throw new CamtrapFaultException(CamtrapFiles.Descriptor, "resources: is missing, or no list");
        foreach (var table in CamtrapTable.All)
        {
            var resource = resources.OfType<JsonObject>().FirstOrDefault(r => r["name"] is JsonValue v && v.TryGetValue<string>(out var name) && name == table.Name)
                ?? throw new CamtrapFaultException(CamtrapFiles.Descriptor, $"resources: there is none with the name {table.Name}");
            var path = resource["path"] switch
            {
                JsonValue v when v.TryGetValue<string>(out var one) => one,
                JsonArray and [JsonValue v] when v.TryGetValue<string>(out var one) => one,
                JsonArray { Count: > 1 } => throw new CamtrapFaultException(CamtrapFiles.Descriptor, $"resources: {table.Name} lies in several files; join them into one"),
                _ => throw new CamtrapFaultException(CamtrapFiles.Descriptor, $"resources: {table.Name} has no path"),
            };
            tables[table] = (path, CamtrapDialect.Of(Descriptor, resource));
        }
    }
}
