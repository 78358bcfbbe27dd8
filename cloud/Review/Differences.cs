using System.Text.Json.Serialization;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What is said of a media, as far as two looks are compared.</summary>
/// <param name="ObservationType">Unclassified for a look that failed; null where there was none.</param>
/// <param name="ScientificName">Of an animal; null for "an animal".</param>
internal readonly record struct SaidOf(ObservationType? ObservationType, string? ScientificName)
{
    public static SaidOf Nothing => default;

    /// <summary><c>Vulpes vulpes</c>, <c>animal</c>, <c>blank</c> or <c>not looked at</c>.</summary>
    public override string ToString() => ScientificName ?? (ObservationType is { } type ? WireWords.Of(type) : "not looked at");
}

/// <summary>A media in a report.</summary>
internal sealed record ExampleView([property: JsonPropertyName("mediaID")] string MediaID, string Href);

/// <summary>How many media went from one word to another.</summary>
internal sealed record ChangeView(string Old, string New, int Media, IReadOnlyList<ExampleView> Examples);

/// <summary>In how many media a kind is seen by each, and in how many by one of them only.</summary>
internal sealed record SpeciesChangeView(string Name, VernacularNames? VernacularNames, int Old, int New, int Gained, int Lost);

/// <summary>How often a look agrees with people, over the media that have a label.</summary>
/// <param name="Type">Of animal, human, vehicle, blank: the share of media in which it is one that people said, 0–1; null without labels.</param>
/// <param name="Name">The same of the names, over media in which people named an animal: exactly that name.</param>
internal sealed record AgreementView(double? Type, double? Name);

/// <summary>What a re-run says otherwise than what counted before it.</summary>
internal sealed record DifferencesView
{
    [JsonPropertyName("runID")] public required Guid RunID { get; init; }
    public required string Model { get; init; }
    public required string Version { get; init; }

    /// <summary>That the re-run has looked at so far.</summary>
    public required int Media { get; init; }
    public required int Same { get; init; }
    public required int Changed { get; init; }
    public required int BlankToAnimal { get; init; }
    public required int AnimalToBlank { get; init; }

    /// <summary>By name where there is one, else by type; the most changed first.</summary>
    public required IReadOnlyList<SpeciesChangeView> Species { get; init; }

    /// <summary>Old against new, same words included, the most frequent first; at most 200.</summary>
    public required IReadOnlyList<ChangeView> Confusion { get; init; }

    /// <summary>Media that people have spoken of.</summary>
    public required int Labelled { get; init; }

    /// <summary>Of these that people named an animal in.</summary>
    public required int LabelledWithName { get; init; }
    public required AgreementView OldAgrees { get; init; }
    public required AgreementView NewAgrees { get; init; }
}

/// <summary>Adds up differences; memory grows with the kinds, not with the media. Pure.</summary>
internal sealed class Differences
{
    private const int MostCells = 200;
    private readonly Dictionary<(SaidOf Old, SaidOf New), (int Media, List<string> Examples)> cells = [];
    private (int Media, int Named, int OldType, int NewType, int OldName, int NewName) people;

    /// <param name="old">What counted before, of machines.</param>
    /// <param name="now">What the re-run says.</param>
    /// <param name="media">In how many media; each pair of words comes once.</param>
    /// <param name="examples">Some of them, mediaIDs.</param>
    public void Add(SaidOf old, SaidOf now, int media, List<string> examples) => cells.Add((old, now), (media, examples));

    /// <summary>Of one media that people have spoken of.</summary>
    /// <param name="old">What counted before, of machines.</param>
    /// <param name="now">What the re-run says.</param>
    /// <param name="told">What people said, one or more.</param>
    public void AddTold(SaidOf old, SaidOf now, IReadOnlyList<SaidOf> told)
    {
        people.Media++;
        people.OldType += told.Any(t => t.ObservationType == old.ObservationType) ? 1 : 0;
        people.NewType += told.Any(t => t.ObservationType == now.ObservationType) ? 1 : 0;
        if (told.All(t => t.ScientificName is null)) return;
        people.Named++;
        people.OldName += old.ScientificName is { } a && told.Any(t => t.ScientificName == a) ? 1 : 0;
        people.NewName += now.ScientificName is { } b && told.Any(t => t.ScientificName == b) ? 1 : 0;
    }

    public DifferencesView View(JobRow job)
    {
        var media = cells.Values.Sum(c => c.Media);
        var same = Sum((old, now) => old == now);
        return new DifferencesView
        {
            RunID = job.JobID,
            Model = job.Model,
            Version = job.Version,
            Media = media,
            Same = same,
            Changed = media - same,
            BlankToAnimal = Sum((old, now) => old.ObservationType == ObservationType.Blank && now.ObservationType == ObservationType.Animal),
            AnimalToBlank = Sum((old, now) => old.ObservationType == ObservationType.Animal && now.ObservationType == ObservationType.Blank),
            Species = [.. Species().OrderByDescending(s => s.Gained + s.Lost).ThenByDescending(s => s.Old).ThenBy(s => s.Name, StringComparer.Ordinal)],
            Confusion = [.. cells.OrderByDescending(c => c.Value.Media).ThenBy(c => c.Key.ToString(), StringComparer.Ordinal).Take(MostCells)
                .Select(c => new ChangeView($"{c.Key.Old}", $"{c.Key.New}", c.Value.Media, [.. c.Value.Examples.Select(e => new ExampleView(e, $"/api/v1/media/{e}"))]))],
            Labelled = people.Media,
            LabelledWithName = people.Named,
            OldAgrees = new AgreementView(Share(people.OldType, people.Media), Share(people.OldName, people.Named)),
            NewAgrees = new AgreementView(Share(people.NewType, people.Media), Share(people.NewName, people.Named)),
        };
    }

    private IEnumerable<SpeciesChangeView> Species()
        => cells.Keys.SelectMany(k => (SaidOf[])[k.Old, k.New]).Where(s => s != SaidOf.Nothing).Distinct().Select(said => new SpeciesChangeView(
            $"{said}", VernacularNames.Of(said.ScientificName), Sum((old, _) => old == said), Sum((_, now) => now == said), Sum((old, now) => old != said && now == said), Sum((old, now) => old == said && now != said)));

    private int Sum(Func<SaidOf, SaidOf, bool> which) => cells.Where(c => which(c.Key.Old, c.Key.New)).Sum(c => c.Value.Media);

    private static double? Share(int part, int of) => of == 0 ? null : Math.Round((double)part / of, 4);
}
