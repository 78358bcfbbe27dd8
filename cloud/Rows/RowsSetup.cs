using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Lynceus.Cloud;

internal static class RowsSetup
{
    public static void AddRows(this WebApplicationBuilder builder, string data)
    {
        builder.Services.AddPooledDbContextFactory<LynceusDb>(options => Use(options, data));
        builder.Services.AddSingleton(new ObjectFolder(data));
        builder.Services.AddSingleton<WriteQueue>();
        builder.Services.AddHostedService(services => services.GetRequiredService<WriteQueue>());
    }

    /// <summary>Opens the rows of a data folder, and brings them to this version's shape.</summary>
    public static LynceusDb Open(string data)
    {
        var options = new DbContextOptionsBuilder<LynceusDb>();
        Use(options, data);
        var db = new LynceusDb(options.Options);
        using (MigrationTurn.Take(data)) db.Database.Migrate();
        db.Database.ExecuteSqlRaw("PRAGMA journal_mode=WAL");
        return db;
    }

    private static void Use(DbContextOptionsBuilder options, string data)
    {
        var connection = new SqliteConnectionStringBuilder { DataSource = Path.Combine(data, "lynceus.db"), DefaultTimeout = 30 };
        options.UseSqlite(connection.ConnectionString).AddInterceptors(new FullSync());
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

    /// <summary>For <c>dotnet ef migrations add</c>.</summary>
    private sealed class DesignTime : IDesignTimeDbContextFactory<LynceusDb>
    {
        public LynceusDb CreateDbContext(string[] args)
            => new(new DbContextOptionsBuilder<LynceusDb>().UseSqlite("Data Source=design-time.db").Options);
    }
}
