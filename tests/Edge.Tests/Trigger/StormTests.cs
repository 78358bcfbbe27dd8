using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Edge.Tests;

public class StormTests
{
    private readonly FakeTimeProvider time = new();

    private bool Take(StormControl storm)
    {
        if (!storm.IsFree(time.GetTimestamp())) return false;
        storm.Spend();
        return true;
    }

    [Fact]
    public void A_burst_is_free_and_then_an_hour_gives_what_it_gives()
    {
        var storm = new StormControl(new StormOptions { Burst = 5, PerHour = 60, QuietMinutes = 60 }, time);
        Assert.Equal(5, Enumerable.Range(0, 100).Count(_ => Take(storm)));
        var taken = 0;
        for (var second = 0; second < 3600; second += 5)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            if (Take(storm)) taken++;
        }
        Assert.Equal(60, taken);
    }

    [Fact]
    public void An_hour_of_quiet_fills_no_more_than_a_burst()
    {
        var storm = new StormControl(new StormOptions { Burst = 3, PerHour = 60, QuietMinutes = 5 }, time);
        time.Advance(TimeSpan.FromHours(100));
        Assert.Equal(3, Enumerable.Range(0, 100).Count(_ => Take(storm)));
    }

    [Fact]
    public void The_first_after_quiet_is_free_and_only_that_one()
    {
        var storm = new StormControl(new StormOptions { Burst = 1, PerHour = 1, QuietMinutes = 10 }, time);
        Assert.True(Take(storm));
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.True(Take(storm));
        Assert.False(Take(storm));
    }

    [Fact]
    public void A_storm_that_goes_on_is_not_quiet_though_nothing_of_it_is_taken()
    {
        var storm = new StormControl(new StormOptions { Burst = 1, PerHour = 1, QuietMinutes = 10 }, time);
        Assert.True(Take(storm));
        for (var minute = 0; minute < 50; minute += 5)
        {
            time.Advance(TimeSpan.FromMinutes(5));
            Assert.False(Take(storm));
        }
    }
}
