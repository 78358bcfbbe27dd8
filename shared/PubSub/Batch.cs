using Google.Protobuf;

namespace Lynceus.PubSub;

/// <summary>One publish request while it grows: never beyond what the service takes, counted as it will stand on the wire.</summary>
internal sealed class Batch(string topic)
{
    private readonly PublishRequest request = new() { Topic = topic };
    private int bytes = Field(CodedOutputStream.ComputeStringSize(topic));

    public PublishRequest Request => request;

    public int Count => request.Messages.Count;

    /// <summary>False if it does not fit any more.</summary>
    public bool TryAdd(PubsubMessage message)
    {
        var more = Field(CodedOutputStream.ComputeMessageSize(message));
        if (bytes + more > PubSubLimits.MaxRequestBytes || Count == PubSubLimits.MaxRequestMessages) return false;
        bytes += more;
        request.Messages.Add(message);
        return true;
    }

    /// <summary>With the tag of a field whose number is below 16: one byte.</summary>
    private static int Field(int size) => size + 1;
}
