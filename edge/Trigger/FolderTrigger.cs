using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Lynceus.Edge;

/// <summary>
/// A folder that cameras write to. A file is taken when it has stopped changing; what was taken is remembered on the disk, since the files are their owner's and stay.
/// A capture is remembered only after it is in the spool: a crash in between takes it again, under the same id.
/// Threads: clips are asked for by one loop and taken by another; what both look at is under one lock.
/// </summary>
internal sealed class FolderTrigger(FolderTriggerOptions options, string dataFolder, string hub, TimeZoneInfo zone, GateOptions gateOptions, TimeProvider time) : ITrigger
{
    private readonly string takenPath = Path.Combine(dataFolder, "taken.txt");
    private readonly Lock gate = new();
    private readonly HashSet<string> taken = [];

    /// <summary>Names that the card did not take yet. Only who takes clips touches them.</summary>
    private readonly List<string> unwritten = [];

    /// <summary>Half a line may stand at the end of the file.</summary>
    private bool torn;

    /// <summary>Files of clips that wait for the gate: looked at again meanwhile, they would be taken and counted twice.</summary>
    private readonly HashSet<string> handed = [];
    private readonly Dictionary<string, (long Bytes, DateTime Written, long Since)> settling = [];

    public string Name => $"folder {options.Path}";

    public async IAsyncEnumerable<Clip> ClipsAsync([EnumeratorCancellation] CancellationToken stop)
    {
        if (!Directory.Exists(options.Path)) throw new IOException($"Trigger:Folder:Path {options.Path} is not there");
        // A line that the last process was killed in is ended by the next.
        torn = File.Exists(takenPath);
        if (torn) taken.UnionWith(await File.ReadAllLinesAsync(takenPath, stop));
        var card = new Card(options.Path, zone);
        var touched = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var watcher = new FileSystemWatcher(options.Path) { IncludeSubdirectories = true };
        watcher.Created += (_, _) => touched.Writer.TryWrite(true);
        watcher.Changed += (_, _) => touched.Writer.TryWrite(true);
        watcher.Renamed += (_, _) => touched.Writer.TryWrite(true);
        watcher.EnableRaisingEvents = true;
        while (!stop.IsCancellationRequested)
        {
            foreach (var sequence in Card.Sequences(Settled(card)).ToList()) yield return Hand(sequence);
            // While files settle we look again soon; a folder at rest costs nothing but a look a minute.
            await WaitAsync(touched.Reader, TimeSpan.FromSeconds(settling.Count > 0 ? options.SettleSeconds : options.RescanSeconds), stop);
        }
    }

    /// <summary>Files that are new and have not changed for as long as it takes to be sure that they are whole.</summary>
    private List<CardFile> Settled(Card card)
    {
        var settled = new List<CardFile>();
        var here = new HashSet<string>();
        foreach (var path in card.Paths())
        {
            var file = new FileInfo(path);
            if (!file.Exists || IsKnown(file)) continue;
            here.Add(path);
            if (!settling.TryGetValue(path, out var seen) || seen.Bytes != file.Length || seen.Written != file.LastWriteTimeUtc)
                settling[path] = (file.Length, file.LastWriteTimeUtc, time.GetTimestamp());
            else if (time.GetElapsedTime(seen.Since) >= TimeSpan.FromSeconds(options.SettleSeconds))
                settled.Add(card.Describe(path, null));
        }
        foreach (var gone in settling.Keys.Where(p => !here.Contains(p)).ToList()) settling.Remove(gone);
        return settled;
    }

    private bool IsKnown(FileInfo file)
    {
        lock (gate) return handed.Contains(file.FullName) || taken.Contains(Line(file));
    }

    private Clip Hand(IReadOnlyList<CardFile> sequence)
    {
        var paths = sequence.Select(f => Path.GetFullPath(f.Path)).ToList();
        lock (gate) handed.UnionWith(paths);
        return Card.ToClip(sequence, hub, "folder", gateOptions) with { OnTaken = () => Remember(paths), OnLeft = () => Leave(paths) };
    }

    /// <summary>They are in the spool and counted, whether or not the card takes their names now: what it does not take is written with the next, and lost only if the hub ends before.</summary>
    private void Remember(List<string> paths)
    {
        var lines = paths.Select(p => Line(new FileInfo(p))).ToList();
        unwritten.AddRange(lines);
        lock (gate) taken.UnionWith(lines);
        Leave(paths);
        try
        {
            File.AppendAllLines(takenPath, torn ? ["", .. unwritten] : unwritten);
            unwritten.Clear();
            torn = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            torn = true;
        }
    }

    private void Leave(List<string> paths)
    {
        lock (gate) handed.ExceptWith(paths);
    }

    /// <summary>A file that is overwritten with another picture is a new file.</summary>
    private string Line(FileInfo file)
        => string.Create(CultureInfo.InvariantCulture, $"{file.Length} {file.LastWriteTimeUtc.Ticks} {Path.GetRelativePath(options.Path, file.FullName).ReplaceLineEndings(" ")}");

    private async Task WaitAsync(ChannelReader<bool> touched, TimeSpan longest, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var waited = Task.Delay(longest, time, end.Token);
        if (await Task.WhenAny(waited, touched.WaitToReadAsync(end.Token).AsTask()) != waited)
        {
            touched.TryRead(out _);
            await Task.Delay(TimeSpan.FromSeconds(options.SettleSeconds), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await end.CancelAsync();
    }
}
