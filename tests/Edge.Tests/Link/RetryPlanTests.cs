using Lynceus.Contracts;

namespace Lynceus.Edge.Tests;

public sealed class RetryPlanTests
{
    private static List<double> Waits(LinkState state, int longest = 300, int count = 40)
    {
        var plan = new RetryPlan(new Random(1), TimeSpan.FromSeconds(longest));
        return [.. Enumerable.Range(0, count).Select(_ => plan.Next(state).TotalSeconds)];
    }

    [Theory]
    [InlineData(LinkState.NotAllowed)]
    [InlineData(LinkState.CertificateRevoked)]
    [InlineData(LinkState.CertificateExpired)]
    public void What_a_person_has_to_mend_is_not_asked_for_more_often_than_every_quarter_of_an_hour(LinkState state)
        => Assert.All(Waits(state), wait => Assert.InRange(wait, 900, 3600));

    [Fact]
    public void Without_a_network_the_hub_looks_every_five_to_sixty_seconds() => Assert.All(Waits(LinkState.NoNetwork), wait => Assert.InRange(wait, 5, 60));

    [Fact]
    public void A_full_broker_is_left_alone_for_longer() => Assert.All(Waits(LinkState.BrokerFull), wait => Assert.InRange(wait, 30, 900));

    [Theory]
    [InlineData(LinkState.Cut)]
    [InlineData(LinkState.HalfOpen)]
    [InlineData(LinkState.NoAnswer)]
    [InlineData(LinkState.NoName)]
    [InlineData(LinkState.NoNetwork)]
    [InlineData(LinkState.NobodyListens)]
    [InlineData(LinkState.CaptivePortal)]
    [InlineData(LinkState.ClockWrong)]
    public void What_mends_itself_never_waits_longer_than_the_settings_say(LinkState state)
    {
        Assert.All(Waits(state, longest: 20), wait => Assert.InRange(wait, 0.4, 20));
        Assert.All(Waits(state, longest: 1), wait => Assert.InRange(wait, 0.4, 1));
    }

    [Fact]
    public void A_cut_is_tried_again_at_once_and_then_less_often_and_success_begins_anew()
    {
        var plan = new RetryPlan(new Random(1), TimeSpan.FromSeconds(300));
        var waits = Enumerable.Range(0, 10).Select(_ => plan.Next(LinkState.Cut).TotalSeconds).ToList();
        Assert.InRange(waits[0], 0.5, 1);
        Assert.InRange(waits[9], 150, 300);
        plan.Succeeded();
        Assert.InRange(plan.Next(LinkState.Cut).TotalSeconds, 0.5, 1);
    }

    [Fact]
    public void Each_state_has_a_wait_that_is_never_nothing_and_two_hubs_do_not_wait_alike()
    {
        Assert.All(Enum.GetValues<LinkState>(), state => Assert.All(Waits(state), wait => Assert.InRange(wait, 0.4, 3600)));
        var other = new RetryPlan(new Random(2), TimeSpan.FromSeconds(300));
        Assert.NotEqual(Waits(LinkState.NoAnswer, count: 5), [.. Enumerable.Range(0, 5).Select(_ => other.Next(LinkState.NoAnswer).TotalSeconds)]);
    }
}
