using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>
/// What counts of all that was said of a media, the only place where that is decided:
/// a person's newest label that was not taken back; else the run of the re-run that was accepted last; else the first that the cloud took; else the hub's, or another program's that was imported.
/// Whoever adds or removes runs, labels or acceptances calls <see cref="Settle(LynceusDb, long)"/> in the same commit, so readers ask a column.
/// </summary>
internal static class CurrentRule
{
    /// <summary>Of the runs <c>r</c> of a media, what counts comes first; <see cref="Run"/> has the same order.</summary>
    public const string RunsInOrder = """ORDER BY r."Source" = 'cloud' DESC, r."AcceptedAt" IS NULL, r."AcceptedAt" DESC, r."Id" LIMIT 1""";

    private const string Runs = $"""
        UPDATE "DetectionRun" SET "Current" = ("Id" = (
            SELECT r."Id" FROM "DetectionRun" r WHERE r."MediaRowId" = "DetectionRun"."MediaRowId" {RunsInOrder}))
        WHERE "MediaRowId"
        """;

    private const string Labels = """
        UPDATE "Label" SET "Current" = ("Id" = COALESCE((
            SELECT l."Id" FROM "Label" l WHERE l."MediaRowId" = "Label"."MediaRowId" AND l."Kind" <> 'withdraw'
                AND NOT EXISTS (SELECT 1 FROM "Label" w WHERE w."MediaRowId" = l."MediaRowId" AND w."WithdrawsRowId" = l."Id")
            ORDER BY l."Id" DESC LIMIT 1), 0))
        WHERE "MediaRowId"
        """;

    // A label's, all of them; else the one of the current run, or of a hub that only said why it has not looked.
    private const string Observations = """
        UPDATE "Observation" SET "Current" = CASE
            WHEN EXISTS (SELECT 1 FROM "Label" l WHERE l."MediaRowId" = "Observation"."MediaRowId" AND l."Current")
            THEN COALESCE("LabelRowId" = (SELECT l."Id" FROM "Label" l WHERE l."MediaRowId" = "Observation"."MediaRowId" AND l."Current"), FALSE)
            ELSE "Id" = COALESCE((
                SELECT o."Id" FROM "Observation" o WHERE o."MediaRowId" = "Observation"."MediaRowId" AND o."LabelRowId" IS NULL
                    AND NOT EXISTS (SELECT 1 FROM "DetectionRun" r WHERE r."MediaRowId" = o."MediaRowId" AND r."Current"
                        AND NOT (r."Model" = o."Model" AND r."Version" = o."Version" AND r."Source" = o."Source"))
                ORDER BY o."Id" LIMIT 1), 0) END
        WHERE "MediaRowId"
        """;

    private const string InSqlite = " IN (SELECT value FROM json_each({0}))";
    private const string InPostgres = " = ANY({0})";

    /// <summary>After a look.</summary>
    public static void Settle(LynceusDb db, long media)
    {
        db.Prepared!.Run(Runs + " = @p0", media);
        db.Prepared.Run(Observations + " = @p0", media);
        Events.Touch(db, media);
    }

    /// <summary>After labels, or for many media.</summary>
    public static void Settle(LynceusDb db, IReadOnlyCollection<long> media)
    {
        if (media.Count == 0) return;
        if (db.Database.IsNpgsql())
        {
            var ids = media.ToArray();
            db.Database.ExecuteSqlRaw(Runs + InPostgres, ids);
            db.Database.ExecuteSqlRaw(Labels + InPostgres, ids);
            db.Database.ExecuteSqlRaw(Observations + InPostgres, ids);
            Events.Touch(db, media);
            return;
        }
        var list = $"[{string.Join(',', media)}]";
        db.Database.ExecuteSqlRaw(Runs + InSqlite, list);
        db.Database.ExecuteSqlRaw(Labels + InSqlite, list);
        db.Database.ExecuteSqlRaw(Observations + InSqlite, list);
        Events.Touch(db, media);
    }

    /// <summary>Of a media's runs the one that counts; the same order as the statement's.</summary>
    public static RunRow? Run(IEnumerable<RunRow> runs)
        => runs.OrderByDescending(r => r.Source == LookedBy.Cloud).ThenBy(r => r.AcceptedAt is null).ThenByDescending(r => r.AcceptedAt).ThenBy(r => r.Id).FirstOrDefault();

    /// <summary>What the machines say of a media, whatever people said: the observation of the current run.</summary>
    /// <param name="said">All of the media.</param>
    /// <param name="run">The current one; null where nobody has looked.</param>
    public static ObservationRow? Machine(IEnumerable<ObservationRow> said, RunRow? run)
        => said.Where(o => o.LabelRowId is null && (run is null || (o.Model == run.Model && o.Version == run.Version && o.Source == run.Source))).MinBy(o => o.Id);
}
