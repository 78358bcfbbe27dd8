using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Lynceus.Cloud;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>A Camtrap DP package with a media for each observation: imported as anybody would, with all its checks, events and counts, beside a bare insert of all rows that came of it.</summary>
internal static class PackageBench
{
    private const int PerDeployment = 5000;

    public static async Task RunAsync(Table table, string name, string folder, string? connection)
    {
        var observations = Sample.Short ? 10_000 : 200_000;
        var (package, data) = (Path.Combine(folder, "package"), Path.Combine(folder, "imported"));
        foreach (var made in (string[])[package, data]) Directory.CreateDirectory(made);
        Write(package, observations);
        Dictionary<string, long> before;
        using (var db = RowsSetup.Open(data, connection).ForWriting()) before = Counts(db);
        var (said, started) = (Console.Out, Stopwatch.GetTimestamp());
        Console.SetOut(TextWriter.Null);
        try
        {
            string[] rows = connection is null ? [] : ["--db", connection];
            if (await CloudCommand.RunAsync(["import", "camtrap-dp", package, "--project", "package", "--data", data, .. rows]) != 0) throw new InvalidOperationException("the package was not imported");
        }
        finally
        {
            Console.SetOut(said);
        }
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        using var filled = RowsSetup.Open(data, connection).ForWriting();
        var (total, bare) = (0L, 0.0);
        foreach (var (rows, count) in Counts(filled))
        {
            if (count == before[rows]) continue;
            total += count - before[rows];
            bare += Bare(filled, rows, count - before[rows]);
        }
        table.AddRow($"{name}: a package of {observations:N0} media and observations, imported", $"{observations / took:N0} a second", "", "", "");
        table.AddRow("  and its rows", $"{total / took:N0} rows a second", $"{total / bare:N0} bare", $"{bare / took:0.00}", "");
    }

    private static Dictionary<string, long> Counts(LynceusDb db)
    {
        var connection = Opened(db);
        return db.Model.GetEntityTypes().Select(t => t.GetTableName()!).Distinct().ToDictionary(t => t, t =>
        {
            using var command = Command(connection, $"SELECT COUNT(*) FROM \"{t}\"");
            return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
        });
    }

