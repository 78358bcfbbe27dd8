using System.Text.Json;
using System.Text.RegularExpressions;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge.Tests;

public sealed partial class ExplainTests : IDisposable
{
    private readonly string folder = Some.Folder();

    private static Decision Decide(Verdict verdict, Rule rule, float animal, Track[] tracks, params FrameDecision[] frames)
        => new(new Vote(verdict, "", animal, rule), null, frames, new Why(rule, animal, 0, 0, tracks, Some.Thresholds));

    private static FrameDecision Frame(StillWhy? still = null, params Detection[] seen) => new(Some.Frame([1]), Some.Look(seen), null, [still ?? new StillWhy()]);

    private static Sighting Seen(int frame, float score) => new(frame, 0, Some.Seen(ObservationType.Animal, score), Changed: true);

    [Fact]
    public void A_sent_capture_says_where_the_animal_was_seen_and_where_again()
    {
        var looked = new StillWhy { ChangeKnown = true, ChangedRegions = [default], Glances = [new Glance(null, []), new Glance(new Box(0, 0, 0.5f, 0.5f), [])] };
        var decision = Decide(Verdict.Send, Rule.OneSighting, 0.42f, [new Track(0.42f, [Seen(1, 0.42f), Seen(2, 0.2f)])], Frame(), Frame(looked), Frame(looked));
        Assert.Equal("sent: animal 0.42 in frame 2 of 3, seen again in frame 3; looked at 2 regions that changed", Sentence.Of(decision));
    }

    [Fact]
    public void Sightings_that_add_up_are_all_named()
        => Assert.Equal("sent: animal 0.12 from 3 sightings together, in frames 1, 2 and 3 of 4, the best alone 0.07",
            Sentence.Of(Decide(Verdict.Send, Rule.SightingsAddUp, 0.12f, [new Track(0.12f, [Seen(0, 0.06f), Seen(1, 0.07f), Seen(2, 0.06f)])], Frame(), Frame(), Frame(), Frame())));

    [Fact]
    public void A_drop_says_how_near_it_was()
    {
        Assert.Equal("dropped: nothing reached 0.05, the most was 0.03", Sentence.Of(Decide(Verdict.Drop, Rule.NothingSeen, 0.03f, [], Frame(), Frame())));
        Assert.Equal("dropped: nothing seen in 2 frames; nothing changed", Sentence.Of(Decide(Verdict.Drop, Rule.NothingSeen, 0, [], Frame(new StillWhy { ChangeKnown = true }), Frame(new StillWhy { ChangeKnown = true }))));
    }

    [Fact]
    public void A_drop_that_is_sent_as_a_sample_says_so()
        => Assert.Equal("dropped, and sent as a sample of the drops (drawn with 0.02): nothing changed", Sentence.Of(Decide(Verdict.Drop, Rule.NothingChanged, 0, [], Frame()) with { Audit = new AuditDraw(AuditStratum.Unchanged, 0.02f) }));

    [Fact]
    public void False_friends_are_told_with_what_is_known_of_them()
    {
        var ignored = new Ignored(Some.Seen(ObservationType.Animal, 0.34f), default, 12, 4, 0.3f);
        Assert.Equal("dropped: only a still object that this camera always shows: 0.34, usually 0.30, in 12 captures on 4 days",
            Sentence.Of(Decide(Verdict.Drop, Rule.OnlyFalseFriends, 0, [], Frame(new StillWhy { Ignored = [ignored] }))));
    }

    [Fact]
    public void What_is_nearest_to_a_threshold_comes_first_and_what_could_not_be_looked_at_before_it()
    {
        float Near(Rule rule, float animal) => Explanation.Near(Decide(Verdict.Drop, rule, animal, [], Frame()));
        Assert.Equal(0, Near(Rule.NotLookedAt, 0));
        Assert.True(Near(Rule.NothingSeen, 0.04f) < Near(Rule.NothingSeen, 0.01f));
        Assert.True(Near(Rule.OneSighting, 0.11f) < Near(Rule.OneSighting, 0.8f));
    }

