using System.Globalization;
using MetadataExtractor;
using MetadataExtractor.Formats.Avi;
using MetadataExtractor.Formats.Exif;
using MetadataExtractor.Formats.QuickTime;

namespace Lynceus.Vision;

/// <summary>What the camera wrote into a photograph or video of how it was taken: EXIF, QuickTime or AVI. All of it is somebody's text, and none of it is believed.</summary>
/// <param name="Time">As the camera's clock stood; null if the file does not say.</param>
/// <param name="SaysOffset">The offset of <paramref name="Time"/> is the file's own.</param>
/// <param name="Make">Who made the camera, at most <see cref="MaxWord"/> printable characters; null if the file does not say.</param>
/// <param name="Model">Which camera it is, as <paramref name="Make"/>.</param>
public sealed record Taken(DateTimeOffset? Time, bool SaysOffset, string? Make, string? Model)
{
    public const int MaxWord = 64;

    /// <summary>Of a file that says nothing.</summary>
    public static Taken Unsaid { get; } = new(Time: null, SaysOffset: false, Make: null, Model: null);

    /// <summary>Make and model in one, as Camtrap DP's <c>cameraModel</c> has them: <c>Reconyx-HF2X</c>; at most 128 characters. Null if the file says neither.</summary>
    public string? CameraModel => (Make, Model) switch
    {
        (null, null) => null,
        (null, var model) => model,
        (var make, null) => make,
        var (make, model) => model.StartsWith(make, StringComparison.OrdinalIgnoreCase) ? model : $"{make}-{model}"[..Math.Min(make.Length + 1 + model.Length, 2 * MaxWord)],
    };

    /// <param name="path">The file; its name does not matter.</param>
    /// <param name="zone">Where the camera's clock stood, unless the file says its offset.</param>
    public static Taken Read(string path, TimeZoneInfo zone) => Of(() => ImageMetadataReader.ReadMetadata(path), zone);

    /// <param name="file">Its bytes, from the first.</param>
    /// <param name="zone">As with a path.</param>
    public static Taken Read(Stream file, TimeZoneInfo zone) => Of(() => ImageMetadataReader.ReadMetadata(file), zone);

    private static Taken Of(Func<IReadOnlyList<MetadataExtractor.Directory>> read, TimeZoneInfo zone)
    {
        var taken = Unsaid;
        try
        {
            foreach (var directory in read())
            {
                if (directory is ExifIfd0Directory camera)
                    taken = taken with { Make = taken.Make ?? Word(camera.GetString(ExifDirectoryBase.TagMake)), Model = taken.Model ?? Word(camera.GetString(ExifDirectoryBase.TagModel)) };
                if (taken.Time is not null || Clock(directory) is not { } local || local.Year < 1990) continue;
                var offset = Offset((directory as ExifSubIfdDirectory)?.GetString(ExifDirectoryBase.TagTimeZoneOriginal));
                local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
                taken = taken with { Time = new DateTimeOffset(local, offset ?? zone.GetUtcOffset(local)), SaysOffset = offset is not null };
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // What the metadata reader cannot read is no picture, or a broken one, or made to break it: whoever opens it finds out which and says so.
        }
        return taken;
    }

    private static DateTime? Clock(MetadataExtractor.Directory directory)
    {
        // QuickTime's time is UTC by the standard, but trail cameras write their local time there: what the camera believed is what counts.
        switch (directory)
        {
            case ExifSubIfdDirectory exif when exif.TryGetDateTime(ExifDirectoryBase.TagDateTimeOriginal, out var taken):
                return taken + Fraction(exif.GetString(ExifDirectoryBase.TagSubsecondTimeOriginal));
            case QuickTimeMovieHeaderDirectory movie when movie.TryGetDateTime(QuickTimeMovieHeaderDirectory.TagCreated, out var taken):
                return taken;
            case AviDirectory avi when avi.TryGetDateTime(AviDirectory.TagDateTimeOriginal, out var taken):
                return taken;
            default:
                return null;
        }
    }

    private static string? Word(string? text)
    {
        var word = text is null ? "" : string.Concat(text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && c != '\ufffd')).Trim();
        return word.Length == 0 ? null : word.Length <= MaxWord ? word : word[..MaxWord];
    }

    private static TimeSpan Fraction(string? digits)
        => double.TryParse("0." + digits?.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;

    private static TimeSpan? Offset(string? offset)
        => offset is not null && TimeSpan.TryParse(offset.Trim().TrimStart('+'), CultureInfo.InvariantCulture, out var written) && Math.Abs(written.TotalHours) <= 14
            ? TimeSpan.FromMinutes(Math.Round(written.TotalMinutes)) : null;
}
