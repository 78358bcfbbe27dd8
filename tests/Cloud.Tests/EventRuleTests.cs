using Lynceus.Contracts;

namespace Lynceus.Cloud.Tests;

public sealed class EventRuleTests
{
    private static readonly DateTime Dawn = new(2026, 5, 17, 4, 0, 0, DateTimeKind.Utc);
    private static readonly DeploymentRow Ridge = new() { Id = 1, DeploymentID = "ridge", Start = Dawn.AddDays(-10), StartLocal = Dawn.AddDays(-10) };

    private static Recorded Seen(double minutes, string name = "Lynx lynx", int? count = 1, string? media = null, ObservationType type = ObservationType.Animal, bool human = false, string? eventID = null, CaptureMethod method = CaptureMethod.ActivityDetection)
        => new(media ?? $"m{minutes}", Dawn.AddMinutes(minutes), Dawn.AddMinutes(minutes), 120, method) { Type = type, Name = name, Count = count, Model = human ? "human" : "m@1", Human = human, EventID = eventID };

    private static EventWordRow Word(double from, double to, string name, int count, string id = "e") => new()
    {
        EventID = id, Start = Dawn.AddMinutes(from), End = Dawn.AddMinutes(to), StartOffset = 120, ObservationType = ObservationType.Animal, ScientificName = name, Count = count, ClassificationMethod = "human", ClassifiedBy = "Ana",
    };

    [Fact]
    public void Frames_within_the_gap_are_one_event_and_one_beyond_it_is_another()
    {
        var events = EventRule.Of(Ridge, project: null, [Seen(0), Seen(2), Seen(4), Seen(6.1)], []);
        Assert.Equal([(Dawn, Dawn.AddMinutes(4), 3), (Dawn.AddMinutes(6.1), Dawn.AddMinutes(6.1), 1)], events.Select(e => (e.Start, e.End, e.Media)));
        Assert.Equal(new DateTime(2026, 5, 17, 6, 0, 0), events[0].StartLocal);
    }

    [Fact]
    public void A_species_counts_the_most_in_one_frame_and_females_and_young_of_one_frame_add_up()
    {
        var events = EventRule.Of(Ridge, null, [Seen(0, count: 1), Seen(1, count: 1, media: "two"), Seen(1, count: 2, media: "two"), Seen(1.5, count: 2)], []);
        Assert.Equal(3, Assert.Single(events).Count);
    }

    [Fact]
    public void A_person_who_spoke_of_the_whole_event_has_the_word()
    {
        var row = Assert.Single(EventRule.Of(Ridge, null, [Seen(0, "Felis silvestris"), Seen(1, "Felis silvestris")], [Word(0, 1, "Lynx lynx", 4)]));
        Assert.Equal(("Lynx lynx", 4, 2, true, "human"), (row.ScientificName, row.Count, row.Media, row.Human, row.Model));
    }

    [Fact]
    public void Empty_frames_beside_an_animal_are_no_event_of_their_own_and_alone_they_are_a_blank_one()
    {
        var events = EventRule.Of(Ridge, null, [Seen(0), Seen(1, "", null, type: ObservationType.Blank), Seen(60, "", null, type: ObservationType.Blank)], []);
        Assert.Equal([(ObservationType.Animal, 1), (ObservationType.Blank, 0)], events.Select(e => (e.ObservationType, e.Count)));
    }

    [Fact]
    public void Records_20_minutes_apart_count_once_by_the_last_record_and_three_times_by_the_last_independent_one()
    {
        var events = EventRule.Of(Ridge, null, [.. new[] { 0, 20, 40, 60, 80 }.Select(m => Seen(m))], []);
        Assert.Equal(5, events.Count);
        Assert.Equal((1, 3), (events.Sum(e => e.Independent), events.Sum(e => e.IndependentFirst)));
    }

    [Fact]
    public void Time_lapse_is_kept_apart_from_triggers()
    {
        var events = EventRule.Of(Ridge, null, [Seen(0), Seen(0.5, method: CaptureMethod.TimeLapse)], []);
        Assert.Equal(2, events.Count);
        Assert.All(events, e => Assert.Equal((1, 1), (e.Independent, e.IndependentFirst)));
    }

