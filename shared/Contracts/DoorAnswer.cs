namespace Lynceus.Contracts;

/// <summary>
/// What the cloud's door for hubs says to one message that came over HTTPS: the receipts that MQTT would bring, and requests that wait for the hub.
/// A refusal is the same with a status of 400 or more, as problem details (RFC 9457).
/// </summary>
public sealed record DoorAnswer
{
    public const int MostRequests = 100;

    /// <summary>A header beside 401: what the hub shall call its link, as <c>certificateRevoked</c>. Not in the body, for the answer to a HEAD has none.</summary>
    public const string LinkHeader = "Lynceus-Link";

    public IReadOnlyList<Receipt> Receipts { get; init; } = [];
    public IReadOnlyList<HubRequest>? Requests { get; init; }

    /// <summary>Of a refusal, for people.</summary>
    public string? Title { get; init; }
    public int? Status { get; init; }

    /// <summary>Which field, and what to do.</summary>
    public string? Detail { get; init; }
    public Refusal? Refused { get; init; }

    internal string? Fault() => Receipts is null || Requests is { Count: > MostRequests } ? $"receipts: a list is needed; requests: at most {MostRequests}"
        : Requests?.Select(r => r is null ? "requests: an entry is null" : r.Fault()).FirstOrDefault(f => f is not null);
}
