using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Lynceus.Edge;

/// <summary>What the page asks for. Names in addresses are checked against what is known; nothing that was sent reaches the file system as a name.</summary>
internal sealed class SetupApi(Station station)
{
    private static readonly TimeSpan PicturePatience = TimeSpan.FromSeconds(5), Beat = TimeSpan.FromSeconds(5);
    private const int MostListeners = 8;
    private int listeners;

    public void Map(WebApplication app)
    {
        app.MapGet("/api/now", NowAsync);
        app.MapGet("/api/feed", FeedAsync);
        app.MapGet("/api/captures", c => AnswerAsync(c, station.Captures.Newest(), SetupJson.Default.IReadOnlyListShownCapture));
        app.MapGet("/api/captures/{captureID:guid}/{number}", PictureAsync);
        app.MapGet("/api/cameras/{place:int}/picture", LiveAsync);
        app.MapGet("/api/cameras/{place:int}/sight", SightAsync);
        app.MapPost("/api/cameras/{place:int}/take", TakeAsync);
        app.MapPost("/api/station", SaveAsync);
        app.MapPost("/api/link", LinkAsync);
    }

    private Task NowAsync(HttpContext context)
    {
        var settings = station.Settings.Next;
        return AnswerAsync(context, new StationNow
        {
            Hub = station.Identity.Hub,
            Station = settings.Hub.Station,
            Latitude = settings.Hub.Latitude,
            Longitude = settings.Hub.Longitude,
            Time = station.Time.GetLocalNow(),
            Clock = station.Now.Clock.Quality,
            Reading = station.Now.Reading,
            Gps = station.Now.Gps.Position,
            Waiting = station.Waiting(),
            Cameras = [.. station.Cameras.Select(c => new CameraNow(c.Camera.CameraID, c.Camera.Condition, Of(settings, c)?.HeightMetres, Of(settings, c)?.HeadingDegrees))],
            CanTake = station.Take is not null,
        }, SetupJson.Default.StationNow);

        static CameraOptions? Of(HubSettings settings, StationCamera camera) => settings.Cameras.FirstOrDefault(o => o.CameraID == camera.Camera.CameraID);
    }

