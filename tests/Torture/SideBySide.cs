using System.Diagnostics;

namespace Lynceus.Torture;

/// <summary>
/// Cases at the same time: two that ask the processors, and two that wait for a link. Each has a folder, ports and hosts of its own, so that one knows nothing of another.
/// The only catch: a case that cannot be finished has failed, and the others are done all the same.
/// </summary>
internal static class SideBySide
{
    private const int OfAKind = 2;

    /// <param name="cases">Which, in the order in which they are begun.</param>
    /// <param name="arena">Of all; each gets a folder in it.</param>
    /// <param name="keep">Leaves the folders of cases that passed.</param>
    public static async Task<IReadOnlyList<Outcome>> RunAsync(IReadOnlyList<Case> cases, Arena arena, bool keep)
    {
        var board = new Board(cases.Count);
        var places = Enum.GetValues<Ground>().ToDictionary(g => g, _ => new SemaphoreSlim(OfAKind));
        try
        {
            return await Task.WhenAll(cases.Select(one => RunAsync(one, places[one.Ground], arena with { Folder = Path.Combine(arena.Folder, one.Name), Say = progress => board.Say(one.Name, progress) }, board, keep)));
        }
        finally
        {
            foreach (var place in places.Values) place.Dispose();
        }
    }

    private static async Task<Outcome> RunAsync(Case one, SemaphoreSlim place, Arena arena, Board board, bool keep)
    {
        await place.WaitAsync();
        try
        {
            var began = Stopwatch.GetTimestamp();
            var outcome = await TryAsync(one, arena);
            board.End(one.Name, Stopwatch.GetElapsedTime(began), outcome);
            if (outcome.Faults.Count == 0 && !keep && Directory.Exists(arena.Folder)) Directory.Delete(arena.Folder, recursive: true);
            return outcome;
        }
        finally
        {
            place.Release();
        }
    }

    private static async Task<Outcome> TryAsync(Case one, Arena arena)
    {
        try
        {
            return await one.RunAsync(arena);
        }
        catch (Exception e)
        {
            return new Outcome("could not be finished", [e is ToolFailedException ? e.Message : e.ToString()]);
        }
    }
}
