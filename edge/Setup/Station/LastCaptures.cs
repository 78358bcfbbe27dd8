using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>A capture on this card, for the page, with the numbers of the pictures that may be shown.</summary>
internal sealed record ShownCapture(Guid CaptureID, string CameraID, DateTimeOffset Time, string Verdict, string Reason, float? Score, string Trigger, IReadOnlyList<string> Pictures);

/// <summary>
/// The newest captures that lie on this card, waiting or kept, and their pictures. Only pictures that nobody can be recognised in: those that were blurred,
/// and those in which no person was seen at all.
/// </summary>
internal sealed class LastCaptures(string data)
{
    private const int Most = 12;
    private const long MostRecordBytes = 4 * 1024 * 1024, MostPictureBytes = 32 * 1024 * 1024;
    private static readonly string[] Places = ["spool", "kept"];

    public IReadOnlyList<ShownCapture> Newest() => [.. Folders().OrderByDescending(f => Path.GetFileName(f), StringComparer.Ordinal).Take(Most).Select(Read).OfType<ShownCapture>()];

    /// <summary>A picture's bytes; null if there is none, or if it is none to show.</summary>
    /// <param name="captureID">Whose.</param>
    /// <param name="number">As <see cref="ShownCapture.Pictures"/> says: nothing else reaches the file system.</param>
    public byte[]? Picture(Guid captureID, string number)
    {
        if (Folders().FirstOrDefault(f => Path.GetFileName(f).EndsWith($"_{captureID:D}", StringComparison.Ordinal)) is not { } folder) return null;
        if (RecordOf(folder) is not { } record || record.Media.FirstOrDefault(m => NumberOf(m) == number && MayBeShown(m)) is not { } media) return null;
        return FileOf(folder, media) is { Length: <= MostPictureBytes } file ? File.ReadAllBytes(file.FullName) : null;
    }

    private static ShownCapture? Read(string folder) => RecordOf(folder) is not { } r ? null : new ShownCapture(r.CaptureID, r.CameraID, r.EventStart,
        System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(r.Verdict.ToString()), r.Reason, r.Score, r.Trigger, [.. r.Media.Where(m => MayBeShown(m) && FileOf(folder, m) is not null).Select(NumberOf)]);

    /// <summary>Pictures are blurred before they are stored, but a site may store people as they are: those are shown on no page of the hub.</summary>
    private static bool MayBeShown(MediaRecord media)
        => media.FileMediatype.StartsWith("image/", StringComparison.Ordinal) && media.Failure is null
            && (media.Blurred || (media.Detections is { } seen && seen.All(d => d.ObservationType != ObservationType.Human)));

    private static string NumberOf(MediaRecord media) => media.MediaID[(media.MediaID.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private static FileInfo? FileOf(string folder, MediaRecord media)
        => new[] { Spool.TierName(media.MediaID, Tier.Original), Spool.TierName(media.MediaID, Tier.Frame), NumberOf(media) + ".kept.jpg" }.Where(n => Path.GetFileName(n) == n).Select(n => new FileInfo(Path.Combine(folder, n))).FirstOrDefault(f => f.Exists);

    private IEnumerable<string> Folders() => Places.Select(p => Path.Combine(data, p)).Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories);

    private static CaptureRecord? RecordOf(string folder)
    {
        try
        {
            var file = new FileInfo(Path.Combine(folder, Spool.RecordName));
            return file is { Exists: true, Length: <= MostRecordBytes } && Wire.TryRead<CaptureRecord>(File.ReadAllBytes(file.FullName), out var record, out _) ? record : null;
        }
        catch (IOException)
        {
            // The uplink forgot it just now.
            return null;
        }
    }
}
