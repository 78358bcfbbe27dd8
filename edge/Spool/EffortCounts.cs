using Lynceus.Contracts;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>
/// What each camera did in each hour: without it a rate means nothing. Cumulative and kept on the disk until the cloud has it; reported as often as needed,
/// since a report replaces the one before. A card's counts live in memory until they are flushed: reading the card again counts the same again.
/// </summary>
internal sealed partial class EffortCounts : IDisposable
{
    /// <summary>The source of counts that come from a card.</summary>
    public const string Card = "card";

    /// <summary>The reason of a drop that no gate decided: the disk would not take it.</summary>
    public const string NotStored = "notStored";

    /// <summary>
    /// So many acknowledged hours are remembered, so that a clock that goes back, or stands at 1970 for weeks, goes on counting instead of beginning again.
    /// Their age says nothing: it is told by that clock.
    /// </summary>
    private const int Remembered = 2000;
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, EffortRecord> counts = [];
    private readonly HashSet<Guid> pending = [];
    private readonly HashSet<Guid> unwritten = [];

    /// <summary>The captures that were counted last before the start: what was cut off before it was remembered is looked at again, and counts once.</summary>
    private readonly HashSet<Guid> countedBefore = [];
    private readonly SemaphoreSlim changed = new(0, 1);
    private readonly string folder;
    private readonly TimeProvider time;
    private readonly ILogger log;

    public EffortCounts(string dataFolder, TimeProvider time, ILogger<EffortCounts> log)
    {
        this.time = time;
        this.log = log;
        folder = Path.Combine(dataFolder, "effort");
        DurableFile.CreateFolder(folder);
        foreach (var path in Directory.EnumerateFiles(folder, "*.json")) Reopen(path);
        var acknowledged = new DirectoryInfo(folder).GetFiles("*.acknowledged").OrderByDescending(f => f.LastWriteTimeUtc).ToList();
        foreach (var file in acknowledged.Take(Remembered)) Reopen(file.FullName);
        foreach (var file in acknowledged.Skip(Remembered)) file.Delete();
        if (pending.Count > 0) changed.Release();
    }

    /// <summary>Reports that the cloud has not acknowledged.</summary>
    public IReadOnlyList<EffortRecord> Pending
    {
        get
        {
            lock (gate) return [.. pending.Where(id => !unwritten.Contains(id)).Select(id => counts[id] with { LastCaptureID = null })];
        }
    }

    /// <summary>How many are still to be acknowledged.</summary>
    public int Waiting
    {
        get
        {
            lock (gate) return pending.Count;
        }
    }

    /// <summary>Waits until there may be something to report.</summary>
    public Task WaitAsync(CancellationToken stop) => changed.WaitAsync(stop);

    /// <summary>Counts a clip's verdict.</summary>
    public void Count(string hub, string? deploymentID, Clip clip, Decision decision, string epoch, GateVersion gateVersion)
    {
        if (countedBefore.Contains(clip.CaptureID)) return;
        var audited = decision.Audit is not null;
        var verdict = decision.Vote.Verdict;
        Change(hub, deploymentID, clip.CameraID, clip.Start, clip.EffortSource(epoch), gateVersion, e => e with
        {
            LastCaptureID = clip.CaptureID,
            Triggers = e.Triggers + 1,
            Sent = e.Sent + (verdict == Verdict.Send ? 1 : 0),
            Kept = e.Kept + (verdict == Verdict.Keep ? 1 : 0),
            Dropped = e.Dropped + (verdict == Verdict.Drop ? 1 : 0),
            Audited = e.Audited + (audited ? 1 : 0),
            Drops = verdict == Verdict.Drop
                ? new Dictionary<string, int>(e.Drops) { [decision.Vote.Reason] = e.Drops.GetValueOrDefault(decision.Vote.Reason) + 1 }
                : e.Drops,
        });
    }

    /// <summary>Counts a capture that could not be stored: something was there, and it is gone.</summary>
    public void CountLost(string hub, string? deploymentID, Clip clip, string epoch, GateVersion gateVersion)
        => Change(hub, deploymentID, clip.CameraID, clip.Start, clip.EffortSource(epoch), gateVersion, e => e with
        {
            Triggers = e.Triggers + 1,
            Dropped = e.Dropped + 1,
            Drops = new Dictionary<string, int>(e.Drops) { [NotStored] = e.Drops.GetValueOrDefault(NotStored) + 1 },
        });

