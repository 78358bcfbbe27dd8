using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class AlarmApiTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rule_is_set_listed_switched_and_removed_by_API_and_command()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        string[] rows = ["--data", cloud.Data, .. await TestRows.ArgumentsAsync(cloud.Data)];
        var rule = await PostAsync(cloud, "rules", new { kind = "firstSight", species = new[] { "Procyon lotor", "Nyctereutes" }, perLocation = true, channels = new[] { "mail:ana@example.org", "webhook" }, by = "Ana" }, HttpStatusCode.Created);
        Assert.Equal((1, "firstSight", "middle", true), (rule.GetProperty("ruleID").GetInt64(), rule.GetProperty("kind").GetString(), rule.GetProperty("sensitivity").GetString(), rule.GetProperty("enabled").GetBoolean()));
        Assert.Equal(["Procyon lotor", "Nyctereutes"], rule.GetProperty("species").EnumerateArray().Select(s => s.GetString()!));
        Assert.Equal(0, await CloudCommand.RunAsync(["alarms", "rules", "add", "decline", "--project", "jura", "--per-location", "--sensitivity", "low", "--to", "mqtt", "--by", "Ana", .. rows]));
        Assert.Equal(["firstSight", "decline"], (await cloud.GetJsonAsync("/api/v1/alarms/rules")).EnumerateArray().Select(r => r.GetProperty("kind").GetString()!));
        Assert.Equal(0, await CloudCommand.RunAsync(["alarms", "rules", "disable", "2", .. rows]));
        Assert.False((await cloud.GetJsonAsync("/api/v1/alarms/rules"))[1].GetProperty("enabled").GetBoolean());
        Assert.True((await PostAsync(cloud, "rules/2/enable", new { })).GetProperty("enabled").GetBoolean());
        Assert.Equal(0, await CloudCommand.RunAsync(["alarms", "rules", "list", .. rows]));
        Assert.Equal(0, await CloudCommand.RunAsync(["alarms", "check", .. rows]));
        Assert.Equal(0, await CloudCommand.RunAsync(["alarms", "list", "--state", "new", .. rows]));
        Assert.Equal(2, (await PostAsync(cloud, "check", new { })).GetProperty("rules").GetInt32());
        Assert.Equal(0, await CloudCommand.RunAsync(["alarms", "rules", "remove", "2", .. rows]));
        Assert.Equal(2, await CloudCommand.RunAsync(["alarms", "rules", "remove", "2", .. rows]));
        using (var gone = await cloud.Http.DeleteAsync(new Uri("/api/v1/alarms/rules/1", UriKind.Relative), Stop)) Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        using (var gone = await cloud.Http.DeleteAsync(new Uri("/api/v1/alarms/rules/1", UriKind.Relative), Stop)) Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task An_alarm_is_acknowledged_and_muted_on_API_and_command_and_the_mute_can_be_ended()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        string[] rows = ["--data", cloud.Data, .. await TestRows.ArgumentsAsync(cloud.Data)];
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        await using (var db = cloud.Rows())
        {
            db.Alarms.AddRange(Enumerable.Range(0, 3).Select(i => new AlarmRow
            {
                Kind = AlarmKind.Decline, Series = $"s{i}", Key = $"k{i}", Project = "jura", Species = "Lynx lynx", Location = i < 2 ? "L1" : "L2", FirstDay = new DateOnly(2026, 5, 11), LastDay = new DateOnly(2026, 5, 17), Says = "why", RaisedAt = now, StandsAt = now,
            }));
            await db.SaveChangesAsync(Stop);
            db.Notices.Add(new NoticeRow { AlarmRowId = 2, Channel = "webhook", NextTry = now.AddDays(1), LastFault = "it answered 500", Attempts = 3 });
            await db.SaveChangesAsync(Stop);
        }
        Assert.Equal([3L, 2, 1], (await cloud.GetJsonAsync("/api/v1/alarms?state=new&kind=decline&project=jura")).GetProperty("items").EnumerateArray().Select(a => a.GetProperty("alarmID").GetInt64()));
        Assert.Equal(("webhook", 3, "it answered 500"), (await cloud.GetJsonAsync("/api/v1/alarms/2")).GetProperty("notices")[0] is var n ? (n.GetProperty("channel").GetString(), n.GetProperty("attempts").GetInt32(), n.GetProperty("lastFault").GetString()) : default);
        Assert.Equal((3, 1, 0), (await cloud.MetricAsync("lynceus_alarms_new"), await cloud.MetricAsync("lynceus_alarm_notices_waiting"), await cloud.MetricAsync("lynceus_alarm_notices_given_up")));
        Assert.Equal(("acknowledged", "Ana"), await PostAsync(cloud, "1/acknowledge", new { by = "Ana" }) is var seen ? (seen.GetProperty("state").GetString(), seen.GetProperty("acknowledgedBy").GetString()) : default);
        Assert.Equal("muted", (await PostAsync(cloud, "2/mute", new { by = "Ana", days = 14, why = "felling there" })).GetProperty("state").GetString());
        Assert.Empty((await cloud.GetJsonAsync("/api/v1/alarms/2")).GetProperty("notices").EnumerateArray());
        Assert.Equal(("muted", "new"), ((await cloud.GetJsonAsync("/api/v1/alarms/1")).GetProperty("state").GetString(), (await cloud.GetJsonAsync("/api/v1/alarms/3")).GetProperty("state").GetString()));
        Assert.Equal((1, 0), (await cloud.MetricAsync("lynceus_alarms_new"), await cloud.MetricAsync("lynceus_alarm_notices_waiting")));
        var mute = (await cloud.GetJsonAsync("/api/v1/alarms/mutes")).EnumerateArray().Single();
        Assert.Equal(("decline", "jura", "Lynx lynx", "L1", "felling there"), (mute.GetProperty("kind").GetString(), mute.GetProperty("project").GetString(), mute.GetProperty("scientificName").GetString(), mute.GetProperty("location").GetString(), mute.GetProperty("why").GetString()));
        Assert.Equal(0, await CloudCommand.RunAsync(["alarms", "mutes", "--end", "1", .. rows]));
        Assert.Empty((await cloud.GetJsonAsync("/api/v1/alarms/mutes")).EnumerateArray());
        Assert.Equal(0, await CloudCommand.RunAsync(["alarms", "mute", "3", "--days", "3", "--by", "Ana", .. rows]));
        Assert.Equal(0, await CloudCommand.RunAsync(["alarms", "acknowledge", "3", "--by", "Ana", .. rows]));
        Assert.Equal("muted", (await cloud.GetJsonAsync("/api/v1/alarms/3")).GetProperty("state").GetString());
        Assert.Equal("jura", (await PostAsync(cloud, "mutes", new { by = "Ana", days = 1, project = "jura" })).GetProperty("project").GetString());
        foreach (var wrong in (string[][])[["mute", "9"], ["acknowledge", "9"], ["mutes", "--end", "9"], ["mute", "3", "--days", "0"], ["rules", "add", "decline", "--to", "pigeon"], ["rules", "add", "flood"], ["rules", "add", "decline", "--species-list", "nowhere"]])
            Assert.Equal(2, await CloudCommand.RunAsync(["alarms", .. wrong, .. rows]));
    }

    [Fact]
    public async Task A_channel_is_tried_by_API_and_command_and_says_what_stands_in_the_way()
    {
        await using var server = new MailServer();
        await using var cloud = await RunningCloud.StartAsync(settings: s => Work.Idle(s) with { Notices = new NoticeTargets { Smtp = server.Target } });
        Assert.False((await PostAsync(cloud, "try", new { channel = "mail:ana@example.org" })).TryGetProperty("fault", out _));
        Assert.Contains("cloud run --webhook", (await PostAsync(cloud, "try", new { channel = "webhook" })).GetProperty("fault").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await CloudCommand.RunAsync(["alarms", "test-send", "mail:bob@example.org", "--smtp", $"127.0.0.1:{server.Port}", "--smtp-from", "lynceus@example.org"]));
        Assert.Equal(["ana@example.org", "bob@example.org"], server.Mails.Select(m => m.To.Mailboxes.Single().Address));
        Assert.Contains("this is a trial", server.Mails.First().Subject, StringComparison.Ordinal);
        Assert.Equal(1, await CloudCommand.RunAsync(["alarms", "test-send", "mqtt"]));
        Assert.Equal(2, await CloudCommand.RunAsync(["alarms", "test-send", "pigeon"]));
    }

    [Fact]
    public async Task What_no_rule_mute_or_channel_can_be_is_refused_by_the_fields_name()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        foreach (var (path, body, field) in new[]
        {
            ("rules", "{\"kind\":\"flood\",\"by\":\"Ana\"}", "kind"),
            ("rules", "{\"kind\":\"decline\"}", "by"),
            ("rules", "{\"kind\":\"decline\",\"by\":\"Ana\",\"sensitivity\":\"extreme\"}", "sensitivity"),
            ("rules", "{\"kind\":\"decline\",\"by\":\"Ana\",\"channels\":[\"webhook:http://169.254.169.254/\"]}", "channels"),
            ("rules", "{\"kind\":\"decline\",\"by\":\"Ana\",\"channels\":[\"mail:a@b\\r\\nBcc: c@d\"]}", "channels"),
            ("rules", "{\"kind\":\"decline\",\"by\":\"Ana\",\"species\":[\"Lynx\\u0000lynx\"]}", "species"),
            ("rules", "{\"kind\":\"decline\",\"by\":\"Ana\",\"species\":[\"a,b\"]}", "species"),
            ("rules", "{\"kind\":\"personAtNight\",\"by\":\"Ana\",\"species\":[\"Homo sapiens\"]}", "species"),
            ("rules", "{\"kind\":\"decline\",\"by\":\"Ana\",\"location\":\"\"}", "location"),
            ("mutes", "{\"by\":\"Ana\",\"days\":1e9}", "days"),
            ("mutes", "{\"by\":\"Ana\"}", "days"),
            ("try", "{\"channel\":\"file:///etc/passwd\"}", "channel"),
        })
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using var answer = await cloud.Http.PostAsync(new Uri($"/api/v1/alarms/{path}", UriKind.Relative), content, Stop);
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, body);
            Assert.StartsWith(field + ":", (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    private static async Task<JsonElement> PostAsync(RunningCloud cloud, string path, object body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await cloud.Http.PostAsJsonAsync(new Uri($"/api/v1/alarms/{path}", UriKind.Relative), body, Stop);
        Assert.Equal(expected, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }
}