    [Fact]
    public void Records_that_name_their_event_stay_together_and_the_order_they_come_in_changes_nothing()
    {
        List<Recorded> records = [Seen(0, eventID: "a"), Seen(50, eventID: "a"), Seen(51), Seen(52, "Sus scrofa"), Seen(300)];
        var events = EventRule.Of(Ridge, null, records, []);
        Assert.Equal(4, events.Count);
        Assert.Equal(Dawn.AddMinutes(50), events.Single(e => e.EventID == "a").End);
        var random = new Random(3);
        for (var i = 0; i < 20; i++)
        {
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(records));
            Assert.Equal(events.Select(Key), EventRule.Of(Ridge, null, records, []).Select(Key));
        }
        static (string, string, DateTime, int, int, int) Key(EventRow e) => (e.EventID, e.ScientificName, e.Start, e.Count, e.Independent, e.IndependentFirst);
    }

    [Fact]
    public void Tallies_add_up_to_the_events()
    {
        var events = EventRule.Of(Ridge, null, [.. Enumerable.Range(0, 200).Select(i => Seen(i * 37, i % 3 == 0 ? "Lynx lynx" : "Sus scrofa", (i % 4) + 1, human: i % 5 == 0))], []);
        var tallies = EventsWrite.Tallies(events).ToList();
        Assert.Equal((events.Count, events.Sum(e => e.Independent), events.Sum(e => e.Count), events.Count(e => e.Human)), (tallies.Sum(t => t.Events), tallies.Sum(t => t.Independent), tallies.Sum(t => t.Individuals), tallies.Sum(t => t.HumanChecked)));
        Assert.Equal(tallies.Count, tallies.Select(t => (t.ScientificName, t.Model)).Distinct().Count());
        foreach (var tally in tallies)
        {
            var own = events.Where(e => e.ScientificName == tally.ScientificName && e.Model == tally.Model).ToList();
            Assert.Equal((DateOnly.FromDateTime(own.Min(e => e.StartLocal)), DateOnly.FromDateTime(own.Max(e => e.StartLocal))), (tally.FirstDay, tally.LastDay));
            Assert.Equal(
                own.GroupBy(e => (e.StartLocal.Date.AddHours(e.StartLocal.Hour), e.Night)).OrderBy(g => g.Key.Item1).Select(g => (g.Key.Item1, g.Key.Night, g.Count(), g.Sum(e => e.Independent), g.Sum(e => e.IndependentFirst), g.Sum(e => e.Count), g.Count(e => e.Human))),
                Hours(tally).Select(h => (DateTime.MinValue.AddHours(h.Hour), h.Night, h.Events, h.Independent, h.IndependentFirst, h.Individuals, h.HumanChecked)));
        }
    }

    [Fact]
    public void Packed_counts_are_read_as_they_were_written()
    {
        var random = new Random(3);
        var events = Enumerable.Range(0, 3000).Select(i =>
        {
            var local = new DateTime(2026, 3, 1).AddMilliseconds(random.NextInt64(40L * 86_400_000));
            return new EventRow { EventID = $"{i}", ScientificName = "", Model = "m", StartLocal = local, Count = random.Next(4) == 0 ? random.Next(1, 300) : 1, Independent = random.Next(2), IndependentFirst = random.Next(2), Human = random.Next(3) == 0, Night = random.Next(3) switch { 0 => null, 1 => true, _ => false }, SunTime = random.Next(4) == 0 ? null : random.NextDouble() * 6 };
        }).ToList();
        var tally = EventsWrite.Tallies(events).Single();
        Assert.Equal(
            events.GroupBy(e => (e.StartLocal.Ticks / TimeSpan.TicksPerHour, e.Night)).Select(g => new CountedHour(g.Key.Item1, g.Key.Night, g.Count(), g.Sum(e => e.Independent), g.Sum(e => e.IndependentFirst), g.Sum(e => e.Count), g.Count(e => e.Human))).OrderBy(h => h.Hour).ThenBy(h => h.Night is null ? 0 : h.Night.Value ? 1 : 2),
            Hours(tally));
        var times = new List<(DateTime, bool?, bool, bool, float)>();
        foreach (var t in PackedCounts.ReadTimes(tally.Times)) times.Add((t.StartLocal, t.Night, t.IsIndependent, t.IsIndependentFirst, t.SunTime));
        Assert.Equal(events.OrderBy(e => e.StartLocal).Select(e => (e.StartLocal, e.Night, e.Independent > 0, e.IndependentFirst > 0, (float)(e.SunTime ?? double.NaN))), times);
    }

    [Theory]
    [InlineData("00")] // no flags
    [InlineData("ffffffffffffffffffff01 04")]
    [InlineData("ffffffffffffff7f 04")] // after the last day of the calendar
    [InlineData("01 00 01 01 01 ffffffffff7f 01")] // more than can be counted
    [InlineData("80")]
    public void Damaged_counts_are_named_with_their_remedy(string hex)
    {
        var packed = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        var fault = Assert.Throws<InvalidDataException>(() =>
        {
            foreach (var hour in PackedCounts.ReadHours(packed)) _ = hour.Day;
        });
        Assert.Contains("cloud deployments rebuild", fault.Message, StringComparison.Ordinal);
    }

    private static List<CountedHour> Hours(TallyRow tally)
    {
        var hours = new List<CountedHour>();
        foreach (var hour in PackedCounts.ReadHours(tally.Hours)) hours.Add(hour);
        return hours;
    }
}

