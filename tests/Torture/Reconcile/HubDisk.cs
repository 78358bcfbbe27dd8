using System.Security.Cryptography;
using System.Text.Json;
using Lynceus.Contracts;

namespace Lynceus.Torture;

/// <summary>Where on a hub's card a capture lies.</summary>
internal enum Place
{
    /// <summary>It waits to be sent.</summary>
    Spool,

    /// <summary>The cloud has what it wanted of it; the rest stays until its room is needed.</summary>
    Kept,

    /// <summary>The cloud would not have it.</summary>
    Refused,

    /// <summary>Its files could not be read.</summary>
    Quarantine,
}

/// <summary>A capture on a hub's card.</summary>
/// <param name="Place">Where.</param>
/// <param name="Record">Its sidecar.</param>
/// <param name="Hashes">SHA-256 of its other files.</param>
internal sealed record CaptureOnHub(Place Place, CaptureRecord Record, IReadOnlySet<string> Hashes);

/// <summary>A hub's data folder as it lies there, read without the hub.</summary>
internal sealed class HubDisk
{
    /// <summary>Words of <c>gave-up.json</c> for what nothing is lost with: the cloud has it, or no record listed it.</summary>
    private static readonly string[] NoLoss = ["stored", "kept"];

    private HubDisk(IReadOnlyList<CaptureOnHub> captures, int unreadable, int countsWaiting, IReadOnlyDictionary<string, long> gaveUp)
        => (Captures, Unreadable, CountsWaiting, GaveUp) = (captures, unreadable, countsWaiting, gaveUp);

    public IReadOnlyList<CaptureOnHub> Captures { get; }

    /// <summary>Folders whose sidecar is there and cannot be read.</summary>
    public int Unreadable { get; }

    /// <summary>Hours of counts that the cloud has not acknowledged.</summary>
    public int CountsWaiting { get; }

    /// <summary>What the hub says it gave up for want of room, by reason.</summary>
    public IReadOnlyDictionary<string, long> GaveUp { get; }

    public long RecordsGivenUp => GaveUp.GetValueOrDefault("record");

    public long PicturesGivenUp => GaveUp.Where(g => g.Key != "record" && !NoLoss.Contains(g.Key)).Sum(g => g.Value);

    /// <summary>Captures that wait to be sent; cheap, and right while the hub runs.</summary>
    public static int Waiting(string data)
    {
        var spool = Path.Combine(data, "spool");
        return Directory.Exists(spool) ? Directory.EnumerateFiles(spool, "record.json", SearchOption.AllDirectories).Count() : 0;
    }

    public static int Counts(string data)
    {
        var effort = Path.Combine(data, "effort");
        return Directory.Exists(effort) ? Directory.EnumerateFiles(effort, "*.json").Count() : 0;
    }

    /// <summary>Reads all of it. The hub must not run.</summary>
    public static HubDisk Read(string data)
    {
        var (captures, unreadable) = (new List<CaptureOnHub>(), 0);
        foreach (var place in Enum.GetValues<Place>())
        {
            var folder = Path.Combine(data, place.ToString().ToLowerInvariant());
            if (!Directory.Exists(folder)) continue;
            foreach (var sidecar in Directory.EnumerateFiles(folder, "record.json", SearchOption.AllDirectories))
            {
                if (Wire.TryRead<CaptureRecord>(File.ReadAllBytes(sidecar), out var record, out _)) captures.Add(new CaptureOnHub(place, record, Hashes(sidecar)));
                else unreadable++;
            }
        }
        var gaveUp = Path.Combine(data, "gave-up.json");
        return new HubDisk(captures, unreadable, Counts(data), File.Exists(gaveUp) ? JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllBytes(gaveUp))! : new Dictionary<string, long>());
    }

    private static HashSet<string> Hashes(string sidecar)
        => [.. Directory.EnumerateFiles(Path.GetDirectoryName(sidecar)!).Where(f => f != sidecar).Select(Sha256)];

    public static string Sha256(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