    [Fact]
    public async Task A_hostile_file_name_stays_a_text()
    {
        const string Name = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&.jpg";
        var page = await ExplainAsync(Some.Frame(Some.Jpeg(), "1") with { FilePath = Name });
        Assert.DoesNotContain("alert(1)</script>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
        Assert.Equal(2, page.Split("</script>").Length - 1);
        Assert.Equal(Name, Data(page).Captures[0].Frames[0].File);
        Assert.Equal(["00001.jpg"], Directory.GetFiles(Path.Combine(folder, "pictures")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_page_loads_nothing_from_elsewhere_and_runs_nothing_but_its_own_script()
    {
        var page = await ExplainAsync(Some.Frame(Some.Jpeg()));
        Assert.DoesNotMatch("(https?:)?//[a-z]", Urls().Replace(page, ""));
        Assert.Matches("script-src 'sha256-[^']+';", page);
        Assert.DoesNotContain("unsafe-inline", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pictures_are_small_and_what_cannot_be_looked_at_has_none_and_a_reason()
    {
        var page = Data(await ExplainAsync(Some.Frame(await File.ReadAllBytesAsync(Shared.Data("robustness", "ocelot.jpg"), TestContext.Current.CancellationToken)), Some.Frame([1, 2, 3], "2")));
        Assert.Equal(800, Math.Max(page.Captures[0].Frames[0].Width, page.Captures[0].Frames[0].Height));
        Assert.Null(page.Captures[0].Frames[1].Picture);
        Assert.Contains("notAnImage", page.Captures[0].Frames[1].Says, StringComparison.Ordinal);
        using var thumb = ReviewPicture.Open(await File.ReadAllBytesAsync(Path.Combine(folder, "thumbs", "00001.jpg"), TestContext.Current.CancellationToken), 4096)!;
        Assert.Equal(280, Math.Max(thumb.Width, thumb.Height));
    }

    [Fact]
    public async Task People_are_blurred_in_an_explanation_too()
    {
        var photograph = await File.ReadAllBytesAsync(Shared.Data("robustness", "human.jpg"), TestContext.Current.CancellationToken);
        await ExplainAsync(Some.Frame(photograph));
        using var detector = new Detector(ModelCatalog.Load([Path.GetDirectoryName(Shared.Model("yolox_nano_416_apache2.onnx"))!]).Open("yolox-nano-coco"), new DetectorOptions());
        bool ShowsSomebody(byte[] picture) => detector.Detect(picture).Detections.Any(d => d.ObservationType == ObservationType.Human && d.Conf >= 0.3f);
        Assert.True(ShowsSomebody(Picture.Thumbnail(photograph, 800)!));
        Assert.All(Directory.GetFiles(folder, "*.jpg", SearchOption.AllDirectories), file => Assert.False(ShowsSomebody(File.ReadAllBytes(file))));
    }

    [Fact]
    public void An_explanation_is_not_written_onto_the_card_nor_over_strangers_files()
    {
        Assert.Contains("only read", Assert.Throws<UsageException>(() => Explanation.Begin(Path.Combine(folder, "in", "it"), folder)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "diary.txt"), "mine");
        Assert.Contains("diary.txt", Assert.Throws<UsageException>(() => Explanation.Begin(folder, "/card")).Message, StringComparison.Ordinal);
        Assert.Contains("is a file", Assert.Throws<UsageException>(() => Explanation.Begin(Path.Combine(folder, "diary.txt"), "/card")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_explanation_takes_the_place_of_the_first()
    {
        await ExplainAsync(Some.Frame(Some.Jpeg(shade: 1), "1"), Some.Frame(Some.Jpeg(shade: 2), "2"));
        await ExplainAsync(Some.Frame(Some.Jpeg(shade: 3)));
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "pictures")));
    }

    private async Task<string> ExplainAsync(params Frame[] frames)
    {
        using var gate = Some.Model();
        var explanation = Explanation.Begin(folder, "/card");
        var clip = Some.Clip(frames);
        await explanation.AddAsync(clip, await gate.DecideAsync(clip, TestContext.Current.CancellationToken), gate, TestContext.Current.CancellationToken);
        explanation.Write("A card", "about it");
        return await File.ReadAllTextAsync(Path.Combine(folder, "index.html"), TestContext.Current.CancellationToken);
    }

    private static ExplainedCard Data(string page) => JsonSerializer.Deserialize(DataScript().Match(page).Groups[1].Value, ExplainJson.Default.ExplainedCard)!;

    [GeneratedRegex("<script type=\"application/json\" id=\"data\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex DataScript();

    /// <summary>Comments of the script begin with two slashes too.</summary>
    [GeneratedRegex("^ *// .*$", RegexOptions.Multiline)]
    private static partial Regex Urls();

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
