using System.Threading.Channels;

namespace Lynceus.Cloud;

/// <summary>Tells which hubs can be spoken to now, because they just spoke. It may forget everything: what they are to hear stands in the rows, and they will speak again.</summary>
internal sealed class HubHellos
{
    private readonly Channel<string> heard = Channel.CreateBounded<string>(new BoundedChannelOptions(1024) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    public ChannelReader<string> Reader => heard.Reader;

    /// <summary>Called after the commit.</summary>
    public void Heard(string hub) => heard.Writer.TryWrite(hub);
}

/// <summary>A door's way to a hub: of the embedded broker, of an external one, of Pub/Sub. A hub that is not there at this moment does not hear it, and is told again when it speaks.</summary>
internal interface IHubVoice
{
    /// <summary>True if a connection of the hub's took it. Throws if the door is in trouble; nothing is lost by that.</summary>
    /// <param name="hub">Who shall hear it.</param>
    /// <param name="topic">One of the hub's own.</param>
    /// <param name="payload">JSON of the wire.</param>
    /// <param name="goodFor">Of no use after that.</param>
    /// <param name="cancel">Ends the attempt.</param>
    Task<bool> SayAsync(string hub, string topic, byte[] payload, TimeSpan goodFor, CancellationToken cancel);
}
