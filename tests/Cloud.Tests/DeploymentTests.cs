using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class DeploymentTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Kept on the card: the hub's word is the observation.</summary>
    private static CaptureRecord At(DateTimeOffset time, string camera = "north", string? deployment = null)
    {
        var record = Some.Kept("ridge", "animal", Some.Seen());
        return record with { CameraID = camera, DeploymentID = deployment, EventStart = time, EventEnd = time, Media = [record.Media[0] with { Timestamp = time }] };
    }

    private static async Task SendAsync(RunningCloud cloud, params CaptureRecord[] records)
    {
        foreach (var record in records) await cloud.Queue.RunAsync(new CaptureWrite(record, Some.Noon.UtcDateTime) { News = cloud.Get<News>() }, Stop);
    }

    private static async Task<JsonElement> PutAsync(RunningCloud cloud, string path, object body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await cloud.Http.PutAsJsonAsync(new Uri($"/api/v1/{path}", UriKind.Relative), body, Stop);
        Assert.Equal(expected, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }

    private static async Task<JsonElement> PostAsync(RunningCloud cloud, string path, object body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await cloud.Http.PostAsJsonAsync(new Uri($"/api/v1/{path}", UriKind.Relative), body, Stop);
        Assert.Equal(expected, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }

    private static async Task<List<(string Deployment, DateTimeOffset Start)>> EventsAsync(RunningCloud cloud)
        => [.. (await cloud.GetJsonAsync("/api/v1/events?limit=200")).GetProperty("items").EnumerateArray().Select(e => (e.GetProperty("deploymentID").GetString()!, e.GetProperty("eventStart").GetDateTimeOffset())).OrderBy(e => e.Item2)];

    [Fact]
    public async Task A_capture_that_nobody_described_a_place_for_has_a_deployment_that_follows_it()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        await SendAsync(cloud, At(Some.Noon), At(Some.Noon.AddDays(-3)), At(Some.Noon.AddDays(1), deployment: "valley"));
        Assert.Equal(["ridge:north", "ridge:north", "valley"], (await EventsAsync(cloud)).Select(e => e.Deployment));
        var made = await cloud.GetJsonAsync("/api/v1/deployments/ridge:north");
        Assert.True(made.GetProperty("fromCaptures").GetBoolean());
        Assert.Equal(Some.Noon.AddDays(-3), made.GetProperty("deploymentStart").GetDateTimeOffset());
    }

    [Fact]
    public async Task Describing_a_deployment_takes_the_captures_of_its_camera_and_period_and_correcting_it_gives_them_back()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        await SendAsync(cloud, At(Some.Noon), At(Some.Noon.AddDays(10)), At(Some.Noon, "south"));
        var set = await PutAsync(cloud, "deployments/oak", new { hub = "ridge", cameraID = "north", deploymentStart = Some.Noon.AddDays(-1), deploymentEnd = Some.Noon.AddDays(5), locationID = "oak", project = "hills" });
        Assert.Equal(1, set.GetProperty("moved").GetInt32());
        Assert.Equal(["oak", "ridge:north", "ridge:south"], (await EventsAsync(cloud)).Select(e => e.Deployment).Order(StringComparer.Ordinal));
        await PutAsync(cloud, "deployments/oak", new { deploymentEnd = Some.Noon.AddDays(20) });
        Assert.Equal(["oak", "oak", "ridge:south"], (await EventsAsync(cloud)).Select(e => e.Deployment).Order(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await cloud.GetAsync("/api/v1/deployments/ridge:north")).StatusCode); // it only followed captures that are elsewhere now
        await SendAsync(cloud, At(Some.Noon.AddDays(11)));
        Assert.Equal(3, (await EventsAsync(cloud)).Count(e => e.Deployment == "oak"));
    }

    [Fact]
    public async Task A_camera_that_is_moved_begins_another_deployment_at_the_same_moment()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        await PutAsync(cloud, "deployments/oak", new { hub = "ridge", cameraID = "north", deploymentStart = Some.Noon, latitude = 46.5, longitude = 6.1 });
        await SendAsync(cloud, At(Some.Noon.AddDays(1)), At(Some.Noon.AddDays(6)));
        var moved = await PostAsync(cloud, "deployments/oak/move", new { deploymentID = "beech", at = Some.Noon.AddDays(5), place = new { latitude = 46.6, longitude = 6.2 } });
        Assert.Equal((1, 46.6), (moved.GetProperty("moved").GetInt32(), moved.GetProperty("deployment").GetProperty("latitude").GetDouble()));
        Assert.Equal(["oak", "beech"], (await EventsAsync(cloud)).Select(e => e.Deployment));
        Assert.Equal(Some.Noon.AddDays(5), (await cloud.GetJsonAsync("/api/v1/deployments/oak")).GetProperty("deploymentEnd").GetDateTimeOffset());
        await PostAsync(cloud, "deployments/oak/move", new { deploymentID = "beech", at = Some.Noon.AddDays(3) }, HttpStatusCode.Conflict);
        await PostAsync(cloud, "deployments/oak/move", new { deploymentID = "ash", at = Some.Noon.AddDays(30) }, HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_camera_cannot_stand_at_two_places_at_once()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        await PutAsync(cloud, "deployments/oak", new { hub = "ridge", cameraID = "north", deploymentStart = Some.Noon, deploymentEnd = Some.Noon.AddDays(5) });
        var problem = await PutAsync(cloud, "deployments/ash", new { hub = "ridge", cameraID = "north", deploymentStart = Some.Noon.AddDays(4) }, HttpStatusCode.Conflict);
        Assert.Contains("stands at oak from", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await PutAsync(cloud, "deployments/ash", new { hub = "ridge", cameraID = "north", deploymentStart = Some.Noon.AddDays(5) });
    }

    [Theory]
    [InlineData("""{"latitude": 91, "longitude": 0}""", "latitude: 91 is not -90 to 90")]
    [InlineData("""{"latitude": 45}""", "latitude, longitude: give both")]
    [InlineData("""{"hub": "ridge"}""", "hub, cameraID: one of them alone")]
    [InlineData("""{"deploymentStart": "2026-05-01T00:00:00Z", "deploymentEnd": "2026-04-01T00:00:00Z"}""", "deploymentEnd: must not be before deploymentStart")]
    [InlineData("""{"featureType": "lawn"}""", "featureType: must be one of roadPaved")]
    [InlineData("""{"cameraHeading": 400}""", "cameraHeading: 400 is not 0 to 360")]
    public async Task What_is_wrong_with_a_description_is_named(string body, string says)
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await cloud.Http.PutAsync(new Uri("/api/v1/deployments/oak", UriKind.Relative), content, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(says, (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_clock_is_repaired_by_one_known_pair_and_taken_back_and_what_the_camera_said_stays()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var wrong = new DateTimeOffset(2006, 1, 1, 0, 12, 0, TimeSpan.Zero);
        await PutAsync(cloud, "deployments/oak", new { hub = "ridge", cameraID = "north", deploymentStart = Some.Noon.AddDays(-1), deploymentEnd = Some.Noon.AddDays(30) });
        await SendAsync(cloud, At(wrong), At(wrong.AddDays(2)), At(Some.Noon.AddDays(20)));
        Assert.Equal(["oak"], (await EventsAsync(cloud)).Select(e => e.Deployment).Where(d => d == "oak"));

        var body = new { repairID = Guid.CreateVersion7(), hub = "ridge", cameraID = "north", to = "2007-01-01", cameraReading = "2006-01-01T00:12:00", trueTime = Some.Noon, by = "Ana" };
        var preview = await PostAsync(cloud, "clock-repairs/preview", body);
        Assert.Equal((2, 2, 0), (preview.GetProperty("captures").GetInt32(), preview.GetProperty("moved").GetInt32(), preview.GetProperty("outside").GetInt32()));
        Assert.Equal(Some.Noon, preview.GetProperty("examples")[0].GetProperty("trueTime").GetDateTimeOffset());
        Assert.Single(await EventsAsync(cloud), e => e.Deployment == "oak");

        var done = await PostAsync(cloud, "clock-repairs", body);
        Assert.Equal(2, done.GetProperty("moved").GetInt32());
        await PostAsync(cloud, "clock-repairs", body); // said twice: once
        Assert.Equal([Some.Noon, Some.Noon.AddDays(2), Some.Noon.AddDays(20)], (await EventsAsync(cloud)).Where(e => e.Deployment == "oak").Select(e => e.Start));
        await SendAsync(cloud, At(wrong.AddDays(3)));
        Assert.Contains(("oak", Some.Noon.AddDays(3)), await EventsAsync(cloud));
        await using (var db = cloud.Rows()) Assert.Contains(wrong.UtcDateTime, await db.Captures.Select(c => c.EventStart).ToListAsync(Stop));

        using var undo = await cloud.Http.DeleteAsync(new Uri($"/api/v1/clock-repairs/{body.repairID}?by=Ben", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.OK, undo.StatusCode);
        Assert.Single(await EventsAsync(cloud), e => e.Deployment == "oak");
        var kept = (await cloud.GetJsonAsync("/api/v1/clock-repairs")).GetProperty("items")[0];
        Assert.Equal(("Ana", "Ben"), (kept.GetProperty("by").GetString(), kept.GetProperty("undoneBy").GetString()));
    }

    [Fact]
    public async Task A_clock_that_ran_fast_is_repaired_by_two_pairs()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        await SendAsync(cloud, At(Some.Noon), At(Some.Noon.AddDays(10)), At(Some.Noon.AddDays(20)));
        await PostAsync(cloud, "clock-repairs", new
        {
            hub = "ridge", cameraID = "north", by = "Ana",
            cameraReading = "2026-05-17T12:00", trueTime = Some.Noon, secondReading = "2026-06-06T12:00", secondTrueTime = Some.Noon.AddDays(20).AddMinutes(-20),
        });
        Assert.Equal([Some.Noon, Some.Noon.AddDays(10).AddMinutes(-10), Some.Noon.AddDays(20).AddMinutes(-20)], (await EventsAsync(cloud)).Select(e => e.Start));
    }

    [Fact]
    public async Task A_missing_offset_moves_the_instant_and_not_the_wall_time()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        await SendAsync(cloud, At(new DateTimeOffset(2026, 5, 17, 12, 0, 0, TimeSpan.Zero)));
        await PostAsync(cloud, "clock-repairs", new { hub = "ridge", cameraID = "north", by = "Ana", offset = "+02:00" });
        var (deployment, start) = Assert.Single(await EventsAsync(cloud));
        Assert.Equal(("ridge:north", new DateTime(2026, 5, 17, 12, 0, 0), TimeSpan.FromHours(2)), (deployment, start.DateTime, start.Offset));
    }

    [Theory]
    [InlineData("""{"hub":"ridge","cameraID":"north","by":"Ana"}""", "one of cameraReading with trueTime")]
    [InlineData("""{"hub":"ridge","cameraID":"north","by":"Ana","years":1,"shiftSeconds":5}""", "one of cameraReading with trueTime")]
    [InlineData("""{"hub":"ridge","cameraID":"north","by":"Ana","cameraReading":"noon","trueTime":"2026-05-17T12:00:00Z"}""", "cameraReading: 'noon' is no reading")]
    [InlineData("""{"hub":"ridge","cameraID":"north","by":"Ana","offset":"2"}""", "offset: '2' is no offset")]
    [InlineData("""{"hub":"ridge","cameraID":"north","years":1}""", "by: say who")]
    [InlineData("""{"hub":"ridge","cameraID":"north","by":"Ana","years":1,"from":"2026-05-02","to":"2026-05-01"}""", "to: must be later than from")]
    public void A_repair_that_says_too_little_or_too_much_is_refused_by_field(string body, string says)
        => Assert.Contains(says, JsonSerializer.Deserialize<ClockRepairBody>(body, JsonSerializerOptions.Web)!.Fault(), StringComparison.Ordinal);

    [Fact]
    public async Task A_hubs_clock_that_was_set_later_proposes_the_repair_of_what_came_before()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var boot = Guid.NewGuid();
        var unset = new DateTimeOffset(1970, 1, 1, 0, 10, 0, TimeSpan.Zero);
        var by = (long)(Some.Noon - unset).TotalMilliseconds;
        await SendAsync(
            cloud, At(unset) with { BootId = boot, MonotonicMs = 600_000 },
            At(Some.Noon.AddHours(1)) with { BootId = boot, MonotonicMs = 4_200_000, ClockSteps = [new ClockStep(900_000, by, ClockQuality.Ntp)] });
        var proposal = Assert.Single((await cloud.GetJsonAsync("/api/v1/clock-repairs/proposals?hub=ridge&cameraID=north")).EnumerateArray());
        Assert.Equal(1, proposal.GetProperty("captures").GetInt32());
        var repair = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(proposal.GetProperty("repair"))!;
        repair["by"] = JsonSerializer.SerializeToElement("Ana");
        await PostAsync(cloud, "clock-repairs", repair);
        Assert.Equal([Some.Noon, Some.Noon.AddHours(1)], (await EventsAsync(cloud)).Select(e => e.Start));
        Assert.Empty((await cloud.GetJsonAsync("/api/v1/clock-repairs/proposals?hub=ridge&cameraID=north")).EnumerateArray());
    }

    [Fact]
    public async Task An_outage_counts_when_a_person_confirms_it_and_what_rests_on_it_is_out_of_date()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        await PutAsync(cloud, "deployments/oak", new { hub = "ridge", cameraID = "north", deploymentStart = Some.Noon, deploymentEnd = Some.Noon.AddDays(60) });
        await SendAsync(cloud, [.. Enumerable.Range(0, 60).Select(i => At(Some.Noon.AddDays(i / 2.0)))]);
        await EventsAsync(cloud);
        var found = Assert.Single((await PostAsync(cloud, "deployments/oak/outages/search", new { })).EnumerateArray());
        Assert.Equal(("cameraDead", "proposed"), (found.GetProperty("kind").GetString(), found.GetProperty("state").GetString()));
        Assert.Single((await PostAsync(cloud, "deployments/oak/outages/search", new { })).EnumerateArray()); // not proposed twice
        await using var db = cloud.Rows();
        var before = await db.Deployments.AsNoTracking().SingleAsync(d => d.DeploymentID == "oak", Stop);
        Assert.Equal(60, CameraDays.Of(before, db.Outages.AsNoTracking(), Some.Noon.UtcDateTime.AddYears(1)).Sum(d => d.Share), 6);
        await PostAsync(cloud, $"outages/{found.GetProperty("id").GetInt64()}/decision", new { state = "confirmed", by = "Ana" });
        var after = await db.Deployments.AsNoTracking().SingleAsync(d => d.DeploymentID == "oak", Stop);
        Assert.Equal(29.5, CameraDays.Of(after, db.Outages.AsNoTracking(), Some.Noon.UtcDateTime.AddYears(1)).Sum(d => d.Share), 6);
        Assert.True(after.Revision > before.Revision);
    }

    [Fact]
    public async Task A_projects_gap_makes_its_events_anew_and_a_label_changes_them()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        await PutAsync(cloud, "deployments/oak", new { hub = "ridge", cameraID = "north", deploymentStart = Some.Noon.AddDays(-1), project = "hills" });
        var records = Enumerable.Range(0, 3).Select(i => At(Some.Noon.AddMinutes(i * 5))).ToArray();
        await SendAsync(cloud, records);
        Assert.Equal(3, (await EventsAsync(cloud)).Count);
        await PutAsync(cloud, "projects/hills", new { eventGapSeconds = 300 });
        Assert.Single(await EventsAsync(cloud));
        await new Review(cloud).LabelAsync(records[1].Media[0].MediaID, new { by = "Ana", observations = new[] { new { observationType = "animal", scientificName = "Lynx lynx", count = 2 } } });
        var events = (await cloud.GetJsonAsync("/api/v1/events?scientificName=Lynx%20lynx")).GetProperty("items");
        Assert.Equal(("human", 2), (events[0].GetProperty("classifiedBy").GetString(), events[0].GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task Tallies_made_from_nothing_are_those_that_were_kept()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        await SendAsync(cloud, [.. Enumerable.Range(0, 40).Select(i => At(Some.Noon.AddHours(i * 7), i % 3 == 0 ? "south" : "north"))]);
        await EventsAsync(cloud);
        await using var db = cloud.Rows();
        var kept = Keys(db);
        Assert.Equal(40, kept.Sum(t => t.Events));
        Events.TouchAll(db);
        await cloud.Get<Events>().FreshAsync(Stop);
        Assert.Equal(kept, Keys(db));
        Assert.Equal(0, await db.Touched.CountAsync(Stop));

        static List<(long, string, int Events, int, string, string)> Keys(LynceusDb db)
            => [.. db.Tallies.AsNoTracking().AsEnumerable().Select(t => (t.DeploymentRowId, t.Model, t.Events, t.Independent, Convert.ToHexString(t.Hours), Convert.ToHexString(t.Times))).Order()];
    }
}

