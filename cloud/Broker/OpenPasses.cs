using System.Collections.Concurrent;

namespace Lynceus.Cloud;

/// <summary>What let a connection in: a certificate, a password, or neither on loopback.</summary>
internal sealed record Pass(string Hub)
{
    public string? Serial { get; init; }

    /// <summary>When the password was made that it came with: a new one ends what the old one opened.</summary>
    public DateTime? PasswordSince { get; init; }

    /// <summary>Its far end. A client id may be taken over by a newer connection.</summary>
    public string Connection { get; init; } = "";
}

/// <summary>The passes of the connections that are open, by client id.</summary>
internal sealed class OpenPasses
{
    private readonly ConcurrentDictionary<string, Pass> passes = new();

    public IReadOnlyList<KeyValuePair<string, Pass>> All => [.. passes];

    public void Opened(string clientId, Pass pass) => passes[clientId] = pass;

    /// <summary>Only of this connection: the one that took over keeps its own.</summary>
    public void Closed(string clientId, string connection)
    {
        if (passes.TryGetValue(clientId, out var pass) && pass.Connection == connection)
            ((ICollection<KeyValuePair<string, Pass>>)passes).Remove(new(clientId, pass));
    }
}
