using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Lynceus.Cloud;

/// <summary>How a PostgreSQL database is named and opened, and what its failures mean.</summary>
internal static class Postgres
{
    private const string Example = "Host=localhost;Database=lynceus;Username=lynceus";

    /// <summary>Reads a connection string. Throws <see cref="StartException"/>; the text is never repeated, it may hold a password.</summary>
    public static NpgsqlConnectionStringBuilder Read(string text)
    {
        try
        {
            var read = new NpgsqlConnectionStringBuilder(text);
            if (read.Host is not { Length: > 0 } || read.Database is not { Length: > 0 }) throw new StartException($"--db: Host and Database are needed, as in '{Example}'");
            if (!read.ContainsKey("Max Auto Prepare")) read.MaxAutoPrepare = 100;
            if (!read.ContainsKey("Application Name")) read.ApplicationName = "lynceus";
            return read;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException or OverflowException)
        {
            throw new StartException($"--db: this is no connection string of PostgreSQL, as in '{Example}': {e.Message}");
        }
    }

    public static void Use(DbContextOptionsBuilder options, string text) => options.UseNpgsql(Read(text).ConnectionString);

    /// <summary>A commit that a power cut may undo is no commit: a hub forgets what was committed.</summary>
    public static void CommitOnDisk(LynceusDb db) => db.Database.ExecuteSqlRaw("SET synchronous_commit TO on");

    /// <summary>Whether the database itself is in trouble or gone: what was asked of it may be asked again when it is back.</summary>
    public static bool IsAway(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is PostgresException { SqlState: var state } && (state.StartsWith("57P", StringComparison.Ordinal) || state.StartsWith("28", StringComparison.Ordinal) || state == PostgresErrorCodes.InvalidCatalogName)) return true;
            if (e is NpgsqlException { IsTransient: true } or SocketException) return true;
        }
        return false;
    }

    /// <summary>Why a cloud does not start, in one sentence; null if it is something else.</summary>
    public static string? Says(Exception e, NpgsqlConnectionStringBuilder at)
    {
        var place = $"{at.Host}:{at.Port}";
        return e.GetBaseException() switch
        {
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } => $"PostgreSQL at {place} does not let '{at.Username ?? Environment.UserName}' in: wrong user or password",
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => $"PostgreSQL at {place} has no database '{at.Database}'",
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused => $"PostgreSQL at {place}: '{at.Username ?? Environment.UserName}' may not make tables in '{at.Database}': {refused.MessageText}",
            PostgresException refused => $"PostgreSQL at {place}: {refused.MessageText}",
            NpgsqlException { Message: var message } when message.Contains("password", StringComparison.OrdinalIgnoreCase) => $"PostgreSQL at {place} wants a password for '{at.Username ?? Environment.UserName}': Password=… in --db, or PGPASSWORD",
            Exception fault when IsAway(e) || fault is NpgsqlException or TimeoutException or IOException => $"no PostgreSQL answers at {place}: {fault.Message}",
            _ => null,
        };
    }
}
