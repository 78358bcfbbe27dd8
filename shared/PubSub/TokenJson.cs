using System.Text.Json.Serialization;

namespace Lynceus.PubSub;

/// <summary>What a file of credentials says of itself: a token, or where one is to be had.</summary>
internal sealed record TokenJson
{
    [JsonPropertyName("type")] public string? Type { get; init; }
    [JsonPropertyName("access_token")] public string? AccessToken { get; init; }
    [JsonPropertyName("expires_at")] public DateTimeOffset? ExpiresAt { get; init; }
    [JsonPropertyName("audience")] public string? Audience { get; init; }
    [JsonPropertyName("subject_token_type")] public string? SubjectTokenType { get; init; }
    [JsonPropertyName("token_url")] public string? TokenUrl { get; init; }
    [JsonPropertyName("service_account_impersonation_url")] public string? ImpersonationUrl { get; init; }
    [JsonPropertyName("credential_source")] public CredentialSource? Source { get; init; }
}

/// <summary>Where the other authority's token is.</summary>
internal sealed record CredentialSource
{
    [JsonPropertyName("file")] public string? File { get; init; }
    [JsonPropertyName("url")] public string? Url { get; init; }
    [JsonPropertyName("headers")] public Dictionary<string, string>? Headers { get; init; }
    [JsonPropertyName("format")] public CredentialFormat? Format { get; init; }
}

internal sealed record CredentialFormat
{
    [JsonPropertyName("type")] public string? Type { get; init; }
    [JsonPropertyName("subject_token_field_name")] public string? Field { get; init; }
}

/// <summary>The answer to an exchange (RFC 8693), or to taking on a service account; each has its own names.</summary>
internal sealed record ExchangedToken
{
    [JsonPropertyName("access_token")] public string? AccessToken { get; init; }
    [JsonPropertyName("expires_in")] public long? ExpiresIn { get; init; }
    [JsonPropertyName("accessToken")] public string? AccountToken { get; init; }
    [JsonPropertyName("expireTime")] public DateTimeOffset? ExpireTime { get; init; }
}

internal sealed record ImpersonationRequest([property: JsonPropertyName("scope")] IReadOnlyList<string> Scope);

[JsonSerializable(typeof(TokenJson))]
[JsonSerializable(typeof(ExchangedToken))]
[JsonSerializable(typeof(ImpersonationRequest))]
internal sealed partial class TokenJsonContext : JsonSerializerContext;
