using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Whether rows can be written. Looked at once in five seconds, whoever asks and however often: each look takes the write lock.</summary>
internal sealed class RowsLook(IDbContextFactory<LynceusDb> rows, WriteQueue queue, TimeProvider time)
{
    private static readonly TimeSpan Holds = TimeSpan.FromSeconds(5);
    private readonly Lock asking = new();
    private Task<string?>? last;
    private long at;

    /// <summary>Null if they can, else why not.</summary>
    public Task<string?> FaultAsync()
    {
        lock (asking)
        {
            if (last is { IsCompleted: false } || (last is not null && time.GetElapsedTime(at) < Holds)) return last;
            at = time.GetTimestamp();
            return last = LookAsync();
        }
    }

    // Takes the write lock and lets go: a full disk is met by the writer, a folder without rights or a server that is gone, here.
    private async Task<string?> LookAsync()
    {
        await Task.Yield();
        if (queue.Trouble is { } trouble) return trouble;
        try
        {
            await using var db = await rows.CreateDbContextAsync();
            await using var transaction = await db.Database.BeginTransactionAsync();
            if (db.Database.IsNpgsql() && await db.Database.SqlQuery<bool>($"SELECT current_setting('transaction_read_only')::boolean AS \"Value\"").SingleAsync()) return "the database takes no writes at present: it is a copy, or read-only";
            await transaction.RollbackAsync();
            return null;
        }
        catch (Exception e)
        {
            return RowsAway.Is(e) ? RowsAway.Says(e) : e.Message;
        }
    }
}
