using System.Collections.Concurrent;

namespace Lynceus.Cloud;

/// <summary>What each packet that is not acknowledged yet waits for. Keyed by the connection, not the client: packet ids of two connections are strangers.</summary>
internal sealed class PendingAcks
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<ushort, Task<IngestResult>>> connections = new();

    public void Add(string connection, ushort packet, Task<IngestResult> result)
        => connections.GetOrAdd(connection, _ => new())[packet] = result;

    /// <summary>Null if nothing is to be waited for.</summary>
    public Task<IngestResult>? Take(string connection, ushort packet)
        => connections.TryGetValue(connection, out var packets) && packets.TryRemove(packet, out var result) ? result : null;

    public void Forget(string connection) => connections.TryRemove(connection, out _);
}
