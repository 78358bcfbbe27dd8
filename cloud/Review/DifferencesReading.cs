using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Reads what a re-run says, and what counts without it, in steps of some thousand media.</summary>
internal static class DifferencesReading
{
    private const int Step = 2000;

    public static async Task<DifferencesView> OfAsync(LynceusDb db, JobRow job, CancellationToken cancel)
    {
        var differences = new Differences();
        for (var after = 0L; ;)
        {
            var items = await db.JobItems.AsNoTracking().Where(i => i.JobRowId == job.Id && i.Id > after).OrderBy(i => i.Id).Take(Step)
                .Join(db.Media, i => i.MediaRowId, m => m.Id, (i, m) => new { i.Id, i.MediaRowId, m.MediaID }).ToListAsync(cancel);
            if (items.Count == 0) return differences.View(job);
            var media = items.ConvertAll(i => i.MediaRowId);
            var runs = (await db.Runs.AsNoTracking().Where(r => media.Contains(r.MediaRowId)).ToListAsync(cancel)).ToLookup(r => r.MediaRowId);
            var said = (await db.Observations.AsNoTracking().Where(o => media.Contains(o.MediaRowId) && (o.LabelRowId == null || o.Current)).ToListAsync(cancel)).ToLookup(o => o.MediaRowId);
            foreach (var item in items.OrderBy(i => i.Id))
            {
                if (runs[item.MediaRowId].FirstOrDefault(IsOfTheJob) is not { } look) continue; // not looked at yet
                var all = said[item.MediaRowId];
                var now = CurrentRule.Machine(all, look);
                var before = CurrentRule.Machine(all.Where(o => o != now), CurrentRule.Run(runs[item.MediaRowId].Where(r => r != look)));
                differences.Add(item.MediaID, Of(before), Of(now), [.. all.Where(o => o.LabelRowId is not null).Select(o => Of(o))]);
            }
            after = items.Max(i => i.Id);
        }

        bool IsOfTheJob(RunRow run) => run.Source == LookedBy.Cloud && run.Model == job.Model && run.Version == job.Version;
    }

    private static SaidOf Of(ObservationRow? row) => row is null ? SaidOf.Nothing : new SaidOf(row.ObservationType, row.ScientificName);
}
