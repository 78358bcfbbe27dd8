using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class RerunTests
{
    private static readonly ModelManifest Known = ModelCatalog.Load([]).Models[0];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_re_run_is_quoted_begun_compared_accepted_and_undone_and_no_label_is_touched()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var review = new Review(cloud);
        var (fox, empty, told) = (await review.LookedAtAsync(Some.Seen()), await review.LookedAtAsync(), await review.LookedAtAsync(Some.Seen()));
        await review.LabelAsync(told, new { by = "Ana", observations = new[] { new { observationType = "blank" } } });

        var quote = await PostAsync(cloud, "runs", new { model = Known.Name }, HttpStatusCode.OK);
        Assert.Equal((3, 0), (quote.GetProperty("media").GetInt32(), quote.GetProperty("lookedAt").GetInt32()));
        Assert.NotEmpty(quote.GetProperty("quote").GetProperty("assumptions").EnumerateArray());
        Assert.Empty((await cloud.GetJsonAsync("/api/v1/runs")).GetProperty("items").EnumerateArray());

        var run = await PostAsync(cloud, "runs", new { model = Known.Name, confirm = true }, HttpStatusCode.Created);
        var id = run.GetProperty("runID").GetString();
        Assert.Equal(("open", "rerun", 3), (Text(run, "judgement"), Text(run.GetProperty("job"), "kind"), run.GetProperty("job").GetProperty("total").GetInt32()));
        Assert.True(run.GetProperty("job").TryGetProperty("quote", out _));
        await PostAsync(cloud, $"runs/{id}/accept", new { by = "Ana" }, HttpStatusCode.Conflict); // nothing is looked at yet
        await LookAsync(cloud, media => media == empty ? [Some.Seen(conf: 0.7f)] : []); // the fox is lost, the empty one has an animal
        Assert.Equal(["animal", "blank", "blank"], await SaidAsync(review, fox, empty, told));

        var differences = await cloud.GetJsonAsync($"/api/v1/runs/{id}/differences");
        Assert.Equal((3, 0, 3, 1, 2), (Number(differences, "media"), Number(differences, "same"), Number(differences, "changed"), Number(differences, "blankToAnimal"), Number(differences, "animalToBlank")));
        var lost = differences.GetProperty("confusion")[0];
        Assert.Equal(("animal", "blank", 2), (Text(lost, "old"), Text(lost, "new"), Number(lost, "media")));
        Assert.Equal([fox, told], lost.GetProperty("examples").EnumerateArray().Select(e => Text(e, "mediaID")));
        Assert.Equal(HttpStatusCode.OK, (await cloud.GetAsync(Text(lost.GetProperty("examples")[0], "href")!)).StatusCode);
        Assert.Equal((1, 0.0, 1.0), (Number(differences, "labelled"), differences.GetProperty("oldAgrees").GetProperty("type").GetDouble(), differences.GetProperty("newAgrees").GetProperty("type").GetDouble()));

        var accepted = await PostAsync(cloud, $"runs/{id}/accept", new { by = "Ana" }, HttpStatusCode.OK);
        Assert.Equal(("accepted", "Ana", false), (Text(accepted, "judgement"), Text(accepted, "by"), accepted.GetProperty("switching").GetBoolean()));
        Assert.Equal(["blank", "animal", "blank"], await SaidAsync(review, fox, empty, told));
        Assert.Equal("human", Text((await review.MediaAsync(told)).GetProperty("observation"), "source"));
        Assert.Equal(Known.Name, Text((await review.MediaAsync(fox)).GetProperty("look"), "model"));
        Assert.Equal(0, Number(await PostAsync(cloud, "runs", new { model = Known.Name }, HttpStatusCode.OK), "media"));
        Assert.Equal(3, Number(await cloud.GetJsonAsync($"/api/v1/runs/{id}/differences"), "changed")); // it says the same after it was accepted

        await PostAsync(cloud, $"runs/{id}/accept", new { by = "Ben" }, HttpStatusCode.OK); // said again, nothing changes
        Assert.Equal("Ana", Text(await cloud.GetJsonAsync($"/api/v1/runs/{id}"), "by"));
        await PostAsync(cloud, $"runs/{id}/reject", new { by = "Ben" }, HttpStatusCode.OK);
        Assert.Equal(["animal", "blank", "blank"], await SaidAsync(review, fox, empty, told));
        using var db = cloud.Rows();
        Assert.Equal(6, db.Runs.Count());
        Assert.Equal((3, 0), (db.Runs.Count(r => r.Current), db.Runs.Count(r => r.AcceptedAt != null)));
        Assert.Equal("rejected", Text(await cloud.GetJsonAsync($"/api/v1/runs/{id}"), "judgement"));
    }

    [Fact]
    public async Task Of_two_runs_that_were_accepted_the_later_counts_and_taking_it_back_leaves_the_earlier()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var review = new Review(cloud);
        var media = await review.LookedAtAsync();
        var row = (await RowAsync(cloud, media)).Id;
        var jobs = new List<JobRow>();
        foreach (var model in (string[])["second", "third"])
        {
            var job = new JobRow { JobID = Guid.CreateVersion7(), Kind = JobKind.Rerun, Project = "", Model = model, Version = "1", Filter = "{}", CreatedAt = Some.Noon.UtcDateTime, State = JobState.Done };
            await cloud.Queue.RunAsync(new NewJobWrite(job, [row]), Stop);
            await review.LookAsync(media, model, "1", Some.Seen(model == "third" ? ObservationType.Vehicle : ObservationType.Animal));
            await using (var db = cloud.Rows()) await db.Jobs.Where(j => j.Id == job.Id).ExecuteUpdateAsync(set => set.SetProperty(j => j.State, JobState.Done).SetProperty(j => j.Done, 1), Stop);
            await PostAsync(cloud, $"runs/{job.JobID}/accept", new { by = "Ana" }, HttpStatusCode.OK);
            jobs.Add(job);
        }
        Assert.Equal(["vehicle"], await SaidAsync(review, media));
        await PostAsync(cloud, $"runs/{jobs[0].JobID}/reject", new { by = "Ana" }, HttpStatusCode.OK);
        Assert.Equal(["vehicle"], await SaidAsync(review, media));
        await PostAsync(cloud, $"runs/{jobs[0].JobID}/accept", new { by = "Ana" }, HttpStatusCode.OK);
        Assert.Equal(["animal"], await SaidAsync(review, media));
        await PostAsync(cloud, $"runs/{jobs[0].JobID}/reject", new { by = "Ana" }, HttpStatusCode.OK);
        await PostAsync(cloud, $"runs/{jobs[1].JobID}/reject", new { by = "Ana" }, HttpStatusCode.OK);
        Assert.Equal(["blank"], await SaidAsync(review, media));
    }

    [Fact]
    public async Task Where_the_new_model_could_not_look_what_was_there_stays()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var review = new Review(cloud);
        var media = await review.LookedAtAsync(Some.Seen());
        var id = (await PostAsync(cloud, "runs", new { model = Known.Name, confirm = true }, HttpStatusCode.Created)).GetProperty("runID").GetString();
        await LookAsync(cloud, _ => null);
        Assert.Equal("unclassified", Text((await cloud.GetJsonAsync($"/api/v1/runs/{id}/differences")).GetProperty("confusion")[0], "new"));
        await PostAsync(cloud, $"runs/{id}/accept", new { by = "Ana" }, HttpStatusCode.OK);
        Assert.Equal(["animal"], await SaidAsync(review, media));
    }

    [Fact]
    public async Task A_decision_that_was_broken_off_anywhere_is_carried_out_by_the_next_process()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var work = new Work(cloud, TimeProvider.System);
        var media = await work.MediaAsync(SwitchWrite.Most + 5);
        var job = await work.JobAsync(media, model: Known.Name);
        await using (var db = cloud.Rows())
        {
            foreach (var (model, type) in ((string, ObservationType)[])[(Review.First, ObservationType.Animal), (Known.Name, ObservationType.Vehicle)])
            {
                db.Runs.AddRange(media.Select(m => new RunRow { MediaRowId = m, Model = model, Version = "1", Source = LookedBy.Cloud, Status = RunStatus.Done, At = Some.Noon.UtcDateTime }));
                db.Observations.AddRange(media.Select(m => ObservationOf(m, model, type)));
                await db.SaveChangesAsync(Stop);
            }
            await db.Jobs.ExecuteUpdateAsync(set => set.SetProperty(j => j.State, JobState.Done), Stop);
            CurrentRule.Settle(db, media);
            Assert.Equal(media.Count, db.Observations.Count(o => o.Current && o.ObservationType == ObservationType.Animal));
        }
        await cloud.Queue.RunAsync(new JudgeWrite(job.JobID, Judgement.Accepted, "Ana", Some.Noon.UtcDateTime), Stop);
        await cloud.Queue.RunAsync(new SwitchWrite(job.Id), Stop); // one step, and then the process ended
        await using (var db = cloud.Rows())
        {
            Assert.Equal((SwitchWrite.Most, 5), (db.Observations.Count(o => o.Current && o.ObservationType == ObservationType.Vehicle), db.Observations.Count(o => o.Current && o.ObservationType == ObservationType.Animal)));
            Assert.True((await cloud.GetJsonAsync($"/api/v1/runs/{job.JobID}")).GetProperty("switching").GetBoolean());
        }
        var conflict = new JudgeWrite(job.JobID, Judgement.Rejected, "Ana", Some.Noon.UtcDateTime);
        await cloud.Queue.RunAsync(conflict, Stop);
        Assert.StartsWith("What was decided before", conflict.Conflict, StringComparison.Ordinal);
        using var loop = new SwitchLoop(cloud.Get<IDbContextFactory<LynceusDb>>(), cloud.Queue, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<SwitchLoop>.Instance);
        await loop.StartAsync(Stop); // as at the start of the next
        await Some.UntilAsync("carried out", async () => !(await cloud.GetJsonAsync($"/api/v1/runs/{job.JobID}")).GetProperty("switching").GetBoolean());
        await loop.StopAsync(Stop);
        await using var rows = cloud.Rows();
        Assert.Equal((media.Count, 0), (rows.Observations.Count(o => o.Current && o.ObservationType == ObservationType.Vehicle), rows.Observations.Count(o => o.Current && o.ObservationType == ObservationType.Animal)));
        Assert.Equal(media.Count, rows.Runs.Count(r => r.Current));
    }

    [Fact]
    public async Task The_statement_and_the_rule_in_the_program_choose_the_same_run()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var media = await new Work(cloud, TimeProvider.System).MediaAsync(100);
        var random = new Random(7);
        await using var db = cloud.Rows();
        db.Runs.AddRange(media.SelectMany(m => Enumerable.Range(0, random.Next(0, 5)).Select(n => new RunRow
        {
            MediaRowId = m, Model = $"m{n}", Version = "1", Source = random.Next(4) == 0 ? LookedBy.Hub : LookedBy.Cloud, At = Some.Noon.UtcDateTime,
            AcceptedAt = random.Next(3) == 0 ? Some.Noon.UtcDateTime.AddHours(random.Next(3)) : null,
        })));
        await db.SaveChangesAsync(Stop);
        CurrentRule.Settle(db, media);
        db.ChangeTracker.Clear();
        foreach (var runs in (await db.Runs.AsNoTracking().ToListAsync(Stop)).GroupBy(r => r.MediaRowId))
            Assert.Equal(CurrentRule.Run(runs)!.Id, Assert.Single(runs, r => r.Current).Id);
    }

    [Fact]
    public void Kinds_that_are_gained_and_lost_and_how_often_each_agrees_with_people_are_counted()
    {
        var (fox, badger, animal) = (new SaidOf(ObservationType.Animal, "Vulpes vulpes"), new SaidOf(ObservationType.Animal, "Meles meles"), new SaidOf(ObservationType.Animal, null));
        var differences = new Differences();
        differences.Add(animal, fox, 7, ["a1", "a2"]);
        differences.Add(fox, badger, 1, ["b"]);
        differences.Add(SaidOf.Nothing, new SaidOf(ObservationType.Blank, null), 1, ["c"]);
        differences.Add(fox, fox, 1, ["d"]);
        for (var i = 0; i < 7; i++) differences.AddTold(animal, fox, [fox, badger]);
        differences.AddTold(fox, badger, [fox]);
        var view = differences.View(new JobRow { Project = "", Model = "m", Version = "1", Filter = "{}" });
        Assert.Equal((10, 1, 9), (view.Media, view.Same, view.Changed));
        Assert.Equal(("Vulpes vulpes", "red fox", 2, 8, 7, 1), view.Species.Where(s => s.Name == "Vulpes vulpes").Select(s => (s.Name, s.VernacularNames!.Eng, s.Old, s.New, s.Gained, s.Lost)).Single());
        Assert.Equal(("animal", "Vulpes vulpes", 7, 2), (view.Confusion[0].Old, view.Confusion[0].New, view.Confusion[0].Media, view.Confusion[0].Examples.Count));
        Assert.Contains(view.Confusion, c => c is { Old: "not looked at", New: "blank", Media: 1 });
        Assert.Equal((8, 8, 1.0, 0.125, 1.0, 0.875), (view.Labelled, view.LabelledWithName, view.OldAgrees.Type, view.OldAgrees.Name, view.NewAgrees.Type, view.NewAgrees.Name));
    }

    [Theory]
    [InlineData("{}", "model")]
    [InlineData("{\"model\":\"../../etc\"}", "model")]
    [InlineData("{\"model\":\"KNOWN\",\"version\":\"0\"}", "version")]
    [InlineData("{\"model\":\"KNOWN\",\"hub\":\"Not A Hub\"}", "hub")]
    [InlineData("{\"model\":\"KNOWN\",\"observationType\":\"fox\"}", "observationType")]
    [InlineData("{\"model\":\"KNOWN\",\"mediaIDs\":[\"../../etc\"]}", "mediaIDs")]
    [InlineData("{\"model\":\"KNOWN\",\"lane\":\"fast\"}", "lane")]
    [InlineData("{\"model\":\"KNOWN\",\"priority\":1000}", "priority")]
    public async Task What_no_re_run_can_be_is_refused_by_the_fields_name(string body, string field)
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var refused = await PostAsync(cloud, "runs", JsonSerializer.Deserialize<JsonElement>(body.Replace("KNOWN", Known.Name, StringComparison.Ordinal)), HttpStatusCode.BadRequest);
        Assert.StartsWith(field + ":", Text(refused, "detail"), StringComparison.Ordinal);
        await PostAsync(cloud, $"runs/{Guid.NewGuid()}/accept", new { by = "Ana" }, HttpStatusCode.NotFound);
        Assert.StartsWith("by:", Text(await PostAsync(cloud, $"runs/{Guid.NewGuid()}/accept", new { }, HttpStatusCode.BadRequest), "detail"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await cloud.GetAsync($"/api/v1/runs/{Guid.NewGuid()}/differences")).StatusCode);
    }

    private static string? Text(JsonElement of, string property) => LabelTests.Text(of, property);

    private static int Number(JsonElement of, string property) => of.GetProperty(property).GetInt32();

    private static async Task<IReadOnlyList<string?>> SaidAsync(Review review, params string[] media)
    {
        var said = new List<string?>();
        foreach (var one in media) said.Add(Text((await review.MediaAsync(one)).GetProperty("observation"), "observationType"));
        return said;
    }

    private static async Task<MediaRow> RowAsync(RunningCloud cloud, string media)
    {
        await using var db = cloud.Rows();
        return await db.Media.SingleAsync(m => m.MediaID == media, Stop);
    }

    private static ObservationRow ObservationOf(long media, string model, ObservationType type)
    {
        var row = ObservationRule.Row(new Says(type, Count: null, Probability: null, Reason: null), model, "1", LookedBy.Cloud, Some.Noon.UtcDateTime);
        row.MediaRowId = media;
        return row;
    }

    /// <summary>Works off what is open, as a model that sees this; null for a media that cannot be looked at.</summary>
    private static async Task LookAsync(RunningCloud cloud, Func<string, Detection[]?> sees)
    {
        using var worker = new JobWorker("w", cloud.Get<JobTools>() with
        {
            Open = (_, _) => Task.FromResult(new JobModel(Known, (frames, _) => Task.FromResult<IReadOnlyList<(Seen, double)>>([.. frames.Select(f => (See(sees(f.MediaID)), 1d))]), held: null)),
        }, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        while (await worker.TurnAsync(Stop))
        {
        }
    }

    private static Seen See(Detection[]? found) => new(found is null ? new Look { Failure = ImageFailure.Corrupt, Detail = "half of it" } : new Look { Detections = found, Width = 10, Height = 10 });

    private static async Task<JsonElement> PostAsync(RunningCloud cloud, string path, object body, HttpStatusCode expected)
    {
        using var answer = await cloud.Http.PostAsJsonAsync(new Uri($"/api/v1/{path}", UriKind.Relative), body, Stop);
        Assert.Equal(expected, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }
}
