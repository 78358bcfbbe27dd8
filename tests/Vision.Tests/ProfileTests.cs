namespace Lynceus.Vision.Tests;

public class ProfileTests
{
    private static readonly ProfileThresholds Careful = new(0.2f, 0.15f);

    [Fact]
    public void Profiles_that_say_nothing_follow_from_the_careful_one_and_stay_below_nine_tenths()
    {
        Assert.Equal(Careful, new ModelProfiles().Of(Profile.Careful, Careful));
        Assert.Equal(new ProfileThresholds(0.2f * 1.5f, 0.15f * 1.5f), new ModelProfiles().Of(Profile.Balanced, Careful));
        Assert.Equal(new ProfileThresholds(0.9f, 0.9f), new ModelProfiles().Of(Profile.Thrifty, new ProfileThresholds(0.7f, 0.6f)));
    }

    [Fact]
    public void A_thrifty_profile_that_is_not_measured_is_never_below_a_balanced_one_that_is()
        => Assert.Equal(new ProfileThresholds(0.8f, 0.5f), new ModelProfiles { Balanced = new(0.8f, 0.5f) }.Of(Profile.Thrifty, Careful));

    public static TheoryData<ModelProfiles, string> Wrong => new()
    {
        { new ModelProfiles { Careful = new(0, 0) }, "profiles.careful: send and keep" },
        { new ModelProfiles { Balanced = new(1.1f, 0.2f) }, "profiles.balanced: send and keep" },
        { new ModelProfiles { Thrifty = new(float.NaN, 0.2f) }, "profiles.thrifty: send and keep" },
        { new ModelProfiles { Balanced = new(0.3f, 0.4f) }, "profiles.balanced: keep must not" },
        { new ModelProfiles { Balanced = new(0.19f, 0.15f) }, "profiles.balanced: must not be below" },
        { new ModelProfiles { Balanced = new(0.5f, 0.3f), Thrifty = new(0.4f, 0.35f) }, "profiles.thrifty: must not be below" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Thresholds_that_cannot_be_are_refused_and_named(ModelProfiles profiles, string fault) => Assert.StartsWith(fault, profiles.Fault(Careful), StringComparison.Ordinal);

    [Fact]
    public void Those_of_every_model_that_is_known_here_are_sound()
        => Assert.All(ModelCatalog.Load().Models, m => Assert.Null((m.Profiles ?? new ModelProfiles()).Fault(new ProfileThresholds(m.SendThreshold, m.KeepThreshold))));
}
