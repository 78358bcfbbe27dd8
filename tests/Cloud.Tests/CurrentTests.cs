using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class CurrentTests
{
    [Fact]
    public async Task The_first_look_of_the_cloud_counts_over_the_hubs_and_over_those_that_follow()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var review = new Review(cloud);
        await using var hub = await cloud.ConnectAsync("ridge");
        var capture = Some.Kept();
        await hub.SendAsync(capture);
        var media = capture.Media[0].MediaID;
        Assert.Equal(("hub", "human"), await SaidAsync(review, media));
        await review.LookAsync(media, "a", "1", Some.Seen(ObservationType.Animal));
        Assert.Equal(("cloud", "animal"), await SaidAsync(review, media));
        await review.LookAsync(media, "b", "1", Some.Seen(ObservationType.Vehicle));
        await review.LookAsync(media, "a", "2");
        Assert.Equal(("cloud", "animal"), await SaidAsync(review, media));
        using var db = cloud.Rows();
        Assert.Equal("a 1", db.Runs.Where(r => r.Current).Select(r => r.Model + " " + r.Version).Single());
        Assert.Equal(4, db.Runs.Count());
        Assert.Equal(1, db.Observations.Count(o => o.Current));
    }

    [Fact]
    public async Task What_an_older_model_looked_at_stays_and_is_told_when_the_program_brings_another()
    {
        var (models, photograph) = Some.ModelAndPhotograph();
        var data = Directory.CreateTempSubdirectory("lynceus-cloud-").FullName;
        await using (var before = await RunningCloud.StartAsync(data, settings: Work.Idle))
        {
            var review = new Review(before);
            await review.LookedAtAsync(Some.Seen());
            Assert.Equal(0, (await before.GetJsonAsync("/api/v1/status")).GetProperty("waitingForDetection").GetInt32());
        }
        await using (var cloud = await RunningCloud.StartAsync(data, models))
        {
            await using var hub = await cloud.ConnectAsync("ridge");
            var capture = Some.Capture("ridge", photograph);
            await hub.SendAsync(capture);
            for (var offset = 0; offset < photograph.Length; offset += Wire.MaxChunkBytes)
                await hub.SendAsync(capture.Media[0].MediaID, offset, photograph.AsSpan(offset, Math.Min(Wire.MaxChunkBytes, photograph.Length - offset)));
            await Some.UntilAsync("the new one is looked at", async () => (await cloud.MediaAsync())[0].TryGetProperty("observation", out var o) && o.GetProperty("source").GetString() == "cloud");
            var status = await cloud.GetJsonAsync("/api/v1/status");
            Assert.Equal((0, 1), (status.GetProperty("waitingForDetection").GetInt32(), status.GetProperty("lookedAtByOthers").GetInt32()));
            using var db = cloud.Rows();
            Assert.Equal([Review.First], db.Runs.Where(r => r.MediaRowId == db.Media.Min(m => m.Id) && r.Source == LookedBy.Cloud).Select(r => r.Model).ToList());
        }
        Directory.Delete(data, recursive: true);
        await TestRows.DropAsync(data);
    }

    [Fact]
    public async Task In_rows_of_before_labels_the_newest_look_stays_what_people_see_and_counts_as_accepted()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var review = new Review(cloud);
        await using var hub = await cloud.ConnectAsync("ridge");
        var capture = Some.Kept();
        await hub.SendAsync(capture);
        var (kept, once, twice) = (capture.Media[0].MediaID, await review.LookedAtAsync(Some.Seen()), await review.LookedAtAsync(Some.Seen()));
        await review.LookAsync(twice, "second", "1", Some.Seen(ObservationType.Vehicle));
        await using (var db = cloud.Rows())
        {
            var migrator = db.GetService<IMigrator>();
            await migrator.MigrateAsync("Budgets", TestContext.Current.CancellationToken); // what was kept by the rows of then
            await migrator.MigrateAsync(cancellationToken: TestContext.Current.CancellationToken);
        }
        Assert.Equal([("hub", "human"), ("cloud", "animal"), ("cloud", "vehicle")], [await SaidAsync(review, kept), await SaidAsync(review, once), await SaidAsync(review, twice)]);
        using var rows = cloud.Rows();
        Assert.Equal(["second"], rows.Runs.Where(r => r.AcceptedAt != null).Select(r => r.Model).ToList());
        CurrentRule.Settle(rows, rows.Media.Select(m => m.Id).ToList()); // and the rule agrees
        Assert.Equal([("hub", "human"), ("cloud", "animal"), ("cloud", "vehicle")], [await SaidAsync(review, kept), await SaidAsync(review, once), await SaidAsync(review, twice)]);
    }

    [Fact]
    public async Task Lists_by_what_counts_follow_each_other_without_gap_or_repeat()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var review = new Review(cloud);
        var foxes = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            var media = await review.LookedAtAsync(i % 2 == 0 ? [Some.Seen()] : []);
            if (i % 2 != 0) continue;
            foxes.Add(media);
            await review.LabelAsync(media, new { by = "Ana", observations = new object[] { new { observationType = "animal", scientificName = "Vulpes vulpes" }, new { observationType = "animal", scientificName = "Meles meles" } } });
        }
        foreach (var query in (string[])["observationType=animal", "scientificName=Vulpes vulpes", "labelled=true", "scientificName=Meles meles&observationType=animal&labelled=true&hub=ridge"])
        {
            var found = new List<string?>();
            for (var after = ""; after is not null;)
            {
                var page = await cloud.GetJsonAsync($"/api/v1/media?limit=3&{query}{after}");
                found.AddRange(page.GetProperty("items").EnumerateArray().Select(m => LabelTests.Text(m, "mediaID")));
                after = page.TryGetProperty("next", out var next) ? $"&after={next}" : null;
            }
            Assert.Equal(Enumerable.Reverse(foxes), found);
        }
        Assert.Equal(3, (await cloud.MediaAsync("?labelled=false&observationType=blank")).Count);
        Assert.Empty(await cloud.MediaAsync("?observationType=animal&hub=valley"));
    }

    private static async Task<(string?, string?)> SaidAsync(Review review, string media)
    {
        var observation = (await review.MediaAsync(media)).GetProperty("observation");
        return (LabelTests.Text(observation, "source"), LabelTests.Text(observation, "observationType"));
    }
}
