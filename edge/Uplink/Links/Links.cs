using Lynceus.Contracts;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>Opens the kind of link that the address names.</summary>
internal static class Links
{
    /// <summary>Connects, says that the hub is here, and listens. Throws <see cref="LinkDownException"/> with the reason.</summary>
    public static Task<ILink> OpenAsync(HubState birth, LinkInbox inbox, UplinkOptions options, TimeProvider time, ILogger log, CancellationToken stop)
    {
        if (options.Http) return HttpsLink.OpenAsync(birth, inbox, options, time, log, stop);
        if (options.OverPubSub) return PubSubLink.OpenAsync(birth, inbox, options, time, log, stop);
        return MqttLink.OpenAsync(birth, inbox, options, time, log, stop);
    }
}
