using System.Security.Cryptography.X509Certificates;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Connections.Features;

namespace Lynceus.Cloud;

/// <summary>Why the door stays closed.</summary>
/// <param name="State">What the hub shall call its link.</param>
/// <param name="Why">For people.</param>
internal sealed record ClosedDoor(LinkState State, string Why);

/// <summary>
/// Who may speak for a hub over HTTP: who shows its certificate, or has its password. The page's token does not open this door, and what a hub has opens no other.
/// Without either it is open only where nobody but this machine can connect, as with MQTT.
/// </summary>
internal sealed class HubDoor(HubCredentials credentials, HubCertificates certificates, CertificateAuthority authority, CloudSettings settings, TimeProvider time)
{
    /// <summary>A password or signature that was right is not checked again on the same connection for so long: a password takes 0.1 s of a processor.</summary>
    private static readonly TimeSpan Trust = TimeSpan.FromMinutes(10);
    private static readonly object Known = new();

    /// <summary>Below these, a hub's own credentials count, and no token.</summary>
    public static bool Is(HttpContext context)
        => context.Request.Path.StartsWithSegments("/api/v1/hubs", out var rest) && rest.Value?.Split('/') is ["", _, "wire", ..]
            || (context.Request.Path.StartsWithSegments("/api/v1/uploads", out _)
                && (context.Connection.ClientCertificate is not null || context.Request.Headers.Authorization.ToString().StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)));

    /// <summary>Null if this request may speak for the hub.</summary>
    public ClosedDoor? Refuse(HttpContext context, string hub)
    {
        if (!Ids.IsHub(hub) || hub == Ids.UploadHub) return Closed($"a hub's name is 1 to 32 of a-z, 0-9 and '-', and not {Ids.UploadHub}");
        if (context.Connection.ClientCertificate is { } shown) return Refuse(context, hub, shown);
        var header = context.Request.Headers.Authorization.ToString();
        if (header.Length == 0 && settings.Http.IsLoopback && !context.Request.IsHttps && !AccessSetup.IsPassedOn(context.Request)) return null;
        if (!BasicLogin.TryRead(header, out var user, out var password))
        {
            return Closed(context.Request.IsHttps ? "a hub shows its certificate ('cloud hubs add' makes one), or sends its name and password (Basic)"
                : "hubs send their name and password (Basic); 'cloud hubs add --password' makes one");
        }
        if (user != hub) return Closed($"hub {user} may speak for itself only");
        // Hashing is done once in a while, the row is looked at each time: whoever lost its password is out with the next request.
        if (credentials.Since(hub) is { } since && IsKnown(context, Since(header, since))) return null;
        if (credentials.Check(hub, password) is not { } made) return Closed("the hub is not known, or its password is another");
        Remember(context, Since(header, made));
        return null;
    }

    // The signature is looked at once in a while, the rows each time: whoever is revoked is out with the next request, on an open connection too.
    private ClosedDoor? Refuse(HttpContext context, string hub, X509Certificate2 shown)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (shown.NotAfter.ToUniversalTime() <= now) return new ClosedDoor(LinkState.CertificateExpired, $"the certificate ended on {shown.NotAfter.ToUniversalTime():yyyy-MM-dd}");
        if (!IsKnown(context, shown.Thumbprint) && !authority.Vouches(shown)) return Closed("the certificate is not of this cloud's authority");
        Remember(context, shown.Thumbprint);
        if (HubCertificates.NameIn(shown) is not { } name) return Closed("the certificate names no hub");
        if (name != hub) return Closed($"hub {name} may speak for itself only");
        return certificates.Judge(name, shown.SerialNumber) switch
        {
            CertificateVerdict.Holds => null,
            CertificateVerdict.Revoked => new ClosedDoor(LinkState.CertificateRevoked, $"the certificate of hub {name} was revoked"),
            _ => Closed($"this cloud knows no such certificate of hub {name}"),
        };
    }

    private static string Since(string header, DateTime made) => $"{made.Ticks} {header}";

    private static ClosedDoor Closed(string why) => new(LinkState.NotAllowed, why);

    private bool IsKnown(HttpContext context, string what)
    {
        if (context.Features.Get<IConnectionItemsFeature>()?.Items is not { } items) return false;
        lock (items) return items.TryGetValue(Known, out var known) && known is Seen seen && seen.What == what && time.GetElapsedTime(seen.At) < Trust;
    }

    private void Remember(HttpContext context, string what)
    {
        if (IsKnown(context, what) || context.Features.Get<IConnectionItemsFeature>()?.Items is not { } items) return;
        lock (items) items[Known] = new Seen(what, time.GetTimestamp());
    }

    private sealed record Seen(string What, long At);
}
