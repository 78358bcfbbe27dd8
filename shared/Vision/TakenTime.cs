using System.Globalization;
using MetadataExtractor;
using MetadataExtractor.Formats.Avi;
using MetadataExtractor.Formats.Exif;
using MetadataExtractor.Formats.QuickTime;

namespace Lynceus.Vision;

/// <summary>When a photograph or video was taken, as its camera wrote into it: EXIF, QuickTime or AVI.</summary>
public static class TakenTime
{
    /// <summary>Null if the file does not say, or cannot be read.</summary>
    /// <param name="path">The file; its name does not matter.</param>
    /// <param name="zone">Where the camera's clock stood, unless the file says its offset.</param>
    public static DateTimeOffset? Read(string path, TimeZoneInfo zone)
    {
        try
        {
            foreach (var directory in ImageMetadataReader.ReadMetadata(path))
            {
                if (Taken(directory) is not { } local || local.Year < 1990) continue;
                return WithOffset(local, (directory as ExifSubIfdDirectory)?.GetString(ExifDirectoryBase.TagTimeZoneOriginal), zone);
            }
        }
        catch (Exception e) when (e is ImageProcessingException or IOException or UnauthorizedAccessException or ArgumentException or OverflowException)
        {
            // What the metadata reader cannot read is no picture, or a broken one: whoever opens it finds out which and says so.
        }
        return null;
    }

    private static DateTime? Taken(MetadataExtractor.Directory directory)
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

    private static TimeSpan Fraction(string? digits)
        => double.TryParse("0." + digits?.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;

    private static DateTimeOffset WithOffset(DateTime local, string? offset, TimeZoneInfo zone)
    {
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        return offset is not null && TimeSpan.TryParse(offset.Trim().TrimStart('+'), CultureInfo.InvariantCulture, out var written) && Math.Abs(written.TotalHours) <= 14
            ? new DateTimeOffset(local, TimeSpan.FromMinutes(Math.Round(written.TotalMinutes)))
            : new DateTimeOffset(local, zone.GetUtcOffset(local));
    }
}
