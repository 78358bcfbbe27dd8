using Lynceus.Contracts;
using MQTTnet.Formatter;

namespace Lynceus.Cloud;

/// <summary>What the cloud listens to at a broker that stands elsewhere.</summary>
internal static class BrokerFilters
{
    private static readonly string[] Work = ["capture/+", "media/#", "effort", "answer"];
    private static readonly string[] Standing = ["state", "health"];

    /// <summary>Work is shared out among the programs of one cloud, each message to one of them (MQTT 5); how hubs are is told to all.</summary>
    /// <param name="version">What the broker speaks.</param>
    /// <param name="secret">
    /// Part of the group's name. Mosquitto lets every client join every group and drops the share of one that may not read it: a hub that knew the name could swallow captures of others.
    /// </param>
    public static IEnumerable<string> Of(MqttProtocolVersion version, string secret)
    {
        var share = version == MqttProtocolVersion.V500 ? $"$share/ingest-{secret}/" : "";
        return [.. Work.Select(t => $"{share}{Topics.Root}/+/{t}"), .. Standing.Select(t => $"{Topics.Root}/+/{t}")];
    }

    /// <summary>The same, shared with nobody: for a program of which there is one.</summary>
    public static IEnumerable<string> Unshared => [.. Work.Concat(Standing).Select(t => $"{Topics.Root}/+/{t}")];

    /// <summary>The level behind the root, whatever it holds: what is no hub's name is refused by ingest.</summary>
    public static string HubOf(string topic) => topic.Split('/', 4) is [_, _, var hub, ..] ? hub : "";
}
