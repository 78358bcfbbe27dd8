using System.Collections.Concurrent;
using System.Threading.Channels;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>
/// One connection to the cloud, from birth to its end, whatever carries it: MQTT, HTTPS or Pub/Sub. It keeps nothing: the spool is the guarantee.
/// What the cloud says comes into the <see cref="LinkInbox"/> that it was opened with.
/// </summary>
internal interface ILink : IAsyncDisposable
{
    /// <summary>Cancelled when the link has gone.</summary>
    CancellationToken Down { get; }

    /// <summary>Why it has gone, where the other end or the protocol said so.</summary>
    LinkTrouble? Trouble => null;

    /// <summary>The same, to be thrown.</summary>
    LinkDownException? Fault => Trouble is { } trouble ? new LinkDownException(trouble) : null;

    /// <summary>Payload bytes that the other end has acknowledged on this link.</summary>
    long BytesSent { get; }

    /// <summary>Bytes on the wire on this link, both ways, what the protocol adds included as far as it can be counted: what the budget pays.</summary>
    long WireBytes { get; }

    /// <summary>
    /// Sends a message and waits until the other end has it. That is not the cloud's receipt: only that makes the hub forget.
    /// Throws <see cref="LinkDownException"/>: one that is not acknowledged in time is a dead link.
    /// </summary>
    Task<SendResult> SendAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken stop);

    /// <summary>Says goodbye, so that the cloud knows why the hub is away.</summary>
    Task CloseAsync(HubState goodbye);
}

/// <summary>The other end's word on a message.</summary>
internal enum SendResult
{
    Taken,

    /// <summary>It will not have it as it is; a receipt may say more.</summary>
    Refused,
}

/// <summary>The link is gone, or was never there; what was under way is sent again on the next one.</summary>
internal sealed class LinkDownException(LinkState state, string reason) : Exception(reason)
{
    /// <summary>Its name.</summary>
    public LinkState State => state;

    public LinkDownException(LinkTrouble trouble) : this(trouble.State, trouble.Sentence) => Trouble = trouble;

    /// <summary>With what to do, where that is known.</summary>
    public LinkTrouble? Trouble { get; }
}

/// <summary>What the cloud says to this hub: receipts, which go to whoever waits for them, and requests.</summary>
internal sealed class LinkInbox
{
    private readonly ConcurrentDictionary<Guid, Channel<Receipt>> waiting = new();

    /// <summary>What one link learnt of the other end and the next one need not learn again.</summary>
    public LinkMemory Memory { get; } = new();

    /// <summary>Called for every receipt, from the link's own thread.</summary>
    public Action<Receipt>? OnReceipt { get; init; }

    /// <summary>Called for every request, from the link's own thread.</summary>
    public Action<HubRequest>? OnRequest { get; init; }

    /// <summary>Opens an ear for the receipts of a capture or an effort record.</summary>
    public ChannelReader<Receipt> Listen(Guid id) => waiting.GetOrAdd(id, _ => Channel.CreateUnbounded<Receipt>()).Reader;

    public void StopListening(Guid id) => waiting.TryRemove(id, out _);

    public void Take(HubRequest request) => OnRequest?.Invoke(request);

    /// <summary>A receipt that nobody waits for is late or repeated, and does no harm.</summary>
    public void Take(Receipt receipt)
    {
        OnReceipt?.Invoke(receipt);
        if ((receipt.CaptureID ?? receipt.EffortID) is { } id && waiting.TryGetValue(id, out var ear)) ear.Writer.TryWrite(receipt);
    }
}
