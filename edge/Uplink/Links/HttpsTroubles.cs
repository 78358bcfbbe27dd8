using System.Net;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What HTTP alone can say of a way to the cloud: who answered, if it was not the cloud's door, and whom that lets in.</summary>
internal static class HttpsTroubles
{
    /// <summary>Null if the answer is the cloud's own, whatever it says of the message. A network's log-in page answers for everybody: with its own page, or by sending elsewhere.</summary>
    public static LinkTrouble? Of(HttpResponseMessage answer, UplinkOptions options, LinkTroubles troubles)
    {
        var (status, type, host) = ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, options.Address.Host);
        return answer.StatusCode switch
        {
            HttpStatusCode.NetworkAuthenticationRequired => Portal("the network wants somebody to log in (511)"),
            >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest => Portal($"{host} sends to {LinkTroubles.Clean(answer.Headers.Location?.ToString() ?? "nowhere")} ({status})"),
            HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError
                => new(LinkState.BrokerFull, $"{host} takes nothing now ({status})", "The hub keeps everything and tries again later; the cloud may be busy or its disk full"),
            _ when !IsOurs(answer, type) => Portal($"what answers at {host} is not the cloud ({status}, {LinkTroubles.Clean(type ?? "no type")})"),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => troubles.Closed(Word(answer)),
            _ => null,
        };
    }

    public static LinkTrouble Portal(string what) => new(LinkState.CaptivePortal, what, "This network may have a log-in page: log in with a phone on the same network; else mend Uplink:Cloud");

    /// <summary>Of what the door may say, nothing else is believed.</summary>
    private static LinkState Word(HttpResponseMessage answer) => answer.Headers.TryGetValues(DoorAnswer.LinkHeader, out var words) ? words.First() switch
    {
        "certificateRevoked" => LinkState.CertificateRevoked,
        "certificateExpired" => LinkState.CertificateExpired,
        _ => LinkState.NotAllowed,
    } : LinkState.NotAllowed;

    /// <summary>An upload's answer names the protocol; any other is JSON.</summary>
    private static bool IsOurs(HttpResponseMessage answer, string? type)
        => type is "application/json" or "application/problem+json" || (type is null && answer.Headers.Contains("Tus-Resumable"));
}
