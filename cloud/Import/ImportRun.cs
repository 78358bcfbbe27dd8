using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What an import works with.</summary>
internal sealed record ImportTools(IDbContextFactory<LynceusDb> Rows, WriteQueue Queue, ObjectFolder Objects, News News, TimeProvider Time);

/// <summary>
/// Files become captures: what the journal and the rows know is passed over by batches, the rest is read by several at once, written by the one writer and noted after the commit.
/// It may be killed anywhere: an object that nobody names yet is found again by its hash, and a file that is not noted is read again.
/// </summary>
internal sealed class ImportRun(ImportTools tools, ImportSource source, DeploymentPattern pattern, ImportReading reading, ImportJournal journal, ImportTally tally)
{
    private const int Readers = 8;

    /// <summary>Bytes of files that are read and not committed yet.</summary>
    private const long MostHeld = 64L * 1024 * 1024;
    private const int MostUnderWay = 512;
    private const int PatientSeconds = 20;

    private readonly Channel<Placed> found = Channel.CreateBounded<Placed>(Readers);
    private readonly Channel<UnderWay> written = Channel.CreateBounded<UnderWay>(MostUnderWay);
    private readonly ByteRoom room = new(MostHeld);
    private readonly Lock taking = new();
    private readonly List<long> media = [];

    /// <summary>What another program saw, by the file's relative path; null if nothing was brought.</summary>
    public ImportedLooks? Looks { get; init; }

    /// <summary>A job will look at what is new, so nothing else is told of it.</summary>
    public bool Quiet { get; init; }

    /// <summary>Rows of all media that are here now, new or not, in order of their end.</summary>
    public IReadOnlyList<long> Media => media;

