using System.Net.Http.Headers;
using System.Text;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Connections.Features;

namespace Lynceus.Cloud;

/// <summary>
/// Who may speak for a hub over HTTPS: who has its password. The page's token does not open this door, and a hub's password opens no other.
/// Without a password it is open only where nobody but this machine can connect, as with MQTT.
/// </summary>
internal sealed class HubDoor(HubCredentials credentials, CloudSettings settings, TimeProvider time)
{
    /// <summary>A password that was right is not checked again on the same connection for so long: it takes 0.1 s of a processor.</summary>
    private static readonly TimeSpan Trust = TimeSpan.FromMinutes(10);
    private static readonly object Known = new();

    /// <summary>Below these, a hub's own credentials count, and no token.</summary>
    public static bool Is(HttpRequest request)
        => request.Path.StartsWithSegments("/api/v1/hubs", out var rest) && rest.Value?.Split('/') is ["", _, "wire", ..]
            || (request.Path.StartsWithSegments("/api/v1/uploads", out _) && request.Headers.Authorization.ToString().StartsWith("Basic ", StringComparison.OrdinalIgnoreCase));

    /// <summary>Null if this request may speak for the hub; else why not.</summary>
    public string? Refuse(HttpContext context, string hub)
    {
        if (!Ids.IsHub(hub)) return "a hub's name is 1 to 32 of a-z, 0-9 and '-'";
        var header = context.Request.Headers.Authorization.ToString();
        if (header.Length == 0 && settings.Http.IsLoopback) return null;
        if (!TryBasic(header, out var user, out var password)) return "hubs send their name and password (Basic); 'cloud hubs add --password' makes one";
        if (user != hub) return $"hub {user} may speak for itself only";
        if (IsKnown(context, header)) return null;
        if (credentials.Check(hub, password) is null) return "the hub is not known, or its password is another";
        Remember(context, header);
        return null;
    }

    private static bool TryBasic(string header, out string user, out string password)
    {
        (user, password) = ("", "");
        if (!AuthenticationHeaderValue.TryParse(header, out var parsed) || !parsed.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || parsed.Parameter is not { Length: <= 1024 } base64) return false;
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length)) return false;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        if (text.IndexOf(':', StringComparison.Ordinal) is not (> 0 and var colon)) return false;
        (user, password) = (text[..colon], text[(colon + 1)..]);
        return true;
    }

    private bool IsKnown(HttpContext context, string header)
    {
        if (context.Features.Get<IConnectionItemsFeature>()?.Items is not { } items) return false;
        lock (items) return items.TryGetValue(Known, out var known) && known is Seen seen && seen.Header == header && time.GetElapsedTime(seen.At) < Trust;
    }

    private void Remember(HttpContext context, string header)
    {
        if (context.Features.Get<IConnectionItemsFeature>()?.Items is not { } items) return;
        lock (items) items[Known] = new Seen(header, time.GetTimestamp());
    }

    private sealed record Seen(string Header, long At);
}
