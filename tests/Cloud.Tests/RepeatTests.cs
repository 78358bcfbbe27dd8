using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class RepeatTests
{
    private static readonly Box Stump = new(0.4f, 0.5f, 0.1f, 0.2f);
    private static readonly ModelManifest Model = ModelCatalog.Load([]).Models[0] with { Version = "1" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_confirmed_repeat_hides_what_was_and_what_comes_and_undone_every_row_is_as_it_was()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var media = await LookedAtAsync(cloud, 30, i => i < 25 ? [Animal(Stump, 0.4f)] : [Animal(Stump, 0.4f), Animal(new Box(0.1f, 0.1f, 0.2f, 0.2f), 0.7f), Animal(new Box(0.7f, 0.1f, 0.2f, 0.2f), 0.6f)]);
        var before = Rows(cloud);
        var found = await PostAsync(cloud, "repeats", new { });
        Assert.Equal((1, 1, 0), (found.GetProperty("found").GetInt32(), found.GetProperty("new").GetInt32(), found.GetProperty("confirmed").GetInt32()));
        var repeat = (await cloud.GetJsonAsync("/api/v1/repeats?state=proposed")).GetProperty("items")[0];
        Assert.Equal(("ridge", "north", 30, 4, 0), (repeat.GetProperty("hub").GetString(), repeat.GetProperty("cameraID").GetString(), repeat.GetProperty("count").GetInt32(), repeat.GetProperty("days").GetInt32(), repeat.GetProperty("hidden").GetInt32()));
        Assert.Equal(6, repeat.GetProperty("examples").GetArrayLength());
        Assert.Equal(before, Rows(cloud)); // a proposal changes nothing
        var id = repeat.GetProperty("repeatID").GetInt64();

        await DecideAsync(cloud, id, "confirm");
        Assert.Equal(25, (await cloud.MediaAsync("?limit=200&observationType=blank")).Count);
        var animals = await cloud.MediaAsync("?limit=200&observationType=animal");
        Assert.Equal(5, animals.Count);
        Assert.Equal((2, 0.7f, id), (animals[0].GetProperty("observation").GetProperty("count").GetInt32(), animals[0].GetProperty("observation").GetProperty("classificationProbability").GetSingle(), animals[0].GetProperty("observation").GetProperty("repeatID").GetInt64()));
        Assert.Equal(3, animals[0].GetProperty("observation").GetProperty("unsuppressed").GetProperty("count").GetInt32());
        Assert.Equal((2, 1), (animals[0].GetProperty("detections").GetArrayLength(), animals[0].GetProperty("suppressed").GetArrayLength()));
        Assert.Equal(id, animals[0].GetProperty("suppressed")[0].GetProperty("repeatID").GetInt64());

        // What comes: the stump again, an animal where it stands, one beside it, and the stump at another camera.
        var later = await LookedAtAsync(cloud, 3, i => i switch { 0 => [Animal(Stump, 0.5f)], 1 => [Animal(Stump, 0.9f)], _ => [Animal(Stump with { W = 0.2f }, 0.5f)] });
        var elsewhere = await LookedAtAsync(cloud, 1, _ => [Animal(Stump, 0.4f)], "valley");
        Assert.Equal([ObservationType.Blank, ObservationType.Animal, ObservationType.Animal, ObservationType.Animal], Said(cloud, [.. later, .. elsewhere]));
        Assert.Equal(31, (await cloud.GetJsonAsync($"/api/v1/repeats/{id}")).GetProperty("hidden").GetInt32());

        await DecideAsync(cloud, id, "undo");
        Assert.Equal(before, Rows(cloud, media));
        Assert.Equal([ObservationType.Animal, ObservationType.Animal, ObservationType.Animal, ObservationType.Animal], Said(cloud, [.. later, .. elsewhere]));
        await DecideAsync(cloud, id, "reject");
        Assert.Equal(0, (await PostAsync(cloud, "repeats", new { confirmRule = new { least = 2, leastDays = 1 } })).GetProperty("confirmed").GetInt32());
        Assert.Equal(before, Rows(cloud, media));
    }

    [Fact]
    public async Task A_persons_word_holds_whatever_is_hidden_and_counts_when_it_is_undone()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var media = await LookedAtAsync(cloud, 20, _ => [Animal(Stump, 0.4f)]);
        string labelled;
        await using (var db = cloud.Rows()) labelled = db.Media.Single(m => m.Id == media[3]).MediaID;
        await new Review(cloud).LabelAsync(labelled, new { by = "Ada", observations = new[] { new { observationType = "animal", scientificName = "Meles meles", count = 1 } } });
        await PostAsync(cloud, "repeats", new { });
        await DecideAsync(cloud, 1, "confirm");
        var said = (await cloud.GetJsonAsync($"/api/v1/media/{labelled}")).GetProperty("observation");
        Assert.Equal(("human", "Meles meles", "animal"), (said.GetProperty("source").GetString(), said.GetProperty("scientificName").GetString(), said.GetProperty("observationType").GetString()));
        Assert.Single(await cloud.MediaAsync("?observationType=animal"));
        Assert.Equal(19, (await cloud.MediaAsync("?observationType=blank")).Count);
        await DecideAsync(cloud, 1, "undo");
        Assert.Equal(20, (await cloud.MediaAsync("?observationType=animal")).Count);
        Assert.Equal("human", (await cloud.GetJsonAsync($"/api/v1/media/{labelled}")).GetProperty("observation").GetProperty("source").GetString());
    }

    [Fact]
    public async Task The_rule_confirms_what_is_there_for_days_and_no_person()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var person = new Box(0.1f, 0.1f, 0.1f, 0.3f);
        await LookedAtAsync(cloud, 50, _ => [Animal(Stump, 0.4f), new Detection { ObservationType = ObservationType.Human, Label = "person", Conf = 0.9f, Bbox = person }]);
        string[] rows = ["--data", cloud.Data, .. await TestRows.ArgumentsAsync(cloud.Data)];
        Assert.Equal(0, await CloudCommand.RunAsync(["repeats", "find", "--confirm-rule", .. rows]));
        var repeats = (await cloud.GetJsonAsync("/api/v1/repeats")).GetProperty("items").EnumerateArray().ToDictionary(r => r.GetProperty("observationType").GetString()!);
        Assert.Equal(("confirmed", "rule: 50 or more, on 3 or more days, no person"), (repeats["animal"].GetProperty("state").GetString(), repeats["animal"].GetProperty("decidedBy").GetString()));
        Assert.Equal(("proposed", 50), (repeats["human"].GetProperty("state").GetString(), repeats["animal"].GetProperty("hidden").GetInt32()));
        var id = repeats["animal"].GetProperty("repeatID").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(0, await CloudCommand.RunAsync(["repeats", "undo", id, "--by", "Ada", .. rows]));
        Assert.Equal(0, await CloudCommand.RunAsync(["repeats", "find", "--confirm-rule", .. rows])); // what a person took back no rule confirms again
        Assert.Equal(0, await CloudCommand.RunAsync(["repeats", "list", "--state", "proposed", .. rows]));
        Assert.Equal(("proposed", "Ada", 0), ((await cloud.GetJsonAsync($"/api/v1/repeats/{id}")).GetProperty("state").GetString(), (await cloud.GetJsonAsync($"/api/v1/repeats/{id}")).GetProperty("decidedBy").GetString(),
            (await cloud.GetJsonAsync($"/api/v1/repeats/{id}")).GetProperty("hidden").GetInt32()));
        Assert.Equal(2, await CloudCommand.RunAsync(["repeats", "confirm", "999", .. rows]));
        Assert.Equal(2, await CloudCommand.RunAsync(["repeats", "find", "--iou", "0.1", .. rows]));
    }

    [Fact]
    public async Task What_a_killed_cloud_had_begun_to_hide_is_gone_on_with_at_the_next_start()
    {
        var data = Directory.CreateTempSubdirectory("lynceus-cloud-").FullName;
        string? db;
        await using (var cloud = await RunningCloud.StartAsync(data, settings: Work.Idle))
        {
            await LookedAtAsync(cloud, 450, _ => [Animal(Stump, 0.4f)]);
            await PostAsync(cloud, "repeats", new { });
            db = cloud.Settings.Db;
        }
        await using (var rows = RowsSetup.Open(data, db))
        {
            foreach (var write in (Write[])[new RepeatDecisionWrite(rows.Repeats.Select(r => r.Id).Single(), RepeatState.Confirmed, "Ada", DateTime.UtcNow), new RepeatSettleWrite(_ => Model)])
            {
                await using var transaction = await rows.Database.BeginTransactionAsync(Stop);
                write.Apply(rows);
                await transaction.CommitAsync(Stop);
                rows.ChangeTracker.Clear();
            }
            Assert.InRange(rows.Detections.Count(d => d.RepeatRowId != null), 1, 449);
        }
        await using (var again = await RunningCloud.StartAsync(data, settings: Work.Idle))
        {
            await Some.UntilAsync("all is hidden", async () => (await again.GetJsonAsync("/api/v1/repeats")).GetProperty("items")[0].GetProperty("hidden").GetInt32() == 450);
            Assert.Empty(await again.MediaAsync("?observationType=animal"));
        }
        Directory.Delete(data, recursive: true);
        await TestRows.DropAsync(data);
    }

    [Fact]
    public async Task An_export_leaves_out_what_is_hidden_unless_it_is_asked_for()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        await LookedAtAsync(cloud, 20, _ => [Animal(Stump, 0.4f)]);
        await PostAsync(cloud, "repeats", new { });
        await DecideAsync(cloud, 1, "confirm");
        async Task<(int Boxes, int Blank)> ExportAsync(string query) =>
            ((await cloud.GetJsonAsync($"/api/v1/export/megadetector{query}")).GetProperty("images").EnumerateArray().Sum(i => i.GetProperty("detections").GetArrayLength()),
                (await cloud.TextAsync($"/api/v1/export/csv{query}")).Split('\n').Count(l => l.Contains(",blank,", StringComparison.Ordinal)));
        Assert.Equal((0, 20), await ExportAsync(""));
        Assert.Equal((20, 0), await ExportAsync("?suppressed=true"));
    }

    [Fact]
    public void Of_a_video_what_is_left_says_what_is_in_it_and_nothing_left_is_blank()
    {
        var repeat = new RepeatRow { Id = 7, Hub = "h", CameraID = "c", Examples = "", X = Stump.X, Y = Stump.Y, W = Stump.W, H = Stump.H, IoU = 0.9f, MostConf = 0.8f };
        DetectionRow Row(Box box, float conf, int frame, int? track) => DetectionRow.From(Animal(box, conf), frame, track);
        Box left = new(0, 0, 0.2f, 0.2f), right = new(0.7f, 0, 0.2f, 0.2f);
        List<DetectionRow> rows = [Row(Stump, 0.8f, 0, 1), Row(Stump, 0.7f, 12, 1), Row(left, 0.6f, 12, 2), Row(right, 0.5f, 12, 3), Row(left, 0.4f, 24, 2)];
        var said = ObservationRule.Row(new Says(ObservationType.Animal, 3, 0.8f, null), "m", "1", LookedBy.Cloud, DateTime.UtcNow);
        Assert.True(RepeatHiding.Settle(said, rows, [repeat], Model));
        Assert.Equal((ObservationType.Animal, 2, 0.6f, 7), (said.ObservationType, said.Count, said.ClassificationProbability, said.RepeatRowId));
        Assert.True(RepeatHiding.Settle(said, rows, [], Model));
        Assert.Equal((ObservationType.Animal, 3, 0.8f, null, null), (said.ObservationType, said.Count, said.ClassificationProbability, said.RepeatRowId, said.Unsuppressed));
        Assert.False(RepeatHiding.Settle(said, rows, [], Model));
        Assert.True(RepeatHiding.Settle(said, [Row(Stump, 0.8f, 0, 1)], [repeat], model: null));
        Assert.Equal((ObservationType.Blank, null, null), (said.ObservationType, said.Count, said.ClassificationProbability));
    }

    [Theory]
    [InlineData("repeats", "{\"minIoU\":0.2}", "minIoU", 400)]
    [InlineData("repeats", "{\"least\":1}", "least", 400)]
    [InlineData("repeats", "{\"hub\":\"No Hub\"}", "hub", 400)]
    [InlineData("repeats", "{\"confirmRule\":{\"least\":0}}", "confirmRule.least", 400)]
    [InlineData("repeats/1/confirm", "{}", "by", 400)]
    [InlineData("repeats/1/confirm", "{\"by\":\" \"}", "by", 400)]
    [InlineData("repeats/1/reject", "{\"by\":\"a\\u0007\"}", "by", 400)]
    [InlineData("repeats/77/confirm", "{\"by\":\"<script>alert(1)</script>\"}", "No repeat 77", 404)]
    public async Task What_cannot_be_is_refused_by_the_fields_name(string path, string body, string said, int code)
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await cloud.Http.PostAsync(new Uri($"/api/v1/{path}", UriKind.Relative), content, Stop);
        Assert.Equal(code, (int)answer.StatusCode);
        Assert.StartsWith(said, (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        using var list = await cloud.GetAsync("/api/v1/repeats?state=gone");
        Assert.Equal(HttpStatusCode.BadRequest, list.StatusCode);
    }

    private static Detection Animal(Box box, float conf) => new() { ObservationType = ObservationType.Animal, Label = "animal", Conf = conf, Bbox = box };

    /// <summary>Media on four days, with what a model saw in each.</summary>
    private static async Task<List<long>> LookedAtAsync(RunningCloud cloud, int count, Func<int, Detection[]> sees, string hub = "ridge")
    {
        var media = await new Work(cloud, TimeProvider.System).MediaAsync(count, hub);
        await using (var db = cloud.Rows())
        {
            foreach (var (i, row) in db.Media.Where(m => media.Contains(m.Id)).OrderBy(m => m.Id).ToList().Index()) row.TimestampLocal = row.TimestampLocal.AddDays(i % 4);
            await db.SaveChangesAsync(Stop);
        }
        foreach (var (i, id) in media.Index())
            await cloud.Queue.AddAsync(new DetectionWrite(id, Model, new Seen(new Look { Detections = sees(i), Width = 640, Height = 480 }), 1, DateTime.UtcNow) { Feed = cloud.Get<ObservationFeed>() }, Stop);
        await cloud.Queue.RunAsync(new ReleaseWrite(DateTime.UtcNow), Stop);
        return media;
    }

    private static List<ObservationType> Said(RunningCloud cloud, List<long> media)
    {
        using var db = cloud.Rows();
        return [.. db.Observations.Where(o => media.Contains(o.MediaRowId) && o.Source == LookedBy.Cloud).OrderBy(o => o.MediaRowId).Select(o => o.ObservationType)];
    }

    /// <summary>Every detection and every observation, as text.</summary>
    private static string Rows(RunningCloud cloud, List<long>? media = null)
    {
        using var db = cloud.Rows();
        var runs = db.Runs.AsNoTracking().Include(r => r.Detections).Where(r => media == null || media.Contains(r.MediaRowId)).OrderBy(r => r.Id).ToList();
        var observations = db.Observations.AsNoTracking().Where(o => media == null || media.Contains(o.MediaRowId)).OrderBy(o => o.Id).ToList();
        return JsonSerializer.Serialize(new { Detections = runs.SelectMany(r => r.Detections).OrderBy(d => d.Id), observations });
    }

    private static async Task DecideAsync(RunningCloud cloud, long id, string word)
    {
        await PostAsync(cloud, $"repeats/{id}/{word}", new { by = "Ada" });
        await Some.UntilAsync("carried out", async () => !(await cloud.GetJsonAsync($"/api/v1/repeats/{id}")).GetProperty("isUnderWay").GetBoolean());
    }

    private static async Task<JsonElement> PostAsync(RunningCloud cloud, string path, object body)
    {
        using var answer = await cloud.Http.PostAsJsonAsync(new Uri($"/api/v1/{path}", UriKind.Relative), body, Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }
}
