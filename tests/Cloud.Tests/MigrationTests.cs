using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud.Tests;

public sealed class MigrationTests : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("lynceus-cloud-").FullName;

    [Fact]
    public async Task A_cloud_that_was_killed_while_it_made_its_rows_makes_them_when_it_is_started_again()
    {
        using (var killed = new SqliteConnection($"Data Source={Path.Combine(data, "lynceus.db")};Pooling=False"))
        {
            killed.Open();
            using var left = killed.CreateCommand();
            // As EF leaves it.
            left.CommandText = """
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-11-24 16:43:50.7398412+00:00');
                """;
            left.ExecuteNonQuery();
        }
        await using var db = await Task.Run(() => RowsSetup.Open(data), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Empty(db.Captures.ToList());
    }

    [Fact]
    public async Task Processes_that_open_the_rows_at_the_same_time_take_turns()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => RowsSetup.Open(data), TestContext.Current.CancellationToken)));
        foreach (var db in all)
        {
            Assert.Empty(db.Database.GetPendingMigrations());
            await db.DisposeAsync();
        }
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(data, recursive: true);
    }
}