public sealed class EventSunTests
{
    private static EventRow At(DateTime utc) => new() { EventID = "e", ScientificName = "", Model = "m", Start = utc };

    [Fact]
    public void The_sun_rises_at_a_quarter_of_its_day_and_is_highest_at_half()
    {
        // Geneva: on 2026-06-21 the sun rises at 05:44 and sets at 21:32 by summer time.
        var geneva = new DeploymentRow { DeploymentID = "lake", Latitude = 46.2, Longitude = 6.15 };
        EventRow[] events = [At(Utc(3, 44)), At(Utc(11, 38)), At(Utc(19, 32)), At(Utc(23, 38)), At(Utc(3, 20)), At(Utc(4, 10))];
        EventSun.Fill(geneva, events);
        double[] expected = [Math.PI / 2, Math.PI, 3 * Math.PI / 2, 0];
        for (var i = 0; i < 4; i++) Assert.InRange(Math.Abs(Math.IEEERemainder(events[i].SunTime!.Value - expected[i], 2 * Math.PI)), 0, 0.02);
        Assert.Equal([true, false], events[4..].Select(e => e.Night!.Value));
        static DateTime Utc(int hour, int minute) => new(2026, 6, 21, hour, minute, 0, DateTimeKind.Utc);
    }

    [Fact]
    public void In_polar_day_there_is_no_sun_time_and_no_night_and_without_coordinates_nothing_is_known()
    {
        var at = new DateTime(2026, 6, 21, 23, 0, 0, DateTimeKind.Utc);
        EventRow[] north = [At(at)], nowhere = [At(at)];
        EventSun.Fill(new DeploymentRow { DeploymentID = "n", Latitude = 78.2, Longitude = 15.6 }, north);
        EventSun.Fill(new DeploymentRow { DeploymentID = "n" }, nowhere);
        Assert.Equal((null, false), (north[0].SunTime, north[0].Night));
        Assert.Equal((null, null), (nowhere[0].SunTime, nowhere[0].Night));
    }
}

public sealed class SunClockTests
{
    private const double Latitude = 46.6, Longitude = 6.0;

    private static List<(DateTime, bool)> Pictures(TimeSpan wrongBy, int count = 120)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var at = new DateTime(2017, 3, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(random.Next(90 * 1440));
            return (at - wrongBy, SunTimes.IsUp(at, Latitude, Longitude));
        })];
    }

    [Theory]
    [InlineData(7.5)]
    [InlineData(-5)]
    [InlineData(11.5)]
    public void Pictures_in_colour_by_night_tell_by_how_many_hours_a_clock_is_off(double hours)
    {
        var found = SunClock.Of(Pictures(TimeSpan.FromHours(hours)), Latitude, Longitude)!;
        Assert.InRange(found.Shift.TotalHours, hours - 0.5, hours + 0.5);
        Assert.True(found.Agreement > 0.97 && found.Before < 0.9);
    }

    [Fact]
    public void A_clock_that_is_right_or_has_too_few_pictures_proposes_nothing()
    {
        Assert.Null(SunClock.Of(Pictures(TimeSpan.Zero), Latitude, Longitude));
        Assert.Null(SunClock.Of(Pictures(TimeSpan.FromHours(7), 20), Latitude, Longitude));
    }
}

public sealed class CameraDaysTests
{
    private static DeploymentRow Deployed(string start, string? end) => new()
    {
        DeploymentID = "ridge",
        Start = Utc(start),
        StartLocal = DateTime.Parse(start, System.Globalization.CultureInfo.InvariantCulture),
        StartOffset = 120,
        End = end is null ? null : Utc(end),
    };

    private static DateTime Utc(string local) => DateTime.SpecifyKind(DateTime.Parse(local, System.Globalization.CultureInfo.InvariantCulture).AddHours(-2), DateTimeKind.Utc);

    private static OutageRow Outage(string from, string to, OutageKind kind = OutageKind.CameraDead, OutageState state = OutageState.Confirmed) => new() { From = Utc(from), To = Utc(to), Kind = kind, State = state };

