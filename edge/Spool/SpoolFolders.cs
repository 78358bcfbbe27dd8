using System.Globalization;
using System.IO.Enumeration;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>Where captures lie below the data folder, and what their folders are called: <c>000000000012_CAPTUREID</c>, so that a listing shows their order.</summary>
internal sealed class SpoolFolders
{
    private const int SeqDigits = 12;
    private readonly string spool;
    private readonly string kept;
    private readonly string going;

    public SpoolFolders(string dataFolder)
    {
        spool = Make(dataFolder, "spool");
        kept = Make(dataFolder, "kept");
        going = Make(dataFolder, "going");
        Refused = Make(dataFolder, "refused");
        Quarantine = Make(dataFolder, "quarantine");
    }

    public string Refused { get; }

    public string Quarantine { get; }

    public string Of(SpoolPlace place) => place switch
    {
        SpoolPlace.Spool => spool,
        SpoolPlace.Kept => kept,
        _ => throw new ArgumentOutOfRangeException(nameof(place)),
    };

    public string Path(SpoolPlace place, long seq, Guid captureID)
        => System.IO.Path.Combine(Of(place), string.Create(CultureInfo.InvariantCulture, $"{seq:D12}_{captureID:D}"));

    /// <summary>Every folder of a place, with the capture that its name says; with its name alone where that is none of the spool's.</summary>
    public IEnumerable<(long Seq, Guid CaptureID, string? Odd)> In(SpoolPlace place)
        => new FileSystemEnumerable<(long, Guid, string?)>(Of(place), (ref FileSystemEntry e) => TryParse(e.FileName, out var seq, out var id) ? (seq, id, null) : (-1, Guid.Empty, e.FileName.ToString()))
        {
            ShouldIncludePredicate = (ref FileSystemEntry e) => e.IsDirectory,
        };

    /// <summary>Renames a capture's folder to another place. When this returns both places know it durably.</summary>
    public static string Move(string folder, string place)
    {
        var target = System.IO.Path.Combine(place, System.IO.Path.GetFileName(folder));
        if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
        Directory.Move(folder, target);
        DurableFile.SyncFolder(place);
        DurableFile.SyncFolder(System.IO.Path.GetDirectoryName(folder)!);
        return target;
    }

    /// <summary>Says in a folder why it is set aside. A card that is full does not stand in the way: the log says it too.</summary>
    public static void Note(string folder, string reason)
    {
        var path = System.IO.Path.Combine(folder, "refused.txt");
        try
        {
            File.WriteAllText(path, reason + "\n");
        }
        catch (IOException)
        {
            File.Delete(path);
        }
    }

    /// <summary>Removes a capture's folder. It is renamed out of its place first: there a capture is whole, or not at all.</summary>
    public void Remove(string folder)
    {
        var doomed = System.IO.Path.Combine(going, System.IO.Path.GetFileName(folder));
        if (Directory.Exists(doomed)) Directory.Delete(doomed, recursive: true);
        Directory.Move(folder, doomed);
        Directory.Delete(doomed, recursive: true);
    }

    /// <summary>Goes on with removals that were cut short.</summary>
    public void RemoveGoing()
    {
        foreach (var doomed in Directory.EnumerateDirectories(going)) Directory.Delete(doomed, recursive: true);
    }

    private static bool TryParse(ReadOnlySpan<char> name, out long seq, out Guid captureID)
    {
        (seq, captureID) = (-1, Guid.Empty);
        return name.Length == SeqDigits + 1 + 36 && name[SeqDigits] == '_'
            && long.TryParse(name[..SeqDigits], NumberStyles.None, CultureInfo.InvariantCulture, out seq) && Guid.TryParseExact(name[(SeqDigits + 1)..], "D", out captureID);
    }

    private static string Make(string dataFolder, string name)
    {
        var folder = System.IO.Path.Combine(dataFolder, name);
        DurableFile.CreateFolder(folder);
        return folder;
    }
}
