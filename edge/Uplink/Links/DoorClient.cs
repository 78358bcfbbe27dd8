using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>
/// HTTP to the cloud's door, as this hub: its certificate or its password, and TLS as <see cref="Dial"/> does it for every link.
/// It goes the hub's own way: no proxy of the system, no redirect, no cookie.
/// </summary>
internal static class DoorClient
{
    /// <summary>An answer of the cloud's door has at most this many bytes; a longer one is somebody else's.</summary>
    private const int MaxAnswerBytes = Wire.MaxJsonBytes;

    /// <param name="dial">Makes the connections. What it throws is within what the client throws: see <see cref="Named"/>.</param>
    /// <param name="options">Where to, and the password.</param>
    /// <param name="hub">Who.</param>
    /// <param name="connections">At a time.</param>
    public static HttpClient Make(Dial dial, UplinkOptions options, string hub, int connections)
    {
#pragma warning disable CA2000 // The client owns it.
        var http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            MaxConnectionsPerServer = connections,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(10),
            MaxResponseHeadersLength = 16,
            ConnectCallback = async (_, cancel) => (await dial.ConnectAsync(cancel)).Stream,
        })
#pragma warning restore CA2000
        {
            BaseAddress = new Uri(options.Cloud.TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        if (options.Password.Length > 0) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{hub}:{options.Password}")));
        return http;
    }

    /// <summary>By HTTP/2 where there is TLS and the other end knows it: all lanes share one handshake, and headers that were said once are not said again.</summary>
    public static HttpRequestMessage Request(HttpMethod method, string path)
        => new(method, new Uri(path, UriKind.Relative)) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };

    /// <summary>What became of a request that got no answer of the cloud's.</summary>
    /// <param name="troubles">Names what is not named yet.</param>
    /// <param name="e">What was thrown; a <see cref="TimeoutException"/> when the time was up.</param>
    /// <param name="stood">Whether the link had stood before.</param>
    public static LinkDownException Named(LinkTroubles troubles, Exception e, bool stood)
    {
        for (var inner = e; inner is not null; inner = inner.InnerException)
        {
            if (inner is LinkDownException known) return known;
        }
        return new LinkDownException(troubles.Of(stood ? LinkStep.Talk : LinkStep.Login, e));
    }
}
