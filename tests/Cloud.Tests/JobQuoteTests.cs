using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class JobQuoteTests
{
    private static readonly Prices Money = Prices.Read();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Pictures_of_two_sizes_give_what_a_look_takes_and_what_a_megabyte_takes()
    {
        var fit = ByBytes.Fit([.. Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? (0.01, 0.03) : (3.01, 0.12))]);
        Assert.Equal((0.0297, 0.03), (fit.Seconds, fit.PerMegabyte), (a, b) => Math.Abs(a.Item1 - b.Item1) < 0.0005 && Math.Abs(a.Item2 - b.Item2) < 0.0005);
        Assert.Equal(0.075, fit.Mean, 6);
        var alike = ByBytes.Fit([.. Enumerable.Range(0, 100).Select(_ => (1.0, 0.1))]);
        Assert.Equal((0.1, 0.015), (alike.Mean, alike.PerMegabyte), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9);
        Assert.Equal(new ByBytes(0.1, 0, 0), ByBytes.Fit([(0, 0.1), (0, 0.1)]));
        Assert.True(ByBytes.Fit([(5, 0.001), (4, 0.5)]) is { Seconds: > 0, PerMegabyte: >= 0 });
    }

    [Fact]
    public async Task A_machine_that_is_busy_lengthens_neither_the_pace_nor_the_hours()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var media = await new Work(cloud, TimeProvider.System).MediaAsync(100);
        await using var db = cloud.Rows();
        foreach (var (i, id) in media.Index())
            db.Runs.Add(new RunRow { MediaRowId = id, Model = "north", Version = i < 30 ? "1" : "2", Source = LookedBy.Cloud, At = DateTime.UtcNow, Milliseconds = i % 2 == 0 ? 90 : 900, ProcessorMilliseconds = i < 30 ? 50 : 100, Together = i < 50 ? 1 : 32 });
        await db.SaveChangesAsync(Stop);
        var pace = await MeasuredPace.OfAsync(db, "north", Stop, "2");
        Assert.Equal((0.1, 0.9), (Math.Round(pace.SecondsOf(1, null), 6), Math.Round(pace.WallPerProcessor, 6)));
        Assert.Equal(0.05, (await MeasuredPace.OfAsync(db, "north", Stop, "1")).SecondsOf(1, null), 6);
        Assert.Contains("50 images", (await MeasuredPace.OfAsync(db, "north", Stop)).From, StringComparison.Ordinal); // those that were looked at together
        Assert.Contains("50 images", (await MeasuredPace.OfAsync(db, "north", Stop, images: 1)).From, StringComparison.Ordinal);
        Assert.Equal(MeasuredPace.Usual, await MeasuredPace.OfAsync(db, "south", Stop));
    }

    [Theory]
    [InlineData("detect")]
    [InlineData("rerun")]
    [InlineData("import")]
    public async Task Each_job_has_a_quote_when_it_is_made_and_beside_it_what_it_took_when_it_is_done(string kind)
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var work = new Work(cloud, TimeProvider.System);
        await work.MediaAsync(40);
        var known = ModelCatalog.Load([]).Models[0];
        using var made = await cloud.Http.PostAsJsonAsync("/api/v1/jobs", new { model = known.Name, kind }, Stop);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var job = await made.Content.ReadFromJsonAsync<JsonElement>(Stop);
        var quote = job.GetProperty("quote");
        Assert.Equal((40 * 0.12 / 3600, "USD"), (quote.GetProperty("hours").GetDouble(), quote.GetProperty("currency").GetString()), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-9 && a.Item2 == b.Item2);
        Assert.Contains("40 images and 0 videos", quote.GetProperty("assumptions")[2].GetString(), StringComparison.Ordinal);
        Assert.False(job.TryGetProperty("actual", out _));

        // It takes a quarter more of processors than was said.
        var row = (await work.JobRowsAsync()).Single();
        using var worker = work.As(row, (frames, _) => Task.FromResult<IReadOnlyList<(Seen, double)>>([.. frames.Select(_ => (new Seen(new Look { Width = 10, Height = 10 }) { ProcessorMilliseconds = 150 }, 1d))]));
        while (await worker.TurnAsync(Stop))
        {
        }
        var actual = (await cloud.GetJsonAsync($"/api/v1/jobs/{job.GetProperty("jobID").GetString()}")).GetProperty("actual");
        Assert.Equal(40 * 0.15 / 3600, actual.GetProperty("processorHours").GetDouble(), 9);
        Assert.Equal((40 * 0.15 / 3600 * Money.Compute.VcpuHour) + (40 * 0.004 / 10_000), actual.GetProperty("money").GetDouble(), 12);
        Assert.InRange(actual.GetProperty("moneyOfQuote").GetDouble(), 1.2, 1.25);
        Assert.True(actual.GetProperty("hours").GetDouble() > 0 && actual.GetProperty("hoursOfQuote").GetDouble() > 0);
        string[] rows = ["--data", cloud.Data, .. await TestRows.ArgumentsAsync(cloud.Data)];
        Assert.Equal(0, await CloudCommand.RunAsync(["jobs", "show", job.GetProperty("jobID").GetString()!, .. rows]));
    }

    [Fact]
    public async Task A_look_that_was_taken_twice_costs_once()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var work = new Work(cloud, TimeProvider.System);
        var media = await work.MediaAsync(1);
        var job = await work.JobAsync(media, "jura");
        using var worker = work.Worker((_, _) => Work.Sees(), "w");
        var prices = cloud.Get<Estimating>().Prices();
        var claim = new ClaimWrite("w", _ => 1, [], prices, DateTime.UtcNow);
        await cloud.Queue.RunAsync(claim, Stop);
        for (var i = 0; i < 2; i++)
        {
            var look = new DetectionWrite(media[0], ModelCatalog.Load([]).Models[0] with { Name = Work.Model, Version = "1" }, new Seen(new Look { Width = 1, Height = 1 }) { ProcessorMilliseconds = 2000 }, 9000, DateTime.UtcNow) { Feed = cloud.Get<ObservationFeed>() };
            await cloud.Queue.RunAsync(new EndItemWrite(job.Id, claim.Items[0], i == 0 ? "somebody whose lease had ended" : "w", ItemState.Done, look, DateTime.UtcNow) { Project = "jura", Money = 3 }, Stop);
        }
        await using var db = cloud.Rows();
        var spent = db.Spends.Single();
        Assert.Equal((3, 2, 1, 2), (spent.Money, spent.ProcessorSeconds, spent.Looks, work.Now(job).ProcessorSeconds));
        Assert.Equal(JobState.Done, work.Now(job).State);
    }

    [Fact]
    public async Task A_video_that_nobody_looked_at_is_quoted_by_its_length_and_one_that_was_by_its_frames()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var media = await new Work(cloud, TimeProvider.System).MediaAsync(2);
        await using (var db = cloud.Rows())
        {
            foreach (var (i, id) in media.Index())
            {
                var row = db.Media.Single(m => m.Id == id);
                row.VideoSeconds = i == 0 ? 6 : 600;
                foreach (var tier in db.Tiers.Where(t => t.MediaRowId == id)) tier.Tier = Tier.Clip;
            }
            db.Runs.Add(new RunRow { MediaRowId = media[1], Model = "north", Version = "1", Source = LookedBy.Cloud, At = DateTime.UtcNow, Frames = "0 12 24" });
            await db.SaveChangesAsync(Stop);
        }
        await using var rows = cloud.Rows();
        var size = await StoredSize.OfAsync(rows, media, Stop, cloud.Get<ObjectFolder>());
        Assert.Equal((0, 2, 15, 20, 0), (size.Images, size.Videos, size.VideoFrames, size.Bytes, size.ImageBytes));
    }

    [Fact]
    public async Task A_price_file_of_ones_own_holds_for_the_cloud_and_one_that_is_wrong_does_not_start_it()
    {
        var folder = Directory.CreateTempSubdirectory("lynceus-prices-").FullName;
        var own = Path.Combine(folder, "own.json");
        File.WriteAllText(own, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Estimates", "prices.json")).Replace("\"USD\"", "\"EUR\"", StringComparison.Ordinal));
        var settings = new CloudSettings { Data = folder, Http = RunningCloud.Address("127.0.0.1:0"), Mqtt = RunningCloud.Address("127.0.0.1:0"), PriceFile = own };
        var estimating = new Estimating(settings, new ObjectFolder(folder));
        Assert.Equal("EUR", estimating.Prices().Currency);
        File.WriteAllText(own, "{");
        Assert.Throws<EstimateFault>(estimating.Prices);
        Assert.Equal("EUR", estimating.LastPrices().Currency); // work goes on at the prices of before
        Assert.Equal(2, await CloudCommand.RunAsync(["run", "--data", folder, "--prices", own]));
        Directory.Delete(folder, recursive: true);
    }
}
