using System.Security.Cryptography;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>
/// Makes a capture of a whole upload, in steps that can each be the last: hash noted, bytes moved to the objects, rows written, upload closed.
/// Whatever was done before a kill is found done when it is tried again, at the start or when the client asks.
/// </summary>
internal sealed partial class UploadTaking(UploadFolder folder, ObjectFolder objects, WriteQueue queue, News news, TimeProvider time, ILogger<UploadTaking> log) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromHours(1);

    /// <summary>Throws away, by name, what is no picture or video. The caller holds the upload.</summary>
    public void CheckKind(Upload upload)
    {
        if (upload.Offset < UploadedMedia.Head && !upload.IsWhole) return;
        if (upload.Sha256 is not null || KindOf(folder.BytesOf(upload)) is not null) return;
        folder.Remove(upload);
        throw new BadHttpRequestException("This is no picture or video of a kind that is taken: JPEG, PNG, WebP, MP4, MOV or AVI. It was thrown away.", StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>The caller holds the upload, and it is whole.</summary>
    public async Task<Upload> TakeAsync(Upload upload)
    {
        if (upload.CaptureID is not null) return upload;
        if (upload.Sha256 is null)
        {
            CheckKind(upload);
            await using var file = File.OpenRead(folder.BytesOf(upload));
            upload = folder.Save(upload with { Sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file)) });
        }
        objects.Take(folder.BytesOf(upload), upload.Sha256!);
        var path = objects.PathOf(upload.Sha256!);
        var now = time.GetUtcNow();
        var record = UploadedMedia.Record(
            new UploadedFile(upload.CameraID, upload.DeploymentID, upload.FilePath, upload.Length, upload.Sha256!, KindOf(path)!, Taken.Read(path, TimeZoneInfo.Local).Time, now), now);
        if (record.Fault() is { } fault) throw new InvalidDataException(fault);
        await queue.RunAsync(new UploadWrite(record, time.GetUtcNow().UtcDateTime, news));
        return folder.Save(upload with { CaptureID = record.CaptureID });
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var upload in folder.WholeButNotTaken) await TryTakeAsync(upload.Id);
            try
            {
                folder.RemoveExpired();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                NotTidied(e);
            }
            await Task.Delay(Pace, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TryTakeAsync(string id)
    {
        using var held = folder.Hold(id);
        if (held is null || folder.Find(id) is not { } upload) return;
        try
        {
            await TakeAsync(upload);
        }
        catch (Exception e)
        {
            NotTaken(e, id);
        }
    }

    private static string? KindOf(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        Span<byte> head = stackalloc byte[UploadedMedia.Head];
        return UploadedMedia.Mediatype(head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Upload {Id} is whole and could not be taken; it is tried again")]
    private partial void NotTaken(Exception e, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Uploads that nobody ended could not be removed; it is tried again")]
    private partial void NotTidied(Exception e);
}
