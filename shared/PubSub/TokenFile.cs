using System.Text.Json;

namespace Lynceus.PubSub;

/// <summary>
/// A hub's credentials: a file with a token that soon ends, which something renews, or with the configuration of workload identity federation (<c>external_account</c>).
/// A key that does not end is refused: hubs hang on trees, and whoever takes one down would speak for the whole fleet.
/// </summary>
internal sealed class TokenFile(string path, TimeProvider time)
{
    public const string Scope = "https://www.googleapis.com/auth/pubsub";
    private const int MaxBytes = 64 * 1024;
    private readonly Lock gate = new();
    private (DateTime Written, Func<CancellationToken, Task<string>> TokenAsync)? read;

    public Caller Caller => new($"the identity of {path}", TokenAsync);

    /// <summary>The token of the file as it is now: whoever renews it writes another beside it and renames that into place.</summary>
    public async Task<string> TokenAsync(CancellationToken stop)
    {
        var written = File.GetLastWriteTimeUtc(path);
        Func<CancellationToken, Task<string>> token;
        lock (gate)
        {
            if (read is not { } known || known.Written != written) read = (written, Read());
            token = read.Value.TokenAsync;
        }
        return await token(stop);
    }

    private Func<CancellationToken, Task<string>> Read()
    {
        string text;
        try
        {
            if (new FileInfo(path).Length > MaxBytes) throw Unknown($"{path}: more than {MaxBytes} bytes are no token");
            text = File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unknown($"{path}: the token cannot be read: {e.Message}", e);
        }
        return text.StartsWith('{') ? ReadJson(text) : Plain(text, null);
    }

    private Func<CancellationToken, Task<string>> ReadJson(string text)
    {
        TokenJson? json;
        try
        {
            json = JsonSerializer.Deserialize(text, TokenJsonContext.Default.TokenJson);
        }
        catch (JsonException e)
        {
            throw Unknown($"{path}: neither a token nor JSON: {e.Message}", e);
        }
        return json switch
        {
            { Type: "external_account" } => new Federation(path, json, time).TokenAsync,
            { Type: "service_account" } => throw Unknown($"{path}: this is a service account's key, and it never ends. A hub may be stolen: give it a short-lived token, workload identity federation (external_account), or let it speak MQTT to a bridge (cloud bridge)"),
            { Type: { } other } => throw Unknown($"{path}: credentials of type {other} are not for a hub; a token or external_account is"),
            { AccessToken: { } token } => Plain(token, json.ExpiresAt),
            _ => throw Unknown($"{path}: access_token or type: one of them is needed"),
        };
    }

    private Func<CancellationToken, Task<string>> Plain(string token, DateTimeOffset? ends)
    {
        if (token.Length == 0 || token.Any(c => c is <= ' ' or > '~')) throw Unknown($"{path}: a token has no spaces, line breaks or letters with accents");
        return _ => ends <= time.GetUtcNow()
            ? throw Unknown($"{path}: the token ended at {ends:yyyy-MM-ddTHH:mm:ssZ}; whatever renews it has not")
            : Task.FromResult(token);
    }

    private static PubSubException Unknown(string sentence, Exception? inner = null) => new(PubSubFault.NotKnown, sentence, inner);
}
