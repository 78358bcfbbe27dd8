using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Lynceus.Contracts;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class RequestTests
{
    [Fact]
    public async Task A_request_waits_until_the_hub_is_there_and_its_answer_is_shown()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var frame = Some.Bytes(900);
        var capture = Some.Capture("ridge", frame);
        await using (var before = await cloud.ConnectAsync("ridge"))
        {
            await before.SendAsync(capture);
            await before.SendAsync(Some.State(false, 1));
        }
        var asked = await AskAsync(cloud, new { mediaID = capture.Media[0].MediaID, tier = "frame", expiresInHours = 5 });
        var id = asked.GetProperty("requestID").GetString()!;
        Assert.Matches("^[a-z0-9]{4,8}$", id);
        Assert.Equal("waiting", await StandAsync(cloud, id));

        await using var hub = await cloud.ConnectAsync("ridge");
        await hub.SendAsync(Some.State(true, 2));
        var request = await hub.RequestAsync();
        Assert.Equal((id, capture.Media[0].MediaID, Tier.Frame), (request.RequestID, request.MediaID, request.Tier));
        Assert.Equal(asked.GetProperty("expiresAt").GetDateTimeOffset(), request.Expires, TimeSpan.FromMicroseconds(1)); // as PostgreSQL keeps it
        await Some.UntilAsync("told", async () => await StandAsync(cloud, id) == "told");

        await hub.SendAsync(new HubAnswer { RequestID = id, Outcome = RequestOutcome.Accepted });
        Assert.True((await hub.ReceiptAsync(r => r.RequestID == id)).Stored);
        Assert.Equal("accepted", await StandAsync(cloud, id));
        Assert.Equal("accepted", (await cloud.MediaAsync())[0].GetProperty("asked")[0].GetProperty("stand").GetString());
        await hub.SendAsync(capture.Media[0].MediaID, 0, frame);
        Assert.Equal("done", await StandAsync(cloud, id));
    }

    [Fact]
    public async Task A_hub_that_is_there_hears_at_once_and_says_how_it_is()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        await hub.SendAsync(Some.State(true, 1));
        var id = (await AskAsync(cloud, new { })).GetProperty("requestID").GetString()!;
        var request = await hub.RequestAsync();
        Assert.Equal((id, null, null), (request.RequestID, request.MediaID, request.Tier));

        await hub.SendAsync(new HubAnswer { RequestID = id, Outcome = RequestOutcome.Done, Diagnostics = "all is well\n" });
        await hub.SendAsync(new HubAnswer { RequestID = id, Outcome = RequestOutcome.Accepted, Detail = "an answer that comes late" });
        var view = (await ListAsync(cloud))[0];
        Assert.Equal(("done", "all is well\n", false), (view.GetProperty("stand").GetString(), view.GetProperty("diagnostics").GetString(), view.TryGetProperty("detail", out _)));
        await hub.SendAsync(Some.State(true, 2));
        await hub.SendAsync(Some.Health(3));
        Assert.False(hub.HasRequest);
    }

    [Fact]
    public async Task The_same_wish_twice_is_one_request_and_each_connection_hears_it()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using (var hub = await cloud.ConnectAsync("ridge"))
        {
            await hub.SendAsync(Some.State(true, 1));
            var first = await AskAsync(cloud, new { });
            using var again = await PostAsync(cloud, new { });
            Assert.Equal(HttpStatusCode.OK, again.StatusCode);
            Assert.Equal(first.GetProperty("requestID").GetString(), (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("requestID").GetString());
            await hub.RequestAsync();
        }
        await using var later = await cloud.ConnectAsync("ridge");
        await later.SendAsync(Some.State(true, 2));
        await later.RequestAsync();
        Assert.Equal(1, (await cloud.GetJsonAsync("/api/v1/hubs/ridge")).GetProperty("openRequests").GetInt32());
    }

    [Fact]
    public async Task A_request_that_is_taken_back_is_said_no_more()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using (var before = await cloud.ConnectAsync("ridge")) await before.SendAsync(Some.State(false, 1));
        var id = (await AskAsync(cloud, new { })).GetProperty("requestID").GetString()!;
        Assert.Equal(HttpStatusCode.NoContent, await CancelAsync(cloud, id));
        Assert.Equal(HttpStatusCode.NoContent, await CancelAsync(cloud, id));
        Assert.Equal("cancelled", await StandAsync(cloud, id));
        var other = (await AskAsync(cloud, new { })).GetProperty("requestID").GetString();
        await using var hub = await cloud.ConnectAsync("ridge");
        await hub.SendAsync(Some.State(true, 2));
        Assert.Equal(other, (await hub.RequestAsync()).RequestID);
        await hub.SendAsync(new HubAnswer { RequestID = other!, Outcome = RequestOutcome.Gone });
        Assert.Equal(HttpStatusCode.Conflict, await CancelAsync(cloud, other!));
        Assert.Equal(HttpStatusCode.NotFound, await CancelAsync(cloud, "nosuch"));
    }

    [Theory]
    [InlineData("""{"mediaID":"x","tier":"frame"}""", HttpStatusCode.BadRequest, "mediaID")]
    [InlineData("""{"mediaID":"00000000-0000-0000-0000-000000000000/1"}""", HttpStatusCode.BadRequest, "tier")]
    [InlineData("""{"tier":"frame"}""", HttpStatusCode.BadRequest, "mediaID")]
    [InlineData("""{"mediaID":"00000000-0000-0000-0000-000000000000/1","tier":"poster"}""", HttpStatusCode.BadRequest, "tier")]
    [InlineData("""{"expiresInHours":0}""", HttpStatusCode.BadRequest, "expiresInHours")]
    [InlineData("""{"expiresInHours":721}""", HttpStatusCode.BadRequest, "expiresInHours")]
    [InlineData("{", HttpStatusCode.BadRequest, "JSON")]
    [InlineData("""{"mediaID":"00000000-0000-0000-0000-000000000000/1","tier":"frame"}""", HttpStatusCode.NotFound, "00000000-0000-0000-0000-000000000000/1")]
    public async Task What_cannot_be_asked_is_said_in_words(string body, HttpStatusCode code, string named)
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        await hub.SendAsync(Some.State(true, 1));
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await cloud.Http.PostAsync(new Uri("/api/v1/hubs/ridge/requests", UriKind.Relative), content, TestContext.Current.CancellationToken);
        Assert.Equal(code, response.StatusCode);
        Assert.Contains(named, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_here_is_not_asked_for_nor_from_a_hub_that_nobody_knows_nor_without_end()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var frame = Some.Bytes(10);
        var capture = Some.Capture("ridge", frame);
        await hub.SendAsync(capture);
        await hub.SendAsync(capture.Media[0].MediaID, 0, frame);
        await hub.ReceiptAsync(r => r.Media is [{ Complete: true }]);
        using (var here = await PostAsync(cloud, new { mediaID = capture.Media[0].MediaID, tier = "frame" })) Assert.Equal(HttpStatusCode.Conflict, here.StatusCode);
        using (var nobody = await cloud.Http.PostAsJsonAsync("/api/v1/hubs/nobody/requests", new { })) Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);

        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        using (var db = cloud.Rows())
        {
            for (var i = 0; i < RequestWrite.MostOpen; i++) db.Requests.Add(new RequestRow { RequestID = $"r{i}", Hub = "ridge", MediaID = $"m{i}", CreatedAt = now, ExpiresAt = now.AddHours(1) });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        using var many = await PostAsync(cloud, new { });
        Assert.Equal(HttpStatusCode.Conflict, many.StatusCode);
    }

    [Fact]
    public async Task An_answer_to_what_was_never_asked_is_receipted_so_that_it_ends_and_answers_nothing_of_another_hub()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var ridge = await cloud.ConnectAsync("ridge");
        await using var valley = await cloud.ConnectAsync("valley");
        await ridge.SendAsync(Some.State(true, 1));
        var id = (await AskAsync(cloud, new { })).GetProperty("requestID").GetString()!;
        Assert.True((await valley.SendAsync(new HubAnswer { RequestID = id, Outcome = RequestOutcome.Gone })).IsSuccess);
        var receipt = await valley.ReceiptAsync(r => r.RequestID == id);
        Assert.Equal((false, "no such request is known here"), (receipt.Stored, receipt.Detail));
        Assert.NotEqual("gone", await StandAsync(cloud, id));
    }

    [Theory]
    [InlineData(null, false, 0, null, null, "waiting")]
    [InlineData(null, false, 0, 1, null, "told")]
    [InlineData(null, false, 100, 1, null, "expired")]
    [InlineData(RequestOutcome.Accepted, false, 71, 1, null, "accepted")]
    [InlineData(RequestOutcome.Accepted, false, 73, 1, null, "expired")]
    [InlineData(RequestOutcome.Accepted, true, 73, 1, null, "done")]
    [InlineData(RequestOutcome.Accepted, false, 2, 1, 2, "cancelled")]
    [InlineData(RequestOutcome.Gone, false, 2, 1, 2, "gone")]
    [InlineData(RequestOutcome.NotAllowed, false, 2, 1, null, "notAllowed")]
    [InlineData(null, true, 100, null, null, "done")]
    public void How_far_a_request_has_come_needs_only_its_row_and_the_time(RequestOutcome? outcome, bool isHere, int hours, int? said, int? cancelled, string stand)
    {
        var start = Some.Noon.UtcDateTime;
        var row = new RequestRow { RequestID = "a", Hub = "ridge", CreatedAt = start, ExpiresAt = start.AddHours(72), Outcome = outcome, SaidAt = said is null ? null : start.AddHours(said.Value), CancelledAt = cancelled is null ? null : start.AddHours(cancelled.Value) };
        Assert.Equal(stand, WireWords.Of(RequestStanding.Of(row, isHere, start.AddHours(hours))));
    }

    [Theory]
    [InlineData(null, 0, 5, true)]
    [InlineData(3, 0, 5, false)]
    [InlineData(3, 4, 5, true)]
    [InlineData(3, 0, 13, true)]
    public void A_request_is_said_once_to_each_connection_and_again_after_ten_minutes(int? said, int connected, int now, bool isToBeSaid)
    {
        var start = Some.Noon.UtcDateTime;
        var row = new RequestRow { RequestID = "a", Hub = "ridge", SaidAt = said is null ? null : start.AddMinutes(said.Value) };
        Assert.Equal(isToBeSaid, RequestStanding.IsToBeSaid(row, start.AddMinutes(connected), start.AddMinutes(now)));
    }

    private static Task<HttpResponseMessage> PostAsync(RunningCloud cloud, object body) => cloud.Http.PostAsJsonAsync("/api/v1/hubs/ridge/requests", body, TestContext.Current.CancellationToken);

    private static async Task<JsonElement> AskAsync(RunningCloud cloud, object body)
    {
        using var response = await PostAsync(cloud, body);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(RunningCloud cloud) => [.. (await cloud.GetJsonAsync("/api/v1/hubs/ridge/requests")).GetProperty("items").EnumerateArray()];

    private static async Task<string?> StandAsync(RunningCloud cloud, string id) => (await ListAsync(cloud)).Single(r => r.GetProperty("requestID").GetString() == id).GetProperty("stand").GetString();

    private static async Task<HttpStatusCode> CancelAsync(RunningCloud cloud, string id)
    {
        using var response = await cloud.Http.DeleteAsync(new Uri($"/api/v1/hubs/ridge/requests/{id}", UriKind.Relative), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
