using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lynceus.Cloud;

/// <summary>Pictures and videos from people: a browser, a card, a script. Who may see the page may upload; a hub's password does not open this door.</summary>
internal static class UploadEndpoints
{
    public static void MapPeoplesUploads(this RouteGroupBuilder uploads)
    {
        uploads.MapPost("/", (Delegate)CreateAsync).WithSummary("Begins an upload (tus 1.0). Metadata: filename, and cameraID and deploymentID if known; for a ZIP deployment, how its folders name both; look with 'job' if a job will be asked for; or topic, from a hub").Produces(StatusCodes.Status201Created);
        uploads.MapMethods("/{id}", ["HEAD"], HeadAsync).WithSummary("How far an upload has come");
        uploads.MapGet("/{id}", Get).WithSummary("An upload and what became of it; of a ZIP, what became of its files").Produces<UploadView>().ProducesProblem(StatusCodes.Status404NotFound);
        uploads.MapPatch("/{id}", PatchAsync).WithSummary("Bytes of an upload, from its offset; the last one makes a capture of it, or has a ZIP unpacked");
        uploads.MapDelete("/{id}", Delete).WithSummary("Throws an upload away. What became a capture stays");
    }

    private static async Task CreateAsync(HttpContext context, UploadFolder folder)
    {
        var metadata = Tus.Metadata(context.Request);
        if (metadata.TryGetValue("topic", out var topic))
        {
            await TierEndpoints.CreateAsync(context, topic, metadata.GetValueOrDefault("hub"));
            return;
        }
        RefuseHubs(context);
        var upload = folder.Add(Tus.Length(context.Request, Upload.MostBytes(metadata)), context.Request.Headers["Upload-Metadata"].ToString(), metadata);
        context.Response.Headers.Location = $"{context.Request.PathBase}{UploadSetup.Root}/{upload.Id}";
        if (context.Request.ContentType == Tus.ChunkType) await AppendAsync(context, upload.Id, offset: 0, StatusCodes.Status201Created);
        else Say(context.Response, upload, StatusCodes.Status201Created);
    }

    private static async Task HeadAsync(HttpContext context, string id, UploadFolder folder, UploadTaking taking)
    {
        RefuseHubs(context);
        var upload = Find(folder, id);
        if (upload.IsWhole && !upload.IsTaken && !taking.IsZip(upload))
        {
            // The answer to the last bytes was lost, or the cloud was killed: whole must not be said before it is a capture.
            using var held = Hold(folder, id);
            upload = await taking.TakeAsync(Find(folder, id));
        }
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Upload-Length"] = upload.Length.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["Upload-Metadata"] = upload.Metadata;
        Say(context.Response, upload, StatusCodes.Status200OK);
    }

    private static Ok<UploadView> Get(HttpContext context, string id, UploadFolder folder)
    {
        RefuseHubs(context);
        return TypedResults.Ok(UploadView.From(Find(folder, id)));
    }

    private static Task PatchAsync(HttpContext context, string id)
    {
        RefuseHubs(context);
        Tus.CheckChunkType(context.Request);
        return AppendAsync(context, id, Tus.Offset(context.Request), StatusCodes.Status204NoContent);
    }

    private static NoContent Delete(HttpContext context, string id, UploadFolder folder)
    {
        RefuseHubs(context);
        using var held = Hold(folder, id);
        folder.Remove(Find(folder, id));
        return TypedResults.NoContent();
    }

    private static async Task AppendAsync(HttpContext context, string id, long offset, int status)
    {
        var (folder, taking) = (context.RequestServices.GetRequiredService<UploadFolder>(), context.RequestServices.GetRequiredService<UploadTaking>());
        using var held = Hold(folder, id);
        var upload = Find(folder, id);
        if (offset != upload.Offset)
        {
            Say(context.Response, upload, StatusCodes.Status409Conflict);
            return;
        }
        var most = upload.Length - upload.Offset;
        if (context.Request.ContentLength > most) throw new BadHttpRequestException($"{most} bytes are missing, and more were sent", StatusCodes.Status413PayloadTooLarge);
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = most;
        upload = await new UploadBytes(folder).AppendAsync(upload, context.Request.Body, Tus.Checksum(context.Request), context.RequestAborted);
        taking.CheckKind(upload);
        if (upload.IsWhole) upload = await taking.TakeAsync(upload); // a ZIP is durable then, and is unpacked after the answer
        Say(context.Response, upload, status);
    }

    private static Upload Find(UploadFolder folder, string id)
    {
        var upload = folder.Find(id) ?? throw new BadHttpRequestException("no such upload", StatusCodes.Status404NotFound);
        return folder.IsExpired(upload) ? throw new BadHttpRequestException("nobody went on with this upload in time; begin again", StatusCodes.Status410Gone) : upload;
    }

    private static IDisposable Hold(UploadFolder folder, string id)
        => folder.Hold(id) ?? throw new BadHttpRequestException("another request works on this upload", StatusCodes.Status423Locked);

    private static void RefuseHubs(HttpContext context)
    {
        if (HubDoor.Is(context)) throw new BadHttpRequestException("a hub's certificate or password opens its own tiers only; people use the page's token", StatusCodes.Status403Forbidden);
    }

    private static void Say(HttpResponse response, Upload upload, int status)
    {
        response.StatusCode = status;
        response.Headers["Upload-Offset"] = upload.Offset.ToString(CultureInfo.InvariantCulture);
        response.Headers["Upload-Expires"] = upload.Expires.ToString("R", CultureInfo.InvariantCulture);
        if (upload.CaptureID is { } capture) response.Headers["Lynceus-Capture"] = capture.ToString("D");
    }
}
