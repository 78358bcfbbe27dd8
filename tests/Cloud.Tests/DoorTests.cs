using System.Net.Http.Headers;
using System.Text;
using Lynceus.Contracts;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class DoorTests
{
    [Fact]
    public async Task A_record_that_comes_over_https_is_answered_with_its_receipt_plain_or_packed()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var door = new Door(cloud.Http, "ridge");
        var (first, second) = (Some.Capture("ridge", Some.Bytes(100)), Some.Capture("ridge", Some.Bytes(200)));

        var plain = await door.SendAsync(first);
        Assert.Equal((200, true, first.CaptureID), (plain.Status, plain.Answer!.Receipts.Single().Stored, plain.Answer.Receipts.Single().CaptureID));
        Assert.Equal((0, false), (plain.Answer.Receipts[0].Media.Single().Offset, plain.Answer.Receipts[0].Media[0].Complete));

        var packed = await door.PostAsync($"capture/{second.CaptureID:D}", Wire.Pack(Wire.Write(second)), "application/octet-stream");
        Assert.Equal((200, second.CaptureID), (packed.Status, packed.Answer!.Receipts.Single().CaptureID));

        Assert.Equal(200, (await door.PostAsync("state", Wire.Write(Some.State(online: true, 1)))).Status);
        Assert.Equal(7, (await door.PostAsync("effort", Wire.Write(Some.Effort(7, 9)))).Answer!.Receipts.Single().Revision);
        Assert.True((await cloud.GetJsonAsync("/api/v1/hubs"))[0].GetProperty("online").GetBoolean());
    }

    [Theory]
    [InlineData("ridge", "state", "{", "application/json", 400, Refusal.Malformed)]
    [InlineData("ridge", "nonsense", "{}", "application/json", 404, Refusal.WrongTopic)]
    [InlineData("ridge", "../valley/state", "{}", "application/json", 404, null)]
    [InlineData("ridge", "state", "{}", "text/plain", 415, null)]
    [InlineData("ridge", "state", "{}", "application/x-www-form-urlencoded", 415, null)]
    [InlineData("NOT A HUB", "state", "{}", "application/json", 401, Refusal.WrongHub)]
    public async Task What_is_not_right_is_refused_by_name(string hub, string topic, string payload, string type, int status, Refusal? refused)
    {
        await using var cloud = await RunningCloud.StartAsync();
        var said = await new Door(cloud.Http, Uri.EscapeDataString(hub)).PostAsync(topic, Encoding.UTF8.GetBytes(payload), type);
        Assert.Equal((status, refused), (said.Status, said.Answer?.Refused));
    }

    [Fact]
    public async Task A_message_above_the_limit_is_not_read_to_its_end()
    {
        await using var cloud = await RunningCloud.StartAsync();
        Assert.Equal(413, (await new Door(cloud.Http, "ridge").PostAsync("state", new byte[Wire.MaxJsonBytes + 1])).Status);
    }

    [Fact]
    public async Task A_hub_cannot_speak_for_another_in_a_record()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var said = await new Door(cloud.Http, "ridge").PostAsync("state", Wire.Write(Some.State(online: true, 1, hub: "valley")));
        Assert.Equal(400, said.Status);
        Assert.Empty((await cloud.GetJsonAsync("/api/v1/hubs")).EnumerateArray());
    }

    [Fact]
    public async Task Elsewhere_than_on_loopback_a_hub_needs_its_own_password_and_the_pages_token_opens_nothing_here()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: s => s with { Http = RunningCloud.Address("0.0.0.0:0") });
        using var db = cloud.Rows();
        var password = HubCredentials.Add(db, "ridge", DateTime.UnixEpoch);
        var state = Wire.Write(Some.State(online: true, 1));
        var upload = Door.Upload("ridge", Ids.Media(Guid.NewGuid(), "1"));

        Assert.Equal(200, (await new Door(cloud.Http, "ridge", password).PostAsync("state", state)).Status);
        Assert.Equal(404, (await new Door(cloud.Http, "ridge", password).HeadAsync(upload)).Status);
        Assert.Equal(401, (await new Door(cloud.Http, "ridge").PostAsync("state", state)).Status);
        Assert.Equal(401, (await new Door(cloud.Http, "ridge", password + "0").PostAsync("state", state)).Status);
        Assert.Equal(401, (await new Door(cloud.Http, "valley", password).PostAsync("state", state)).Status);
        Assert.Equal(401, (await new Door(cloud.Http, "ridge").HeadAsync(upload)).Status);

        var token = cloud.Get<AccessToken>().Value;
        var withToken = await new Door(cloud.Http, "ridge").SendAsync(HttpMethod.Post, "/api/v1/hubs/ridge/wire/state",
            r => (r.Headers.Authorization, r.Content) = (new AuthenticationHeaderValue("Bearer", token), new ByteArrayContent(state) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } }));
        Assert.Equal(401, withToken.Status);
        Assert.Equal(401, (await new Door(cloud.Http, "ridge").SendAsync(HttpMethod.Head, upload, r => r.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token))).Status);

        // The other way round: a hub's password shows no pictures.
        Assert.Equal(401, (await new Door(cloud.Http, "ridge", password).SendAsync(HttpMethod.Get, "/api/v1/media")).Status);
        Assert.Equal(401, (await new Door(cloud.Http, "ridge", password).SendAsync(HttpMethod.Get, "/api/v1/hubs/ridge/effort")).Status);
    }

    [Fact]
    public async Task On_a_connection_that_stays_a_hub_cannot_turn_into_another()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: s => s with { Http = RunningCloud.Address("0.0.0.0:0") });
        using var db = cloud.Rows();
        var (ridge, valley) = (HubCredentials.Add(db, "ridge", DateTime.UnixEpoch), HubCredentials.Add(db, "valley", DateTime.UnixEpoch));
        Assert.Equal(200, (await new Door(cloud.Http, "ridge", ridge).PostAsync("state", Wire.Write(Some.State(online: true, 1)))).Status);
        Assert.Equal(401, (await new Door(cloud.Http, "valley", ridge).PostAsync("state", Wire.Write(Some.State(online: true, 1, hub: "valley")))).Status);
        Assert.Equal(200, (await new Door(cloud.Http, "valley", valley).PostAsync("state", Wire.Write(Some.State(online: true, 1, hub: "valley")))).Status);
    }

    [Fact]
    public async Task A_request_that_waits_is_in_the_answer_to_the_hubs_next_word_and_once_to_a_connection()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var door = new Door(cloud.Http, "ridge");
        Assert.Null((await door.PostAsync("state", Wire.Write(Some.State(online: true, 1)))).Answer!.Requests);
        using (var db = cloud.Rows())
        {
            db.Requests.Add(new RequestRow { RequestID = "r1", Hub = "ridge", CreatedAt = TimeProvider.System.GetUtcNow().UtcDateTime, ExpiresAt = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1) });
            db.Requests.Add(new RequestRow { RequestID = "r2", Hub = "valley", CreatedAt = TimeProvider.System.GetUtcNow().UtcDateTime, ExpiresAt = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1) });
            db.Requests.Add(new RequestRow { RequestID = "r3", Hub = "ridge", CreatedAt = TimeProvider.System.GetUtcNow().UtcDateTime, ExpiresAt = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1) });
            db.SaveChanges();
        }
        var told = await door.PostAsync("effort", Wire.Write(Some.Effort(1, 9)));
        Assert.Equal("r1", Assert.Single(told.Answer!.Requests!).RequestID);
        Assert.Null((await door.PostAsync("effort", Wire.Write(Some.Effort(2, 10)))).Answer!.Requests);
        // The answer may have been lost with the connection: on the next one it is said again.
        Assert.Single((await door.PostAsync("state", Wire.Write(Some.State(online: true, 2)))).Answer!.Requests!);
    }
}
