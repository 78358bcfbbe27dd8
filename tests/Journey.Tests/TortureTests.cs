namespace Lynceus.Journey.Tests;

/// <summary>The quickest of what ./deploy.sh torture does at length.</summary>
public sealed class TortureTests
{
    [Fact]
    public async Task What_is_lost_altered_or_doubled_on_purpose_is_found()
        => AssertHolds(await TortureAsync("judge"));

    [Fact]
    public async Task A_broker_that_is_fed_poison_loses_nothing()
        => AssertHolds(await TortureAsync("poison"));

    [Fact]
    public async Task A_case_that_there_is_not_is_said_in_one_line()
    {
        var ended = await TortureAsync("thumbscrews");
        Assert.Equal((2, "torture: there is no case thumbscrews (see torture --help)"), (ended.Code, ended.Errors.Trim()));
    }

    private static Task<Ended> TortureAsync(string name)
    {
        Assert.SkipUnless(Programs.IsInstalled("gcc"), "gcc is not here");
        return Programs.RunAsync(Programs.Path("Torture", "torture"), ["--short", name]);
    }

    private static void AssertHolds(Ended ended)
    {
        Assert.True(ended.Code == 0, ended.Output + ended.Errors);
        Assert.StartsWith("ok: ", ended.Output.Trim().Split('\n')[^1], StringComparison.Ordinal);
        Assert.Contains(" 0 lost, 0 twice, 0 altered", ended.Output, StringComparison.Ordinal);
    }
}