    [Fact]
    public void Effort_is_the_part_of_each_local_day_that_the_camera_stood()
    {
        var days = CameraDays.Of(Deployed("2026-05-01 06:00", "2026-05-03 12:00"), [], Utc("2027-01-01 00:00")).ToList();
        Assert.Equal([(new DateOnly(2026, 5, 1), 0.75), (new DateOnly(2026, 5, 2), 1.0), (new DateOnly(2026, 5, 3), 0.5)], days);
    }

    [Fact]
    public void A_confirmed_outage_takes_effort_away_once_and_a_proposed_one_does_not()
    {
        var deployed = Deployed("2026-05-01 00:00", "2026-05-05 00:00");
        OutageRow[] outages = [Outage("2026-05-02 00:00", "2026-05-03 12:00"), Outage("2026-05-03 06:00", "2026-05-03 18:00", OutageKind.CardFull), Outage("2026-05-04 00:00", "2026-05-05 00:00", state: OutageState.Proposed)];
        Assert.Equal([(1, 1.0), (3, 0.25), (4, 1.0)], CameraDays.Of(deployed, outages, Utc("2027-01-01 00:00")).Select(d => (d.Day.Day, d.Share)));
    }

    [Fact]
    public void A_dead_flash_takes_the_nights_only()
        => Assert.Equal([1.0, 0.5, 0.5, 1.0], CameraDays.Of(Deployed("2026-05-01 00:00", "2026-05-05 00:00"), [Outage("2026-05-02 00:00", "2026-05-04 00:00", OutageKind.FlashDead)], Utc("2027-01-01 00:00")).Select(d => d.Share));

    [Fact]
    public void One_that_still_stands_has_effort_until_now_and_none_after()
        => Assert.Equal(2.5, CameraDays.Of(Deployed("2026-05-01 00:00", null), [], Utc("2026-05-03 12:00")).Sum(d => d.Share));
}

public sealed class OutageSearchTests
{
    private static readonly DateTime May = new(2026, 5, 1, 0, 0, 0, DateTimeKind.Utc);

    private static List<DateTime> Daily(int days, int perDay = 3) => [.. Enumerable.Range(0, days * perDay).Select(i => May.AddDays(i / (double)perDay))];

    private static Heartbeat Beat(double hour, double uptimeHours, double free = 0.5) => new(May.AddHours(hour), TimeSpan.FromHours(uptimeHours), free);

    [Fact]
    public void A_hub_that_was_out_of_reach_but_running_lost_nothing_and_one_that_was_off_did()
    {
        Assert.Empty(OutageSearch.Find([Beat(0, 10), Beat(1, 11), Beat(60, 70)], [], _ => false, May, May.AddDays(5)));
        var off = Assert.Single(OutageSearch.Find([Beat(0, 10), Beat(1, 11), Beat(60, 2)], [], _ => false, May, May.AddDays(5)));
        Assert.Equal((OutageKind.HubSilent, May.AddHours(1), May.AddHours(58)), (off.Kind, off.From, off.To));
    }

    [Fact]
    public void A_full_card_is_an_outage_until_it_has_room_again()
    {
        var full = Assert.Single(OutageSearch.Find([Beat(0, 1), Beat(1, 2, 0.005), Beat(2, 3, 0.002), Beat(3, 4, 0.9)], [], _ => false, May, May.AddDays(5)));
        Assert.Equal((OutageKind.CardFull, May.AddHours(1), May.AddHours(3)), (full.Kind, full.From, full.To));
    }

    [Fact]
    public void A_camera_that_triggered_daily_and_then_not_for_weeks_was_dead_and_a_rare_one_was_not()
    {
        var dead = Assert.Single(OutageSearch.Find([], Daily(30), _ => false, May, May.AddDays(60)));
        Assert.Equal(OutageKind.CameraDead, dead.Kind);
        Assert.Equal(May.AddDays(60), dead.To);
        Assert.Empty(OutageSearch.Find([], [.. Enumerable.Range(0, 25).Select(i => May.AddDays(i * 9))], _ => false, May, May.AddDays(25 * 9 + 12)));
    }

    [Fact]
    public void Captures_that_go_on_by_day_only_speak_of_a_dead_flash()
    {
        List<DateTime> captures = [.. Daily(30, 4), .. Enumerable.Range(30, 30).Select(d => May.AddDays(d).AddHours(12))];
        var flash = Assert.Single(OutageSearch.Find([], captures, at => at.Hour is < 6 or >= 18, May, May.AddDays(60)));
        Assert.Equal(OutageKind.FlashDead, flash.Kind);
    }
}
