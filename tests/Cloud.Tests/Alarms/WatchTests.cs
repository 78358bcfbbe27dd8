namespace Lynceus.Cloud.Tests;

public sealed class WatchTests
{
    private static readonly DateOnly First = new(2026, 1, 1);

    [Fact]
    public void A_camera_that_shows_nothing_at_all_for_longer_than_by_chance_counts_as_dead_and_a_quiet_one_does_not()
    {
        var busy = Enumerable.Range(0, 100).Select(First.AddDays).ToList();
        Assert.Equal(100, CameraLife.Days(busy, First, First.AddDays(130)).Count);
        Assert.Equal(101, CameraLife.Days(busy, First, First.AddDays(100)).Count); // one day may be quiet
        var random = new Random(1);
        var quiet = Enumerable.Range(0, 400).Where(_ => random.NextDouble() < 0.2).Select(First.AddDays).ToList(); // a day in five
        Assert.Equal(400, CameraLife.Days(quiet, First, First.AddDays(399)).Count);
        Assert.InRange(CameraLife.Days(quiet, First, First.AddDays(599)).Count, 390, 400);
    }

    [Fact]
    public void A_silence_that_ended_is_no_effort_either_and_days_on_both_sides_of_it_are()
    {
        var signs = Enumerable.Range(0, 60).Concat(Enumerable.Range(120, 60)).Select(First.AddDays).ToList();
        var days = CameraLife.Days(signs, First, First.AddDays(179));
        Assert.Equal(120, days.Count);
        Assert.DoesNotContain(First.AddDays(90), days);
    }

    [Fact]
    public void A_camera_that_never_gave_a_sign_has_no_effort_and_one_with_few_signs_has_what_lies_between_them()
    {
        Assert.Empty(CameraLife.Days([], First, First.AddDays(50)));
        Assert.Equal(11, CameraLife.Days([First.AddDays(10), First.AddDays(20)], First, First.AddDays(50)).Count);
        Assert.Empty(CameraLife.Days([First.AddDays(-1), First.AddDays(51)], First, First.AddDays(50))); // signs of elsewhere
    }

    [Fact]
    public void A_species_is_missing_when_its_wait_is_too_long_for_its_rate_and_longer_than_any_before()
    {
        var middle = Cautions.Of(Sensitivity.Middle);
        var counts = ChangeRuleTests.Draw(11, 60, _ => 0.8);
        Assert.NotEqual(Finding.Alarm, MissingRule.Judge(ChangeRuleTests.Weeks([.. counts, 0, 0]), middle).Finding);
        var gone = MissingRule.Judge(ChangeRuleTests.Weeks([.. counts, .. new double[16]]), middle);
        Assert.Equal((Finding.Alarm, AlarmKind.Missing), (gone.Finding, gone.Kind));
        Assert.Matches(@"^no event in \d+ camera-days, since the week from \d+ \w+ 20\d\d; one is expected every \d+(\.\d)? \(\d+ events in \d+ camera-days\), and the longest wait before was \d+; the chance of so long a wait is", gone.Says);

        // Who sleeps each winter is not missed each winter.
        double[] sleeper = [.. Enumerable.Range(0, 140).Select(week => week % 52 < 30 ? 2.0 : 0)];
        Assert.Equal(Finding.Calm, MissingRule.Judge(ChangeRuleTests.Weeks(sleeper[..(52 + 52 - 1)]), middle).Finding);
    }

    [Fact]
    public void Waiting_without_cameras_is_no_waiting()
    {
        double[] counts = [.. ChangeRuleTests.Draw(12, 60, _ => 2), .. new double[20]];
        var weeks = ChangeRuleTests.Weeks(counts, effort: week => week < 62 ? 42 : 0);
        Assert.NotEqual(Finding.Alarm, MissingRule.Judge(weeks, Cautions.Of(Sensitivity.High)).Finding);
    }

    [Fact]
    public void So_few_events_that_no_wait_is_long_are_said_to_be_too_few()
    {
        var verdict = MissingRule.Judge(ChangeRuleTests.Weeks([1, 0, 1, .. new double[50]]), Cautions.Of(Sensitivity.High));
        Assert.Equal((Finding.NoData, "2 events; 5 are needed to say how long a wait is usual"), (verdict.Finding, verdict.Says));
    }

    [Theory]
    [InlineData(null, 23, true)]
    [InlineData(null, 22, true)]
    [InlineData(null, 4, true)]
    [InlineData(null, 5, false)]
    [InlineData(null, 21, false)]
    [InlineData(true, 18, true)]
    [InlineData(false, 23, false)]
    public void Night_is_when_the_sun_is_down_or_22_to_5_where_nobody_knows_the_sun(bool? night, int hour, bool expected)
        => Assert.Equal(expected, EventNews.IsAtNight(night, new DateTime(2026, 6, 1, hour, 30, 0)));

    [Fact]
    public void A_night_belongs_to_the_evening_that_it_began_on()
    {
        Assert.Equal(new DateOnly(2026, 5, 31), EventNews.NightOf(new DateTime(2026, 6, 1, 2, 0, 0)));
        Assert.Equal(new DateOnly(2026, 6, 1), EventNews.NightOf(new DateTime(2026, 6, 1, 23, 0, 0)));
    }

    [Fact]
    public void A_rules_name_covers_what_belongs_to_it_and_a_first_sight_is_news_where_it_was_watched_long_enough()
    {
        Assert.True(EventNews.Covers(["Vulpes"], "Vulpes vulpes"));
        Assert.True(EventNews.Covers(["vulpes vulpes"], "Vulpes vulpes"));
        Assert.False(EventNews.Covers(["Vulpes"], "Vulpesia alba"));
        Assert.True(EventNews.Covers([], "Lynx lynx"));
        Assert.False(EventNews.IsNews(First.AddDays(29), First, isNamed: false));
        Assert.True(EventNews.IsNews(First.AddDays(30), First, isNamed: false));
        Assert.True(EventNews.IsNews(First, First, isNamed: true));
    }

    [Theory]
    [InlineData("mail:ana@example.org", null)]
    [InlineData("webhook", null)]
    [InlineData("mqtt", null)]
    [InlineData("webhook:http://10.0.0.1/", "is not mail:ADDRESS, webhook or mqtt")]
    [InlineData("mail:ana@example.org\r\nBcc: all@example.org", "is no e-mail address")]
    [InlineData("mail:Ana <ana@example.org>", "is no e-mail address")]
    [InlineData("mail:ana@example.org,bob@example.org", "is no e-mail address")]
    [InlineData("mail:", "is no e-mail address")]
    [InlineData("", "is not mail:ADDRESS, webhook or mqtt")]
    public void A_channel_is_an_address_or_one_of_two_words(string channel, string? fault)
    {
        if (fault is null) Assert.Null(NoticeChannel.Fault(channel));
        else Assert.Contains(fault, NoticeChannel.Fault(channel), StringComparison.Ordinal);
    }
}
