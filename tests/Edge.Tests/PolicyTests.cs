using System.ComponentModel.DataAnnotations;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge.Tests;

public class PolicyTests
{
    private static readonly Vote Person = new(Verdict.Keep, "person", 0.8f, Rule.SurePerson), Vehicle = new(Verdict.Keep, "vehicle", 0.8f, Rule.SureVehicle),
        Doubtful = new(Verdict.Keep, "doubtful", 0.07f, Rule.BetweenThresholds), Empty = new(Verdict.Drop, "empty", 0, Rule.NothingSeen), Animal = new(Verdict.Send, "animal", 0.5f, Rule.OneSighting);

    private static Verdict Apply(Vote vote, GateOptions options) => Policy.Apply(vote, options, Guid.Empty).Verdict;

    [Theory]
    [InlineData("keep", Verdict.Keep)]
    [InlineData("drop", Verdict.Drop)]
    [InlineData("blurred", Verdict.Send)]
    [InlineData("send", Verdict.Send)]
    public void A_site_chooses_what_a_person_comes_to(string policy, Verdict verdict) => Assert.Equal(verdict, Apply(Person, new GateOptions { Person = Enum.Parse<PersonPolicy>(policy, ignoreCase: true) }));

    [Theory]
    [InlineData("keep", Verdict.Keep)]
    [InlineData("drop", Verdict.Drop)]
    [InlineData("send", Verdict.Send)]
    public void A_site_chooses_what_a_vehicle_and_what_something_doubtful_come_to(string policy, Verdict verdict)
    {
        Assert.Equal(verdict, Apply(Vehicle, new GateOptions { Vehicle = Enum.Parse<VehiclePolicy>(policy, ignoreCase: true) }));
        Assert.Equal(verdict, Apply(Doubtful, new GateOptions { Doubtful = Enum.Parse<DoubtfulPolicy>(policy, ignoreCase: true) }));
    }

    [Fact]
    public void An_animal_and_what_could_not_be_looked_at_are_nobodys_choice()
    {
        var strict = new GateOptions { Person = PersonPolicy.Drop, Vehicle = VehiclePolicy.Drop, Doubtful = DoubtfulPolicy.Drop };
        Assert.Equal(Verdict.Send, Apply(Animal, strict));
        Assert.Equal(Verdict.Keep, Apply(new Vote(Verdict.Keep, "unclassified", null, Rule.NotLookedAt), strict));
    }

    [Fact]
    public void A_share_of_the_empties_is_kept_and_always_the_same()
    {
        var options = new GateOptions { EmptyKeepShare = 0.25 };
        var ids = Enumerable.Range(0, 4000).Select(i => new Guid(i, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0])).ToList();
        var kept = ids.Where(id => Policy.Apply(Empty, options, id).Verdict == Verdict.Keep).ToList();
        Assert.InRange(kept.Count, 890, 1110); // 1,000 ± 4 standard deviations
        Assert.Equal(kept, ids.Where(id => Policy.Apply(Empty, options, id).Verdict == Verdict.Keep));
        Assert.Equal(Verdict.Drop, Apply(Empty, new GateOptions()));
    }

    [Fact]
    public void Draws_for_different_purposes_have_nothing_to_do_with_each_other()
    {
        var pairs = Enumerable.Range(0, 4000).Select(i => new Guid(i, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0])).Select(id => (Draw.Of("audit", id) - 0.5) * (Draw.Of("empty", id) - 0.5)).ToList();
        Assert.InRange(pairs.Average() * 12, -0.07, 0.07);
    }

    [Fact]
    public void Everyone_who_may_be_a_person_is_blurred_but_not_an_animal_that_looks_a_little_like_one()
    {
        var here = new Box(0.4f, 0.4f, 0.2f, 0.2f);
        Assert.Single(Policy.People([Some.Seen(ObservationType.Human, 0.2f, here)], Some.Thresholds));
        Assert.Empty(Policy.People([Some.Seen(ObservationType.Human, 0.19f, here)], Some.Thresholds));
        Assert.Empty(Policy.People([Some.Seen(ObservationType.Human, 0.2f, here), Some.Seen(ObservationType.Animal, 0.6f, here)], Some.Thresholds));
        Assert.Single(Policy.People([Some.Seen(ObservationType.Human, 0.4f, here), Some.Seen(ObservationType.Animal, 0.6f, here)], Some.Thresholds));
    }

    private static ModelManifest Model(ModelProfiles? profiles = null) => ModelCatalog.Load().Models.Single(m => m.Name == "yolox-nano-coco") with { Profiles = profiles };

    private static (float Send, float Keep) Of(GateOptions options, string? camera = null, ModelProfiles? profiles = null)
        => Thresholds.Of(Model(profiles), options, camera) is var t ? (t.Send, t.Keep) : default;

    [Fact]
    public void Profiles_take_the_models_measured_thresholds_and_where_it_has_none_raise_the_careful_ones()
    {
        Assert.Equal((0.1f, 0.05f), Of(new GateOptions()));
        Assert.Equal((0.15f, 0.075f), Of(new GateOptions { Profile = Profile.Balanced }));
        Assert.Equal((0.2f, 0.1f), Of(new GateOptions { Profile = Profile.Thrifty }));
        var measured = new ModelProfiles { Careful = new(0.2f, 0.1f), Thrifty = new(0.6f, 0.3f) };
        Assert.Equal((0.2f, 0.1f), Of(new GateOptions(), null, measured));
        Assert.Equal((0.3f, 0.15f), Of(new GateOptions { Profile = Profile.Balanced }, null, measured));
        Assert.Equal((0.6f, 0.3f), Of(new GateOptions { Profile = Profile.Thrifty }, null, measured));
    }

    [Fact]
    public void A_camera_may_have_thresholds_and_a_profile_of_its_own()
    {
        var options = new GateOptions { SendThreshold = 0.3f };
        options.Cameras["ridge"] = new CameraGateOptions { SendThreshold = 0.4f };
        options.Cameras["valley"] = new CameraGateOptions { Profile = Profile.Thrifty };
        options.Cameras["ford"] = new CameraGateOptions { KeepThreshold = 0.9f };
        Assert.Equal((0.3f, 0.05f), Of(options, "elsewhere"));
        Assert.Equal((0.4f, 0.05f), Of(options, "ridge"));
        Assert.Equal((0.2f, 0.1f), Of(options, "valley"));
        Assert.Equal((0.3f, 0.3f), Of(options, "ford"));
        Assert.Equal("thrifty: send 0.2, keep 0.1", Thresholds.Of(Model(), options, "valley").ToString());
    }

    [Theory]
    [InlineData(7f, 0f, null)]
    [InlineData(0f, -1f, null)]
    [InlineData(float.NaN, 0f, null)]
    [InlineData(0f, 0f, 9)]
    public void A_wrong_setting_of_a_camera_is_refused_and_named(float send, float keep, int? profile)
    {
        var options = new GateOptions();
        options.Cameras["ridge"] = new CameraGateOptions { SendThreshold = send, KeepThreshold = keep, Profile = (Profile?)profile };
        Assert.Contains("Gate:Cameras:ridge", Assert.Throws<ValidationException>(() => OptionsCheck.Validate(new ValidateGateOptions(), options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_that_there_is_not_is_refused_and_named()
        => Assert.Contains("Person", Assert.Throws<ValidationException>(() => OptionsCheck.Validate(new ValidateGateOptions(), new GateOptions { Person = (PersonPolicy)9 })).Message, StringComparison.Ordinal);
}
