using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What another program saw in the files that are imported, by their relative paths. It stands beside what models here see, and in place of nothing.</summary>
internal sealed class ImportedLooks
{
    /// <summary>Of a model whose file does not say its version.</summary>
    private const string NoVersion = "unknown";
    private readonly Dictionary<string, MegaDetectorImage> images = new(StringComparer.Ordinal);
    private readonly MegaDetectorFile file;
    private readonly string model;
    private readonly string version;

    private ImportedLooks(MegaDetectorFile file, string root)
    {
        this.file = file;
        (model, version) = (Name(file.Detector) ?? NoVersion, Name(file.DetectorVersion) ?? NoVersion);
        foreach (var image in file.Images) images.TryAdd(Below(root, image.File), image);
    }

    /// <summary>The files that it speaks of, as they lie below the folder.</summary>
    public IReadOnlyCollection<string> Paths => images.Keys;

    /// <param name="path">A file of MegaDetector batch results.</param>
    /// <param name="root">The folder that its images lie in.</param>
    /// <exception cref="StartException">It breaks its format: where, and what.</exception>
    public static ImportedLooks Read(string path, string root)
    {
        try
        {
            return new ImportedLooks(MegaDetectorFile.Read(path), Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)));
        }
        catch (MegaDetectorFault e)
        {
            throw new StartException($"{path}: {e.Message}");
        }
    }

    /// <summary>Null if it does not speak of this file.</summary>
    public ImportedLookWrite? Of(string relativePath, long mediaRowId, DateTime now)
        => images.TryGetValue(relativePath, out var image) ? new ImportedLookWrite(mediaRowId, model, version, image, file.Threshold, now) : null;

    // Written on Windows, or with whole paths: what lies in the folder is named as it lies there.
    private static string Below(string root, string path)
    {
        path = path.Replace('\\', '/');
        return path.StartsWith(root + '/', StringComparison.Ordinal) ? path[(root.Length + 1)..] : path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
    }

    private static string? Name(string? said)
    {
        var name = said is null ? "" : string.Concat(said.Where(c => !char.IsControl(c))).Trim();
        return name.Length == 0 ? null : name.Length <= Wire.MaxNameLength ? name : name[..Wire.MaxNameLength];
    }
}

/// <summary>A look of another program: run, detections and observation, all or none, and only once. What it could not look at stays a failure.</summary>
internal sealed class ImportedLookWrite(long mediaRowId, string model, string version, MegaDetectorImage image, float threshold, DateTime now) : Write
{
    private static readonly Func<LynceusDb, long, string, string, bool> IsHere = EF.CompileQuery((LynceusDb db, long media, string model, string version)
        => db.Runs.Any(r => r.MediaRowId == media && r.Model == model && r.Version == version && r.Source == LookedBy.Imported));

    private static readonly Func<LynceusDb, long, CaptureRow> CaptureOf = EF.CompileQuery((LynceusDb db, long media) => db.Media.AsNoTracking().Where(m => m.Id == media).Select(m => m.Capture).Single());

    /// <summary>False if this look was there already.</summary>
    public bool IsNew { get; private set; }

    public override void Forget()
    {
        base.Forget();
        IsNew = false;
    }

    public override void Apply(LynceusDb db)
    {
        if (IsHere(db, mediaRowId, model, version)) return;
        IsNew = true;
        var (capture, found) = (CaptureOf(db, mediaRowId), Found());
        var frames = image.Frames ?? (image.FrameRate is null ? null : [.. found.Select(f => f.Frame ?? 0).Distinct().Order()]);
        var best = found.FirstOrDefault(f => f.Frame is not null); // the surest stand first
        var run = db.Prepared!.Add(new RunRow
        {
            MediaRowId = mediaRowId,
            Model = model,
            Version = version,
            Source = LookedBy.Imported,
            Status = image.Failure is null ? RunStatus.Done : RunStatus.Failed,
            Reason = image.Failure is { } failure ? Short(failure) : null,
            At = now,
            FrameRate = image.FrameRate,
            Frames = frames is { Count: > 0 } ? VideoFrames.Write(frames) : null,
            BestFrame = best.Frame,
            VideoSeconds = best.Frame / image.FrameRate,
        });
        var rows = found.ConvertAll(f => DetectionRow.From(f.Found, f.Frame, track: null));
        var says = image.Failure is null ? ObservationRule.From(found.Where(f => f.Frame == best.Frame).Select(f => f.Found), _ => threshold) : ObservationRule.Unclassified(Short(image.Failure));
        var observed = ObservationRule.Row(says, model, version, LookedBy.Imported, now);
        observed.ClassifiedBy = version == "unknown" ? model : observed.ClassifiedBy;
        (observed.EventStart, observed.EventStartLocal, observed.EventStartOffset) = (capture.EventStart, capture.EventStartLocal, capture.EventStartOffset);
        (observed.EventEnd, observed.EventEndLocal, observed.EventEndOffset) = (capture.EventEnd, capture.EventEndLocal, capture.EventEndOffset);
        observed.MediaRowId = mediaRowId;
        if (Repeats.Confirmed(db, capture) is { Count: > 0 } repeats) RepeatHiding.Settle(observed, rows, repeats, model: null);
        foreach (var row in rows)
        {
            row.RunRowId = run;
            db.Prepared.Add(row);
        }
        db.Prepared.Add(observed);
        CurrentRule.Settle(db, mediaRowId);
    }

    private List<(Detection Found, int? Frame)> Found() =>
    [
        .. image.Detections.OrderByDescending(d => d.Conf).Take(Wire.MaxDetectionsPerMedia).Select(d => (new Detection
        {
            ObservationType = d.Category switch { "animal" => ObservationType.Animal, "person" or "human" => ObservationType.Human, "vehicle" => ObservationType.Vehicle, _ => ObservationType.Unknown },
            Label = d.Category.Length <= Wire.MaxNameLength ? d.Category : d.Category[..Wire.MaxNameLength],
            Conf = d.Conf,
            Bbox = Inside(d.Bbox),
        }, d.Frame)),
    ];

    // Boxes that touch the border are a little beyond it after rounding.
    private static Box Inside(Box box)
    {
        var (x, y) = (Math.Clamp(box.X, 0, 1), Math.Clamp(box.Y, 0, 1));
        return new Box(x, y, Math.Clamp(box.W, 0, 1 - x), Math.Clamp(box.H, 0, 1 - y));
    }

    private static string Short(string failure) => failure.Length <= Wire.MaxPathLength ? failure : failure[..Wire.MaxPathLength];
}
