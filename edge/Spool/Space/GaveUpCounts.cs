using System.Text.Json;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>
/// What was given up for want of room, by reason, since the data folder was made. Written and synced before anything goes: a power cut in between
/// counts something that is still there, and counts it again when it goes; nothing goes uncounted.
/// </summary>
internal sealed class GaveUpCounts
{
    private readonly string path;
    private Dictionary<string, long> counts;

    public GaveUpCounts(string dataFolder)
    {
        path = Path.Combine(dataFolder, "gave-up.json");
        counts = Read();
    }

    /// <summary>As it is now; it does not change later.</summary>
    public IReadOnlyDictionary<string, long> Now => Volatile.Read(ref counts);

    public void Add(IEnumerable<string> reasons)
    {
        var more = new Dictionary<string, long>(counts);
        foreach (var reason in reasons) more[reason] = more.GetValueOrDefault(reason) + 1;
        DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(more, EdgeJson.Default.DictionaryStringInt64));
        Volatile.Write(ref counts, more);
    }

    private Dictionary<string, long> Read()
    {
        try
        {
            var read = File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), EdgeJson.Default.DictionaryStringInt64) : null;
            return read is { Count: <= 100 } && read.Values.All(c => c >= 0) ? read : [];
        }
        catch (JsonException)
        {
            File.Move(path, path + ".damaged", overwrite: true);
            return [];
        }
    }
}
