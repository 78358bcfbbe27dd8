using System.Collections.Concurrent;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Http.Features;

namespace Lynceus.Cloud;

/// <summary>The door for hubs: each message of the wire as one POST, its receipts in the answer.</summary>
internal static class WireEndpoint
{
    public static void MapWire(this RouteGroupBuilder api)
        => api.MapPost("/hubs/{hub}/wire/{**topic}", HandleAsync).WithTags("hubs")
            .WithSummary("One message of a hub, as it would publish it to ct/v1/{hub}/{topic}; answered with receipts and waiting requests once it is durably stored")
            .Accepts<CaptureRecord>("application/json", "application/octet-stream").Produces<DoorAnswer>()
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status413PayloadTooLarge);

    private static async Task HandleAsync(HttpContext context, string hub, string topic, HubDoor door, Ingest ingest, DoorRequests requests)
    {
        // Any web page may make a browser post text or a form to this machine; these two types it may not send without asking.
        if (context.Request.ContentType is not ("application/json" or "application/octet-stream"))
            throw new BadHttpRequestException("Content-Type: must be application/json, or application/octet-stream for packed JSON", StatusCodes.Status415UnsupportedMediaType);
        if (door.Refuse(context, hub) is { } closed)
        {
            await DoorAnswers.NotThisHubAsync(context.Response, closed);
            return;
        }
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = Wire.MaxJsonBytes;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var receipts = new ConcurrentQueue<Receipt>();
        var result = await ingest.HandleAsync(hub, $"{Topics.Root}/{hub}/{topic}", body.ToArray(), Hear(receipts));
        if (result.Refused is null)
        {
            // What a hub says of itself, every few minutes; captures come too often to look for requests each time.
            var asked = topic is "state" or "health" or "effort" ? await requests.TakeAsync(hub, context.RequestAborted) : null;
            await DoorAnswers.WriteAsync(context.Response, new DoorAnswer { Receipts = [.. receipts], Requests = asked });
        }
        else await DoorAnswers.RefuseAsync(context.Response, result, [.. receipts]);
    }

    /// <summary>Keeps what ingest says, for the answer.</summary>
    public static Answer Hear(ConcurrentQueue<Receipt> receipts) => (_, receipt) =>
    {
        receipts.Enqueue(receipt);
        return Task.CompletedTask;
    };
}
