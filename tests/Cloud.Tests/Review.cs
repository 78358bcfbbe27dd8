using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud.Tests;

/// <summary>Media in a running cloud that models have looked at, as a test wants it, and what people say of them through the API.</summary>
internal sealed class Review(RunningCloud cloud)
{
    public const string First = "first";
    private readonly Work work = new(cloud, TimeProvider.System);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A media whose frame is here and that nobody has looked at.</summary>
    public async Task<string> NewAsync()
    {
        var row = (await work.MediaAsync(1)).Single();
        await using var db = cloud.Rows();
        return (await db.Media.SingleAsync(m => m.Id == row, Stop)).MediaID;
    }

    public async Task<string> LookedAtAsync(params Detection[] found)
    {
        var media = await NewAsync();
        await LookAsync(media, First, "1", found);
        return media;
    }

    public async Task<string> FailedAsync()
    {
        var media = await NewAsync();
        await WriteAsync(media, First, "1", new Look { Failure = ImageFailure.Corrupt, Detail = "half of it" });
        return media;
    }

    public Task LookAsync(string media, string model, string version, params Detection[] found) => WriteAsync(media, model, version, new Look { Detections = found, Width = 640, Height = 480 });

    public async Task<JsonElement> MediaAsync(string media) => await cloud.GetJsonAsync($"/api/v1/media/{media}");

    public async Task<IReadOnlyList<JsonElement>> LabelsAsync(string media) => [.. (await cloud.GetJsonAsync($"/api/v1/media/{media}/labels")).EnumerateArray()];

    public Task<HttpResponseMessage> PostAsync(string media, object body) => cloud.Http.PostAsJsonAsync(new Uri($"/api/v1/media/{media}/labels", UriKind.Relative), body, Stop);

    public async Task<JsonElement> LabelAsync(string media, object body)
    {
        using var answer = await PostAsync(media, body);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }

    public Task<HttpStatusCode> WithdrawAsync(string media, JsonElement label, string by) => WithdrawAsync(media, label.GetProperty("labelID").GetString()!, by);

    public async Task<HttpStatusCode> WithdrawAsync(string media, string label, string by)
    {
        using var answer = await cloud.Http.DeleteAsync(new Uri($"/api/v1/media/{media}/labels/{label}?by={by}", UriKind.Relative), Stop);
        return answer.StatusCode;
    }

    private async Task WriteAsync(string media, string model, string version, Look look)
    {
        long row;
        await using (var db = cloud.Rows()) row = (await db.Media.SingleAsync(m => m.MediaID == media, Stop)).Id;
        var manifest = ModelCatalog.Load([]).Models[0] with { Name = model, Version = version };
        await cloud.Queue.RunAsync(new DetectionWrite(row, manifest, new Seen(look), 1, TimeProvider.System.GetUtcNow().UtcDateTime) { Feed = cloud.Get<ObservationFeed>() }, Stop);
    }
}
