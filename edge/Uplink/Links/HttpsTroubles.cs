using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What stands between a hub and the cloud's door for HTTPS, by what came back, or did not.</summary>
internal static class HttpsTroubles
{
    /// <summary>Null if the answer is the cloud's own, whatever it says. A network's log-in page answers for everybody: with its own page, or by sending elsewhere.</summary>
    public static LinkDownException? Of(HttpResponseMessage answer, string host)
    {
        var (status, type) = ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType);
        return answer.StatusCode switch
        {
            HttpStatusCode.NetworkAuthenticationRequired => new LinkDownException(LinkState.CaptivePortal, "the network wants somebody to log in (511)"),
            >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest
                => new LinkDownException(LinkState.CaptivePortal, $"{host} sends to {answer.Headers.Location?.ToString() ?? "nowhere"} ({status}): a log-in page of the network, or another cloud address is needed"),
            HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError
                => new LinkDownException(LinkState.BrokerFull, $"{host} takes nothing now ({status})"),
            _ when !IsOurs(answer, type) => new LinkDownException(LinkState.CaptivePortal, $"what answers at {host} is not the cloud ({status}, {type ?? "no type"}): a log-in page of the network, or a wrong address"),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new LinkDownException(LinkState.NotAllowed, $"{host} does not let this hub speak ({status}): its password or name is another there"),
            _ => null,
        };
    }

    /// <summary>What became of a request that got no answer.</summary>
    /// <param name="e">What was thrown.</param>
    /// <param name="waited">Not null if the patience ended, with its seconds.</param>
    /// <param name="stood">Whether the link had stood before.</param>
    public static LinkDownException Of(Exception e, int? waited, bool stood)
    {
        if (waited is { } seconds) return new LinkDownException(stood ? LinkState.HalfOpen : LinkState.NoAnswer, string.Create(CultureInfo.InvariantCulture, $"no answer within {seconds} s"));
        var socket = Within<SocketException>(e);
        if (Within<AuthenticationException>(e) is { } tls) return new LinkDownException(LinkState.CloudNotTrusted, tls.InnerException?.Message ?? tls.Message);
        return (e, socket) switch
        {
            (HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }, _) or (_, { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData })
                => new LinkDownException(LinkState.NoName, e.Message),
            (_, { SocketErrorCode: SocketError.ConnectionRefused }) => new LinkDownException(LinkState.NobodyListens, socket.Message),
            (_, { SocketErrorCode: SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown or SocketError.AddressNotAvailable })
                => new LinkDownException(LinkState.NoNetwork, socket.Message),
            (_, { SocketErrorCode: SocketError.TimedOut }) => new LinkDownException(stood ? LinkState.HalfOpen : LinkState.NoAnswer, socket.Message),
            _ => new LinkDownException(LinkState.Cut, e.InnerException?.Message ?? e.Message),
        };
    }

    /// <summary>An upload's answer names the protocol; any other is JSON.</summary>
    private static bool IsOurs(HttpResponseMessage answer, string? type)
        => type is "application/json" or "application/problem+json" || (type is null && answer.Headers.Contains("Tus-Resumable"));

    private static T? Within<T>(Exception? e)
        where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found) return found;
        }
        return null;
    }
}
