using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class LabelTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_accepts_corrects_and_takes_back_and_nothing_that_was_said_is_lost()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var review = new Review(cloud);
        var media = await review.LookedAtAsync(Some.Seen(conf: 0.9f));

        var accepted = await review.LabelAsync(media, new { by = "Ana", accepts = "current" });
        Assert.Equal(("accept", "animal", "Ana", true), (Text(accepted, "kind"), Text(accepted.GetProperty("observations")[0], "observationType"), Text(accepted.GetProperty("observations")[0], "classifiedBy"), accepted.GetProperty("current").GetBoolean()));
        var corrected = await review.LabelAsync(media, new
        {
            by = "Ben", comment = "two foxes, and a badger behind",
            observations = new object[]
            {
                new { observationType = "animal", scientificName = "vulpes vulpes", count = 2, sex = "female", lifeStage = "juvenile", behavior = "playing", bbox = new[] { 0.1, 0.2, 0.3, 0.4 } },
                new { observationType = "animal", scientificName = "Meles meles" },
            },
        });
        var view = await review.MediaAsync(media);
        Assert.Equal(["Vulpes vulpes", "Meles meles"], view.GetProperty("observations").EnumerateArray().Select(o => Text(o, "scientificName")));
        var fox = view.GetProperty("observation");
        Assert.Equal(("human", "human", "Ben", 2, "female", "juvenile", "playing"), (Text(fox, "source"), Text(fox, "classificationMethod"), Text(fox, "classifiedBy"), fox.GetProperty("count").GetInt32(), Text(fox, "sex"), Text(fox, "lifeStage"), Text(fox, "behavior")));
        Assert.Equal([0.1f, 0.2f, 0.3f, 0.4f], fox.GetProperty("bbox").EnumerateArray().Select(s => s.GetSingle()));
        Assert.Equal("red fox", Text(fox.GetProperty("vernacularNames"), "eng"));
        Assert.Equal(("Ben", "two foxes, and a badger behind"), (Text(view.GetProperty("label"), "by"), Text(view.GetProperty("label"), "comment")));
        Assert.Equal((false, "cloud"), (view.GetProperty("predictions")[0].GetProperty("current").GetBoolean(), Text(view.GetProperty("predictions")[0], "source")));

        Assert.Equal(HttpStatusCode.NoContent, await review.WithdrawAsync(media, corrected, "Ana"));
        Assert.Equal("Ana", Text((await review.MediaAsync(media)).GetProperty("label"), "by"));
        Assert.Equal(HttpStatusCode.NoContent, await review.WithdrawAsync(media, accepted, "Ana"));
        Assert.Equal(HttpStatusCode.NoContent, await review.WithdrawAsync(media, accepted, "Ben")); // somebody was quicker
        view = await review.MediaAsync(media);
        Assert.False(view.TryGetProperty("label", out _));
        Assert.Equal(("cloud", true), (Text(view.GetProperty("observation"), "source"), view.GetProperty("predictions")[0].GetProperty("current").GetBoolean()));

        var all = await review.LabelsAsync(media);
        Assert.Equal(["withdraw", "withdraw", "correct", "accept"], all.Select(l => Text(l, "kind")));
        Assert.Equal((Text(accepted, "labelID"), "Ana"), (Text(all[0], "withdraws"), Text(all[2], "withdrawnBy")));
        Assert.Equal(2, all[2].GetProperty("observations").GetArrayLength());
        Assert.All(all, l => Assert.False(l.GetProperty("current").GetBoolean()));
    }

    [Fact]
    public async Task A_label_by_a_person_is_never_overwritten_by_a_run()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var review = new Review(cloud);
        var media = await review.LookedAtAsync(Some.Seen());
        await review.LabelAsync(media, new { by = "Ana", observations = new[] { new { observationType = "blank" } } });
        await review.LookAsync(media, "other", "1", Some.Seen(ObservationType.Human));
        var view = await review.MediaAsync(media);
        Assert.Equal(("blank", "human", 1), (Text(view.GetProperty("observation"), "observationType"), Text(view.GetProperty("observation"), "source"), view.GetProperty("observations").GetArrayLength()));
        Assert.Equal(["human", "animal"], view.GetProperty("predictions").EnumerateArray().Select(p => Text(p, "observationType")));
        Assert.Single(await cloud.MediaAsync("?observationType=blank&labelled=true"));
        Assert.Empty(await cloud.MediaAsync("?observationType=animal"));
        Assert.Empty(await cloud.MediaAsync("?labelled=false"));
        Assert.Equal(1, (await cloud.GetJsonAsync("/api/v1/observations?current=true")).GetProperty("items").GetArrayLength());
        Assert.Equal(2, (await cloud.GetJsonAsync("/api/v1/observations?current=false")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Of_two_people_at_once_both_are_kept_and_the_later_counts()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var review = new Review(cloud);
        var media = await review.LookedAtAsync(Some.Seen());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => review.LabelAsync(media, new { by = $"P{i}", observations = new[] { new { observationType = "animal", count = i + 1 } } })));
        var all = await review.LabelsAsync(media);
        Assert.Equal(8, all.Count);
        Assert.Single(all, l => l.GetProperty("current").GetBoolean());
        Assert.True(all[0].GetProperty("current").GetBoolean());
        Assert.Equal(Text(all[0], "by"), Text((await review.MediaAsync(media)).GetProperty("observation"), "classifiedBy"));
    }

    [Fact]
    public async Task The_same_label_sent_again_changes_nothing_and_its_id_names_no_other()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var review = new Review(cloud);
        var (media, other) = (await review.LookedAtAsync(Some.Seen()), await review.LookedAtAsync(Some.Seen()));
        var body = new { labelID = Guid.NewGuid(), by = "Ana", observations = new[] { new { observationType = "animal", scientificName = "Meles meles", bbox = new[] { 0.1, 0.1, 0.5, 0.7 } } } };
        using var first = await review.PostAsync(media, body);
        using var again = await review.PostAsync(media, body);
        using var changed = await review.PostAsync(media, body with { by = "Ben" });
        using var elsewhere = await review.PostAsync(other, body);
        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.Conflict], [first.StatusCode, again.StatusCode, changed.StatusCode, elsewhere.StatusCode]);
        Assert.Single(await review.LabelsAsync(media));
        Assert.Empty(await review.LabelsAsync(other));
    }

    [Fact]
    public async Task What_nobody_has_looked_at_cannot_be_accepted_but_said()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var review = new Review(cloud);
        var (waiting, broken) = (await review.NewAsync(), await review.FailedAsync());
        foreach (var media in (string[])[waiting, broken])
        {
            using var accept = await review.PostAsync(media, new { by = "Ana", accepts = "current" });
            Assert.Equal(HttpStatusCode.Conflict, accept.StatusCode);
            using var unknown = await review.PostAsync(media, new { by = "Ana", accepts = $"{media}/cloud/none/9" });
            Assert.Equal(HttpStatusCode.Conflict, unknown.StatusCode);
            await review.LabelAsync(media, new { by = "Ana", observations = new[] { new { observationType = "human" } } });
            Assert.Equal("human", Text((await review.MediaAsync(media)).GetProperty("observation"), "observationType"));
        }
        using var gone = await review.PostAsync($"{Guid.NewGuid()}/1", new { by = "Ana", accepts = "current" });
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await cloud.GetAsync($"/api/v1/media/{Guid.NewGuid()}/1/labels")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await review.WithdrawAsync(waiting, Guid.NewGuid().ToString(), "Ana"));
    }

    [Fact]
    public async Task Many_are_accepted_at_once_but_none_that_a_person_has_spoken_of()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var review = new Review(cloud);
        var media = new List<string>();
        for (var i = 0; i < 5; i++) media.Add(await review.LookedAtAsync(Some.Seen(conf: i < 3 ? 0.9f : 0.4f)));
        await review.LabelAsync(media[0], new { by = "Ben", observations = new[] { new { observationType = "blank" } } });
        Assert.Equal((5, 4, 1), await AcceptAsync(cloud, new { by = "Ana", mediaIDs = media }));
        Assert.Equal((0, 0, 0), await AcceptAsync(cloud, new { by = "Ana", observationType = "animal" }));
        Assert.Equal("Ben", Text((await review.MediaAsync(media[0])).GetProperty("observation"), "classifiedBy"));
        foreach (var label in await review.LabelsAsync(media[4])) await review.WithdrawAsync(media[4], label.GetProperty("labelID").GetString()!, "Ana");
        Assert.Equal((0, 0, 0), await AcceptAsync(cloud, new { by = "Ana", minProbability = 0.5 }));
        Assert.Equal((1, 1, 0), await AcceptAsync(cloud, new { by = "Ana", hub = "ridge", minProbability = 0.3 }));
    }

    [Fact]
    public async Task Who_listens_hears_of_labels_and_of_what_counts_again()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var review = new Review(cloud);
        var media = await review.LookedAtAsync(Some.Seen());
        using var listening = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var stream = new StreamReader(await cloud.Http.GetStreamAsync(new Uri("/api/v1/observations/stream", UriKind.Relative), listening.Token));
        async Task<string> NextAsync()
        {
            while (await stream.ReadLineAsync(listening.Token) is { } line)
            {
                if (line.StartsWith("data: {", StringComparison.Ordinal)) return Text(JsonSerializer.Deserialize<JsonElement>(line[6..]), "source")!;
            }
            return "ended";
        }
        while (cloud.Get<ObservationFeed>().Listeners == 0) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        var label = await review.LabelAsync(media, new { by = "Ana", accepts = "current" });
        Assert.Equal("human", await NextAsync());
        await review.WithdrawAsync(media, label, "Ana");
        Assert.Equal("cloud", await NextAsync());
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "{}", "by" },
        { "{\"by\":\"   \",\"accepts\":\"current\"}", "by" },
        { "{\"by\":\"a\\u0000b\",\"accepts\":\"current\"}", "by" },
        { $"{{\"by\":\"{new string('x', 129)}\",\"accepts\":\"current\"}}", "by" },
        { "{\"by\":\"Ana\"}", "accepts, observations" },
        { "{\"by\":\"Ana\",\"accepts\":\"current\",\"observations\":[]}", "accepts, observations" },
        { "{\"by\":\"Ana\",\"observations\":[]}", "observations" },
        { "{\"by\":\"Ana\",\"observations\":[null]}", "observations[0]" },
        { "{\"by\":\"Ana\",\"observations\":[{}]}", "observations[0].observationType" },
        { "{\"by\":\"Ana\",\"observations\":[{\"observationType\":\"unclassified\"}]}", "observations[0].observationType" },
        { "{\"by\":\"Ana\",\"observations\":[{\"observationType\":\"blank\"},{\"observationType\":\"animal\"}]}", "observations" },
        { "{\"by\":\"Ana\",\"observations\":[{\"observationType\":\"blank\",\"count\":1}]}", "observations[0].count" },
        { "{\"by\":\"Ana\",\"observations\":[{\"observationType\":\"animal\",\"count\":0}]}", "observations[0].count" },
        { "{\"by\":\"Ana\",\"observations\":[{\"observationType\":\"vehicle\",\"scientificName\":\"Lynx lynx\"}]}", "observations[0].scientificName" },
        { "{\"by\":\"Ana\",\"observations\":[{\"observationType\":\"animal\",\"scientificName\":\"Vulpes vulpez\"}]}", "observations[0].scientificName: the taxonomy has no such name; was Vulpes vulpes meant?" },
        { "{\"by\":\"Ana\",\"observations\":[{\"observationType\":\"animal\",\"scientificName\":\"<script>alert(1)</script>\",\"taxonRank\":\"genus\"}]}", "observations[0].scientificName" },
        { "{\"by\":\"Ana\",\"observations\":[{\"observationType\":\"animal\",\"scientificName\":\"Vulpes vulpes\",\"taxonRank\":\"genus\"}]}", "observations[0].scientificName: Vulpes vulpes is a species" },
        { "{\"by\":\"Ana\",\"observations\":[{\"observationType\":\"animal\",\"taxonRank\":\"kingdom\",\"scientificName\":\"Animalia\"}]}", "observations[0].taxonRank" },
        { "{\"by\":\"Ana\",\"observations\":[{\"observationType\":\"animal\",\"sex\":\"f\"}]}", "observations[0].sex" },
        { "{\"by\":\"Ana\",\"observations\":[{\"observationType\":\"animal\",\"bbox\":[0.5,0.5,0.6,0.1]}]}", "observations[0].bbox" },
        { "{\"by\":\"Ana\",\"observations\":[{\"observationType\":\"animal\",\"bbox\":[0.5]}]}", "observations[0].bbox" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_no_label_can_be_is_refused_by_the_fields_name(string body, string said)
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var review = new Review(cloud);
        using var answer = await review.PostAsync($"{Guid.NewGuid()}/1", JsonSerializer.Deserialize<JsonElement>(body));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith(said, Text(await answer.Content.ReadFromJsonAsync<JsonElement>(Stop), "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comment_of_ten_megabytes_and_a_hundred_thousand_ids_are_refused_and_the_server_goes_on()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var review = new Review(cloud);
        var media = await review.LookedAtAsync(Some.Seen());
        using var comment = await review.PostAsync(media, new { by = "Ana", accepts = "current", comment = new string('x', 10_000_000) });
        Assert.Equal((HttpStatusCode.BadRequest, "comment: at most 2000 characters"), (comment.StatusCode, Text(await comment.Content.ReadFromJsonAsync<JsonElement>(Stop), "detail")));
        using var ids = await cloud.Http.PostAsJsonAsync(new Uri("/api/v1/labels/accept", UriKind.Relative), new { by = "Ana", mediaIDs = Enumerable.Range(0, 100_000).Select(_ => media) }, Stop);
        Assert.Equal((HttpStatusCode.BadRequest, "mediaIDs: at most 10000"), (ids.StatusCode, Text(await ids.Content.ReadFromJsonAsync<JsonElement>(Stop), "detail")));
        using var all = await cloud.Http.PostAsJsonAsync(new Uri("/api/v1/labels/accept", UriKind.Relative), new { by = "Ana" }, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, all.StatusCode); // everything by mistake
        var script = await review.LabelAsync(media, new { by = "<script>alert(1)</script>", accepts = "current", comment = "'; DROP TABLE \"Label\"; --" });
        Assert.Equal("<script>alert(1)</script>", Text(script, "by")); // a text, and the page shows it as one
        Assert.Single(await review.LabelsAsync(media));
    }

    [Fact]
    public async Task An_animal_that_the_table_does_not_have_is_taken_with_its_rank_and_animals_are_found_by_what_people_call_them()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var review = new Review(cloud);
        var media = await review.LookedAtAsync(Some.Seen());
        await review.LabelAsync(media, new { by = "Ana", observations = new[] { new { observationType = "animal", scientificName = "Desmana moschata", taxonRank = "species" } } });
        Assert.Equal(("Desmana moschata", "species"), (Text((await review.MediaAsync(media)).GetProperty("observation"), "scientificName"), Text((await review.MediaAsync(media)).GetProperty("observation"), "taxonRank")));
        Assert.Single(await cloud.MediaAsync("?scientificName=Desmana moschata"));
        Assert.Equal("Vulpes vulpes", Text((await cloud.GetJsonAsync("/api/v1/taxa?query=renard roux"))[0], "scientificName"));
        Assert.Equal("Meles meles", Text((await cloud.GetJsonAsync("/api/v1/taxa?query=badgr"))[0], "scientificName"));
        Assert.Contains("Vulpes vulpes", (await cloud.GetJsonAsync("/api/v1/taxa?query=fox&limit=5")).EnumerateArray().Select(t => Text(t, "scientificName")));
        Assert.Empty((await cloud.GetJsonAsync("/api/v1/taxa?query=%3Cscript%3E")).EnumerateArray());
        Assert.Equal(HttpStatusCode.BadRequest, (await cloud.GetAsync($"/api/v1/taxa?query={new string('x', 101)}")).StatusCode);
    }

    internal static string? Text(JsonElement of, string property) => of.TryGetProperty(property, out var value) ? value.GetString() : null;

    private static async Task<(int, int, int)> AcceptAsync(RunningCloud cloud, object body)
    {
        using var answer = await cloud.Http.PostAsJsonAsync(new Uri("/api/v1/labels/accept", UriKind.Relative), body, Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var view = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        return (view.GetProperty("media").GetInt32(), view.GetProperty("accepted").GetInt32(), view.GetProperty("left").GetInt32());
    }
}
