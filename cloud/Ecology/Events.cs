using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>
/// Events and tallies as they follow from the rows now. Whoever changes what counts notes the deployment in the same commit (<see cref="Touch(LynceusDb, long)"/>); here such deployments are made anew.
/// A reader of statistics awaits <see cref="FreshAsync"/>; beside that a loop keeps them fresh. A process that is killed leaves the note, and the next one takes it up.
/// </summary>
internal sealed class Events(IDbContextFactory<LynceusDb> rows, WriteQueue queue) : IDisposable
{
    private readonly SemaphoreSlim one = new(1);

    /// <summary>After it, events and tallies are those of the rows as they were when it was called.</summary>
    public async Task FreshAsync(CancellationToken cancel)
    {
        await one.WaitAsync(cancel);
        try
        {
            await using var db = await rows.CreateDbContextAsync(cancel);
            foreach (var deployment in await TouchedAsync(db, cancel))
            {
                EventsWrite write;
                do
                {
                    write = EventsWrite.Of(db, deployment);
                    await queue.RunAsync(write, cancel);
                }
                while (write.IsLate); // another process was faster
            }
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>The same by a command, without a queue.</summary>
    /// <param name="db">Open for writing.</param>
    /// <param name="progress">Deployments made and to make.</param>
    public static void Fresh(LynceusDb db, Action<int, int>? progress = null)
    {
        var touched = db.Touched.Select(t => t.DeploymentRowId).Distinct().ToList();
        for (var i = 0; i < touched.Count; i++)
        {
            EventsWrite write;
            do
            {
                write = EventsWrite.Of(db, touched[i]);
                CloudCommand.Commit(db, write);
            }
            while (write.IsLate);
            progress?.Invoke(i + 1, touched.Count);
        }
    }

    /// <summary>Something that counts of a media has changed.</summary>
    public static void Touch(LynceusDb db, long media) => db.Prepared!.Run("""
        INSERT INTO "Touched" ("DeploymentRowId")
        SELECT c."DeploymentRowId" FROM "Media" m JOIN "Capture" c ON c."Id" = m."CaptureRowId" WHERE m."Id" = @p0 AND c."DeploymentRowId" IS NOT NULL
        """, media);

    public static void Touch(LynceusDb db, IReadOnlyCollection<long> media)
    {
        foreach (var some in media.Chunk(1000))
        {
            var deployments = db.Media.Where(m => some.Contains(m.Id) && m.Capture.DeploymentRowId != null).Select(m => m.Capture.DeploymentRowId!.Value).Distinct().ToList();
            foreach (var deployment in deployments) TouchDeployment(db, deployment);
        }
    }

    public static void TouchDeployment(LynceusDb db, long deployment) => db.Database.ExecuteSql($"""INSERT INTO "Touched" ("DeploymentRowId") VALUES ({deployment})""");

    /// <summary>All that there are: events and tallies are made anew from nothing.</summary>
    public static int TouchAll(LynceusDb db) => db.Database.ExecuteSql($"""INSERT INTO "Touched" ("DeploymentRowId") SELECT "Id" FROM "Deployment" """);

    private static Task<List<long>> TouchedAsync(LynceusDb db, CancellationToken cancel) => db.Touched.Select(t => t.DeploymentRowId).Distinct().ToListAsync(cancel);

    public void Dispose() => one.Dispose();
}

/// <summary>One deployment's events and tallies in place of those before. What they follow from is read before, outside of the writer's turn.</summary>
internal sealed class EventsWrite : Write
{
    private readonly long deployment;
    private readonly long revision;
    private readonly List<long> touched;
    private readonly IReadOnlyList<EventRow> events;
    private readonly (DateTimeOffset First, DateTimeOffset Last)? period;

    private EventsWrite(long deployment, long revision, List<long> touched, IReadOnlyList<EventRow> events, (DateTimeOffset First, DateTimeOffset Last)? period)
        => (this.deployment, this.revision, this.touched, this.events, this.period) = (deployment, revision, touched, events, period);

    /// <summary>Somebody else made them meanwhile: it is to be read again.</summary>
    public bool IsLate { get; private set; }

    /// <summary>Reads what counts of a deployment, and makes its events.</summary>
    public static EventsWrite Of(LynceusDb db, long id)
    {
        var touched = db.Touched.Where(t => t.DeploymentRowId == id).Select(t => t.Id).ToList(); // before what they tell of is read
        var deployment = db.Deployments.AsNoTracking().FirstOrDefault(d => d.Id == id);
        if (deployment is null) return new EventsWrite(id, 0, touched, [], period: null);
        var project = deployment.Project.Length == 0 ? null : db.Projects.AsNoTracking().FirstOrDefault(p => p.Name == deployment.Project);
        var records = EventReading.Records(db, deployment);
        var words = db.EventWords.AsNoTracking().Where(w => w.DeploymentRowId == id).ToList();
        var events = EventRule.Of(deployment, project, records, words);
        EventSun.Fill(deployment, events);
        return new EventsWrite(id, deployment.Revision, touched, events, deployment.FromCaptures ? EventReading.Period(db, id) : null);
    }

    public override void Forget()
    {
        base.Forget();
        IsLate = false;
    }

    public override void Apply(LynceusDb db)
    {
        IsLate = db.Deployments.Where(d => d.Id == deployment && d.Revision == revision).ExecuteUpdate(set => set.SetProperty(d => d.Revision, revision + 1)) == 0
            && db.Deployments.Any(d => d.Id == deployment);
        if (IsLate) return;
        foreach (var ids in touched.Chunk(500)) db.Touched.Where(t => ids.Contains(t.Id)).ExecuteDelete();
        db.Events.Where(e => e.DeploymentRowId == deployment).ExecuteDelete();
        db.Tallies.Where(t => t.DeploymentRowId == deployment).ExecuteDelete();
        // One that only followed captures goes with the last of them: it would have effort that nobody can vouch for.
        if (db.Deployments.Where(d => d.Id == deployment && d.FromCaptures && !db.Captures.Any(c => c.DeploymentRowId == d.Id) && !db.EventWords.Any(w => w.DeploymentRowId == d.Id)).ExecuteDelete() > 0)
        {
            db.Outages.Where(o => o.DeploymentRowId == deployment).ExecuteDelete();
            return;
        }
        // One that nobody described lasts from its first capture to its last: more effort than that nobody can vouch for.
        if (period is { } lasts && db.Deployments.First(d => d.Id == deployment) is { FromCaptures: true } row)
        {
            (row.Start, row.StartLocal, row.StartOffset) = Times.Split(lasts.First);
            (row.End, row.EndLocal, row.EndOffset) = Times.Split(lasts.Last);
            db.SaveChanges();
            db.ChangeTracker.Clear();
        }
        db.Inserting(insert => insert.AddAll(events) + insert.AddAll([.. Tallies(events)]));
    }

    public static IEnumerable<TallyRow> Tallies(IEnumerable<EventRow> events)
        => from e in events
           group e by (e.DeploymentRowId, e.CaptureMethod, e.ObservationType, e.ScientificName, e.Model) into same
           select new TallyRow
           {
               DeploymentRowId = same.Key.DeploymentRowId,
               CaptureMethod = same.Key.CaptureMethod,
               ObservationType = same.Key.ObservationType,
               ScientificName = same.Key.ScientificName,
               Model = same.Key.Model,
               FirstDay = DateOnly.FromDateTime(same.Min(e => e.StartLocal)),
               LastDay = DateOnly.FromDateTime(same.Max(e => e.StartLocal)),
               Events = same.Count(),
               Independent = same.Sum(e => e.Independent),
               IndependentFirst = same.Sum(e => e.IndependentFirst),
               Individuals = same.Sum(e => e.Count),
               HumanChecked = same.Count(e => e.Human),
               Hours = PackedCounts.Hours(same),
               Times = PackedCounts.Times(same),
           };
}
