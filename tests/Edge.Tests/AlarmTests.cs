using System.Text;
using Lynceus.Contracts;

namespace Lynceus.Edge.Tests;

public sealed class AlarmTests : IDisposable
{
    private static readonly TimeZoneInfo Zurich = TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich");
    private readonly string folder = Some.Folder();

    private static string? Match(AlarmOptions rule, Detection seen, string local = "2026-06-03T23:30:00+02:00", Verdict verdict = Verdict.Send, string camera = "ridge", params Ignored[] ignored)
    {
        var clip = Some.Clip(Some.Frame([]) with { Time = DateTimeOffset.Parse(local, null) }) with { CameraID = camera };
        var frame = new FrameDecision(clip.Frames[0], Some.Look(seen), null, [new StillWhy { Ignored = ignored }]);
        return new AlarmRules([rule], Zurich, null).Match(clip, Some.Decision(verdict, "animal") with { Frames = [frame] });
    }

    [Theory]
    [InlineData("Human", 0.5f, "person", "ridge", "2026-06-03T23:30:00+02:00", true)]
    [InlineData("Human", 0.5f, "person", "ridge", "2026-06-03T12:00:00+02:00", false)]
    [InlineData("Human", 0.5f, "person", "ridge", "2026-06-04T02:59:00+00:00", true)]
    [InlineData("Human", 0.5f, "person", "ridge", "2026-06-04T03:00:00+00:00", false)]
    [InlineData("Human", 0.39f, "person", "ridge", "2026-06-03T23:30:00+02:00", false)]
    [InlineData("Animal", 0.9f, "person", "ridge", "2026-06-03T23:30:00+02:00", false)]
    [InlineData("Human", 0.5f, "Person", "ridge", "2026-06-03T23:30:00+02:00", true)]
    [InlineData("Human", 0.5f, "hiker", "ridge", "2026-06-03T23:30:00+02:00", false)]
    [InlineData("Human", 0.5f, "person", "valley", "2026-06-03T23:30:00+02:00", false)]
    public void A_rule_is_met_by_what_meets_all_that_it_says(string type, float conf, string label, string camera, string local, bool met)
    {
        var rule = new AlarmOptions { Name = "poacher", Types = ["human"], Labels = ["person"], MinConf = 0.4f, Cameras = ["ridge"], Hours = "22:00-05:00" };
        Assert.Equal(met ? "poacher" : null, Match(rule, Some.Seen(Enum.Parse<ObservationType>(type), conf, label: label), local, camera: camera));
    }

    [Fact]
    public void A_rule_that_says_little_is_met_by_much()
    {
        var rule = new AlarmOptions { Name = "anything", MinConf = 0 };
        foreach (var type in new[] { ObservationType.Animal, ObservationType.Human, ObservationType.Vehicle }) Assert.Equal("anything", Match(rule, Some.Seen(type, 0.01f)));
    }

    [Fact]
    public void A_person_who_stays_on_the_hub_is_an_alarm_and_what_is_dropped_or_always_there_is_none()
    {
        var (rule, seen) = (new AlarmOptions { Name = "n", Types = ["human"] }, Some.Seen(ObservationType.Human, 0.9f));
        Assert.Equal("n", Match(rule, seen, verdict: Verdict.Keep));
        Assert.Null(Match(rule, seen, verdict: Verdict.Drop));
        Assert.Null(Match(rule, seen, ignored: new Ignored(seen, seen.Bbox, 5, 3, 0.9f)));
    }

    [Fact]
    public void The_first_rule_that_is_met_gives_its_name()
    {
        var clip = Some.Clip(Some.Frame([]));
        var decision = Some.Decision(Verdict.Send) with { Frames = [new FrameDecision(clip.Frames[0], Some.Look(Some.Seen(ObservationType.Animal, 0.5f, label: "wolf")), null, [new StillWhy()])] };
        var rules = new AlarmRules([new AlarmOptions { Name = "bear", Labels = ["bear"] }, new AlarmOptions { Name = "wolf", Labels = ["wolf"] }, new AlarmOptions { Name = "all" }], TimeZoneInfo.Utc, null);
        Assert.Equal("wolf", rules.Match(clip, decision));
        Assert.Null(new AlarmRules([], TimeZoneInfo.Utc, null).Match(clip, decision));
    }

    [Theory]
    [InlineData("""{ "Name": "a", "Types": ["wolf"] }""", "Alarms:0:Types: 'wolf' is none of animal, human, vehicle")]
    [InlineData("""{ "Name": "a", "Hours": "night" }""", "Alarms:0:Hours: 'night' is no window")]
    [InlineData("""{ "Name": "a", "Hours": "sunset-sunrise" }""", "Alarms:0:Hours: sunrise and sunset need the station's position")]
    [InlineData("""{ "Name": "a", "Labels": [""] }""", "Alarms:0:Labels, Cameras: each has 1 to 128 characters")]
    [InlineData("""{ "Name": "a\u0007" }""", "Alarms:0:Name: has characters that cannot be printed")]
    [InlineData("""{ "Name": "a", "MinConf": 1.5 }""", "Alarms:0:MinConf is 1.5; at most 1 is taken")]
    [InlineData("""{ "Types": ["human"] }""", "Alarms:0:Name")]
    [InlineData("""{ "Name": "a" }, { "Name": "a" }""", "Alarms: Name a stands there 2 times")]
    public void A_rule_that_cannot_be_read_stops_the_hub_at_start_with_its_name(string rules, string fault)
        => Assert.Contains(Faults($$"""{ "Alarms": [{{rules}}] }"""), f => f.StartsWith(fault, StringComparison.Ordinal));

    [Fact]
    public void Twenty_rules_are_taken_and_no_more()
    {
        static string Rules(int count) => $$"""{ "Alarms": [{{string.Join(", ", Enumerable.Range(0, count).Select(i => $$"""{ "Name": "r{{i}}" }"""))}}] }""";
        Assert.DoesNotContain(Faults(Rules(20)), f => f.Contains("Alarms", StringComparison.Ordinal));
        Assert.Contains(Faults(Rules(21)), f => f.StartsWith("Alarms", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "Tiers": { "Stills": "png" } }""", "Tiers:Stills")]
    [InlineData("""{ "Tiers": { "FrameKilobytes": -1 } }""", "Tiers:FrameKilobytes is -1")]
    [InlineData("""{ "Tiers": { "ThumbnailKilobytes": 0 } }""", "Tiers:ThumbnailKilobytes is 0")]
    public void A_size_that_is_none_is_said_by_its_name(string settings, string fault) => Assert.Contains(Faults(settings), f => f.StartsWith(fault, StringComparison.Ordinal));

    private List<string> Faults(string json)
    {
        var file = Path.Combine(folder, "settings.json");
        File.WriteAllBytes(file, Encoding.UTF8.GetBytes(json));
        return [.. SettingsCheck.Of([SettingsSource.OfFile(file), SettingsSource.OfArguments([new("Hub:Name", "hub"), new("Hub:Data", "d")])]).Select(f => f.ToString().TrimStart())];
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
