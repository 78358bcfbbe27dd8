using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Reads what a re-run says, and what counts without it. The database adds up, so that a million media are one question; only what people labelled is read row by row.</summary>
internal static class DifferencesReading
{
    private const int Step = 2000;

    // Of each pair of words the number, and some media: old is the observation of the run that would count if the re-run's were not there.
    private const string Pairs = $$"""
        SELECT p."OldType", p."OldName", p."NewType", p."NewName", p."Media", m."MediaID" FROM (
            SELECT q.*, ROW_NUMBER() OVER (PARTITION BY q."OldType", q."OldName", q."NewType", q."NewName" ORDER BY q."Item") AS "Nth",
                COUNT(*) OVER (PARTITION BY q."OldType", q."OldName", q."NewType", q."NewName") AS "Media" FROM (
                SELECT i."Id" AS "Item", i."MediaRowId", o."ObservationType" AS "OldType", o."ScientificName" AS "OldName", n."ObservationType" AS "NewType", n."ScientificName" AS "NewName"
                FROM "JobItem" i
                JOIN "Observation" n ON n."MediaRowId" = i."MediaRowId" AND n."Model" = {1} AND n."Version" = {2} AND n."Source" = 'cloud'
                LEFT JOIN "DetectionRun" r ON r."Id" = (
                    SELECT r."Id" FROM "DetectionRun" r WHERE r."MediaRowId" = i."MediaRowId" AND NOT (r."Model" = {1} AND r."Version" = {2} AND r."Source" = 'cloud') {{CurrentRule.RunsInOrder}})
                LEFT JOIN "Observation" o ON o."MediaRowId" = i."MediaRowId" AND o."Model" = r."Model" AND o."Version" = r."Version" AND o."Source" = r."Source"
                WHERE i."JobRowId" = {0}) q) p
        JOIN "Media" m ON m."Id" = p."MediaRowId" WHERE p."Nth" <= 5 ORDER BY p."Media" DESC, p."Nth"
        """;

    public static async Task<DifferencesView> OfAsync(LynceusDb db, JobRow job, CancellationToken cancel)
    {
        var differences = new Differences();
        var pairs = await db.Database.SqlQueryRaw<Pair>(Pairs, job.Id, job.Model, job.Version).ToListAsync(cancel);
        foreach (var pair in pairs.GroupBy(p => (Old: Said(p.OldType, p.OldName), New: Said(p.NewType, p.NewName)))) differences.Add(pair.Key.Old, pair.Key.New, (int)pair.First().Media, [.. pair.Select(p => p.MediaID)]);
        await AddToldAsync(db, job, differences, cancel);
        return differences.View(job);
    }

    private static async Task AddToldAsync(LynceusDb db, JobRow job, Differences differences, CancellationToken cancel)
    {
        for (var after = 0L; ;)
        {
            var items = await db.JobItems.AsNoTracking().Where(i => i.JobRowId == job.Id && i.Id > after && db.Labels.Any(l => l.MediaRowId == i.MediaRowId && l.Current))
                .OrderBy(i => i.Id).Take(Step).Select(i => new { i.Id, i.MediaRowId }).ToListAsync(cancel);
            if (items.Count == 0) return;
            var media = items.ConvertAll(i => i.MediaRowId);
            var runs = (await db.Runs.AsNoTracking().Where(r => media.Contains(r.MediaRowId)).ToListAsync(cancel)).ToLookup(r => r.MediaRowId);
            var said = (await db.Observations.AsNoTracking().Where(o => media.Contains(o.MediaRowId) && (o.LabelRowId == null || o.Current)).ToListAsync(cancel)).ToLookup(o => o.MediaRowId);
            foreach (var one in media)
            {
                if (runs[one].FirstOrDefault(r => r.Source == LookedBy.Cloud && r.Model == job.Model && r.Version == job.Version) is not { } look) continue; // not looked at yet
                var now = CurrentRule.Machine(said[one], look);
                var before = CurrentRule.Machine(said[one].Where(o => o != now), CurrentRule.Run(runs[one].Where(r => r != look)));
                differences.AddTold(Of(before), Of(now), [.. said[one].Where(o => o.LabelRowId is not null).Select(o => Of(o))]);
            }
            after = items[^1].Id;
        }
    }

    private static SaidOf Of(ObservationRow? row) => row is null ? SaidOf.Nothing : new SaidOf(row.ObservationType, row.ScientificName);

    private static SaidOf Said(string? type, string? name) => type is null ? SaidOf.Nothing : new SaidOf(Enum.Parse<ObservationType>(type, ignoreCase: true), name);

    private sealed record Pair(string? OldType, string? OldName, string NewType, string? NewName, long Media, string MediaID);
}
