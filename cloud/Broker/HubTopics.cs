using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What a hub may listen to. What it may publish is judged by <see cref="Ingest"/>, message by message.</summary>
internal static class HubTopics
{
    /// <summary>
    /// Its receipts, requests and desired settings, by name or by a wildcard below its own root.
    /// Shared subscriptions ($share/…) and the broker's own topics ($SYS/…) do not begin with that root.
    /// </summary>
    public static bool MayListen(string hub, string filter)
    {
        if (!Ids.IsHub(hub) || !Topics.BelongsTo(filter, hub)) return false;
        return filter[(Topics.Root.Length + hub.Length + 2)..] is "receipt" or "request" or "desired" or "#" or "+";
    }
}
