namespace Lynceus.Cloud;

/// <summary>What carries messages between hubs and this cloud: the broker within it, or one that stands elsewhere.</summary>
internal interface IBroker
{
    bool IsUp { get; }

    /// <summary>'up', or in words what is wrong.</summary>
    string Says { get; }

    /// <summary>Where hubs connect, as one or two URIs.</summary>
    string Address { get; }

    /// <summary>Gives a message to whoever listens to a topic, at least once. Throws <see cref="NoticeFault"/> where the broker does not take it.</summary>
    Task PublishAsync(string topic, byte[] payload, CancellationToken cancel);
}