    /// <summary>The newest rows of a table into one without an index: COPY in PostgreSQL, one prepared statement in SQLite.</summary>
    /// <returns>Seconds.</returns>
    private static double Bare(LynceusDb db, string table, long count)
    {
        var connection = Opened(db);
        var (rows, columns, types) = (new List<object[]>(), Array.Empty<string>(), Array.Empty<string>());
        using (var all = Command(connection, $"SELECT * FROM \"{table}\" ORDER BY 1 DESC LIMIT {count}"))
        using (var reader = all.ExecuteReader())
        {
            (columns, types) = ([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)], [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetDataTypeName)]);
            while (reader.Read())
            {
                var row = new object[columns.Length];
                reader.GetValues(row);
                rows.Add(row);
            }
        }
        using (var create = Command(connection, $"CREATE TABLE \"Copied{table}\" AS SELECT * FROM \"{table}\" WHERE 1 = 0")) create.ExecuteNonQuery();
        var names = string.Join(", ", columns.Select(c => $"\"{c}\""));
        var started = Stopwatch.GetTimestamp();
        if (connection is NpgsqlConnection postgres)
        {
            using var copy = postgres.BeginBinaryImport($"COPY \"Copied{table}\" ({names}) FROM STDIN (FORMAT BINARY)");
            foreach (var row in rows)
            {
                copy.StartRow();
                for (var i = 0; i < row.Length; i++)
                    if (row[i] is DBNull) copy.WriteNull();
                    else copy.Write(row[i], types[i]);
            }
            copy.Complete();
        }
        else
        {
            using var transaction = connection.BeginTransaction();
            using var insert = Command(connection, $"INSERT INTO \"Copied{table}\" ({names}) VALUES ({string.Join(", ", columns.Select((_, i) => $"@p{i}"))})");
            insert.Transaction = transaction;
            for (var i = 0; i < columns.Length; i++)
            {
                var parameter = insert.CreateParameter();
                parameter.ParameterName = $"@p{i}";
                insert.Parameters.Add(parameter);
            }
            foreach (var row in rows)
            {
                for (var i = 0; i < row.Length; i++) insert.Parameters[i].Value = row[i];
                insert.ExecuteNonQuery();
            }
            transaction.Commit();
        }
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static DbConnection Opened(LynceusDb db)
    {
        db.Database.OpenConnection();
        return db.Database.GetDbConnection();
    }

    private static DbCommand Command(DbConnection connection, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // names of tables and columns come from the model
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    private static void Write(string folder, int observations)
    {
        var deployments = (observations + PerDeployment - 1) / PerDeployment;
        var start = new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        static string Time(DateTime at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        Table(folder, CamtrapTable.Deployments, Enumerable.Range(0, deployments).Select(n => new Dictionary<string, string>
        {
            ["deploymentID"] = $"package-{n}", ["locationID"] = $"package-{n / 2}", ["latitude"] = (46 + n * 0.01).ToString("0.00", CultureInfo.InvariantCulture), ["longitude"] = "6.5", ["deploymentStart"] = Time(start), ["deploymentEnd"] = Time(start.AddYears(1)),
        }));
        // Three pictures two seconds apart, then the next animal some hours later.
        DateTime At(int i) => start.AddMinutes(i % PerDeployment / 3 * 300).AddSeconds(i % 3 * 2);
        Table(folder, CamtrapTable.Media, Enumerable.Range(0, observations).Select(i => new Dictionary<string, string>
        {
            ["mediaID"] = $"m{i}", ["deploymentID"] = $"package-{i / PerDeployment}", ["captureMethod"] = "activityDetection", ["timestamp"] = Time(At(i)), ["filePath"] = $"https://example.org/{i}.jpg", ["filePublic"] = "true", ["fileMediatype"] = "image/jpeg",
        }));
        string[] species = ["Capreolus capreolus", "Vulpes vulpes", "Sus scrofa", "Lynx lynx"];
        Table(folder, CamtrapTable.Observations, Enumerable.Range(0, observations).Select(i => new Dictionary<string, string>
        {
            ["observationID"] = $"o{i}", ["deploymentID"] = $"package-{i / PerDeployment}", ["mediaID"] = $"m{i}", ["eventID"] = $"e{i / 3}", ["eventStart"] = Time(At(i)), ["eventEnd"] = Time(At(i)), ["observationLevel"] = "media", ["observationType"] = "animal",
            ["scientificName"] = species[i / 3 % species.Length], ["count"] = "1", ["classificationMethod"] = "human", ["classifiedBy"] = "Ana", ["classificationTimestamp"] = Time(start.AddYears(1)),
        }));
        File.WriteAllText(Path.Combine(folder, "datapackage.json"), $$"""
            {
              "name": "bench", "profile": "https://raw.githubusercontent.com/tdwg/camtrap-dp/1.0.2/camtrap-dp-profile.json", "created": "{{Time(start.AddYears(1))}}", "contributors": [{ "title": "Ana", "role": "contact" }],
              "project": { "title": "bench", "samplingDesign": "simpleRandom", "captureMethod": ["activityDetection"], "individualAnimals": false, "observationLevel": ["media"] },
              "spatial": { "type": "Point", "coordinates": [6.5, 46] }, "temporal": { "start": "2025-01-01", "end": "2026-01-01" }, "taxonomic": [{ "scientificName": "Lynx lynx" }],
              "resources": [{{string.Join(", ", CamtrapTable.All.Select(t => $$"""{ "name": "{{t.Name}}", "path": "{{t.Name}}.csv", "profile": "tabular-data-resource", "schema": "https://raw.githubusercontent.com/tdwg/camtrap-dp/1.0.2/{{t.Name}}-table-schema.json" }"""))}}]
            }
            """);
    }

    private static void Table(string folder, CamtrapTable table, IEnumerable<Dictionary<string, string>> rows)
    {
        using var file = new StreamWriter(Path.Combine(folder, table.Name + ".csv"), append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        file.Write(string.Join(',', table.Columns.Select(c => c.Name)) + "\n");
        foreach (var row in rows) file.Write(string.Join(',', table.Columns.Select(c => row.GetValueOrDefault(c.Name, ""))) + "\n");
    }
}