    /// <summary>Counts triggers that were held back.</summary>
    public void CountSuppressed(string hub, string? deploymentID, string cameraID, string epoch, GateVersion gateVersion, int suppressed)
        => Change(hub, deploymentID, cameraID, time.GetUtcNow(), epoch, gateVersion, e => e with { Suppressed = e.Suppressed + suppressed });

    /// <summary>Writes what is only in memory, so that it can be reported.</summary>
    public void Flush()
    {
        lock (gate)
        {
            foreach (var id in unwritten) Write(counts[id]);
            unwritten.Clear();
            Signal();
        }
    }

    /// <summary>The cloud has this revision. A newer one stays pending.</summary>
    public void Acknowledge(Guid effortID, long revision)
    {
        lock (gate)
        {
            if (!counts.TryGetValue(effortID, out var effort) || revision < effort.Revision || !pending.Remove(effortID)) return;
            var path = PathOf(effortID);
            if (effort.Source == Card)
            {
                counts.Remove(effortID);
                File.Delete(path);
            }
            else
            {
                File.Move(path, Path.ChangeExtension(path, ".acknowledged"), overwrite: true);
            }
        }
    }

    /// <summary>The cloud will not have it; asking again would not help.</summary>
    public void Refuse(Guid effortID, string reason)
    {
        lock (gate)
        {
            if (!pending.Remove(effortID)) return;
            File.Move(PathOf(effortID), Path.ChangeExtension(PathOf(effortID), ".refused"), overwrite: true);
        }
        LogRefused(effortID, reason);
    }

    public void Dispose() => changed.Dispose();

    private void Change(string hub, string? deploymentID, string cameraID, DateTimeOffset at, string source, GateVersion gateVersion, Func<EffortRecord, EffortRecord> add)
    {
        var hour = new DateTimeOffset(at.Year, at.Month, at.Day, at.Hour, 0, 0, at.Offset);
        var id = Ids.Effort(hub, cameraID, hour, source);
        lock (gate)
        {
            var before = counts.GetValueOrDefault(id) ?? new EffortRecord
            {
                EffortID = id, Hub = hub, CameraID = cameraID, DeploymentID = deploymentID, Hour = hour, Source = source, Revision = 0, Gate = gateVersion,
                Triggers = 0, Suppressed = 0, Sent = 0, Kept = 0, Dropped = 0, Audited = 0, Drops = new Dictionary<string, int>(),
            };
            var after = add(before) with { Gate = gateVersion };
            counts[id] = after with { Revision = after.Triggers + after.Suppressed };
            pending.Add(id);
            if (source == Card)
            {
                unwritten.Add(id);
                return;
            }
            WriteOrRemember(id);
        }
    }

    /// <summary>What a full disk does not take stays counted in memory, and is written with the next count that it takes.</summary>
    private void WriteOrRemember(Guid id)
    {
        try
        {
            Write(counts[id]);
            foreach (var late in unwritten.ToList()) Write(counts[late]);
            unwritten.Clear();
            Signal();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (unwritten.Count == 0) LogUnwritten(e.Message);
            unwritten.Add(id);
        }
    }

    private void Write(EffortRecord effort)
    {
        DurableFile.Write(PathOf(effort.EffortID), Wire.Write(effort));
        File.Delete(Path.ChangeExtension(PathOf(effort.EffortID), ".acknowledged"));
    }

    private void Reopen(string path)
    {
        if (!Wire.TryRead<EffortRecord>(File.ReadAllBytes(path), out var effort, out var fault))
        {
            File.Move(path, path + ".damaged", overwrite: true);
            LogDamaged(path, fault);
            return;
        }
        if (effort is { Source: not Card, LastCaptureID: { } last }) countedBefore.Add(last);
        // A count that is still to be reported is newer than what was acknowledged of it.
        if (counts.TryAdd(effort.EffortID, effort) && Path.GetExtension(path) == ".json") pending.Add(effort.EffortID);
    }

    private void Signal()
    {
        if (changed.CurrentCount == 0) changed.Release();
    }

    private string PathOf(Guid effortID) => Path.Combine(folder, $"{effortID:D}.json");

    [LoggerMessage(LogLevel.Warning, "The cloud refused effort {EffortID}: {Reason}")]
    private partial void LogRefused(Guid effortID, string reason);

    [LoggerMessage(LogLevel.Error, "Effort cannot be written down: {Reason}. It is counted in memory until it can")]
    private partial void LogUnwritten(string reason);

    [LoggerMessage(LogLevel.Error, "{Path} cannot be read: {Fault}. It is set aside as .damaged")]
    private partial void LogDamaged(string path, string fault);
}
