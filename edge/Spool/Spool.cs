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
    private readonly FileStream held;
    private readonly SpoolFolders folders;
    private readonly SpoolJournal journal;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private int pending;

    /// <summary>Opens the spool of a data folder and looks what is in it. Throws <see cref="IOException"/> if another hub has it open.</summary>
    public Spool(string dataFolder, ILogger<Spool> log, TimeProvider? time = null, SpoolOptions? options = null)
    {
        this.log = log;
        this.time = time ?? TimeProvider.System;
        DurableFile.CreateFolder(dataFolder);
        held = SpoolHold.Take(dataFolder);
        Seq = new SeqCounter(dataFolder);
        folders = new SpoolFolders(dataFolder);
        journal = new SpoolJournal(dataFolder);
        room = new SpoolRoom(dataFolder, options ?? new SpoolOptions());
        room.Ballast(room.Free);
        counts = new GaveUpCounts(dataFolder);
        (refused, quarantine) = (new SpoolAside(folders.Refused, "refused"), new SpoolAside(folders.Quarantine, "quarantine"));
        all = Open();
    }

    public SeqCounter Seq { get; }

    /// <summary>A number that was never given out before. On a card that others have filled to the last byte the ballast makes room for it: without it there is no link either.</summary>
    public long NextSeq()
    {
        try
        {
            return Seq.Next();
        }
        catch (IOException)
        {
            room.ThrowBallastOff();
            return Seq.Next();
        }
    }

    /// <summary>Called for every capture that comes into the spool from now on, new or from <c>kept/</c>. Set before the spool is used.</summary>
    public Action<SpooledCapture>? Entered { get; set; }

    /// <summary>Called for every capture that leaves the spool. Set before the spool is used.</summary>
    public Action<SpooledCapture>? Left { get; set; }

    /// <summary>Called for every capture of the spool of which something was given up: less of it may be due. Set before the spool is used.</summary>
    public Action<SpooledCapture>? Changed { get; set; }

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

    /// <summary>Begins to add a capture. Null if it is here already: then it needs no second time. Throws <see cref="IOException"/> if there is no room and nothing may go.</summary>
    /// <param name="captureID">Of which.</param>
    /// <param name="expectedBytes">So much room is taken for its pictures; what they need beyond that is taken when they come.</param>
    public Adding? Begin(Guid captureID, long expectedBytes = 0)
    {
        lock (gate)
        {
            // In kept/ as well: made again it could be encoded otherwise, and stand beside what the cloud has of it.
            if (all.ContainsKey(captureID)) return null;
        }
        var bytes = (3 * SpoolSpace.Block) + SpoolSpace.Whole(expectedBytes); // the folder and a record of two blocks
        Reserve(bytes);
        try
        {
            var capture = new SpooledCapture(folders, NextSeq(), captureID);
            Directory.CreateDirectory(capture.Folder);
            Release(0, SpoolSpace.Block);
            return new Adding(this, capture, bytes);
        }
        catch
        {
            Release(bytes, bytes);
            throw;
        }
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
    }

    private Dictionary<Guid, SpooledCapture> Open()
    {
        folders.RemoveGoing();
        var opening = new SpoolOpening(folders);
        opening.Look(journal.Read(folders));
        foreach (var folder in opening.Twice) folders.Remove(folder);
        foreach (var folder in opening.Half)
        {
            folders.Remove(folder);
            LogHalf(Path.GetFileName(folder));
        }
        foreach (var (folder, reason) in opening.Damaged)
        {
            if (PutAside(folder, quarantine, reason)) LogQuarantined(folder, reason);
        }
        foreach (var capture in opening.Found.Values)
        {
            used += capture.Bytes;
            if (capture.Place == SpoolPlace.Spool) pending++;
        }
        foreach (var capture in opening.Read) journal.Add(capture, opening.Found.Values);
        if (opening.Read.Count > 0) LogRead(opening.Read.Count);
        return opening.Found;
    }

    /// <summary>The record is the truth: an index that was behind it when the power went is set right.</summary>
    private void Correct(SpooledCapture capture, CaptureRecord record, bool always = false)
    {
        var listed = SpooledCapture.TiersOf(record);
        lock (gate)
        {
            var known = capture.Tiers;
            if (capture.Place == SpoolPlace.Gone) return;
            if (!always && listed.Length == known.Count && listed.All(t => known.Any(k => k.Is(t.N, t.Tier) && k.Bytes == t.Bytes))) return;
            used -= capture.Bytes;
            capture.Tiers = [.. listed.Select(t => known.FirstOrDefault(k => k.Is(t.N, t.Tier) && k.Bytes == t.Bytes) is { N: not null } k ? k : t)];
            SpoolFiles.Measure(capture, capture.Folder);
            used += capture.Bytes;
            journal.Add(capture, all.Values);
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

    [LoggerMessage(LogLevel.Warning, "The second copy of a capture stays in {Folder} until the next start: {Reason}")]
    private partial void LogSecondStays(string folder, string reason);

    [LoggerMessage(LogLevel.Warning, "{Folder} was moved, but may be where it was after a power cut: {Reason}")]
    private partial void LogUnsynced(string folder, string reason);

    [LoggerMessage(LogLevel.Warning, "The card is as full as it may be: {Bytes} bytes of {Captures} captures were given up")]
    private partial void LogGaveUp(long bytes, int captures);

    [LoggerMessage(LogLevel.Warning, "{Folder} cannot be given up now: {Reason}")]
    private partial void LogNotGivenUp(string folder, string reason);

    [LoggerMessage(LogLevel.Error, "{Folder} is done and stays where it is, since the card does not let it be moved: {Reason}. It is tried again")]
    private partial void LogLate(string folder, string reason);

    [LoggerMessage(LogLevel.Information, "The index did not know {Captures} captures; they were read from their files")]
    private partial void LogRead(int captures);
}
