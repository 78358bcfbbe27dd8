using Lynceus.Contracts;
using Lynceus.Vision;
using Spectre.Console;

namespace Lynceus.Edge;

/// <summary>
/// A folder of photographs and clips, as an SD card is: which files, of which camera, in which order, and which belong together.
/// Files of a camera that follow each other within the gap are one sequence, the capture.
/// </summary>
internal sealed class Card(string folder, TimeZoneInfo zone)
{
    /// <summary>Frames closer than this are one capture.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromSeconds(120);

    /// <summary>A longer row of frames is cut, so that a verdict is never more than this far away.</summary>
    public const int MostFrames = 100;

    /// <summary>Reads a whole card, and says on stderr what of it could not be read.</summary>
    public static async Task<(IReadOnlyList<CardFile> Files, int UnreadableFolders)> ReadAsync(string folder, string? cameraID, TimeZoneInfo zone, ProgressContext progress)
    {
        var card = new Card(folder, zone);
        var files = progress.Counting("Read the card", card.Files(cameraID)).ToList();
        foreach (var unreadable in card.Unreadable) await Console.Error.WriteLineAsync($"{unreadable}: no right to read this folder; what is in it is left out");
        if (files.Count == 0) await Console.Error.WriteLineAsync($"{folder}: no photographs or videos in it (jpg, png, webp, gif, bmp, mp4, mov, avi, …)");
        return (files, card.Unreadable.Count);
    }

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.System };

    /// <summary>Folders that could not be listed, by name.</summary>
    public List<string> Unreadable { get; } = [];

    /// <summary>Every media file with its time, in no order. Throws <see cref="IOException"/> if the folder itself cannot be read.</summary>
    public IEnumerable<CardFile> Files(string? cameraID = null)
    {
        FindUnreadable(folder);
        return Paths().Select(path => Describe(path, cameraID));
    }

    public IEnumerable<string> Paths() => Directory.EnumerateFiles(folder, "*", Everything).Where(CardFile.IsMedia);

    public CardFile Describe(string path, string? cameraID)
    {
        var relative = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
        var (time, quality) = CardFile.ReadTime(path, zone);
        return new CardFile(path, relative, cameraID ?? CameraOf(relative), time, quality, new FileInfo(path).Length);
    }

    /// <summary>
    /// The sequences, by camera and time; files of one second stay in the order of their names. A file that does not say when it was taken is a capture
    /// by itself: the dates of copied files are all alike, and say nothing of what belongs together.
    /// </summary>
    public static IEnumerable<IReadOnlyList<CardFile>> Sequences(IEnumerable<CardFile> files)
    {
        foreach (var camera in files.GroupBy(f => f.CameraID).OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            var sequence = new List<CardFile>();
            foreach (var file in camera.OrderBy(f => f.Time).ThenBy(f => f.RelativePath, StringComparer.Ordinal))
            {
                if (sequence.Count > 0 && (!Follows(file, sequence[^1]) || sequence.Count == MostFrames))
                {
                    yield return sequence;
                    sequence = [];
                }
                sequence.Add(file);
            }
            if (sequence.Count > 0) yield return sequence;
        }
    }

    private static bool Follows(CardFile file, CardFile before)
        => file.ClockQuality == ClockQuality.Camera && before.ClockQuality == ClockQuality.Camera && file.Time - before.Time <= Gap;

    /// <summary>A sequence as what a camera captured. A picture that is there twice, byte for byte, is taken once.</summary>
    public static Clip ToClip(IReadOnlyList<CardFile> sequence, string hub, string trigger, GateOptions options)
    {
        var identities = sequence.Select(f => (File: f, Identity: f.Identity())).DistinctBy(f => f.Identity).ToList();
        var first = identities[0];
        return new Clip
        {
            CaptureID = Ids.CaptureFromContent(hub, first.File.CameraID, first.Identity),
            CameraID = first.File.CameraID,
            Trigger = trigger,
            ClockQuality = sequence.Max(f => f.ClockQuality),
            OnOwnersCard = true,
            Frames = [.. identities.Select(f => new FileFrame(f.File.Path, options)
            {
                Number = f.Identity[..12],
                Time = f.File.Time,
                FilePath = f.File.RelativePath,
                FileMediatype = f.File.FileMediatype,
                Bytes = f.File.Bytes,
            })],
        };
    }

    /// <summary>The first folder below the root that people named; the root's name where there is none.</summary>
    private string CameraOf(string relative)
    {
        var camera = CardFolders.Named(relative) ?? new DirectoryInfo(folder).Name;
        return camera.Length <= Wire.MaxNameLength ? camera : camera[..Wire.MaxNameLength];
    }

    private void FindUnreadable(string parent)
    {
        foreach (var child in Directory.EnumerateDirectories(parent))
        {
            try
            {
                FindUnreadable(child);
            }
            catch (UnauthorizedAccessException)
            {
                Unreadable.Add(Path.GetRelativePath(folder, child));
            }
        }
    }
}
