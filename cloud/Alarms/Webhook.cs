using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Lynceus.Cloud;

/// <summary>Alarms by HTTP POST. The signature is HMAC-SHA256 of "TIME.BODY" with the secret: who has no secret can neither forge one nor send an old one again much later.</summary>
internal sealed class Webhook(TimeProvider time) : IDisposable
{
    public const string SignatureHeader = "Lynceus-Signature";
    public const int LeastSecret = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Redirects are not followed: a receiver that is taken over could send the alarms, or this machine's requests, anywhere.
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10), PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Patience };

    public async Task SendAsync(Uri uri, string secret, Notice notice, CancellationToken cancel)
    {
        var body = notice.Json();
        using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.Add(SignatureHeader, Signature(secret, time.GetUtcNow().ToUnixTimeSeconds(), body));
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (answer.IsSuccessStatusCode) return;
            throw new NoticeFault((int)answer.StatusCode is >= 300 and < 400 ? $"{uri.Host} answered {(int)answer.StatusCode}; redirects are not followed, name the address that it leads to" : $"{uri.Host} answered {(int)answer.StatusCode}");
        }
        catch (HttpRequestException e)
        {
            throw new NoticeFault($"{uri.Host}: {e.GetBaseException().Message}");
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new NoticeFault($"{uri.Host}: no answer in {Patience.TotalSeconds:0} s");
        }
    }

    /// <summary><c>t=UNIX,v1=HEX</c>.</summary>
    public static string Signature(string secret, long unix, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        mac.AppendData(Encoding.UTF8.GetBytes($"{unix}."));
        mac.AppendData(body);
        return $"t={unix},v1={Convert.ToHexStringLower(mac.GetHashAndReset())}";
    }

    public void Dispose() => http.Dispose();
}
