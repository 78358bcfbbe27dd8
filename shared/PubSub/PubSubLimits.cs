namespace Lynceus.PubSub;

/// <summary>What the service allows, and what one program holds at a time.</summary>
internal sealed record PubSubLimits
{
    /// <summary>Bytes of one publish request, all of it.</summary>
    public const int MaxRequestBytes = 10_000_000;

    /// <summary>Messages of one publish request.</summary>
    public const int MaxRequestMessages = 1000;

    public const int MaxAttributes = 100;
    public const int MaxAttributeKeyBytes = 256;
    public const int MaxAttributeValueBytes = 1024;

    /// <summary>Ids of one acknowledgement or one extension of a deadline: far below the 512 KiB that such a request may have.</summary>
    public const int MaxAckIds = 1000;

    /// <summary>Messages that were handed in, or handed out, and are not done.</summary>
    public int Messages { get; init; } = 1000;

    /// <summary>Their bytes.</summary>
    public long Bytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Publish requests on the way at the same time.</summary>
    public int Requests { get; init; } = 4;

    /// <summary>Seconds for which the service leaves a message with us; it is asked for as many again while the message is worked on. 10 to 600.</summary>
    public int AckDeadlineSeconds { get; init; } = 60;

    /// <summary>A message that is worked on for longer is given back: whatever holds it hangs.</summary>
    public TimeSpan LongestWork { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long one call may take; then it is tried again.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>At the end, so long for what is in hand to be finished and acknowledged; what is not comes again.</summary>
    public TimeSpan Farewell { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan FirstWait { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(60);
}
