using System.Text.Json.Serialization;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>How far a request has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestStand>))]
internal enum RequestStand
{
    /// <summary>The hub has not been there since.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,

    /// <summary>The hub was told, and has not answered.</summary>
    [JsonStringEnumMemberName("told")] Told,

    /// <summary>The hub sends it as its link allows.</summary>
    [JsonStringEnumMemberName("accepted")] Accepted,

    /// <summary>It is here.</summary>
    [JsonStringEnumMemberName("done")] Done,

    /// <summary>It is no more on the card, or never was.</summary>
    [JsonStringEnumMemberName("gone")] Gone,

    /// <summary>The site's policy keeps it on the hub.</summary>
    [JsonStringEnumMemberName("notAllowed")] NotAllowed,

    /// <summary>The hub did not understand it, or has too many.</summary>
    [JsonStringEnumMemberName("refused")] Refused,

    /// <summary>Nobody could tell the hub in time, or it did not answer or send in time.</summary>
    [JsonStringEnumMemberName("expired")] Expired,

    /// <summary>Whoever asked took it back.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}

/// <summary>From a request's row and the time to how far it has come. Nothing has to run for a request to expire.</summary>
internal static class RequestStanding
{
    /// <summary>A request is a hundred bytes; a publish that was lost on the way costs no more than this time.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(10);

    /// <param name="request">The row.</param>
    /// <param name="isHere">The tier that was asked for is stored.</param>
    /// <param name="now">By the cloud's clock.</param>
    public static RequestStand Of(RequestRow request, bool isHere, DateTime now) => request.Outcome switch
    {
        _ when isHere => RequestStand.Done,
        RequestOutcome.Done => RequestStand.Done,
        RequestOutcome.Gone => RequestStand.Gone,
        RequestOutcome.NotAllowed => RequestStand.NotAllowed,
        RequestOutcome.Refused => RequestStand.Refused,
        RequestOutcome.Expired => RequestStand.Expired,
        _ when request.CancelledAt is not null => RequestStand.Cancelled,
        _ when request.ExpiresAt <= now => RequestStand.Expired,
        RequestOutcome.Accepted => RequestStand.Accepted,
        _ => request.SaidAt is null ? RequestStand.Waiting : RequestStand.Told,
    };

    /// <summary>Whether an open request is to be said now to a hub that is there: once to each connection, and again to one that hears and does not answer.</summary>
    public static bool IsToBeSaid(RequestRow request, DateTime? connectedAt, DateTime now)
        => request.SaidAt is not { } said || said <= connectedAt || now - said >= Again;

    /// <summary>What the hub is still to be told, or to answer.</summary>
    public static IQueryable<RequestRow> Open(IQueryable<RequestRow> requests, DateTime now)
        => requests.Where(r => r.Outcome == null && r.CancelledAt == null && r.ExpiresAt > now);
}
