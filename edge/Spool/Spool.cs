using System.Globalization;
using Lynceus.Contracts;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>A capture that waits in the spool.</summary>
/// <param name="Seq">Its number, the order it is sent in.</param>
/// <param name="CaptureID">Whose.</param>
/// <param name="Folder">Where its files are.</param>
internal sealed record SpooledCapture(long Seq, Guid CaptureID, string Folder)
{
    public string RecordPath => Path.Combine(Folder, Spool.RecordName);

    public string TierPath(string mediaID, Tier tier) => Path.Combine(Folder, Spool.TierName(mediaID, tier));
}

/// <summary>
/// Captures on the disk between the gate's verdict and the cloud's receipt, one folder each.
/// The sidecar <c>record.json</c> is renamed into place last and the folders are synced, so a capture is in the spool if and only if its sidecar is there.
/// When <see cref="Adding.Commit"/> has returned, the capture outlives a power cut; before that it was never promised to anyone.
/// Threads: the capture loop adds, the uplink's workers take, put back and forget; the index is under one lock, the files of a capture belong to who took it.
/// </summary>
internal sealed partial class Spool : IDisposable
{
    public const string RecordName = "record.json";
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, SpooledCapture> all = [];
    private readonly SortedDictionary<long, SpooledCapture> waiting = [];
    private readonly SemaphoreSlim available = new(0);
    private readonly FileStream held;
    private readonly ILogger log;
    private readonly string spool;
    private readonly string kept;
    private readonly string refused;
    private readonly string quarantine;

    /// <summary>Opens the spool of a data folder and reads what is in it. Throws <see cref="IOException"/> if another hub has it open.</summary>
    public Spool(string dataFolder, ILogger<Spool> log)
    {
        this.log = log;
        DurableFile.CreateFolder(dataFolder);
        held = Hold(dataFolder);
        Seq = new SeqCounter(dataFolder);
        spool = Folder(dataFolder, "spool");
        kept = Folder(dataFolder, "kept");
        refused = Folder(dataFolder, "refused");
        quarantine = Folder(dataFolder, "quarantine");
        foreach (var folder in Directory.EnumerateDirectories(spool).OrderBy(f => f, StringComparer.Ordinal)) Reopen(folder);
    }

    public SeqCounter Seq { get; }

    /// <summary>Captures that the cloud has not acknowledged yet.</summary>
    public int Pending
    {
        get
        {
            lock (gate) return all.Count;
        }
    }

    /// <summary>Begins to add a capture. Null if it is here already: then it needs no second time.</summary>
    public Adding? Begin(Guid captureID)
    {
        lock (gate)
        {
            if (all.ContainsKey(captureID)) return null;
        }
        var seq = Seq.Next();
        var capture = new SpooledCapture(seq, captureID, Path.Combine(spool, string.Create(CultureInfo.InvariantCulture, $"{seq:D12}_{captureID:D}")));
        Directory.CreateDirectory(capture.Folder);
        return new Adding(this, capture);
    }

    /// <summary>Waits for the oldest capture that nobody has taken.</summary>
    public async Task<SpooledCapture> TakeAsync(CancellationToken stop)
    {
        await available.WaitAsync(stop);
        lock (gate)
        {
            var first = waiting.First();
            waiting.Remove(first.Key);
            return first.Value;
        }
    }

    /// <summary>Gives back a capture that could not be sent now.</summary>
    public void PutBack(SpooledCapture capture)
    {
        lock (gate) waiting.Add(capture.Seq, capture);
        available.Release();
    }

    /// <summary>Forgets a capture that the cloud has stored. Pictures that the verdict keeps on this card stay, outside the spool.</summary>
    public void Forget(SpooledCapture capture, CaptureRecord record)
    {
        var offered = record.Media.SelectMany(m => m.Tiers.Select(t => TierName(m.MediaID, t.Tier))).Append(RecordName).ToHashSet();
        if (Directory.EnumerateFiles(capture.Folder).Any(f => !offered.Contains(Path.GetFileName(f)))) MoveTo(kept, capture);
        else Remove(capture.Folder);
        Leave(capture);
    }

    /// <summary>Sets a capture aside that the cloud will not have, with the reason, so that it blocks nothing behind it.</summary>
    public void Refuse(SpooledCapture capture, string reason)
    {
        File.WriteAllText(Path.Combine(capture.Folder, "refused.txt"), reason + "\n");
        MoveTo(refused, capture);
        Leave(capture);
        LogRefused(capture.CaptureID, reason);
    }

    /// <summary>Sets a capture aside whose files cannot be read.</summary>
    public void Quarantine(SpooledCapture capture, string reason)
    {
        MoveTo(quarantine, capture);
        Leave(capture);
        LogQuarantined(capture.Folder, reason);
    }

    internal static string TierName(string mediaID, Tier tier)
        => $"{mediaID[(mediaID.IndexOf('/', StringComparison.Ordinal) + 1)..]}.{Topics.TierName(tier)}";

