using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Lynceus.Contracts;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class ApiTests
{
    [Fact]
    public async Task Pages_of_media_follow_each_other_without_gap_or_repeat_while_more_arrive()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        for (var i = 0; i < 7; i++) await hub.SendAsync(Some.Kept());
        var seen = new List<string?>();
        for (var after = ""; after is not null;)
        {
            var page = await cloud.GetJsonAsync($"/api/v1/media?limit=3{after}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(m => m.GetProperty("mediaID").GetString()));
            after = page.TryGetProperty("next", out var next) ? $"&after={next}" : null;
            await hub.SendAsync(Some.Kept());
        }
        Assert.Equal((7, 7), (seen.Count, seen.Distinct().Count()));
    }

    [Fact]
    public async Task Media_are_found_by_hub_camera_verdict_type_time_and_content()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var ridge = await cloud.ConnectAsync("ridge");
        await using var valley = await cloud.ConnectAsync("valley");
        var frame = Some.Bytes(20);
        var sent = Some.Capture("ridge", frame);
        await ridge.SendAsync(sent);
        await ridge.SendAsync(sent.Media[0].MediaID, 0, frame);
        await ridge.SendAsync(Some.Kept() with { CameraID = "south" });
        await valley.SendAsync(Some.Kept("valley", "vehicle", Some.Seen(ObservationType.Vehicle, 0.6f, "car")));

        async Task<int> CountAsync(string query) => (await cloud.MediaAsync(query)).Count;
        Assert.Equal(3, await CountAsync(""));
        Assert.Equal(2, await CountAsync("?hub=ridge"));
        Assert.Equal(1, await CountAsync("?cameraID=south"));
        Assert.Equal(2, await CountAsync("?verdict=keep"));
        Assert.Equal(1, await CountAsync("?observationType=vehicle"));
        Assert.Equal(1, await CountAsync("?hasContent=true"));
        Assert.Equal(2, await CountAsync("?hasContent=false"));
        Assert.Equal(3, await CountAsync("?from=2026-05-17T12:00:00%2B02:00"));
        Assert.Equal(0, await CountAsync("?to=2026-05-17T10:00:00Z"));
        Assert.Equal(2, (await cloud.GetJsonAsync("/api/v1/observations")).GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await cloud.GetJsonAsync("/api/v1/observations?hub=valley&observationType=vehicle")).GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await cloud.GetJsonAsync("/api/v1/captures?verdict=send")).GetProperty("items").GetArrayLength());
        Assert.Equal(2, (await cloud.GetJsonAsync("/api/v1/hubs")).GetArrayLength());
        Assert.Equal(sent.Media[0].MediaID, (await cloud.GetJsonAsync($"/api/v1/media/{sent.Media[0].MediaID}")).GetProperty("mediaID").GetString());
    }

    [Theory]
    [InlineData("media?limit=0", "limit")]
    [InlineData("media?limit=201", "limit")]
    [InlineData("media?limit=many", "limit")]
    [InlineData("media?after=-1", "after")]
    [InlineData("media?after=x", "after")]
    [InlineData("media?hub=NO", "hub")]
    [InlineData("media?verdict=Send", "verdict")]
    [InlineData("media?observationType=1", "observationType")]
    [InlineData("media?from=yesterday", "from")]
    [InlineData("media?from=2026-01-02&to=2026-01-01", "to")]
    [InlineData("media?hasContent=maybe", "hasContent")]
    [InlineData("observations?limit=0", "limit")]
    [InlineData("captures?verdict=x", "verdict")]
    [InlineData("hubs/ridge/effort?limit=0", "limit")]
    [InlineData("hubs/ridge/health?limit=1001", "limit")]
    public async Task A_bad_value_is_answered_with_the_parameters_name(string path, string parameter)
    {
        await using var cloud = await RunningCloud.StartAsync();
        using var response = await cloud.GetAsync("/api/v1/" + path);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.StartsWith(parameter + ":", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("media/01890000-0000-7000-8000-000000000000/1")]
    [InlineData("media/01890000-0000-7000-8000-000000000000/1/content")]
    [InlineData("media/01890000-0000-7000-8000-000000000000/..%2f..%2flynceus.db/content")]
    [InlineData("media/01890000-0000-7000-8000-000000000000/1/thumbnail")]
    [InlineData("media/no-id/1")]
    [InlineData("hubs/nobody")]
    [InlineData("hubs/nobody/health")]
    [InlineData("hubs/nobody/effort")]
    [InlineData("nothing")]
    public async Task What_is_not_here_is_a_404_that_says_so(string path)
    {
        await using var cloud = await RunningCloud.StartAsync();
        using var response = await cloud.GetAsync("/api/v1/" + path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Content_is_the_exact_bytes_with_its_hash_as_tag_and_in_ranges()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var frame = Some.Bytes(1000);
        var capture = Some.Capture("ridge", frame);
        var html = capture with { CaptureID = Guid.CreateVersion7() };
        html = html with { Media = [Some.Media(html.CaptureID, "1", frame) with { Tiers = [new TierRecord(Tier.Frame, 1000, Ids.Sha256(frame), "text/html")] }] };
        await hub.SendAsync(capture);
        await hub.SendAsync(capture.Media[0].MediaID, 0, frame);
        await hub.ReceiptAsync(r => r.Media.Single().Complete);
        await hub.SendAsync(html);

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/v1/media/{capture.Media[0].MediaID}/content?v={Ids.Sha256(frame)[..16]}", UriKind.Relative));
        request.Headers.Range = new RangeHeaderValue(10, 19);
        using var part = await cloud.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(frame[10..20], await part.Content.ReadAsByteArrayAsync());
        Assert.Equal($"\"{Ids.Sha256(frame)}\"", part.Headers.ETag?.Tag);
        Assert.Contains("immutable", part.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        Assert.Equal("nosniff", part.Headers.GetValues("X-Content-Type-Options").Single());
        using var hostile = await cloud.GetAsync($"/api/v1/media/{html.Media[0].MediaID}/content");
        Assert.Equal("application/octet-stream", hostile.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task New_observations_are_streamed_and_missed_ones_come_first()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        await hub.SendAsync(Some.Kept());
        await hub.SendAsync(Some.Kept());
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/observations/stream", UriKind.Relative));
        request.Headers.Add("Last-Event-ID", "1");
        using var response = await cloud.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        async Task<string> NextIdAsync()
        {
            while (true)
            {
                var line = await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20));
                if (line!.StartsWith("id:", StringComparison.Ordinal)) return line[3..].Trim();
            }
        }

        Assert.Equal("2", await NextIdAsync());
        await hub.SendAsync(Some.Kept());
        Assert.Equal("3", await NextIdAsync());
    }

    [Fact]
    public async Task The_OpenAPI_document_lists_every_route()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var paths = (await cloud.GetJsonAsync("/openapi/v1.json")).GetProperty("paths");
        foreach (var path in (string[])["hubs", "hubs/{hub}", "hubs/{hub}/health", "hubs/{hub}/requests", "hubs/{hub}/effort", "captures", "media", "media/stream", "media/{captureID}/{n}", "media/{captureID}/{n}/content", "media/{captureID}/{n}/thumbnail", "observations", "observations/stream", "status"])
        {
            Assert.True(paths.TryGetProperty("/api/v1/" + path, out var route), path);
            Assert.False(string.IsNullOrEmpty(route.GetProperty("get").GetProperty("summary").GetString()), path);
        }
    }

    [Fact]
    public async Task Metrics_health_and_readiness_are_there()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        await hub.SendAsync(Some.Kept());
        Assert.Equal(1, await cloud.MetricAsync("lynceus_ingest_messages_total", "kind=\"capture\""));
        Assert.True(await cloud.MetricAsync("lynceus_ingest_bytes_total", "kind=\"capture\"") > 500);
        Assert.Contains("lynceus_ingest_queue_depth", await cloud.TextAsync("/metrics"), StringComparison.Ordinal);
        Assert.Equal("alive\n", await cloud.TextAsync("/healthz"));
        var ready = await cloud.GetJsonAsync("/readyz");
        Assert.True(ready.GetProperty("ready").GetBoolean());
        Assert.Contains("LYNCEUS_MODELS", ready.GetProperty("detection").GetString(), StringComparison.Ordinal); // where to put the missing model
    }
}
