using System.Diagnostics.CodeAnalysis;

namespace Lynceus.PubSub;

/// <summary>A hub's way to the cloud over Pub/Sub, as one line: <c>pubsub://PROJECT/TOPIC?receipts=SUBSCRIPTION</c>.</summary>
/// <param name="Topic">Where it publishes, the full name.</param>
/// <param name="Receipts">Where it hears its receipts, the full name.</param>
internal sealed record PubSubAddress(string Topic, string Receipts)
{
    public const string Scheme = "pubsub://";
    private const string Query = "?receipts=";

    public static bool TryParse(string text, [NotNullWhen(true)] out PubSubAddress? address)
    {
        address = null;
        if (!text.StartsWith(Scheme, StringComparison.Ordinal)) return false;
        var parts = text[Scheme.Length..].Split(Query);
        if (parts.Length != 2 || parts[0].Split('/') is not [var project, var topic]) return false;
        var read = new PubSubAddress(ResourceName.Topic(project, topic), ResourceName.Subscription(project, parts[1]));
        if (!ResourceName.IsTopic(read.Topic) || !ResourceName.IsSubscription(read.Receipts)) return false;
        address = read;
        return true;
    }
}
