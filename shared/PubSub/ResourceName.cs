using System.Text.RegularExpressions;

namespace Lynceus.PubSub;

/// <summary>The full names by which Pub/Sub knows things: <c>projects/P/topics/T</c> and <c>projects/P/subscriptions/S</c>.</summary>
internal static partial class ResourceName
{
    public static bool IsTopic(string? name) => name is not null && TopicName().IsMatch(name);

    public static bool IsSubscription(string? name) => name is not null && SubscriptionName().IsMatch(name);

    public static string Topic(string project, string id) => $"projects/{project}/topics/{id}";

    public static string Subscription(string project, string id) => $"projects/{project}/subscriptions/{id}";

    public static string Project(string name) => name.Split('/')[1];

    public static string Id(string name) => name.Split('/')[3];

    [GeneratedRegex(@"\Aprojects/[a-z0-9][a-z0-9.:-]{0,99}/topics/[A-Za-z][A-Za-z0-9._~+%-]{2,254}\z")]
    private static partial Regex TopicName();

    [GeneratedRegex(@"\Aprojects/[a-z0-9][a-z0-9.:-]{0,99}/subscriptions/[A-Za-z][A-Za-z0-9._~+%-]{2,254}\z")]
    private static partial Regex SubscriptionName();
}