    /// <summary>Throws what keeps anything more from being stored; what was counted by then is stored.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var ending = Task.Run(() => EndAsync(stop.CancelAsync), CancellationToken.None);
        try
        {
            await Task.WhenAll([StoppingAsync(() => FindAsync(stop.Token), stop.CancelAsync), .. Enumerable.Range(0, Readers).Select(_ => StoppingAsync(() => ReadAsync(stop.Token), stop.CancelAsync))]);
        }
        finally
        {
            written.Writer.TryComplete();
            await ending;
        }
        cancel.ThrowIfCancellationRequested();
    }

    // What ended the others is what is thrown, not that they ended.
    private static async Task StoppingAsync(Func<Task> part, Func<Task> stop)
    {
        try
        {
            await Task.Run(part, CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // somebody else says why
        }
        catch
        {
            await stop();
            throw;
        }
    }

    // What was imported before is found out for many files with one question, and without opening one.
    private async Task FindAsync(CancellationToken cancel)
    {
        try
        {
            foreach (var files in source.Files(tally.Refuse, cancel).Chunk(ImportRows.Most)) await FindAsync(files, cancel);
        }
        finally
        {
            found.Writer.TryComplete();
        }
    }

    private async Task FindAsync(ImportFile[] files, CancellationToken cancel)
    {
        var placed = files.Select(Place).OfType<Placed>().ToList();
        var noted = placed.Where(p => p.Sha256 is not null).ToDictionary(p => p, p => UploadedMedia.CaptureOf(p.Place.CameraID, p.Sha256!));
        Dictionary<Guid, long> known;
        await using (var db = await tools.Rows.CreateDbContextAsync(cancel)) known = await ImportRows.KnownAsync(db, [.. noted.Values.Distinct()], cancel);
        foreach (var file in placed)
        {
            if (noted.TryGetValue(file, out var capture) && known.TryGetValue(capture, out var row)) await written.Writer.WriteAsync(new UnderWay(file.File, file.Sha256!, Write: null, row, Weight: 0), cancel);
            else await found.Writer.WriteAsync(file, cancel);
        }
    }

    private Placed? Place(ImportFile file)
    {
        try
        {
            return FileNames.Fault(file.RelativePath) is { } fault ? throw new ImportRefusedException(ImportRefusal.BadName, fault)
                : new Placed(file, pattern.Of(file.RelativePath), journal.HashOf(file));
        }
        catch (ImportRefusedException e)
        {
            tally.Refuse(new Refused(file.RelativePath, e.Why, e.Message));
            return null;
        }
    }

    private async Task ReadAsync(CancellationToken cancel)
    {
        await foreach (var file in found.Reader.ReadAllAsync(cancel))
        {
            var weight = ImportReading.Weight(file.File);
            await room.EnterAsync(weight, cancel);
            try
            {
                var read = await reading.ReadAsync(file.File, cancel);
                await written.Writer.WriteAsync(await WriteAsync(file, read, weight, cancel), cancel);
                weight = 0;
            }
            catch (ImportRefusedException e)
            {
                tally.Refuse(new Refused(file.File.RelativePath, e.Why, e.Message));
            }
            finally
            {
                room.Leave(weight);
            }
        }
    }

    private async Task<UnderWay> WriteAsync(Placed file, ReadFile read, long weight, CancellationToken cancel)
    {
        if (read.Staged is { } staged)
        {
            lock (taking) tools.Objects.Take(staged, read.Sha256); // of two that are alike one moves, the other goes
        }
        var now = tools.Time.GetUtcNow();
        var date = new DateTimeOffset(DateTime.SpecifyKind(read.File.Modified, DateTimeKind.Utc));
        var record = UploadedMedia.Record(
            new UploadedFile(file.Place.CameraID, file.Place.DeploymentID, file.File.RelativePath, read.File.Bytes, read.Sha256, read.Mediatype, read.Taken, date), now);
        if (record.Fault() is { } fault) throw new ImportRefusedException(ImportRefusal.BadName, fault);
        var write = new UploadWrite(record, now.UtcDateTime, tools.News) { Bytes = read.Content, Quiet = Quiet };
        await tools.Queue.AddAsync(write, cancel);
        return new UnderWay(read.File, read.Sha256, write, 0, weight);
    }

    // The only one who notes and counts; goes on until all that was handed to the writer is committed, also when no more is read.
    private async Task EndAsync(Func<Task> stop)
    {
        Exception? failed = null;
        var looks = new Queue<ImportedLookWrite>();
        await foreach (var file in written.Reader.ReadAllAsync())
        {
            try
            {
                if (failed is not null) continue; // nothing more is waited for; what is committed all the same is found there the next time
                var row = await EndAsync(file);
                media.Add(row);
                if (Looks?.Of(file.File.RelativePath, row, tools.Time.GetUtcNow().UtcDateTime) is { } look)
                {
                    await tools.Queue.AddAsync(look);
                    looks.Enqueue(look);
                }
                while (looks.Count > ImportRows.Most) await EndAsync(looks.Dequeue());
            }
            catch (Exception e)
            {
                failed ??= e;
                await stop();
            }
            finally
            {
                room.Leave(file.Weight);
            }
        }
        while (failed is null && looks.TryDequeue(out var look)) await EndAsync(look);
        if (failed is not null) throw new IOException(failed.Message, failed);
    }

    private async Task<long> EndAsync(UnderWay file)
    {
        if (file.Write is null)
        {
            tally.AlreadyThere();
            return file.MediaRowId;
        }
        await CommittedAsync(file.Write);
        if (file.Write.IsNew) tally.Added(file.File.Bytes);
        else tally.AlreadyThere();
        journal.Add(file.File, file.Sha256);
        return file.Write.MediaRowId;
    }

    private async Task EndAsync(ImportedLookWrite look)
    {
        await CommittedAsync(look);
        if (look.IsNew) tally.Result();
    }

    // While the rows are away all writes wait. That is waited out for a while; then whoever imports is told.
    private async Task CommittedAsync(Write write)
    {
        for (var troubled = 0; ;)
        {
            if (await Task.WhenAny(write.Done, Task.Delay(TimeSpan.FromSeconds(1), tools.Time)) == write.Done) break;
            troubled = tools.Queue.Trouble is null ? 0 : troubled + 1;
            if (troubled >= PatientSeconds) throw new IOException(tools.Queue.Trouble ?? "the rows are away");
        }
        await write.Done;
    }

    /// <summary>A file and whose it is.</summary>
    private sealed record Placed(ImportFile File, CameraPlace Place, string? Sha256);

    /// <summary>A file on its way through the writer, or one that is there already.</summary>
    private sealed record UnderWay(ImportFile File, string Sha256, UploadWrite? Write, long MediaRowId, long Weight);
}

/// <summary>So many bytes may be held at a time; whoever comes then waits. One that is larger than all of it comes in alone.</summary>
internal sealed class ByteRoom(long most)
{
    private readonly Lock gate = new();
    private readonly Queue<(long Size, TaskCompletionSource Turn)> line = new();
    private long held;

    public async Task EnterAsync(long size, CancellationToken cancel)
    {
        TaskCompletionSource turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            line.Enqueue((size, turn));
            Admit();
        }
        await turn.Task.WaitAsync(cancel); // who gives up leaves its place empty; that happens only when all give up
    }

    public void Leave(long size)
    {
        lock (gate)
        {
            held -= size;
            Admit();
        }
    }

    private void Admit()
    {
        while (line.TryPeek(out var next) && (held == 0 || held + next.Size <= most))
        {
            line.Dequeue();
            held += next.Size;
            next.Turn.SetResult();
        }
    }
}
