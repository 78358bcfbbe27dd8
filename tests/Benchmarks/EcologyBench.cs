using System.Diagnostics;
using System.Globalization;
using Lynceus.Cloud;
using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>
/// Ten million observations of 2,000 deployments in five years, in 20 projects: how fast their events and counts are made and stored beside a bare insert of the same rows,
/// and how long each statistic takes for one project and for all. LYNCEUS_BENCH_DB measures a PostgreSQL in place of SQLite; LYNCEUS_BENCH_OBSERVATIONS another number.
/// </summary>
internal static class EcologyBench
{
    private const int Years = 5, PerProject = 100, Turns = 5;
    private static readonly DateTime First = new(2021, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    // Name, share of records, hour of its peak, how much a year changes it.
    private static readonly (string Name, double Share, double Peak, double Growth)[] Species =
    [
        ("Capreolus capreolus", 0.30, 5.5, 1.00), ("Vulpes vulpes", 0.22, 23, 1.02), ("Sus scrofa", 0.16, 1, 1.08), ("Meles meles", 0.10, 23.5, 1.00), ("Lepus europaeus", 0.08, 3, 0.93), ("Cervus elaphus", 0.05, 6, 1.01),
        ("Rupicapra rupicapra", 0.04, 11, 0.99), ("Martes martes", 0.025, 2, 1.00), ("Felis silvestris", 0.015, 22, 1.05), ("Lynx lynx", 0.01, 21, 1.04),
    ];

    public static async Task RunAsync(Table table)
    {
        Environment.SetEnvironmentVariable("Logging__LogLevel__Default", "None");
        var db = Environment.GetEnvironmentVariable("LYNCEUS_BENCH_DB") is { Length: > 0 } given ? given : null;
        var observations = int.TryParse(Environment.GetEnvironmentVariable("LYNCEUS_BENCH_OBSERVATIONS"), CultureInfo.InvariantCulture, out var asked) ? asked : Sample.Short ? 100_000 : 10_000_000;
        var deployments = Math.Clamp(observations / 5000, 2 * PerProject, 2000);
        var (name, folder) = (db is null ? "SQLite" : "PostgreSQL", Sample.Folder());
        Overlap(table);
        try
        {
            await OnAsync(table, name, folder, db, deployments, observations / deployments);
            await PackageBench.RunAsync(table, name, folder, db);
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task OnAsync(Table table, string name, string folder, string? connection, int deployments, int records)
    {
        using (var db = RowsSetup.Open(folder, connection).ForWriting()) Fill(table, name, db, deployments, records);
        await using var reading = RowsSetup.Open(folder, connection);
        if (connection is null) await reading.Database.ExecuteSqlRawAsync("ANALYZE");
        else await reading.Database.ExecuteSqlRawAsync("VACUUM ANALYZE \"Event\", \"Tally\", \"Deployment\"");
        table.AddRow($"{name}: {await reading.Events.CountAsync():N0} events, {await reading.Tallies.CountAsync():N0} counts", "", "", "", "");
        foreach (var statistic in StatisticsBook.All)
        {
            var one = await TimeAsync(reading, statistic, new StatisticsFilter { Project = "project-01", Species = Of(statistic) });
            var all = await TimeAsync(reading, statistic, new StatisticsFilter { Species = Of(statistic) });
            var isSlow = statistic.IsSlow(Options);
            table.AddRow($"  {statistic.Name}{(isSlow ? ", in the background" : "")}", $"{Said(one)} one project", $"{Said(all)} all", "", isSlow ? "" : "<= 300 ms");
            await Console.Error.WriteLineAsync($"  {statistic.Name}: {Said(one)}, all {Said(all)}");
        }
    }

    /// <summary>As many records as tigers and macaques have in the study that the method's own example is of (Kerinci, zone 2), a thousand samples of each, one thread; beside the exponentials that its kernels are on two grids of 128 places.</summary>
    private static void Overlap(Table table)
    {
        const int Tigers = 83, Macaques = 125, Replicates = 1000, Places = 128;
        var random = new Random(5);
        double[] Times(int count, double peak) => [.. Enumerable.Range(0, count).Select(_ => (peak + 0.7 * Normal(random) + DayTimes.Day) % DayTimes.Day)];
        var (tigers, macaques) = (Times(Tigers, 4.5), Times(Macaques, 3));
        var overlap = ActivityOverlap.Of(tigers, macaques);
        var (took, floor) = (new List<double>(), new List<double>());
        for (var turn = 0; turn < 5; turn++)
        {
            var started = Stopwatch.GetTimestamp();
            _ = overlap.Intervals(tigers, macaques, Replicates, seed: turn);
            took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            started = Stopwatch.GetTimestamp();
            var sum = 0.0;
            for (var i = 0; i < Replicates * 2 * Places; i++)
                for (var k = 0; k < Tigers + Macaques; k++) sum += Math.Exp(-0.01 * k);
            floor.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            if (sum < 0) throw new InvalidOperationException();
        }
        table.AddRow($"overlap of {Tigers} and {Macaques} records, {Replicates:N0} bootstraps", $"{Sample.Median(took):N0} ms", $"{Sample.Median(floor):N0} ms all its kernels", $"{Sample.Median(took) / Sample.Median(floor):0.00}", "");
    }

    private static readonly StatisticsOptions Options = new() { Bootstrap = 0 };

    private static string[]? Of(Statistic statistic) => statistic.Name switch
    {
        "overlap" => ["Lynx lynx", "Capreolus capreolus"],
        "activity" or "activity-level" or "occupancy" or "detection-history" or "trend" or "stl" or "forecast" => ["Lynx lynx"],
        _ => null,
    };

    private static string Said((double Milliseconds, string? Refusal) took) => took.Refusal is null ? $"{took.Milliseconds:N0} ms" : $"{took.Milliseconds:N0} ms, refuses to speak,";

    /// <summary>The median of a few, from the rows each time: nothing is remembered from one to the next.</summary>
    private static async Task<(double Milliseconds, string? Refusal)> TimeAsync(LynceusDb db, Statistic statistic, StatisticsFilter filter)
    {
        var (took, refusal) = (new List<double>(), (string?)null);
        for (var turn = 0; turn < Turns; turn++)
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                var data = await StatisticsData.OpenAsync(db, filter, Options, First.AddYears(Years), new StatisticsMemory(), CancellationToken.None);
                refusal = (await StatisticsBook.MakeAsync(statistic, data, _ => { }, CancellationToken.None)).Refusal;
            }
            catch (WrongDataException e)
            {
                refusal = e.Message;
            }
            took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            if (took[^1] > 5000) break; // a slow one is slow every time
        }
        return (Sample.Median(took), refusal);
    }

    private static void Fill(Table table, string name, LynceusDb db, int deployments, int records)
    {
        var (making, storing, bare) = (0.0, 0.0, 0.0);
        var (stored, bareRows) = (0, 0);
        for (var n = 0; n < deployments; n++)
        {
            var deployment = Deployment(n);
            using (var transaction = db.Database.BeginTransaction())
            {
                deployment.Id = db.Prepared!.Add(deployment);
                transaction.Commit();
            }
            var recorded = Records(n, records);
            var started = Stopwatch.GetTimestamp();
            var events = EventRule.Of(deployment, project: null, recorded, []);
            EventSun.Fill(deployment, events);
            List<TallyRow> tallies = [.. EventsWrite.Tallies(events)];
            making += Stopwatch.GetElapsedTime(started).TotalSeconds;
            started = Stopwatch.GetTimestamp();
            using (var transaction = db.Database.BeginTransaction())
            {
                db.Prepared!.AddAll(events);
                db.Prepared.AddAll(tallies);
                transaction.Commit();
            }
            storing += Stopwatch.GetElapsedTime(started).TotalSeconds;
            stored += events.Count + tallies.Count;
            if (n % 20 == 0) (bare, bareRows) = (bare + Bare(db, events), bareRows + events.Count);
            if (n % 200 == 199) Console.Error.WriteLine($"  {n + 1} of {deployments} deployments");
        }
        var all = (double)deployments * records;
        table.AddRow($"{name}: {all:N0} observations to events and counts", $"{all / making:N0} a second", "", "", "");
        table.AddRow("  and stored", $"{stored / storing:N0} rows a second", $"{bareRows / bare:N0} bare", $"{stored / storing / (bareRows / bare):0.00}", "");
    }

    private static DeploymentRow Deployment(int n) => new()
    {
        DeploymentID = $"deployment-{n:0000}", Project = $"project-{n / PerProject:00}", LocationID = $"location-{n / 2:0000}", Latitude = 46 + n % 50 * 0.02, Longitude = 6 + n / 50 * 0.03, Start = First, StartLocal = First.AddHours(1), StartOffset = 60, End = First.AddYears(Years), EndLocal = First.AddYears(Years).AddHours(1), EndOffset = 60, Hub = "bench", CameraID = $"{n}",
    };

    private static List<Recorded> Records(int n, int count)
    {
        var random = new Random(n);
        var records = new List<Recorded>(count);
        while (records.Count < count)
        {
            var day = random.Next(Years * 365);
            var year = day / 365.0;
            var species = Pick(random, year);
            var hour = (species.Peak + Normal(random) * 3 + 24) % 24;
            var at = First.AddDays(day).AddHours(hour);
            var burst = random.Next(1, 4);
            for (var i = 0; i < burst && records.Count < count; i++)
            {
                var time = at.AddSeconds(i * 2);
                records.Add(new Recorded($"{n}/{records.Count}", time, time, 60, CaptureMethod.ActivityDetection) { Type = ObservationType.Animal, Name = species.Name, Count = 1, Model = "bench@1", Human = random.Next(10) == 0 });
            }
        }
        return records;
    }

    private static (string Name, double Share, double Peak, double Growth) Pick(Random random, double year)
    {
        var at = random.NextDouble() * Species.Sum(s => s.Share * Math.Pow(s.Growth, year));
        foreach (var species in Species)
        {
            at -= species.Share * Math.Pow(species.Growth, year);
            if (at <= 0) return species;
        }
        return Species[0];
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>The same columns into a table without an index: COPY in PostgreSQL, one prepared statement in SQLite.</summary>
    /// <returns>Seconds.</returns>
    private static double Bare(LynceusDb db, List<EventRow> events)
    {
        const string Columns = "\"DeploymentRowId\", \"EventID\", \"ObservationType\", \"ScientificName\", \"Start\", \"StartLocal\", \"StartOffset\", \"End\", \"Count\", \"Media\", \"Model\", \"Human\", \"Independent\", \"IndependentFirst\", \"SunTime\", \"Night\", \"CaptureMethod\"";
        db.Database.ExecuteSqlRaw(db.Database.IsNpgsql() ? "CREATE TABLE IF NOT EXISTS \"BareEvent\" (LIKE \"Event\" INCLUDING DEFAULTS INCLUDING IDENTITY)" : "CREATE TABLE IF NOT EXISTS \"BareEvent\" AS SELECT * FROM \"Event\" WHERE 0");
        var started = Stopwatch.GetTimestamp();
        if (db.Database.GetDbConnection() is NpgsqlConnection postgres)
        {
            using var copy = postgres.BeginBinaryImport($"COPY \"BareEvent\" ({Columns}) FROM STDIN (FORMAT BINARY)");
            foreach (var e in events)
            {
                copy.StartRow();
                copy.Write(e.DeploymentRowId);
                copy.Write(e.EventID);
                copy.Write("animal");
                copy.Write(e.ScientificName);
                copy.Write(e.Start);
                copy.Write(e.StartLocal);
                copy.Write(e.StartOffset);
                copy.Write(e.End);
                copy.Write(e.Count);
                copy.Write(e.Media);
                copy.Write(e.Model);
                copy.Write(e.Human);
                copy.Write(e.Independent);
                copy.Write(e.IndependentFirst);
                copy.Write(e.SunTime ?? 0);
                copy.Write(e.Night ?? false);
                copy.Write("activityDetection");
            }
            copy.Complete();
            return Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        using var transaction = db.Database.BeginTransaction();
        foreach (var e in events)
        {
            db.Prepared!.Run(
                $"INSERT INTO \"BareEvent\" ({Columns}) VALUES (@p0, @p1, 'animal', @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, @p10, @p11, @p12, @p13, @p14, 'activityDetection')",
                e.DeploymentRowId, e.EventID, e.ScientificName, e.Start, e.StartLocal, e.StartOffset, e.End, e.Count, e.Media, e.Model, e.Human, e.Independent, e.IndependentFirst, e.SunTime ?? 0, e.Night ?? false);
        }
        transaction.Commit();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
