using Lynceus.Contracts;

namespace Lynceus.Cloud.Tests;

/// <summary>Each cut-off from both sides.</summary>
public sealed class EnsembleTests
{
    private static readonly EnsembleCutOffs Usual = new();

    [Theory]
    [InlineData("human 0.70", ObservationType.Unknown, nameof(EnsembleStep.NothingSure))]
    [InlineData("human 0.71", ObservationType.Human, nameof(EnsembleStep.HumanOrVehicleDetected))]
    [InlineData("vehicle 0.70", ObservationType.Unknown, nameof(EnsembleStep.NothingSure))]
    [InlineData("vehicle 0.71", ObservationType.Vehicle, nameof(EnsembleStep.HumanOrVehicleDetected))]
    [InlineData("animal 0.50", ObservationType.Unknown, nameof(EnsembleStep.NothingSure))]
    [InlineData("animal 0.51", ObservationType.Animal, nameof(EnsembleStep.AnimalDetected))]
    [InlineData("", ObservationType.Unknown, nameof(EnsembleStep.NothingSure))]
    public void Without_a_classifier_the_detector_decides(string found, ObservationType type, string by) => Decides(found, "", type, null, by);

    [Theory]
    [InlineData("human 0.71", "Vulpes vulpes 0.99")]
    [InlineData("human 0.71, animal 0.70", "Vulpes vulpes 0.99")]
    [InlineData("human 0.71", "blank 0.999")]
    public void A_person_that_was_detected_wins(string found, string scores) => Decides(found, scores, ObservationType.Human, null, nameof(EnsembleStep.HumanOrVehicleDetected));

    [Fact]
    public void An_animal_that_was_detected_better_than_a_person_is_named()
        => Decides("human 0.71, animal 0.72", "Vulpes vulpes 0.9", ObservationType.Animal, "Vulpes vulpes", nameof(EnsembleStep.Label));

    [Theory]
    [InlineData("animal 0.19", "blank 0.51", true)]
    [InlineData("animal 0.20", "blank 0.51", false)]
    [InlineData("animal 0.19", "blank 0.50", false)]
    [InlineData("", "blank 0.51", true)]
    [InlineData("", "blank 0.50", false)]
    [InlineData("animal 0.95", "blank 0.991", true)]
    [InlineData("animal 0.95", "blank 0.99", false)]
    [InlineData("human 0.70", "blank 0.991", true)]
    public void Blank_needs_both_or_a_classifier_beyond_doubt(string found, string scores, bool isBlank)
    {
        var verdict = Ensemble.Decide(Found(found), Scores(scores), place: null, Usual);
        Assert.Equal(isBlank, verdict is { ObservationType: ObservationType.Blank, By: EnsembleStep.Blank });
    }

    [Theory]
    [InlineData("", "Vulpes vulpes 0.80", null)]
    [InlineData("", "Vulpes vulpes 0.81", "Vulpes vulpes")]
    [InlineData("animal 0.20", "Vulpes vulpes 0.80", null)]
    [InlineData("animal 0.21", "Vulpes vulpes 0.66", "Vulpes vulpes")]
    [InlineData("animal 0.21", "Vulpes vulpes 0.65", null)]
    [InlineData("human 0.6", "Vulpes vulpes 0.66", null)]
    public void A_species_is_named_from_0_8_and_with_an_animal_seen_from_0_65(string found, string scores, string? named)
    {
        var verdict = Ensemble.Decide(Found(found), Scores(scores), place: null, Usual);
        Assert.Equal(named, verdict.By == EnsembleStep.Label ? verdict.Taxon?.ScientificName : null);
    }

    [Theory]
    [InlineData("Vulpes vulpes 0.4, Vulpes lagopus 0.24", null)]
    [InlineData("Vulpes vulpes 0.4, Vulpes lagopus 0.26", "Vulpes")]
    [InlineData("Vulpes vulpes 0.4, Canis latrans 0.3", "Canidae")]
    [InlineData("Vulpes vulpes 0.4, Meles meles 0.3", "Carnivora")]
    [InlineData("Vulpes vulpes 0.4, Capreolus capreolus 0.3", "Mammalia")]
    [InlineData("Vulpes vulpes 0.4, Corvus corax 0.6", null)]
    [InlineData("Canidae 0.2, Vulpes vulpes 0.3, Canis familiaris 0.2", "Canidae")]
    public void What_labels_agree_on_is_named_at_their_common_rank(string scores, string? named)
    {
        var verdict = Ensemble.Decide(Found("animal 0.6"), Scores(scores), place: null, Usual);
        Assert.Equal((ObservationType.Animal, named), (verdict.ObservationType, verdict.Taxon?.ScientificName));
        Assert.Equal(named is null ? EnsembleStep.AnimalDetected : EnsembleStep.RolledUp, verdict.By);
    }

