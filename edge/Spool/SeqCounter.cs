using System.Text.Json;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>
/// Numbers captures and connections: the order of things, whatever the field clock says. A number is reserved on the disk before it is used,
/// in blocks, so it never goes back; after a power cut up to a block of numbers is left out, and none is used twice.
/// </summary>
internal sealed class SeqCounter
{
    private const int Block = 64;
    private readonly Lock gate = new();
    private readonly string path;
    private long next;
    private long reserved;

    /// <summary>Opens or makes the counter of a data folder. A counter that cannot be read begins a new epoch: its numbers are not comparable with the old ones.</summary>
    public SeqCounter(string dataFolder)
    {
        path = Path.Combine(dataFolder, "counter.json");
        var state = Read();
        Epoch = state?.Epoch ?? Guid.NewGuid().ToString("N")[..12];
        next = reserved = state?.Reserved ?? 0;
    }

    /// <summary>Made with the data folder.</summary>
    public string Epoch { get; }

    /// <summary>A number that was never given out before in this epoch.</summary>
    public long Next()
    {
        lock (gate)
        {
            if (next == reserved)
            {
                DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(new CounterState(Epoch, reserved + Block), EdgeJson.Default.CounterState));
                reserved += Block;
            }
            return next++;
        }
    }

    private CounterState? Read()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), EdgeJson.Default.CounterState) : null;
        }
        catch (JsonException)
        {
            File.Move(path, path + ".damaged", overwrite: true);
            return null;
        }
    }
}

internal sealed record CounterState(string Epoch, long Reserved);
