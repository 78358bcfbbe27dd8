using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What somebody asked of a hub, and what it said to it.</summary>
internal sealed class RequestRow
{
    public long Id { get; set; }

    /// <summary>As it is called on the wire.</summary>
    public required string RequestID { get; set; }
    public required string Hub { get; set; }

    /// <summary>Null for how the hub is.</summary>
    public string? MediaID { get; set; }
    public Tier? Tier { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime ExpiresAt { get; set; }

    /// <summary>When it was last given to a connection of the hub's; whether it arrived only an answer tells.</summary>
    public DateTime? SaidAt { get; set; }
    public DateTime? CancelledAt { get; set; }

    /// <summary>What the hub said; null until it did.</summary>
    public RequestOutcome? Outcome { get; set; }
    public DateTime? AnsweredAt { get; set; }
    public string? Detail { get; set; }
    public string? Diagnostics { get; set; }
}
