using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Lynceus.Contracts;

namespace Lynceus.Cloud.Tests;

/// <summary>A hub's end of the cloud's door for HTTPS, or anybody's: it says exactly what a test wants said.</summary>
internal sealed class Door(HttpClient http, string hub, string? password = null)
{
    /// <summary>What the door said.</summary>
    public sealed record Said(int Status, DoorAnswer? Answer, long? Offset, long? Length, string? Location, string Text);

    public Task<Said> PostAsync(string topic, byte[] payload, string type = "application/json")
        => SendAsync(HttpMethod.Post, $"/api/v1/hubs/{hub}/wire/{topic}", request => request.Content = Body(payload, type), tus: false);

    public Task<Said> SendAsync(CaptureRecord record) => PostAsync($"capture/{record.CaptureID:D}", Wire.Write(record));

    public static string Upload(string hub, string mediaID, Tier tier = Tier.Frame) => $"/api/v1/uploads/{hub}/{mediaID}/{Topics.TierName(tier)}";

    public Task<Said> HeadAsync(string path) => SendAsync(HttpMethod.Head, path);

    public Task<Said> PatchAsync(string path, long offset, byte[] bytes, string? checksum = null, string type = "application/offset+octet-stream")
        => SendAsync(HttpMethod.Patch, path, request =>
        {
            request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
            if (checksum is not null) request.Headers.Add("Upload-Checksum", checksum);
            request.Content = Body(bytes, type);
        });

    public Task<Said> CreateAsync(string length, string metadata, byte[]? bytes = null)
        => SendAsync(HttpMethod.Post, "/api/v1/uploads", request =>
        {
            request.Headers.TryAddWithoutValidation("Upload-Length", length);
            if (metadata.Length > 0) request.Headers.TryAddWithoutValidation("Upload-Metadata", metadata);
            if (bytes is not null) request.Content = Body(bytes, "application/offset+octet-stream");
        });

    public static string Pair(string key, string value) => $"{key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}";

    public static string Sha1(byte[] bytes) => $"sha1 {Convert.ToBase64String(SHA1.HashData(bytes))}";

    public static string Sha256(byte[] bytes) => $"sha256 {Convert.ToBase64String(SHA256.HashData(bytes))}";

    public async Task<Said> SendAsync(HttpMethod method, string path, Action<HttpRequestMessage>? change = null, bool tus = true)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (tus) request.Headers.Add("Tus-Resumable", "1.0.0");
        if (password is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{hub}:{password}")));
        change?.Invoke(request);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return new Said((int)answer.StatusCode, Wire.TryRead<DoorAnswer>(bytes, out var said, out _) ? said : null,
            Number(answer, "Upload-Offset"), Number(answer, "Upload-Length"), answer.Headers.Location?.ToString(), Encoding.UTF8.GetString(bytes));
    }

    private static long? Number(HttpResponseMessage answer, string header) => answer.Headers.TryGetValues(header, out var values) ? long.Parse(values.Single(), CultureInfo.InvariantCulture) : null;

    private static ByteArrayContent Body(byte[] bytes, string type)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }
}
