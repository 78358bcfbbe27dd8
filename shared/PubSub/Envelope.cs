using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Lynceus.Contracts;

namespace Lynceus.PubSub;

/// <summary>
/// A message of the wire as Pub/Sub carries it, in both directions: the payload as it is on MQTT, and beside it whose it is and its topic.
/// A subscription can be filtered by them: <c>attributes.hub = "ridge"</c>, <c>hasPrefix(attributes.topic, "ct/v1/ridge/media/")</c>. Order means nothing.
/// </summary>
internal static class Envelope
{
    public const string Hub = "hub";
    public const string Topic = "topic";

    public static PubsubMessage Wrap(string hub, string topic, ReadOnlySpan<byte> payload)
        => new() { Data = ByteString.CopyFrom(payload), Attributes = { [Hub] = hub, [Topic] = topic } };

    /// <summary>False with a fault where it is not a message of ours: others may publish to the topic too.</summary>
    public static bool TryRead(PubsubMessage message, [NotNullWhen(true)] out string? hub, [NotNullWhen(true)] out string? topic, out string fault)
    {
        topic = null;
        if (!message.Attributes.TryGetValue(Hub, out hub) || !Ids.IsHub(hub)) fault = $"attribute {Hub}: 1 to 32 of a-z, 0-9 and '-' are needed";
        else if (!message.Attributes.TryGetValue(Topic, out topic) || topic.Length is 0 or > 200) fault = $"attribute {Topic}: 1 to 200 characters are needed";
        else if (!Topics.BelongsTo(topic, hub)) fault = $"attribute {Topic}: must lie below {Topics.Root}/{hub}/";
        else fault = "";
        return fault.Length == 0;
    }

    /// <summary>What the service would refuse; null if it would not.</summary>
    public static string? Fault(PubsubMessage message)
    {
        if (message.Attributes.Count > PubSubLimits.MaxAttributes) return $"{message.Attributes.Count} attributes; at most {PubSubLimits.MaxAttributes} are taken";
        foreach (var (key, value) in message.Attributes)
        {
            if (System.Text.Encoding.UTF8.GetByteCount(key) is 0 or > PubSubLimits.MaxAttributeKeyBytes) return $"an attribute's name: 1 to {PubSubLimits.MaxAttributeKeyBytes} bytes are needed";
            if (System.Text.Encoding.UTF8.GetByteCount(value) > PubSubLimits.MaxAttributeValueBytes) return $"attribute {key}: at most {PubSubLimits.MaxAttributeValueBytes} bytes are taken";
        }
        return message.Data.Length == 0 && message.Attributes.Count == 0 ? "neither data nor attributes" : null;
    }
}