    /// <summary>What happens, as it happens (server-sent events): first what happened last, marked as old.</summary>
    private async Task FeedAsync(HttpContext context)
    {
        if (Interlocked.Increment(ref listeners) > MostListeners)
        {
            Interlocked.Decrement(ref listeners);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        try
        {
            context.Response.ContentType = "text/event-stream";
            foreach (var old in station.Feed.Last.Reverse()) await SayAsync(context, "old", old);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await FollowAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The phone went into a pocket.
        }
        finally
        {
            Interlocked.Decrement(ref listeners);
        }
    }

    private async Task FollowAsync(HttpContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var events = station.Feed.ListenAsync(end.Token).GetAsyncEnumerator(end.Token);
        var next = events.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                // A beat shows both ends that the other one is there.
                if (await Task.WhenAny(next, Task.Delay(Beat, station.Time, end.Token)) != next) await context.Response.WriteAsync(": \n\n", end.Token);
                else if (!await next) return;
                else
                {
                    await SayAsync(context, "now", events.Current);
                    next = events.MoveNextAsync().AsTask();
                }
                await context.Response.Body.FlushAsync(end.Token);
            }
        }
        finally
        {
            // A listener that still waits cannot be closed: it is woken first.
            await end.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await events.DisposeAsync();
        }
    }

    private static Task SayAsync(HttpContext context, string kind, HubEvent happened)
        => context.Response.WriteAsync($"event: {kind}\ndata: {JsonSerializer.Serialize(happened, SetupJson.Default.HubEvent)}\n\n", context.RequestAborted);

    private async Task LiveAsync(HttpContext context)
    {
        if (CameraOf(context) is not { } camera) return;
        if (await FrameAsync(context, camera) is not { } frame) return;
        context.Response.Headers["X-Frame"] = frame.Timestamp.ToString(CultureInfo.InvariantCulture);
        context.Response.ContentType = "image/jpeg";
        await context.Response.Body.WriteAsync(frame.Encoded, context.RequestAborted);
    }

    private async Task SightAsync(HttpContext context)
    {
        if (CameraOf(context) is not { } camera || await FrameAsync(context, camera) is not { } frame) return;
        if (await station.Look.AtAsync(camera.Camera.CameraID, frame.Encoded, context.RequestAborted) is { } sight) await AnswerAsync(context, sight, SetupJson.Default.LiveSight);
        else context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task<CameraFrame?> FrameAsync(HttpContext context, StationCamera camera)
    {
        var after = long.TryParse(context.Request.Query["after"], NumberStyles.Integer, CultureInfo.InvariantCulture, out var known) ? known : 0;
        var frame = await camera.Live.NextAsync(after, PicturePatience, context.RequestAborted);
        if (frame is null) context.Response.StatusCode = StatusCodes.Status204NoContent;
        return frame;
    }

    private async Task PictureAsync(HttpContext context)
    {
        var number = (string)context.Request.RouteValues["number"]!;
        if (station.Captures.Picture(Guid.Parse((string)context.Request.RouteValues["captureID"]!), number) is not { } picture)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        context.Response.ContentType = picture.AsSpan().StartsWith("RIFF"u8) ? "image/webp" : "image/jpeg";
        await context.Response.Body.WriteAsync(picture, context.RequestAborted);
    }

    private Task TakeAsync(HttpContext context)
    {
        if (CameraOf(context) is not { } camera) return Task.CompletedTask;
        if (station.Take is null) context.Response.StatusCode = StatusCodes.Status501NotImplemented;
        else
        {
            station.Take(camera.Camera.CameraID);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }
        return Task.CompletedTask;
    }

    private async Task SaveAsync(HttpContext context)
    {
        StationWish? wish;
        try
        {
            wish = context.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true
                ? await JsonSerializer.DeserializeAsync(context.Request.Body, SetupJson.Default.StationWish, context.RequestAborted) : null;
        }
        catch (JsonException)
        {
            wish = null;
        }
        catch (BadHttpRequestException e)
        {
            context.Response.StatusCode = e.StatusCode;
            return;
        }
        if (wish is not { IsReadable: true })
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        var saved = station.Settings.Save(wish);
        if (!saved.Saved) context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        await AnswerAsync(context, saved, SetupJson.Default.StationSaved);
    }

    private async Task LinkAsync(HttpContext context)
    {
        var steps = await station.Link.ReachAsync(context.RequestAborted);
        if (steps.All(s => s.Colour != Colour.Red)) steps = [.. steps, .. await station.Link.LoginAsync(context.RequestAborted)];
        await AnswerAsync(context, steps, SetupJson.Default.IReadOnlyListFinding);
    }

    private StationCamera? CameraOf(HttpContext context)
    {
        if (int.TryParse((string?)context.Request.RouteValues["place"], NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place < station.Cameras.Count) return station.Cameras[place];
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return null;
    }

    private static Task AnswerAsync<T>(HttpContext context, T answer, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, answer, type, context.RequestAborted);
    }
}

/// <summary>All that the page shows of the present.</summary>
internal sealed record StationNow
{
    public required string Hub { get; init; }

    /// <summary>As it will be at the next start.</summary>
    public required string Station { get; init; }
    public double? Latitude { get; init; }
    public double? Longitude { get; init; }
    public required DateTimeOffset Time { get; init; }
    public required Contracts.ClockQuality Clock { get; init; }
    public HealthReading? Reading { get; init; }
    public Position? Gps { get; init; }
    public required int Waiting { get; init; }
    public required IReadOnlyList<CameraNow> Cameras { get; init; }
    public required bool CanTake { get; init; }
}

/// <summary>A camera, and what the settings will say of it at the next start.</summary>
internal sealed record CameraNow(string CameraID, CameraCondition Condition, double? HeightMetres, double? HeadingDegrees);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(StationNow))]
[JsonSerializable(typeof(StationWish))]
[JsonSerializable(typeof(StationSaved))]
[JsonSerializable(typeof(HubEvent))]
[JsonSerializable(typeof(LiveSight))]
[JsonSerializable(typeof(IReadOnlyList<ShownCapture>))]
[JsonSerializable(typeof(IReadOnlyList<Finding>))]
internal sealed partial class SetupJson : JsonSerializerContext;
