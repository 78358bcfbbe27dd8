using Microsoft.Data.Sqlite;

namespace Lynceus.Cloud;

/// <summary>Whether rows can be neither read nor stored for the present, whatever is asked of them: a database that is gone, a disk that is full or in trouble.</summary>
internal static class RowsAway
{
    private const int Busy = 5, Io = 10, Full = 13, ReadOnly = 8, CannotOpen = 14;

    /// <summary>What was asked may be asked again as it is, and nothing was stored of it.</summary>
    public static bool Is(Exception? e) => Postgres.IsAway(e) || Code(e) is Busy or Io or Full or ReadOnly or CannotOpen;

    /// <summary>For people, in a sentence.</summary>
    public static string Says(Exception e) => (Code(e), e.GetBaseException()) switch
    {
        (Full, _) or (_, Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.DiskFull }) => "the database's disk is full: nothing is stored until there is room on it",
        (Busy, _) => "another program holds the database",
        (ReadOnly, _) => "the database's disk takes no writes: it may be mounted read-only",
        (Io or CannotOpen, var fault) => $"the database's disk is in trouble: {fault.Message}",
        (_, var fault) => $"the database does not answer: {fault.Message}",
    };

    private static int? Code(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is SqliteException { SqliteErrorCode: var code }) return code;
        }
        return null;
    }
}
