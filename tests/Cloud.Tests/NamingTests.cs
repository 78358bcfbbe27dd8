using Lynceus.Contracts;

namespace Lynceus.Cloud.Tests;

public sealed class NamingTests
{
    private static readonly Says TwoAnimals = new(ObservationType.Animal, Count: 2, Probability: 0.6f, Reason: null);

    [Theory]
    [InlineData("Vulpes vulpes 0.9", "Vulpes vulpes", 0.9f)]
    [InlineData("Vulpes vulpes 0.9, Vulpes vulpes 0.7", "Vulpes vulpes", 0.7f)]
    [InlineData("Vulpes vulpes 0.9, animal 0.6", "Vulpes vulpes", 0.9f)]
    [InlineData("Vulpes vulpes 0.9, Canidae 0.7", "Canidae", 0.7f)]
    [InlineData("Vulpes vulpes 0.9, Meles meles 0.8", "Carnivora", 0.8f)]
    [InlineData("Vulpes vulpes 0.9, Corvus corax 0.8", null, 0.6f)]
    [InlineData("animal 0.6, animal 0.5", null, 0.6f)]
    [InlineData("Vulpes vulpes 0.9, blank 0.995", "Vulpes vulpes", 0.9f)]
    [InlineData("", null, 0.6f)]
    public void A_picture_is_told_by_what_all_its_animals_are(string verdicts, string? named, float probability)
    {
        var says = Naming.Of(TwoAnimals, Verdicts(verdicts));
        Assert.Equal((ObservationType.Animal, named, probability, 2), (says.ObservationType, says.Taxon?.ScientificName, says.Probability, says.Count));
    }

    [Theory]
    [InlineData("blank 0.995, blank 0.999", ObservationType.Blank, null)]
    [InlineData("human 0.9, human 0.8", ObservationType.Human, 2)]
    [InlineData("vehicle 0.9", ObservationType.Vehicle, 2)]
    [InlineData("blank 0.995, human 0.9", ObservationType.Animal, 2)]
    [InlineData("human 0.9, animal 0.6", ObservationType.Animal, 2)]
    public void Animals_are_something_else_only_if_all_of_them_are_the_same(string verdicts, ObservationType type, int? count)
        => Assert.Equal((type, count), Naming.Of(TwoAnimals, Verdicts(verdicts)) is var s ? (s.ObservationType, s.Count) : default);

    [Theory]
    [InlineData("Vulpes vulpes 0.9, Vulpes vulpes 0.8, animal 0.6", "Vulpes vulpes")]
    [InlineData("Vulpes vulpes 0.9, Vulpes vulpes 0.9, Vulpes vulpes 0.9, Vulpes vulpes 0.9, Meles meles 0.9", "Vulpes vulpes")]
    [InlineData("Vulpes vulpes 0.9, Vulpes vulpes 0.9, Vulpes vulpes 0.9, Meles meles 0.9", "Carnivora")]
    [InlineData("Vulpes vulpes 0.9, Canidae 0.8, blank 0.995", "Canidae")]
    [InlineData("Vulpes vulpes 0.9, Corvus corax 0.9", null)]
    [InlineData("animal 0.6, human 0.9", null)]
    public void A_track_is_named_by_what_most_of_its_looks_agree_on(string verdicts, string? named)
        => Assert.Equal((ObservationType.Animal, named), Naming.Vote(Verdicts(verdicts)) is { } v ? (v.ObservationType, v.Taxon?.ScientificName) : default);

    [Fact]
    public void A_track_that_nobody_looked_at_closer_has_no_name() => Assert.Null(Naming.Vote([]));

    [Fact]
    public void What_the_detector_calls_a_person_is_never_given_an_animals_name()
    {
        var person = new Says(ObservationType.Human, Count: 1, Probability: 0.4f, Reason: null);
        Assert.Equal(person, Naming.Of(person, Verdicts("Vulpes vulpes 0.99")));
    }

    [Theory]
    [InlineData("Vulpes vulpes", "red fox", "renard roux")]
    [InlineData("Puma", "cat", "félin")]
    [InlineData("Cerdocyon thous", null, null)]
    [InlineData(null, null, null)]
    public void A_name_for_people_is_that_of_the_nearest_taxon_that_has_one(string? name, string? english, string? french)
        => Assert.Equal((english, french), VernacularNames.Of(name) is var v ? (v?.Eng, v?.Fra) : default);

    private static EnsembleVerdict[] Verdicts(string list) => [.. list.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(Verdict)];

    private static EnsembleVerdict Verdict(string text)
    {
        var at = text.LastIndexOf(' ');
        var label = SpeciesLabel.Parse(text[..at], Taxonomy.Known);
        return new EnsembleVerdict(label.ObservationType, label.Taxon, float.Parse(text[(at + 1)..], System.Globalization.CultureInfo.InvariantCulture), EnsembleStep.Label);
    }
}
