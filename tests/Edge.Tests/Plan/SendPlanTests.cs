using Lynceus.Contracts;

namespace Lynceus.Edge.Tests;

public class SendPlanTests
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich");
    private static readonly DateTimeOffset Noon = new(2026, 4, 10, 12, 0, 0, TimeSpan.FromHours(2));
    private static readonly Ledger Fresh = Ledger.New(new DateOnly(2026, 4, 10));

    private static readonly Candidate Alarm = new(SendClass.Alarm, null, 800);
    private static readonly Candidate Record = new(SendClass.Record, null, 800);
    private static readonly Candidate Crop = new(SendClass.Today, Tier.Crop, 15_000);
    private static readonly Candidate Old = new(SendClass.Backfill, Tier.Thumbnail, 3_000);
    private static readonly Candidate Clip = new(SendClass.Asked, Tier.Clip, 20_000_000);

    private static SendPlan Plan(LinkOptions? options = null)
    {
        options ??= new LinkOptions();
        Assert.True(Schedule.TryParse(options.Hours, Zone, null, out var hours, out var fault), fault);
        return new SendPlan(options, hours, Zone);
    }

    private static int Chosen(LinkOptions options, Ledger ledger, params Candidate[] waiting) => Plan(options).Choose(Noon, ledger, waiting).Index;

    [Fact]
    public void Without_a_limit_the_first_goes() => Assert.Equal(0, Chosen(new LinkOptions(), Fresh with { Today = 5_000_000_000 }, Crop, Old));

    [Fact]
    public void When_nothing_waits_nothing_goes_and_nothing_stands_in_the_way() => Assert.Equal(new Choice(-1), Plan().Choose(Noon, Fresh, []));

    [Fact]
    public void When_the_day_is_spent_nothing_goes_until_midnight_of_the_station()
        => Assert.Equal(new Choice(-1, LinkState.BudgetSpent, new DateTimeOffset(2026, 4, 11, 0, 0, 0, TimeSpan.FromHours(2))),
            Plan(new LinkOptions { MegabytesPerDay = 1 }).Choose(Noon, Fresh with { Today = 999_500 }, [Alarm, Record, Crop]));

    [Fact]
    public void A_month_that_would_end_before_its_end_holds_each_day_back()
        => Assert.Equal(28_000_000 / 30, Plan(new LinkOptions { MegabytesPerDay = 1.2, MegabytesPerMonth = 28 }).Today(Noon.AddDays(-9), Fresh));

    [Fact]
    public void Only_alarms_and_records_use_the_reserve()
    {
        var (options, spent) = (new LinkOptions { MegabytesPerDay = 1, ReservePercent = 20 }, Fresh with { Today = 790_000 });
        Assert.Equal(-1, Chosen(options, spent, Crop));
        Assert.Equal(0, Chosen(options, spent, Record));
        Assert.Equal(0, Chosen(options, spent, Alarm));
    }

    [Fact]
    public void Back_fill_leaves_what_the_rest_of_today_usually_needs()
    {
        var options = new LinkOptions { MegabytesPerDay = 1, ReservePercent = 0 };
        var usual = Fresh with { UsualDemand = 600_000, Today = 690_000 }; // half of the day is left: 300,000 are still to come
        Assert.Equal(0, Chosen(options, usual, Crop, Old));
        Assert.Equal(-1, Chosen(options, usual with { Today = 698_000 }, Old));
        Assert.Equal(0, Chosen(options, usual with { Today = 698_000 }, Crop));
    }

    [Fact]
    public void One_day_of_a_hundred_times_the_usual_leaves_half_of_the_next_to_back_fill()
        => Assert.Equal(0, Chosen(new LinkOptions { MegabytesPerDay = 1, ReservePercent = 0 }, Fresh with { UsualDemand = 100_000_000, Today = 490_000 }, Old));

    [Fact]
    public void A_tier_whose_share_of_the_day_is_spent_holds_up_no_other()
        => Assert.Equal(1, Chosen(new LinkOptions { TierMegabytesPerDay = { ["clip"] = 1 } }, Fresh.Spend(990_000, Tier.Clip), Clip, Crop));

    [Fact]
    public void What_is_larger_than_a_day_goes_in_parts()
        => Assert.Equal(0, Chosen(new LinkOptions { MegabytesPerDay = 1, ReservePercent = 0 }, Fresh, Clip));

    [Fact]
    public void Outside_its_hours_the_link_is_shut_also_for_alarms_unless_they_may_any_time()
    {
        var options = new LinkOptions { Hours = ["06:00-08:00"] };
        Assert.Equal(new Choice(-1, LinkState.OffHours, new DateTimeOffset(2026, 4, 11, 6, 0, 0, TimeSpan.FromHours(2))), Plan(options).Choose(Noon, Fresh, [Alarm, Record]));
        Assert.Equal(LinkState.OffHours, Plan(options).MayTalk(Noon, Fresh, alarm: true).Why);
        options.AlarmsAnyHour = true;
        Assert.Equal(0, Plan(options).Choose(Noon, Fresh, [Alarm, Record]).Index);
        Assert.Equal(0, Plan(options).MayTalk(Noon, Fresh, alarm: true).Index);
        Assert.Equal(-1, Plan(options).MayTalk(Noon, Fresh, alarm: false).Index);
    }

    [Fact]
    public void A_month_is_spread_over_the_days_that_are_left_of_it()
    {
        var plan = Plan(new LinkOptions { MegabytesPerMonth = 30 });
        Assert.Equal(1_000_000, plan.Today(Noon.AddDays(-9), Fresh));
        Assert.Equal(30_000_000 / 21, plan.Today(Noon, Fresh));
        Assert.Equal(6_000_000, plan.Today(Noon.AddDays(20), Fresh with { Before = 24_000_000 }));
        Assert.Equal(0, plan.Today(Noon, Fresh with { Before = 31_000_000 }));
    }

    [Fact]
    public void Money_buys_megabytes_and_the_smaller_limit_holds()
    {
        Assert.Equal(5_000_000, new LinkOptions { MegabytesPerMonth = 30, PricePerMegabyte = 4, MoneyPerMonth = 20 }.BytesPerMonth);
        Assert.Equal(3_000_000, new LinkOptions { MegabytesPerMonth = 3, PricePerMegabyte = 4, MoneyPerMonth = 20 }.BytesPerMonth);
        Assert.Null(new LinkOptions { PricePerMegabyte = 4 }.BytesPerMonth);
    }

    [Fact]
    public void What_a_day_leaves_over_is_carried_for_some_days_and_not_for_ever()
    {
        var options = new LinkOptions { MegabytesPerDay = 1, CarryOverDays = 3 };
        Assert.Equal(600_000, (Fresh with { Today = 400_000 }).On(new DateOnly(2026, 4, 11), options).Carried);
        Assert.Equal(1_600_000, (Fresh with { Today = 400_000 }).On(new DateOnly(2026, 4, 12), options).Carried);
        Assert.Equal(3_000_000, Fresh.On(new DateOnly(2026, 4, 30), options).Carried);
        Assert.Equal(0, (Fresh with { Today = 1_200_000 }).On(new DateOnly(2026, 4, 11), options).Carried);
    }

    [Fact]
    public void A_new_month_begins_with_nothing_spent_and_a_new_day_keeps_its_month()
    {
        var spent = Fresh with { Today = 5, Before = 7 };
        Assert.Equal(12, spent.On(new DateOnly(2026, 4, 30), new LinkOptions()).ThisMonth);
        Assert.Equal(0, spent.On(new DateOnly(2026, 5, 1), new LinkOptions()).ThisMonth);
    }

    [Fact]
    public void A_clock_that_goes_back_gets_no_new_budget()
    {
        var (options, spent) = (new LinkOptions { MegabytesPerDay = 1 }, Fresh with { Today = 900_000, Before = 5_000_000 });
        Assert.Equal(spent, spent.On(new DateOnly(1970, 1, 1), options).On(Fresh.Day, options));
        Assert.Equal(spent, spent.On(Fresh.Day.AddDays(-1), options));
        Assert.Equal(5_900_000, spent.On(new DateOnly(1970, 1, 1), options).On(Fresh.Day.AddDays(1), options).ThisMonth);
        var ahead = (spent with { Day = new DateOnly(2036, 4, 10) }).On(new DateOnly(2026, 5, 1), options);
        Assert.Equal((900_000, new DateOnly(2026, 5, 1)), (ahead.Today, ahead.Day));
    }

    [Theory]
    [InlineData("6-8", "Link:Hours")]
    [InlineData("sunset-sunrise", "Hub:Latitude")]
    public void Hours_that_cannot_be_read_are_named(string hours, string named)
        => Assert.Contains(named, new LinkRules(new HubOptions { TimeZone = "Europe/Zurich" }).Validate(null, new LinkOptions { Hours = [hours] }).FailureMessage, StringComparison.Ordinal);

    [Fact]
    public void A_tier_that_is_none_and_money_without_a_price_are_named()
    {
        var rules = new LinkRules(new HubOptions { TimeZone = "Europe/Zurich" });
        Assert.Contains("movie", rules.Validate(null, new LinkOptions { TierMegabytesPerDay = { ["movie"] = 1 } }).FailureMessage, StringComparison.Ordinal);
        Assert.Contains("clip", rules.Validate(null, new LinkOptions { TierMegabytesPerDay = { ["clip"] = double.NaN } }).FailureMessage, StringComparison.Ordinal);
        Assert.Contains("Link:PricePerMegabyte", rules.Validate(null, new LinkOptions { MoneyPerMonth = 3 }).FailureMessage, StringComparison.Ordinal);
    }
}
