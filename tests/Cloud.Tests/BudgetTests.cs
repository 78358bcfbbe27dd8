using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Lynceus.Vision;
using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class BudgetTests
{
    private const double EachSecond = 10;
    private static readonly double Each = Prices.Read().Look(EachSecond);

    private readonly FakeTimeProvider clock = new(Some.Noon);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10, 0, 1, 0, 256, 3)]
    [InlineData(10, 10, 1, 0, 256, null)]
    [InlineData(10, 9.5, 1, 0, 256, null)]
    [InlineData(10, 9.5, 1, 4, 256, null)]
    [InlineData(10, 8, 1, 0, 256, 2)]
    [InlineData(10, 8, 1, 1, 256, 0)]
    [InlineData(1000, 0, 1, 0, 256, 256)]
    [InlineData(1000, 0, 1, 300, 256, 33)]
    [InlineData(0, 0, 1, 0, 256, null)]
    [InlineData(10, 0, 0, 0, 256, 256)]
    public void A_claim_takes_what_is_left_and_near_the_limit_one_goes_after_the_other(double limit, double spent, double each, int underWay, int most, int? expected)
        => Assert.Equal(expected, BudgetRule.Affordable(limit, spent, each, underWay, most));

    [Fact]
    public async Task Four_workers_never_pass_a_budget_by_more_than_one_claim_and_its_jobs_are_paused_with_the_reason()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var work = new Work(cloud, clock);
        var (media, others) = (await work.MediaAsync(400), await work.MediaAsync(30));
        var (job, second, other) = (await work.JobAsync(media, "jura"), await work.JobAsync(await work.MediaAsync(3), "jura"), await work.JobAsync(others, "alps"));
        var online = await work.JobAsync(await work.MediaAsync(2), "jura", Lane.Online);
        await SetAsync(cloud, "jura", 100 * Each);
        await WorkAsync(work, workers: 4);
        await using var db = cloud.Rows();
        var spent = db.Spends.Single(s => s.Project == "jura");
        Assert.InRange(spent.Money, 95 * Each, 101 * Each);
        Assert.Equal(("2026-05", spent.Looks * EachSecond), (spent.Month, Math.Round(spent.ProcessorSeconds, 6)));
        Assert.Equal(spent.Looks, db.Runs.LongCount(r => r.Source == LookedBy.Cloud) - 30);
        var paused = work.Now(job);
        Assert.Equal((JobState.Paused, "2026-05"), (paused.State, paused.BudgetMonth));
        Assert.Matches(@"^budget: 0\.0\d+ USD of 0\.0\d+ USD are spent in 2026-05, .* on 2026-06-01, or with a higher limit \(cloud budget set jura AMOUNT\)$", paused.Reason);
        Assert.Equal(JobState.Paused, work.Now(second).State);
        Assert.Equal((JobState.Done, JobState.Done), (work.Now(other).State, work.Now(online).State));

        // Online goes on, though nothing is left.
        var late = await work.JobAsync(await work.MediaAsync(5), "jura", Lane.Online);
        await WorkAsync(work, workers: 2);
        Assert.Equal(JobState.Done, work.Now(late).State);
    }

    [Fact]
    public async Task A_higher_limit_or_the_next_month_lets_them_go_on_and_nothing_is_counted_twice()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var work = new Work(cloud, clock);
        var job = await work.JobAsync(await work.MediaAsync(60), "jura");
        await SetAsync(cloud, "jura", 10 * Each);
        await WorkAsync(work);
        Assert.Equal(JobState.Paused, work.Now(job).State);
        var first = work.Now(job).Done;
        Assert.InRange(first, 9, 11);
        await SetAsync(cloud, "jura", 20 * Each);
        Assert.Equal((JobState.Running, null, null), (work.Now(job).State, work.Now(job).Reason, work.Now(job).BudgetMonth));
        await WorkAsync(work);
        Assert.Equal(JobState.Paused, work.Now(job).State);
        Assert.InRange(work.Now(job).Done, first + 1, 21);
        clock.SetUtcNow(new DateTimeOffset(2026, 5, 31, 23, 59, 30, TimeSpan.Zero));
        await WorkAsync(work);
        Assert.Equal(JobState.Paused, work.Now(job).State);
        clock.SetUtcNow(new DateTimeOffset(2026, 6, 1, 0, 1, 0, TimeSpan.Zero)); // though it is still evening in America, and was June in Asia before
        await WorkAsync(work);
        await using var db = cloud.Rows();
        Assert.Equal(["2026-05", "2026-06"], db.Spends.OrderBy(s => s.Month).Select(s => s.Month).ToList());
        Assert.Equal(work.Now(job).Done, db.Spends.AsEnumerable().Sum(s => s.Looks));
        await cloud.Http.DeleteAsync(new Uri("/api/v1/budgets/jura", UriKind.Relative), Stop);
        await WorkAsync(work);
        Assert.Equal((JobState.Done, 60), (work.Now(job).State, work.Now(job).Done));
        Assert.Equal(60 * EachSecond, work.Now(job).ProcessorSeconds, 6);
    }

    [Fact]
    public async Task What_somebody_paused_stays_paused_when_the_month_turns()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var work = new Work(cloud, clock);
        var job = await work.JobAsync(await work.MediaAsync(30), "jura");
        await SetAsync(cloud, "jura", 0);
        await WorkAsync(work);
        Assert.Equal(("2026-05", 0), (work.Now(job).BudgetMonth, work.Now(job).Done));
        await cloud.Queue.RunAsync(new JobWishWrite(job.JobID, JobWish.Pause, clock.GetUtcNow().UtcDateTime), Stop);
        clock.Advance(TimeSpan.FromDays(40));
        await WorkAsync(work);
        Assert.Equal((JobState.Paused, 0), (work.Now(job).State, work.Now(job).Done));
    }

    [Fact]
    public async Task A_budget_is_set_listed_shown_and_removed_by_API_and_command_and_a_quote_says_that_it_would_pass_it()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        await new Work(cloud, TimeProvider.System).MediaAsync(50);
        string[] rows = ["--data", cloud.Data, .. await TestRows.ArgumentsAsync(cloud.Data)];
        var set = await SetAsync(cloud, "jura", 0.00001);
        Assert.Equal((0.00001, 0, "USD"), (set.GetProperty("monthlyLimit").GetDouble(), set.GetProperty("spent").GetDouble(), set.GetProperty("currency").GetString()));
        Assert.Equal(0, await CloudCommand.RunAsync(["budget", "set", "alps/north", "25.5", .. rows]));
        Assert.Equal(25.5, (await cloud.GetJsonAsync("/api/v1/budgets/alps%2Fnorth")).GetProperty("monthlyLimit").GetDouble());
        Assert.Equal(["alps/north", "jura"], (await cloud.GetJsonAsync("/api/v1/budgets")).EnumerateArray().Select(b => b.GetProperty("project").GetString()!));
        var said = (await cloud.GetJsonAsync("/api/v1/quotes/rerun?project=jura")).GetProperty("budget").GetString();
        Assert.StartsWith("0.00 USD of 0.00001 USD are spent by jura in 20", said, StringComparison.Ordinal);
        Assert.False((await cloud.GetJsonAsync("/api/v1/quotes/rerun?project=alps/north")).TryGetProperty("budget", out _));
        using (var made = await cloud.Http.PostAsJsonAsync("/api/v1/jobs", new { model = ModelCatalog.Load([]).Models[0].Name, project = "jura", lane = "batch" }, Stop))
            Assert.Equal(said, (await made.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("quote").GetProperty("budget").GetString());
        Assert.Equal(0, await CloudCommand.RunAsync(["budget", "list", .. rows]));
        Assert.Equal(0, await CloudCommand.RunAsync(["budget", "show", "jura", .. rows]));
        Assert.Equal(0, await CloudCommand.RunAsync(["budget", "remove", "jura", .. rows]));
        Assert.Equal(2, await CloudCommand.RunAsync(["budget", "remove", "jura", .. rows]));
        Assert.Equal(HttpStatusCode.NotFound, (await cloud.GetAsync("/api/v1/budgets/jura")).StatusCode);
    }

    [Theory]
    [InlineData("jura", "{\"monthlyLimit\":-1}", "monthlyLimit")]
    [InlineData("jura", "{\"monthlyLimit\":1e300}", "monthlyLimit")]
    [InlineData("jura", "{}", "monthlyLimit")]
    [InlineData("a%00b", "{\"monthlyLimit\":1}", "project")]
    [InlineData("%20%0A", "{\"monthlyLimit\":1}", "project")]
    public async Task What_no_budget_can_be_is_refused_by_the_fields_name(string project, string body, string field)
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await cloud.Http.PutAsync(new Uri($"/api/v1/budgets/{project}", UriKind.Relative), content, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        if (project != "a%00b") Assert.StartsWith(field + ":", (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("much")]
    public async Task An_amount_that_is_none_is_refused_by_the_command(string amount)
        => Assert.Equal(2, await CloudCommand.RunAsync(["budget", "set", "jura", amount, "--data", "nowhere"]));

    private static Task<(Seen, double)> Costs() => Task.FromResult((new Seen(new Look { Width = 10, Height = 10 }) { ProcessorMilliseconds = EachSecond * 1000 }, 1d));

    /// <summary>Until there is nothing more to do.</summary>
    private static Task WorkAsync(Work work, int workers = 1) => Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
    {
        using var worker = work.Worker(async (_, _) =>
        {
            await Task.Yield();
            return await Costs();
        });
        for (var idle = 0; idle < 3;)
        {
            if (await worker.TurnAsync(Stop)) idle = 0;
            else idle++;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Stop);
        }
    }, Stop)));

    private static async Task<JsonElement> SetAsync(RunningCloud cloud, string project, double limit)
    {
        using var answer = await cloud.Http.PutAsJsonAsync(new Uri($"/api/v1/budgets/{project}", UriKind.Relative), new { monthlyLimit = limit }, Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }
}
