using Microsoft.Data.Sqlite;

namespace Lynceus.Cloud;

/// <summary>
/// One process at a time brings the rows of a data folder to this version's shape. EF's own lock in SQLite is a row, which stays when its process is killed, and then nobody gets it ever again;
/// this one is the system's and goes with the process, so who has it may take a row away that is left.
/// </summary>
internal static class MigrationTurn
{
    private const string EfLock = "__EFMigrationsLock";
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>Waits for the turn. Throws <see cref="StartException"/> if another process has it for longer than a minute.</summary>
    public static IDisposable Take(string data)
    {
        for (var began = TimeProvider.System.GetTimestamp(); ; CancellationToken.None.WaitHandle.WaitOne(Pace))
        {
            try
            {
                var held = new FileStream(Path.Combine(data, "migrating"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                RemoveAbandoned(Path.Combine(data, "lynceus.db"));
                return held;
            }
            catch (IOException e) when (TimeProvider.System.GetElapsedTime(began) > Longest)
            {
                throw new StartException($"--data {data}: the rows cannot be brought to this version's shape, or another process has been at it for a minute: {e.Message}");
            }
            catch (IOException)
            {
                // Another process has its turn.
            }
            catch (UnauthorizedAccessException e)
            {
                throw new StartException($"--data {data}: {e.Message}");
            }
        }
    }

    private static void RemoveAbandoned(string path)
    {
        if (!File.Exists(path)) return;
        using var db = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 30 }.ConnectionString);
        db.Open();
        if (Scalar(db, $"SELECT COUNT(*) FROM sqlite_master WHERE name = '{EfLock}'") is > 0L) Scalar(db, $"DELETE FROM {EfLock}");
    }

    private static object? Scalar(SqliteConnection db, string literal)
    {
        using var command = db.CreateCommand();
#pragma warning disable CA2100 // literals of this class
        command.CommandText = literal;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