    [Theory]
    [InlineData("US-CA", "Puma concolor")]
    [InlineData(null, "Puma concolor")]
    [InlineData("CH", "Felidae")]
    public void A_species_that_does_not_occur_there_is_told_as_what_it_belongs_to(string? place, string named)
    {
        var verdict = Ensemble.Decide(Found("animal 0.9"), Scores("Puma concolor 0.97"), place is null ? null : At(place), Usual);
        Assert.Equal((named, 0.97f), (verdict.Taxon?.ScientificName, verdict.Score));
    }

    [Fact]
    public void A_family_that_does_not_occur_there_is_no_name_either()
        => Assert.Equal("Mammalia", Ensemble.Decide(Found("animal 0.9"), Scores("Macropodidae 0.9"), At("CH"), Usual).Taxon?.ScientificName);

    [Theory]
    [InlineData(0.90f, "Vulpes")]
    [InlineData(0.91f, "Vulpes vulpes")]
    public void A_label_with_its_own_cut_off_is_named_only_from_there(float score, string named)
    {
        var cut = new EnsembleCutOffs { Own = new Dictionary<string, float> { ["Vulpes vulpes"] = 0.9f } };
        Assert.Equal(named, Ensemble.Decide(Found("animal 0.9"), [Score("Vulpes vulpes", score)], place: null, cut).Taxon?.ScientificName);
    }

    [Fact]
    public void A_rank_with_its_own_cut_off_is_passed_over_below_it()
    {
        var cut = new EnsembleCutOffs { Own = new Dictionary<string, float> { ["Vulpes vulpes"] = 0.9f, ["Vulpes"] = 0.9f } };
        Assert.Equal("Canidae", Ensemble.Decide(Found("animal 0.9"), Scores("Vulpes vulpes 0.8"), place: null, cut).Taxon?.ScientificName);
    }

    [Theory]
    [InlineData("human 0.66", ObservationType.Human)]
    [InlineData("vehicle 0.66", ObservationType.Vehicle)]
    [InlineData("human 0.65", ObservationType.Animal)]
    public void The_classifier_may_see_that_the_animal_is_none(string scores, ObservationType type)
        => Assert.Equal((type, null), Ensemble.Decide(Found("animal 0.6"), Scores(scores), place: null, Usual) is var v ? (v.ObservationType, v.Taxon) : default);

    [Theory]
    [InlineData("human 0.8", ObservationType.Animal)]
    [InlineData("human 0.81", ObservationType.Human)]
    public void The_classifiers_people_may_have_their_own_cut_off(string scores, ObservationType type)
    {
        var cut = new EnsembleCutOffs { Own = new Dictionary<string, float> { ["human"] = 0.8f } };
        Assert.Equal(type, Ensemble.Decide(Found("animal 0.6"), Scores(scores), place: null, cut).ObservationType);
    }

    [Theory]
    [InlineData("Vulpes vulpes 0.5, Canis latrans 0.5")]
    [InlineData("Vulpes vulpes 0.3333334, Canis latrans 0.3333334, Canis lupus 0.3333334")]
    public void A_cut_off_of_1_is_never_passed(string scores)
    {
        var cut = new EnsembleCutOffs { Own = new[] { "Vulpes vulpes", "Canis latrans", "Canidae", "Carnivora", "Mammalia", "Canis" }.ToDictionary(t => t, _ => 1f) };
        Assert.Null(Ensemble.Decide(Found("animal 0.6"), Scores(scores), place: null, cut).Taxon);
    }

    [Fact]
    public void A_label_that_cannot_be_read_never_names_anything()
        => Decides("animal 0.6", "<b>fox</b> 0.99", ObservationType.Animal, null, nameof(EnsembleStep.AnimalDetected));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(0)]
    public void A_score_that_is_none_names_nothing(float score)
        => Assert.Null(Ensemble.Decide(Found("animal 0.6"), [Score("Vulpes vulpes", score)], place: null, Usual).Taxon);

    private static void Decides(string found, string scores, ObservationType type, string? named, string by)
    {
        var verdict = Ensemble.Decide(Found(found), Scores(scores), place: null, Usual);
        Assert.Equal((type, named, by), (verdict.ObservationType, verdict.Taxon?.ScientificName, verdict.By.ToString()));
    }

    private static Place At(string text) => Place.TryParse(text, out var place) ? place : throw new ArgumentException(text);

    private static Detection[] Found(string found) => [.. Parts(found).Select(p => Some.Seen(Enum.Parse<ObservationType>(p.Name, ignoreCase: true), p.Score))];

    private static SpeciesScore[] Scores(string scores) => [.. Parts(scores).Select(p => Score(p.Name, p.Score))];

    private static SpeciesScore Score(string label, float score) => new(SpeciesLabel.Parse(label, Taxonomy.Known), score);

    private static IEnumerable<(string Name, float Score)> Parts(string list)
        => list.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(p => (p[..p.LastIndexOf(' ')], float.Parse(p[(p.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture)));
}
