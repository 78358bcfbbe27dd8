using System.Globalization;

namespace Lynceus.Cloud;

/// <summary>A re-run in words, for a terminal.</summary>
internal static class RerunLines
{
    private const int MostLines = 20;

    public static string Short(JobRow job) => $"{job.JobID}\t{Judged(job)}\t{JobLines.Short(job)[37..]}";

    public static string Decided(JobRow job)
        => job.Judgement is null ? "decided   nothing yet: what counts is as before" : string.Create(CultureInfo.InvariantCulture, $"decided   {Judged(job)} by {job.JudgedBy}, {job.JudgedAt:yyyy-MM-ddTHH:mm:ssZ}{(job.SwitchedTo is null ? "" : "; being carried out")}");

    public static void Print(DifferencesView view, TextWriter to)
    {
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{view.Media} media looked at by {view.Model} {view.Version}: {view.Same} as before, {view.Changed} otherwise; {view.BlankToAnimal} from blank to animal, {view.AnimalToBlank} from animal to blank"));
        if (view.Species.Count > 0) to.WriteLine($"\n  {"kind",-40} {"before",8} {"now",8} {"gained",8} {"lost",8}");
        foreach (var s in view.Species.Take(MostLines)) to.WriteLine($"  {Name(s),-40} {s.Old,8} {s.New,8} {s.Gained,8} {s.Lost,8}");
        var changes = view.Confusion.Where(c => c.Old != c.New).Take(MostLines).ToList();
        if (changes.Count > 0) to.WriteLine($"\n  {"before",-30} {"now",-30} {"media",8}  such as");
        foreach (var c in changes) to.WriteLine($"  {c.Old,-30} {c.New,-30} {c.Media,8}  {string.Join(' ', c.Examples.Take(2).Select(e => e.MediaID))}");
        if (view.Labelled == 0) to.WriteLine("\nNobody has labelled any of these media, so which of the two is right is not known.");
        else to.WriteLine($"\nAgrees with people, in {view.Labelled} media that they labelled: {Agreement(view.OldAgrees)} before, {Agreement(view.NewAgrees)} now");
    }

    private static string Judged(JobRow job) => job.Judgement is { } judgement ? WireWords.Of(judgement) : "open";

    private static string Name(SpeciesChangeView species) => species.VernacularNames?.Eng is { } english ? $"{english} ({species.Name})" : species.Name;

    private static string Agreement(AgreementView view)
        => string.Create(CultureInfo.InvariantCulture, $"{view.Type:0.0 %} of the types{(view.Name is { } name ? $" and {name:0.0 %} of the names" : "")}");
}