    private void Reopen(string folder)
    {
        var name = Path.GetFileName(folder);
        var capture = name.Length == 49 && name[12] == '_' && long.TryParse(name.AsSpan(0, 12), NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            && Guid.TryParseExact(name.AsSpan(13), "D", out var id) ? new SpooledCapture(seq, id, folder) : null;
        if (capture is null)
        {
            Quarantine(new SpooledCapture(-1, Guid.Empty, folder), "its name is none of the spool's");
        }
        else if (!File.Exists(capture.RecordPath))
        {
            // The power went before the sidecar was there: nobody was promised this capture.
            Remove(folder);
            LogHalf(name);
        }
        else if (Damage(capture, File.ReadAllBytes(capture.RecordPath), out _) is { } damage)
        {
            Quarantine(capture, damage);
        }
        else if (all.ContainsKey(capture.CaptureID))
        {
            Remove(folder);
        }
        else
        {
            Enter(capture);
        }
    }

    /// <summary>What is wrong with a capture's files; null if its record can be read and every picture has the bytes that it says.</summary>
    public static string? Damage(SpooledCapture capture, ReadOnlySpan<byte> sidecar, out CaptureRecord? record)
    {
        if (!Wire.TryRead(sidecar, out record, out var fault)) return $"{RecordName}: {fault}";
        return record.Media.SelectMany(m => m.Tiers, (m, t) => (File: new FileInfo(capture.TierPath(m.MediaID, t.Tier)), t.Bytes))
            .Where(t => !t.File.Exists || t.File.Length != t.Bytes)
            .Select(t => $"{t.File.Name} is not the {t.Bytes} bytes that its record says").FirstOrDefault();
    }

    private void Enter(SpooledCapture capture)
    {
        lock (gate)
        {
            all.Add(capture.CaptureID, capture);
            waiting.Add(capture.Seq, capture);
        }
        available.Release();
    }

    private void Leave(SpooledCapture capture)
    {
        lock (gate) all.Remove(capture.CaptureID);
    }

    private static void Remove(string folder)
    {
        // The sidecar goes first: a removal that is cut short leaves a folder that is no capture.
        File.Delete(Path.Combine(folder, RecordName));
        Directory.Delete(folder, recursive: true);
    }

    private static void MoveTo(string place, SpooledCapture capture)
    {
        var target = Path.Combine(place, Path.GetFileName(capture.Folder));
        if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
        Directory.Move(capture.Folder, target);
        DurableFile.SyncFolder(place);
    }

    private static string Folder(string dataFolder, string name)
    {
        var folder = Path.Combine(dataFolder, name);
        DurableFile.CreateFolder(folder);
        return folder;
    }

    /// <summary>Whether a hub runs on this data folder.</summary>
    public static bool IsHeld(string dataFolder)
    {
        var path = Path.Combine(dataFolder, "lock");
        if (!File.Exists(path)) return false;
        try
        {
            using var tried = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Who may not look must take it for held.
            return true;
        }
    }

    /// <summary>A program that this process is just starting (ffmpeg, a model's trial) holds a copy of the lock for the moment until it runs; another hub holds it for good.</summary>
    private static FileStream Hold(string dataFolder)
    {
        for (var tries = 20; ; tries--)
        {
            try
            {
                return new FileStream(Path.Combine(dataFolder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (tries > 0)
            {
                CancellationToken.None.WaitHandle.WaitOne(50);
            }
            catch (IOException e)
            {
                throw new IOException($"data folder {dataFolder}: another hub process has it open", e);
            }
        }
    }

    public void Dispose()
    {
        held.Dispose();
        available.Dispose();
    }

    /// <summary>A capture that is being written. It is in the spool when <see cref="Commit"/> has returned, and leaves nothing behind if it is never called.</summary>
    internal sealed class Adding(Spool spool, SpooledCapture capture) : IDisposable
    {
        private bool committed;

        public long Seq => capture.Seq;

        /// <summary>Writes and syncs a picture that is offered to the cloud.</summary>
        public TierRecord Write(string mediaID, Tier tier, ReadOnlySpan<byte> content, string fileMediatype)
        {
            DurableFile.WriteSynced(capture.TierPath(mediaID, tier), content);
            return new TierRecord(tier, content.Length, Ids.Sha256(content), fileMediatype);
        }

        /// <summary>Writes and syncs a picture that stays on this card.</summary>
        public void Keep(string mediaID, ReadOnlySpan<byte> content)
            => DurableFile.WriteSynced(Path.Combine(capture.Folder, mediaID[(mediaID.IndexOf('/', StringComparison.Ordinal) + 1)..] + ".kept.jpg"), content);

        /// <summary>Has a file written that stays on this card. Whoever writes it syncs it; where that fails, nothing of it stays.</summary>
        public async Task KeepAsync(string name, Func<string, Task> write)
        {
            var path = Path.Combine(capture.Folder, name);
            try
            {
                await write(path);
            }
            catch
            {
                File.Delete(path);
                throw;
            }
        }

        /// <summary>Renames the sidecar into place and syncs: from here on the capture is promised.</summary>
        public void Commit(CaptureRecord record)
        {
            DurableFile.Write(capture.RecordPath, Wire.Write(record));
            DurableFile.SyncFolder(spool.spool);
            committed = true;
            spool.Enter(capture);
        }

        public void Dispose()
        {
            if (committed) return;
            try
            {
                Remove(capture.Folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is no capture without its sidecar, and goes when the spool is opened again.
                spool.LogHalfStays(capture.Folder, e.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The cloud refused capture {CaptureID}: {Reason}. It lies in refused/")]
    private partial void LogRefused(Guid captureID, string reason);

    [LoggerMessage(LogLevel.Error, "{Folder} cannot be sent: {Reason}. It lies in quarantine/")]
    private partial void LogQuarantined(string folder, string reason);

    [LoggerMessage(LogLevel.Information, "Removed {Name}, which was half written when the power went")]
    private partial void LogHalf(string name);

    [LoggerMessage(LogLevel.Warning, "Half a capture stays in {Folder}: {Reason}")]
    private partial void LogHalfStays(string folder, string reason);
}