public sealed class DeploymentTableTests
{
    private static string Write(string text, System.Text.Encoding? encoding = null)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("lynceus-table-").FullName, "deployments.csv");
        File.WriteAllText(path, text, encoding ?? new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return path;
    }

    [Theory]
    [InlineData(",")]
    [InlineData(";")]
    [InlineData("\t")]
    public void A_spreadsheet_with_a_BOM_and_any_separator_is_read(string separator)
    {
        var path = Write($"deploymentID,latitude,longitude,deploymentStart,baitUse\noak,46.5,6.1,2026-05-01T00:00:00+02:00,TRUE\n".Replace(",", separator, StringComparison.Ordinal), System.Text.Encoding.UTF8);
        var (id, body) = Assert.Single(DeploymentTable.Read(path));
        Assert.Equal(("oak", 46.5, true), (id, body.Latitude, body.BaitUse));
    }

    [Theory]
    [InlineData("latitude\n1\n", "row 1 has no column 'deploymentID'")]
    [InlineData("deploymentID,latitude,longitude\noak,x,6\n", "row 2, column latitude: 'x' is no number")]
    [InlineData("deploymentID,latitude,longitude\noak,NaN,6\n", "row 2, column latitude: 'NaN' is no number")]
    [InlineData("deploymentID,deploymentStart\noak,2026-05-01T00:00:00\n", "row 2, column deploymentStart: '2026-05-01T00:00:00' has no offset")]
    [InlineData("deploymentID,deploymentStart\noak,2026-05-01T00:00:00Z\noak,2026-05-01T00:00:00Z\n", "row 3, column deploymentID: 'oak' stands in row 2 too")]
    [InlineData("deploymentID,baitUse\noak,maybe\n", "row 2, column baitUse: 'maybe' is neither")]
    [InlineData("deploymentID,latitude,longitude\noak,95,6\n", "row 2: latitude: 95 is not -90 to 90")]
    public void What_is_wrong_is_named_by_row_and_column(string text, string says)
        => Assert.Contains(says, Assert.Throws<StartException>(() => DeploymentTable.Read(Write(text))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_table_that_is_not_UTF8_says_how_to_save_it()
        => Assert.Contains("is not UTF-8", Assert.Throws<StartException>(() => DeploymentTable.Read(Write("deploymentID,locationName\noak,Forêt\n", System.Text.Encoding.Latin1))).Message, StringComparison.Ordinal);
}
