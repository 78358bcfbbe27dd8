using Lynceus.Contracts;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class SilenceTests
{
    /// <summary>14:02 at the station, which is two hours ahead.</summary>
    private static readonly DateTime Gone = new(2026, 5, 17, 12, 2, 0, DateTimeKind.Utc);

    [Fact]
    public void A_hub_that_spoke_in_time_is_online_and_nothing_is_said()
        => Assert.Equal(new Standing(Presence.Online, null), Silence.Of(Online(), Gone.AddMinutes(50)));

    [Fact]
    public void A_hub_that_says_when_it_is_back_is_away_until_then()
        => Is(Presence.Away, "It said goodbye at 14:02 to save power and means to be back at 15:00.", Away(AwayReason.Saving, 58 * 60), after: 30);

    [Fact]
    public void One_that_does_not_come_back_from_saving_power_is_silent()
        => Is(Presence.Silent, "Silent for 3 h. It said goodbye at 14:02 to save power and meant to be back at 15:00.", Away(AwayReason.Saving, 58 * 60), after: 3 * 60);

    [Fact]
    public void One_that_waits_for_the_hours_of_its_link_is_away()
        => Is(Presence.Away, "It said goodbye at 14:02 because the hours of its link were over and means to be back on 18 May at 06:02.", Away(AwayReason.OffHours, 16 * 3600), after: 500);

    [Fact]
    public void One_whose_bytes_are_spent_is_away()
        => Is(Presence.Away, "It said goodbye at 14:02 because the bytes of its link were spent.", Away(AwayReason.BudgetSpent, null), after: 500);

    [Fact]
    public void One_whose_battery_is_empty_is_silent_at_once()
        => Is(Presence.Silent, "Silent for 10 min. It said goodbye at 14:02 because its battery was empty.", Away(AwayReason.BatteryEmpty, null), after: 10);

    [Fact]
    public void One_that_was_stopped_is_missed_after_a_while()
    {
        Is(Presence.Away, "It was stopped at 14:02 by a person or an update.", Away(AwayReason.Stopped, null), after: 10);
        Is(Presence.Silent, "Silent for 60 min. It was stopped at 14:02 by a person or an update.", Away(AwayReason.Stopped, null), after: 60);
    }

    [Fact]
    public void A_connection_that_just_broke_is_no_silence_yet()
        => Is(Presence.Away, "Its connection broke at 14:02.", Cut(), after: 3);

    [Fact]
    public void A_low_battery_is_named()
        => Is(Presence.Silent, "Silent for 3 h. Its connection broke at 14:02. Its battery was at 11.2 V and falling; it had 2 h left.", Cut(h => h with { BatteryVolts = 11.2, BatteryHoursLeft = 2 }), after: 180);

    [Fact]
    public void A_critical_battery_is_named_without_a_meter()
        => Is(Presence.Silent, "Silent for 3 h. Its connection broke at 14:02. Its battery was almost empty.", Cut(h => h with { Power = "critical", BatteryVolts = null }), after: 180);

    [Fact]
    public void A_poor_signal_is_named()
        => Is(Presence.Silent, "Silent for 2 days. Its connection broke on 17 May at 14:02. Its signal was 12 %.", Cut(h => h with { ModemSignal = 12 }), after: 48 * 60);

    [Fact]
    public void A_certificate_that_expired_is_named_with_its_day()
        => Is(Presence.Silent, "Silent for 10 days. Its connection broke on 17 May at 14:02. Its certificate expired on 22 May: issue a new one.",
            Cut(h => h with { Link = new LinkHealth(0, 0, new Dictionary<string, long>(), CertificateDaysLeft: 5) }), after: 10 * 24 * 60);

    [Fact]
    public void A_clock_that_is_years_off_is_named()
        => Is(Presence.Silent, "Silent for 3 h. Its connection broke at 14:02. Its clock was 20 years off: a hub whose clock is wrong cannot judge certificates.", Cut(h => h with { Time = h.Time.AddYears(-21) }), after: 180);

    [Fact]
    public void A_clock_that_nobody_set_is_named()
        => Is(Presence.Silent, "Silent for 3 h. Its connection broke at 14:02. Its clock was not set.", Cut(h => h with { ClockQuality = ClockQuality.Unset }), after: 180);

    [Fact]
    public void Bytes_that_were_spent_are_named()
        => Is(Presence.Silent, "Silent for 3 h. Its connection broke at 14:02. The bytes of its month were spent.",
            Cut(h => h with { Link = new LinkHealth(10, 300, new Dictionary<string, long>(), DayBudget: 10, MonthBudget: 300) }), after: 180);

    [Fact]
    public void A_full_card_and_heat_are_named()
        => Is(Presence.Silent, "Silent for 3 h. Its connection broke at 14:02. Its card was full. Its computer was at 91 °C.", Cut(h => h with { CardBytes = 64_000, CardFreeBytes = 100, CpuCelsius = 91.2 }), after: 180);

    [Fact]
    public void What_it_said_itself_is_told()
        => Is(Presence.Silent, "Silent for 3 h. Its connection broke at 14:02. It had said: the camera does not start; look at its cable.", Cut(h => h with { Troubles = ["the camera does not start; look at its cable."] }), after: 180);

    [Fact]
    public void A_heartbeat_that_is_overdue_is_silence_though_the_connection_stands()
        => Is(Presence.Silent, "Silent for 2 h. It still counts as connected, but its heartbeat is overdue: the last came at 14:02.", Online(), after: 130);

    [Fact]
    public void A_hub_that_never_sent_a_heartbeat_is_missed_once_its_connection_broke()
    {
        Is(Presence.Online, null, Online(null), after: 10_000);
        Is(Presence.Silent, "Silent for 3 h. Its connection broke at 12:02 UTC.", Cut(null, health: false), after: 180);
    }

    [Fact]
    public void A_hub_whose_clock_was_never_set_and_sent_no_heartbeat_hears_of_its_clock()
    {
        var hub = Cut(null, health: false);
        hub.ClockQuality = ClockQuality.Unset;
        Assert.EndsWith("set the clock, or give it a GPS or a battery-backed clock.", Silence.Of(hub, Gone.AddHours(3)).Says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_to_be_back_that_lies_years_ahead_hides_no_hub()
        => Assert.Equal(Presence.Silent, Silence.Of(Away(AwayReason.Saving, int.MaxValue), Gone.AddDays(40)).Presence);

    [Fact]
    public void A_next_heartbeat_that_lies_years_ahead_hides_no_hub()
        => Assert.Equal(Presence.Silent, Silence.Of(Online(h => h with { NextInSeconds = int.MaxValue }), Gone.AddDays(3)).Presence);

    [Theory]
    [InlineData("card-1", 5, "card-1", 6, "card-1", true)]
    [InlineData("card-1", 5, "card-1", 5, "card-1", false)]
    [InlineData("card-1", 5, "card-1", 4, "card-1", false)]
    [InlineData("card-1", 5, "card-2", 1, "card-2", true)]
    [InlineData("card-2", 1, "card-1", 9, "card-2", false)]
    public void A_heartbeat_holds_unless_it_is_behind(string epoch, long seq, string newEpoch, long newSeq, string stateEpoch, bool holds)
        => Assert.Equal(holds, HealthRule.IsNewer(Some.Health(seq, epoch), Some.Health(newSeq, newEpoch), stateEpoch));

    private static void Is(Presence presence, string? says, HubRow hub, int after)
        => Assert.Equal(new Standing(presence, says), Silence.Of(hub, Gone.AddMinutes(after)));

    private static HubRow Online(Func<HubHealth, HubHealth>? change) => new()
    {
        Name = "ridge",
        Online = true,
        StateAt = Gone,
        LastSeen = Gone,
        HealthAt = change is null ? null : Gone,
        Health = change?.Invoke(Some.Health(1) with { Time = new DateTimeOffset(Gone).ToOffset(TimeSpan.FromHours(2)), NextInSeconds = 1800 }),
    };

    private static HubRow Online() => Online(h => h);

    private static HubRow Cut(Func<HubHealth, HubHealth>? change = null, bool health = true)
    {
        var hub = Online(health ? change ?? (h => h) : null);
        hub.Online = false;
        return hub;
    }

    private static HubRow Away(AwayReason reason, int? back)
    {
        var hub = Cut();
        (hub.Away, hub.BackInSeconds) = (reason, back);
        return hub;
    }
}
