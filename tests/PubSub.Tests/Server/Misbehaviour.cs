using Grpc.Core;

namespace Lynceus.PubSub.Tests;

/// <summary>What the server does badly, each of which the real one does now and then.</summary>
internal sealed class Misbehaviour
{
    private int publishesToFail;
    private int acksToLose;
    private int acksToFail;

    /// <summary>How often each message is handed out, acknowledged or not.</summary>
    public int Copies { get; set; } = 1;

    /// <summary>Hands messages out in any order.</summary>
    public bool Shuffles { get; set; }

    /// <summary>Ends each stream after so long; null for never.</summary>
    public TimeSpan? ResetsEvery { get; set; }

    /// <summary>For so long a message is left with a reader, whatever deadline it wants; null for what it wants.</summary>
    public TimeSpan? Lease { get; set; }

    /// <summary>Acknowledges the publishing of a message that no reader will see: it expires unread.</summary>
    public Func<PubsubMessage, bool> Expires { get; set; } = _ => false;

    /// <summary>With it the next publish requests fail.</summary>
    public StatusCode PublishFault { get; set; } = StatusCode.Unavailable;

    /// <summary>A call that fails so often; the message is kept all the same where <see cref="FailsAfterKeeping"/>.</summary>
    public int PublishesToFail { set => publishesToFail = value; }

    public bool FailsAfterKeeping { get; set; }

    /// <summary>So many acknowledgements are heard, and forgotten.</summary>
    public int AcksToLose { set => acksToLose = value; }

    /// <summary>So many calls that acknowledge fail.</summary>
    public int AcksToFail { set => acksToFail = value; }

    /// <summary>Nobody is let in with this.</summary>
    public StatusCode? Refuses { get; set; }

    public bool FailsThisPublish() => Interlocked.Decrement(ref publishesToFail) >= 0;

    public bool LosesThisAck() => Interlocked.Decrement(ref acksToLose) >= 0;

    public bool FailsThisAck() => Interlocked.Decrement(ref acksToFail) >= 0;
}
