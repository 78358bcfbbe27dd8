using System.Text.Json.Serialization;

namespace Lynceus.Cloud;

/// <summary>An upload as callers see it.</summary>
/// <param name="FilePath">Where the file lay.</param>
/// <param name="Length">Bytes of the whole.</param>
/// <param name="Offset">Bytes that are here.</param>
/// <param name="Expires">Thrown away then, unless somebody goes on with it.</param>
/// <param name="CaptureID">What it became; absent until then, and for a ZIP.</param>
/// <param name="Import">Of a ZIP: what became of its files; absent until all are taken.</param>
internal sealed record UploadView(string FilePath, long Length, long Offset, DateTime Expires, [property: JsonPropertyName("captureID")] Guid? CaptureID, ImportSummary? Import)
{
    public static UploadView From(Upload upload) => new(upload.FilePath, upload.Length, upload.Offset, upload.Expires, upload.CaptureID, upload.Import);
}
