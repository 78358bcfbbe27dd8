using System.CommandLine;
using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class StatisticsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static async Task<RunningCloud> SmallAsync()
    {
        var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        await using var db = cloud.Rows();
        EcologyWorld.Small(db);
        return cloud;
    }

    /// <summary>Asks until a slow one is made.</summary>
    private static async Task<JsonElement> AskAsync(RunningCloud cloud, string path)
    {
        while (true)
        {
            using var answer = await cloud.GetAsync("/api/v1/statistics/" + path);
            var text = await answer.Content.ReadAsStringAsync(Stop);
            if (answer.StatusCode == HttpStatusCode.OK) return JsonDocument.Parse(text).RootElement;
            Assert.True(answer.StatusCode == HttpStatusCode.Accepted, $"{path}: {answer.StatusCode} {text}");
            await Task.Delay(50, Stop);
        }
    }

    private static JsonElement Rate(JsonElement answer, string species) => answer.GetProperty("value").GetProperty("species").EnumerateArray().Single(s => s.GetProperty("scientificName").GetString() == species);

    [Fact]
    public async Task A_rate_is_what_is_independent_by_the_days_that_a_camera_could_record()
    {
        await using var cloud = await SmallAsync();
        var rates = await AskAsync(cloud, "rates?species=Vulpes%20vulpes&project=hills");
        var fox = Rate(rates, EcologyWorld.Fox);
        Assert.Equal((20, 90.0), (fox.GetProperty("events").GetInt32(), fox.Number("cameraDays"))); // 40 + 40 − 10 + 20: what is only proposed takes nothing off
        Fixture.Near(100.0 * 20 / 90, fox.Number("rate"));
        Fixture.Near(TrappingRate.Of(20, 90).High, fox.Number("high"));
        var places = rates.GetProperty("value").GetProperty("deployments").EnumerateArray().ToDictionary(d => d.GetProperty("deploymentID").GetString()!);
        Assert.Equal((3, 30.0, 20.0), (places.Count, places["P1"].Number("rate"), places["P2"].Number("rate")));
        Assert.Equal((90.0, 3, 2), (rates.GetProperty("sample").Number("cameraDays"), rates.GetProperty("sample").Number("deployments"), rates.GetProperty("sample").Number("locations")));
        Assert.Contains("Garwood", rates.GetProperty("source").GetString(), StringComparison.Ordinal);
        Assert.Equal(29, Rate(await AskAsync(cloud, "rates?count=events&species=Vulpes%20vulpes"), EcologyWorld.Fox).GetProperty("events").GetInt32());
    }

    [Fact]
    public async Task Of_a_camera_that_stood_for_less_than_half_a_day_there_is_a_count_and_no_rate()
    {
        await using var cloud = await SmallAsync();
        await using (var db = cloud.Rows())
        {
            var world = new EcologyWorld(db);
            var hour = world.Deployment("hour", new DateTime(2026, 5, 1), 1 / 24.0, project: "short");
            world.Event(hour, 0, 0.5, EcologyWorld.Fox);
            world.Deployment("day", new DateTime(2026, 5, 1), 1, project: "long");
            world.Save();
        }
        var refused = await AskAsync(cloud, "rates?project=short");
        Assert.Contains("0.04 camera-days; a rate needs 0.5", refused.GetProperty("refusal").GetProperty("reason").GetString(), StringComparison.Ordinal);
        var both = await AskAsync(cloud, "rates?deploymentID=hour&deploymentID=day");
        var place = both.GetProperty("value").GetProperty("deployments").EnumerateArray().Single(d => d.GetProperty("deploymentID").GetString() == "hour");
        Assert.Equal((1, JsonValueKind.Null), (place.GetProperty("events").GetInt32(), place.GetProperty("rate").ValueKind));
        Fixture.Near(100 / (1 + 1 / 24.0), Rate(both, EcologyWorld.Fox).Number("rate"));
    }

    [Fact]
    public async Task A_filter_takes_what_it_says_and_a_time_lapse_is_never_mixed_with_the_rest()
    {
        await using var cloud = await SmallAsync();
        foreach (var (filter, foxes) in new (string, int)[]
        {
            ("", 20),
            ("project=other", 0),
            ("deploymentID=P1&deploymentID=P3", 14),
            ("from=2024-01-02", 17),
            ("to=2024-01-01", 3),
            ("from=2024-01-02&to=2024-01-03", 5),
            ("time=night", 12),
            ("time=day", 8),
            ("model=human", 6),
            ("humanChecked=true", 6),
            ("humanChecked=false", 14),
            ("captureMethod=timeLapse", 30),
        })
        {
            var rates = await AskAsync(cloud, $"rates?species=Vulpes%20vulpes&{filter}");
            Assert.True(foxes == Rate(rates, EcologyWorld.Fox).GetProperty("events").GetInt32(), $"{filter}: {rates}");
            var steps = await AskAsync(cloud, $"time?step=day&species=Vulpes%20vulpes&{filter}");
            Assert.Equal(foxes, steps.GetProperty("value").GetProperty("steps").EnumerateArray().Sum(s => s.GetProperty("events").GetInt32()));
        }
    }

    [Fact]
    public async Task What_breaks_a_rule_is_answered_with_the_parameters_name()
    {
        await using var cloud = await SmallAsync();
        foreach (var (path, said) in new (string, string)[]
        {
            ("rates?from=yesterday", "from"),
            ("rates?from=2024-02-01&to=2024-01-01", "to"),
            ("rates?time=dusk", "time"),
            ("rates?project=nowhere", "project: nothing is recorded of 'nowhere'; there are hills, other"),
            ("rates?deploymentID=P9", "deploymentID: nothing is recorded of 'P9'; there are P1, P2, P3, P4"),
            ("rates?species=Lynx%20lnyx", "species: nothing is recorded of 'Lynx lnyx'; there are Vulpes vulpes, Lynx lynx"),
            ("rates?count=all", "count"),
            ("rates?humanChecked=maybe", "humanChecked"),
            ("rates?humanChecked=true&model=human", "humanChecked"),
            ("rates?captureMethod=video", "captureMethod"),
            ("rates?observationType=blank", "observationType"),
            ("rates?format=xml", "format"),
            ("rates?format=geojson", "format"),
            ("time?step=fortnight", "step"),
            ("trend?step=day", "step"),
            ("grid?cellKm=0", "cellKm"),
            ("grid?cellKm=NaN", "cellKm"),
            ("grid?cellKm=0.01", "at most 10000"),
            ("overlap?species=Lynx%20lynx", "species"),
            ("overlap?species=Lynx%20lynx&species=Vulpes%20vulpes&bootstrap=1000000", "bootstrap"),
            ("occupancy", "species"),
            ("occupancy?species=Lynx%20lynx&occasionDays=0", "occasionDays"),
            ("occupancy?species=Lynx%20lynx&psi=moon", "psi"),
            ("forecast?horizon=27", "horizon"),
        })
        {
            using var answer = await cloud.GetAsync("/api/v1/statistics/" + path);
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, path);
            Assert.Contains(said, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Too_little_is_refused_with_what_would_be_needed_and_is_no_error()
    {
        await using var cloud = await SmallAsync();
        foreach (var (path, reason) in new (string, string)[]
        {
            ("activity?species=Lynx%20lynx", "Lynx lynx: 3 records; a pattern of the day needs 5 or more"),
            ("occupancy?species=Lynx%20lynx", "3 sites"),
            ("trend?species=Lynx%20lynx", "2 counts"),
            ("stl", "2 steps"),
            ("forecast", "2 steps"),
            ("anomalies", "6 steps"),
            ("rates?from=2030-01-01", "no effort is no data"),
            ("grid?project=other", "coordinates"),
            ("activity?scale=sun&project=other", "0 records"),
        })
        {
            var answer = await AskAsync(cloud, path);
            Assert.Contains(reason, answer.GetProperty("refusal").GetProperty("reason").GetString(), StringComparison.Ordinal);
            Assert.False(answer.TryGetProperty("value", out _));
            var svg = XDocument.Parse(await cloud.TextAsync($"/api/v1/statistics/{path}{(path.Contains('?', StringComparison.Ordinal) ? "&" : "?")}format=svg"));
            Assert.Contains(reason, svg.Root!.Value, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Effort_is_a_calendar_in_which_a_confirmed_outage_is_a_gap()
    {
        await using var cloud = await SmallAsync();
        var effort = (await AskAsync(cloud, "effort?project=hills")).GetProperty("value");
        var p2 = effort.GetProperty("deployments")[1];
        Assert.Equal((30.0, 2, 1), (p2.Number("cameraDays"), p2.GetProperty("runs").GetArrayLength(), p2.GetProperty("outages").GetArrayLength()));
        Assert.Equal(("2024-01-01", "2024-01-20"), (p2.GetProperty("runs")[0].GetProperty("from").GetString(), p2.GetProperty("runs")[0].GetProperty("to").GetString()));
        var csv = (await cloud.TextAsync("/api/v1/statistics/effort?project=hills&format=csv")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(91, csv.Length);
        Assert.Equal("P1,L1,2024-01-01,1", csv[1]);
    }

    [Fact]
    public async Task Where_nobody_looked_the_map_has_no_rate()
    {
        await using var cloud = await SmallAsync();
        var map = JsonDocument.Parse(await cloud.TextAsync("/api/v1/statistics/grid?species=Vulpes%20vulpes&cellKm=1&format=geojson")).RootElement;
        var cells = map.GetProperty("features").EnumerateArray().ToList();
        var rated = cells.Where(c => c.GetProperty("properties").GetProperty("rate").ValueKind == JsonValueKind.Number).ToList();
        Assert.Equal([16.0, 30.0], rated.Select(c => c.GetProperty("properties").Number("rate")).Order());
        Assert.True(cells.Count > rated.Count);
        Assert.All(cells, c => Assert.Equal(5, c.GetProperty("geometry").GetProperty("coordinates")[0].GetArrayLength()));
        Assert.Contains((await AskAsync(cloud, "grid")).GetProperty("notes").EnumerateArray(), n => n.GetString() == "1 deployments without coordinates are left out");
    }

    [Fact]
    public async Task On_sun_time_what_happens_at_dusk_stays_there_and_by_night_is_by_night()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        await using (var db = cloud.Rows())
        {
            var world = new EcologyWorld(db);
            var d = world.Deployment("D", new DateTime(2024, 1, 1), 300, latitude: 46.8, longitude: 8.2);
            for (var day = 0; day < 300; day += 6)
            {
                var set = SunTimes.Of(new DateOnly(2024, 1, 1).AddDays(day), 46.8, 8.2).Sunset!.Value;
                world.Event(d, day, set.AddHours(1).TimeOfDay.TotalHours + (day % 4 == 0 ? 0.2 : -0.2), EcologyWorld.Deer);
            }
            world.Save();
        }
        var (sun, clock) = ((await AskAsync(cloud, "activity?scale=sun")).GetProperty("value").GetProperty("patterns")[0], (await AskAsync(cloud, "activity")).GetProperty("value").GetProperty("patterns")[0]);
        double Peak(JsonElement p) => p.GetProperty("hour")[p.GetProperty("density").EnumerateArray().Index().MaxBy(v => v.Item.GetDouble()).Index].GetDouble();
        Assert.Equal(18, Peak(sun), 0.3);
        Assert.True(sun.Number("activityLevel") < clock.Number("activityLevel") / 2);
    }

    [Fact]
    public async Task Every_statistic_of_a_world_with_enough_in_it_speaks_is_drawn_and_a_second_ask_is_the_same_answer()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        await using (var db = cloud.Rows()) EcologyWorld.Large(db);
        foreach (var listed in (await cloud.GetJsonAsync("/api/v1/statistics")).EnumerateArray())
        {
            var name = listed.GetProperty("name").GetString()!;
            var species = name switch { "occupancy" or "detection-history" or "activity-level" or "trend" or "stl" or "forecast" => "species=Vulpes%20vulpes", "overlap" => "species=Vulpes%20vulpes&species=Capreolus%20capreolus&bootstrap=20", _ => "" };
            var answer = await AskAsync(cloud, $"{name}?{species}");
            Assert.True(answer.TryGetProperty("value", out _), $"{name}: {answer}");
            Assert.True(answer.GetProperty("sample").GetProperty("events").GetInt32() > 100, name);
            Assert.Equal(answer.ToString(), (await AskAsync(cloud, $"{name}?{species}")).ToString());
            var svg = XDocument.Parse(await cloud.TextAsync($"/api/v1/statistics/{name}?{species}&format=svg"));
            Assert.True(svg.Descendants().Count() > 8, name);
        }
        Assert.True((await AskAsync(cloud, "trend?species=Vulpes%20vulpes")).GetProperty("value").GetProperty("changeInYear").Number("low") > 1);
        var occupancy = (await AskAsync(cloud, "occupancy?species=Lynx%20lynx&from=2022-01-01&to=2022-12-30&occasionDays=30")).GetProperty("value");
        Assert.Equal((12, 30), (occupancy.Number("sites"), occupancy.Number("occasionDays")));
        Assert.Equal(1.0 / 3, occupancy.Number("psi"), 0.05);
        var overlap = (await AskAsync(cloud, "overlap?species=Vulpes%20vulpes&species=Capreolus%20capreolus&bootstrap=20")).GetProperty("value");
        Assert.InRange(overlap.Number("dhat4"), overlap.GetProperty("dhat4Interval").Number("low"), overlap.GetProperty("dhat4Interval").Number("high"));
        Assert.Equal((12, 3), ((await AskAsync(cloud, "cooccurrence")).GetProperty("value").Number("places"), (await AskAsync(cloud, "network")).GetProperty("value").GetProperty("nodes").GetArrayLength()));
        Assert.Equal(36, (await AskAsync(cloud, "time?species=Vulpes%20vulpes")).GetProperty("value").GetProperty("steps").GetArrayLength());
    }

    [Fact]
    public async Task What_is_kept_is_made_anew_when_the_rows_change()
    {
        await using var cloud = await SmallAsync();
        const string asked = "overlap?species=Vulpes%20vulpes&species=Lynx%20lynx&bootstrap=10";
        Assert.Contains("3 records", (await AskAsync(cloud, asked)).GetProperty("refusal").GetProperty("reason").GetString(), StringComparison.Ordinal);
        await using (var db = cloud.Rows())
        {
            var (world, p1) = (new EcologyWorld(db), db.Deployments.First(d => d.DeploymentID == "P1"));
            for (var i = 0; i < 4; i++) world.Event(p1, 20 + i, 3 + 0.1 * i, EcologyWorld.Lynx);
            world.Save();
            db.Deployments.Where(d => d.Id == p1.Id).ExecuteUpdate(set => set.SetProperty(d => d.Revision, d => d.Revision + 1)); // as whoever makes events does
        }
        Assert.Equal(7, (await AskAsync(cloud, asked)).GetProperty("value").Number("nB"));
    }

    [Fact]
    public async Task The_command_says_what_the_server_says()
    {
        await using var cloud = await SmallAsync();
        var (said, served) = (await SaysAsync(cloud, "rates", "--species", EcologyWorld.Fox, "--from", "2024-01-02"), await AskAsync(cloud, "rates?species=Vulpes%20vulpes&from=2024-01-02"));
        Assert.Equal(served.ToString(), JsonSerializer.Serialize(JsonDocument.Parse(said).RootElement, KeptAnswer.Spoken));
        Assert.StartsWith("site,2024-01-01,2024-01-08", await SaysAsync(cloud, "detection-history", "--species", EcologyWorld.Fox, "--format", "csv"), StringComparison.Ordinal);
        Assert.Contains("nothing is recorded of 'nowhere'", (await Assert.ThrowsAsync<StartException>(() => SaysAsync(cloud, "rates", "--project", "nowhere"))).Message, StringComparison.Ordinal);
        Assert.Contains("--format", (await Assert.ThrowsAsync<StartException>(() => SaysAsync(cloud, "rates", "--format", "geojson"))).Message, StringComparison.Ordinal);
        if (!TestRows.InPostgres) await Assert.ThrowsAsync<StartException>(() => SaysAsync(cloud, "rates", "--data", Path.Combine(cloud.Data, "nowhere")));
    }

    private static async Task<string> SaysAsync(RunningCloud cloud, params string[] args)
    {
        var data = new Option<string>("--data") { DefaultValueFactory = _ => cloud.Data };
        await using var output = new StringWriter();
        var parsed = StatisticsCommands.Statistics(data).Parse([.. args, .. await TestRows.ArgumentsAsync(cloud.Data)]);
        Assert.Empty(parsed.Errors);
        await parsed.InvokeAsync(new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false }, Stop);
        return output.ToString();
    }

    [Fact]
    public async Task The_report_is_one_file_with_the_numbers_in_plain_words()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        await using (var db = cloud.Rows()) EcologyWorld.Large(db);
        var data = new Option<string>("--data") { DefaultValueFactory = _ => cloud.Data };
        var path = Path.Combine(cloud.Data, "report.html");
        string[] args = ["--project", "hills", "--focus", EcologyWorld.Fox, EcologyWorld.Lynx, "--bootstrap", "10", "--title", "Foxes & <hills>", "--out", path, .. await TestRows.ArgumentsAsync(cloud.Data)];
        await ReportCommand.Report(data).Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, Stop);
        var html = await File.ReadAllTextAsync(path, Stop);
        Assert.Contains("<h1>Foxes &amp; &lt;hills&gt;</h1>", html, StringComparison.Ordinal);
        foreach (var part in (string[])["36 camera deployments at 12 places watched for 13,104 camera-days", "Red fox", "<i>(Lynx lynx)</i>", "95 % range", "MacKenzie et al. 2002", "Ridout and Linkie 2009", "A rate of events is not a number of animals"]) Assert.Contains(part, html, StringComparison.OrdinalIgnoreCase);
        Assert.True(html.Split("<svg ").Length > 10);
        foreach (var elsewhere in (string[])["<script", "<link", "src=", "@import", "url("]) Assert.DoesNotContain(elsewhere, html, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<StartException>(() => ReportCommand.Report(data).Parse([.. args, "--species", "Nessie"]).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, Stop));
        Assert.Contains("Nessie", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(840)]
    [InlineData(60)]
    [InlineData(-660)]
    public async Task A_time_zone_never_moves_a_record_to_another_deployment(int offset)
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        await using var db = cloud.Rows();
        var world = new EcologyWorld(db);
        var (first, second) = (world.Deployment("first", new DateTime(2026, 5, 1), 10, offset: 60), world.Deployment("second", new DateTime(2026, 5, 11), 10, offset: 60)); // the second begins as the first ends
        foreach (var d in db.Deployments) (d.Hub, d.CameraID) = ("ridge", "north");
        await db.SaveChangesAsync(Stop);
        foreach (var hours in (double[])[-1, -0.1, 0.1, 1, 2])
        {
            var at = new DateTimeOffset(second.Start.AddHours(hours), TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(offset));
            var record = Some.Kept("ridge", "animal", Some.Seen());
            record = record with { CameraID = "north", EventStart = at, EventEnd = at, Media = [record.Media[0] with { Timestamp = at }] };
            await cloud.Queue.RunAsync(new CaptureWrite(record, Some.Noon.UtcDateTime) { News = cloud.Get<News>() }, Stop);
        }
        var rates = await AskAsync(cloud, "rates?count=events");
        var found = rates.GetProperty("value").GetProperty("deployments").EnumerateArray().ToDictionary(d => d.GetProperty("deploymentID").GetString()!, d => d.GetProperty("events").GetInt32());
        Assert.Equal((2, 3), (found["first"], found["second"]));
    }
}
