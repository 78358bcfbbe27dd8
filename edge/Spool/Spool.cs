using Lynceus.Contracts;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>
/// Captures on the disk between the gate's verdict and the cloud's receipt, one folder each.
/// The sidecar <c>record.json</c> is renamed into place last and the folders are synced, so a capture is in the spool if and only if its sidecar is there.
/// When <see cref="Adding.Commit"/> has returned, the capture outlives a power cut; before that it was never promised to anyone.
/// Threads: the capture loop adds, the uplink's workers take, mark and put back; the index is under one lock, the files of a capture belong to who claimed it.
/// </summary>
internal sealed partial class Spool : IDisposable
{
    public const string RecordName = "record.json";
    private readonly Lock gate = new();

    /// <summary>Folders are moved and removed one at a time. Taken before <see cref="gate"/>, never after it.</summary>
    private readonly Lock moving = new();
    private readonly Dictionary<Guid, SpooledCapture> all;
    private readonly PriorityQueue<SpooledCapture, long> waiting = new();
    private readonly SemaphoreSlim available = new(0);
    private readonly FileStream held;
    private readonly SpoolFolders folders;
    private readonly SpoolJournal journal;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private int pending;

    /// <summary>Opens the spool of a data folder and looks what is in it. Throws <see cref="IOException"/> if another hub has it open.</summary>
    public Spool(string dataFolder, ILogger<Spool> log, TimeProvider? time = null)
    {
        this.log = log;
        this.time = time ?? TimeProvider.System;
        DurableFile.CreateFolder(dataFolder);
        held = SpoolHold.Take(dataFolder);
        Seq = new SeqCounter(dataFolder);
        folders = new SpoolFolders(dataFolder);
        journal = new SpoolJournal(dataFolder);
        all = Open();
    }

    public SeqCounter Seq { get; }

    /// <summary>Called for every capture that comes into the spool from now on, new or from <c>kept/</c>. Set before the spool is used.</summary>
    public Action<SpooledCapture>? Entered { get; set; }

    /// <summary>Called for every capture that leaves the spool. Set before the spool is used.</summary>
    public Action<SpooledCapture>? Left { get; set; }

    /// <summary>Captures of which something is due.</summary>
    public int Pending => Volatile.Read(ref pending);

    /// <summary>The captures of the spool as they are now, oldest first.</summary>
    public IReadOnlyList<SpooledCapture> Captures
    {
        get
        {
            lock (gate) return [.. all.Values.Where(c => c.Place == SpoolPlace.Spool).OrderBy(c => c.Seq)];
        }
    }

    /// <summary>Begins to add a capture. Null if it is here already: then it needs no second time.</summary>
    public Adding? Begin(Guid captureID)
    {
        lock (gate)
        {
            if (all.GetValueOrDefault(captureID)?.Place == SpoolPlace.Spool) return null;
        }
        var capture = new SpooledCapture(folders, Seq.Next(), captureID);
        Directory.CreateDirectory(capture.Folder);
        return new Adding(this, capture);
    }

    /// <summary>A capture's record. Null if its files cannot be read: then it is set aside, and blocks nothing behind it. Only for who claimed it.</summary>
    public CaptureRecord? Read(SpooledCapture capture)
    {
        if (SpoolFiles.Damage(capture, out var record) is { } damage)
        {
            Quarantine(capture, damage);
            return null;
        }
        Correct(capture, record!);
        return record;
    }

    internal static string TierName(string mediaID, Tier tier) => $"{SpooledTier.NumberOf(mediaID)}.{Topics.TierName(tier)}";

    /// <summary>What is wrong with a capture's files; null if its record can be read and every picture has the bytes that it says.</summary>
    public static string? Damage(SpooledCapture capture, ReadOnlySpan<byte> sidecar, out CaptureRecord? record)
    {
        if (!Wire.TryRead(sidecar, out record, out var fault)) return $"{RecordName}: {fault}";
        if (record.CaptureID != capture.CaptureID) return $"{RecordName} is of another capture, {record.CaptureID}";
        return record.Media.SelectMany(m => m.Tiers, (m, t) => (File: new FileInfo(capture.TierPath(m.MediaID, t.Tier)), t.Bytes))
            .Where(t => !t.File.Exists || t.File.Length != t.Bytes)
            .Select(t => $"{t.File.Name} is not the {t.Bytes} bytes that its record says").FirstOrDefault();
    }

    /// <summary>Whether a hub runs on this data folder.</summary>
    public static bool IsHeld(string dataFolder) => SpoolHold.IsHeld(dataFolder);

    public void Dispose()
    {
        journal.Dispose();
        held.Dispose();
        available.Dispose();
    }

    private Dictionary<Guid, SpooledCapture> Open()
    {
        var opening = new SpoolOpening(folders);
        opening.Look(journal.Read(folders));
        foreach (var folder in opening.Twice) SpoolFolders.Remove(folder);
        foreach (var folder in opening.Half)
        {
            SpoolFolders.Remove(folder);
            LogHalf(Path.GetFileName(folder));
        }
        foreach (var (folder, reason) in opening.Damaged)
        {
            if (SetAside(folder, folders.Quarantine, reason)) LogQuarantined(folder, reason);
        }
        foreach (var capture in opening.Found.Values.Where(c => c.Place == SpoolPlace.Spool))
        {
            waiting.Enqueue(capture, capture.Seq);
            pending++;
        }
        if (pending > 0) available.Release(pending);
        foreach (var capture in opening.Read) journal.Add(capture, opening.Found.Values);
        if (opening.Read.Count > 0) LogRead(opening.Read.Count);
        return opening.Found;
    }

    /// <summary>The record is the truth: an index that was behind it when the power went is set right.</summary>
    private void Correct(SpooledCapture capture, CaptureRecord record)
    {
        var listed = SpooledCapture.TiersOf(record);
        lock (gate)
        {
            var known = capture.Tiers;
            if (listed.Length == known.Count && listed.All(t => known.Any(k => k.Is(t.N, t.Tier) && k.Bytes == t.Bytes))) return;
            capture.Tiers = [.. listed.Select(t => known.FirstOrDefault(k => k.Is(t.N, t.Tier) && k.Bytes == t.Bytes) is { N: not null } k ? k : t)];
            SpoolFiles.Measure(capture, capture.Folder);
            if (capture.Place != SpoolPlace.Gone) journal.Add(capture, all.Values);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The cloud refused capture {CaptureID}: {Reason}. It lies in refused/")]
    private partial void LogRefused(Guid captureID, string reason);

    [LoggerMessage(LogLevel.Error, "{Folder} cannot be sent: {Reason}. It lies in quarantine/")]
    private partial void LogQuarantined(string folder, string reason);

    [LoggerMessage(LogLevel.Error, "{Folder} cannot be sent: {Reason}. It cannot be set aside either: {Fault}")]
    private partial void LogStuck(string folder, string reason, string fault);

    [LoggerMessage(LogLevel.Information, "Removed {Name}, which was half written when the power went")]
    private partial void LogHalf(string name);

    [LoggerMessage(LogLevel.Warning, "Half a capture stays in {Folder}: {Reason}")]
    private partial void LogHalfStays(string folder, string reason);

    [LoggerMessage(LogLevel.Information, "The index did not know {Captures} captures; they were read from their files")]
    private partial void LogRead(int captures);
}
