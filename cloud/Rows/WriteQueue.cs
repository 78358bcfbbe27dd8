using System.Threading.Channels;
using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Lynceus.Cloud;

/// <summary>
/// The one writer of the process: SQLite has one, and a shared commit makes many small messages cheap.
/// Takes whatever waits into one transaction; objects are on disk before it commits; who waits is told after.
/// While the database is away, or its disk is full, all wait, and nobody is told anything.
/// </summary>
internal sealed partial class WriteQueue(IDbContextFactory<LynceusDb> rows, ObjectFolder objects, TimeProvider time, CloudMeter meter, ILogger<WriteQueue> log)
    : BackgroundService
{
    private const int LargestBatch = 256;

    /// <summary>Objects wait in memory until all of a batch is applied: behind this many bytes it ends early, and the rest goes first in the next.</summary>
    private const long MostObjectBytes = 64L * 1024 * 1024;

    // Bounded: a hub that sends faster than the disk takes is slowed down at its own connection.
    private readonly Channel<Write> waiting = Channel.CreateBounded<Write>(new BoundedChannelOptions(2 * LargestBatch) { SingleReader = true });

    private readonly Queue<Write> rest = new(LargestBatch);
    private readonly Backoff patience = new(Random.Shared, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5));
    private LynceusDb? open;

    /// <summary>Commits so far; many writes share one.</summary>
    public long Commits { get; private set; }

    public int Depth => waiting.Reader.Count;

    /// <summary>Why all writes wait at present, for people; null if they do not.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Queues a write; waits only while the queue is full. <see cref="Write.Done"/> ends after its commit.</summary>
    public ValueTask AddAsync(Write write, CancellationToken cancel = default) => waiting.Writer.WriteAsync(write, cancel);

    public async Task RunAsync(Write write, CancellationToken cancel = default)
    {
        await AddAsync(write, cancel);
        await write.Done;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var batch = new List<Write>(LargestBatch);
        try
        {
            while (rest.Count > 0 || await waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                batch.Clear();
                while (batch.Count < LargestBatch && (rest.TryDequeue(out var write) || waiting.Reader.TryRead(out write))) batch.Add(write);
                while (!TryCommit(batch)) await Task.Delay(patience.Next(), time, stoppingToken);
                foreach (var write in batch) await TellAsync(write);
            }
        }
        finally
        {
            Close();
        }
    }

    private void Close()
    {
        open?.Dispose();
        open = null;
    }

    /// <summary>False if the database is away: the whole batch is to be tried again, from its beginning.</summary>
    private bool TryCommit(List<Write> batch)
    {
        foreach (var write in batch) write.Forget();
        try
        {
            open ??= rows.CreateDbContext().ForWriting();
            Commit(open, batch);
        }
        catch (Exception e) when (RowsAway.Is(e))
        {
            meter.WriteFailed();
            var trouble = RowsAway.Says(e);
            if (Trouble != trouble) Away(e, trouble, batch.Count + Depth);
            Trouble = trouble;
            Close(); // with its connection
            return false;
        }
        catch (Exception e)
        {
            meter.WriteFailed();
            BatchFailed(e, batch.Count);
            foreach (var write in batch) write.Fault ??= e;
        }
        patience.Succeeded();
        Trouble = null;
        return true;
    }

    private void Commit(LynceusDb db, List<Write> batch)
    {
        using var transaction = db.Database.BeginTransaction();
        Apply(db, batch, transaction);

        var faults = objects.Store(batch.Where(w => w.Fault is null).Select(w => w.Object).OfType<ObjectToStore>());
        foreach (var write in batch.Where(w => w.Object is not null))
        {
            if (!faults.TryGetValue(write.Object!.Sha256, out var fault)) continue;
            meter.WriteFailed();
            ObjectFailed(fault, write.Object.Sha256);
            write.Fault ??= fault;
        }

        foreach (var write in batch.Where(w => w.Fault is null)) Attempt(write, write.Finish, db, transaction);
        var now = time.GetUtcNow().UtcDateTime;
        foreach (var hub in batch.Where(w => w.Fault is null).Select(w => w.Hub).OfType<string>().Distinct())
        {
            db.Database.ExecuteSql($"""
                INSERT INTO "Hub" ("Name", "Online", "StateSeq", "ClockSteps", "FirstSeen", "LastSeen") VALUES ({hub}, FALSE, -1, '', {now}, {now})
                ON CONFLICT ("Name") DO UPDATE SET "LastSeen" = excluded."LastSeen"
                """);
        }
        transaction.Commit();
        Commits++;
    }

    private void Apply(LynceusDb db, List<Write> batch, IDbContextTransaction transaction)
    {
        var held = 0L;
        for (var i = 0; i < batch.Count; i++)
        {
            Attempt(batch[i], batch[i].Apply, db, transaction);
            held += batch[i].Object?.Bytes.Length ?? 0;
            if (held <= MostObjectBytes) continue;
            foreach (var later in batch.Skip(i + 1)) rest.Enqueue(later);
            batch.RemoveRange(i + 1, batch.Count - i - 1);
        }
    }

    // One bad write takes nothing with it: its own changes are rolled back, those before and after it stay.
    private void Attempt(Write write, Action<LynceusDb> step, LynceusDb db, IDbContextTransaction transaction)
    {
        transaction.CreateSavepoint("write");
        try
        {
            step(db);
            transaction.ReleaseSavepoint("write");
        }
        catch (Exception e) when (!RowsAway.Is(e))
        {
            meter.WriteFailed();
            WriteFailed(e, write.GetType().Name, write.Hub);
            write.Fault = e;
            transaction.RollbackToSavepoint("write");
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }

    private async Task TellAsync(Write write)
    {
        try
        {
            if (write.Fault is null) await write.CommittedAsync();
        }
        catch (Exception e)
        {
            TellFailed(e, write.GetType().Name, write.Hub); // the rows are committed; a lost receipt is asked for again
        }
        write.End();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Trouble}; {Count} writes wait, and nobody is told that anything is stored")]
    private partial void Away(Exception e, string trouble, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} writes were not committed; they are taken again when they are sent again")]
    private partial void BatchFailed(Exception e, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Kind} of hub {Hub} failed and was rolled back")]
    private partial void WriteFailed(Exception e, string kind, string? hub);

    [LoggerMessage(Level = LogLevel.Error, Message = "Object {Sha256} could not be written; it is taken again when it is sent again")]
    private partial void ObjectFailed(Exception e, string sha256);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} of hub {Hub} is committed, but telling so failed")]
    private partial void TellFailed(Exception e, string kind, string? hub);
}
