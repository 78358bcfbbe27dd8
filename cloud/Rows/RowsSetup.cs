using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Lynceus.Cloud;

internal static class RowsSetup
{
    /// <param name="builder">The cloud.</param>
    /// <param name="data">Its folder.</param>
    /// <param name="postgres">A connection string; null for SQLite in the folder.</param>
    public static void AddRows(this IHostApplicationBuilder builder, string data, string? postgres)
    {
        if (postgres is null)
        {
            builder.Services.AddPooledDbContextFactory<LynceusDb>(options => UseSqlite(options, data));
        }
        else
        {
            builder.Services.AddPooledDbContextFactory<PostgresDb>(options => Postgres.Use(options, postgres));
            builder.Services.AddSingleton<IDbContextFactory<LynceusDb>, PostgresRows>();
        }
        builder.Services.AddSingleton(new ObjectFolder(data));
        builder.Services.AddSingleton<WriteQueue>();
        builder.Services.AddHostedService(services => services.GetRequiredService<WriteQueue>());
    }

    /// <summary>Opens the rows, and brings them to this version's shape. Throws <see cref="StartException"/> where they cannot be opened.</summary>
    public static LynceusDb Open(string data, string? postgres = null)
    {
        var db = postgres is null ? InSqlite(data) : InPostgres(postgres);
        try
        {
            BringUp(db, data, postgres);
            return db;
        }
        catch (Exception e)
        {
            db.Dispose();
            if (e is SqliteException) throw new StartException($"{Place(data, postgres)}: the database cannot be opened: {e.Message}");
            if (postgres is not null && Postgres.Says(e, Postgres.Read(postgres)) is { } says) throw new StartException($"--db: {says}");
            throw;
        }
    }

    private static void BringUp(LynceusDb db, string data, string? postgres)
    {
        using var turn = postgres is null ? MigrationTurn.Take(data) : null; // PostgreSQL has a lock of its own, which goes with its connection
        if (db.Database.GetAppliedMigrations().Except(db.Database.GetMigrations()).FirstOrDefault() is { } newer)
            throw new StartException($"{Place(data, postgres)}: a newer version has written these rows (it knows '{newer}'); run that version, or restore a copy from before");
        db.Database.Migrate();
        if (postgres is null) db.Database.ExecuteSqlRaw("PRAGMA journal_mode=WAL");
        else Postgres.CommitOnDisk(db);
        if (Directory.Exists(data)) new ObjectFolder(data).Begin(() => db.Tiers.Any(t => t.StoredAt != null));
    }

    private static string Place(string data, string? postgres) => postgres is null ? $"--data {data}" : "--db";

    private static LynceusDb InSqlite(string data)
    {
        var options = new DbContextOptionsBuilder<LynceusDb>();
        UseSqlite(options, data);
        return new LynceusDb(options.Options);
    }

    private static PostgresDb InPostgres(string connection)
    {
        var options = new DbContextOptionsBuilder<PostgresDb>();
        Postgres.Use(options, connection);
        return new PostgresDb(options.Options);
    }

    private static void UseSqlite(DbContextOptionsBuilder options, string data)
    {
        var connection = new SqliteConnectionStringBuilder { DataSource = Path.Combine(data, "lynceus.db"), DefaultTimeout = 30 };
        options.UseSqlite(connection.ConnectionString).AddInterceptors(new FullSync());
    }

    private sealed class PostgresRows(IDbContextFactory<PostgresDb> rows) : IDbContextFactory<LynceusDb>
    {
        public LynceusDb CreateDbContext() => rows.CreateDbContext();
    }

    /// <summary>WAL with NORMAL may roll back committed rows at a power cut, and a hub forgets what was committed.</summary>
    private sealed class FullSync : DbConnectionInterceptor
    {
        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Set(connection);

        public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            Set(connection);
            return Task.CompletedTask;
        }

        private static void Set(DbConnection connection)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA synchronous=FULL";
            command.ExecuteNonQuery();
        }
    }
}
