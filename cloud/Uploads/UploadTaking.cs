using System.Security.Cryptography;
using System.Threading.Channels;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>
/// Makes a capture of a whole upload, in steps that can each be the last: hash noted, bytes moved to the objects, rows written, upload closed.
/// Whatever was done before a kill is found done when it is tried again, at the start or when the client asks.
/// </summary>
internal sealed partial class UploadTaking(UploadFolder folder, ImportTools tools, ZipTaking zips, ILogger<UploadTaking> log) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromHours(1);

    private readonly Channel<string> whole = Channel.CreateUnbounded<string>();

    /// <summary>Throws away, by name, what is no picture, video or ZIP, and what is larger than its kind may be.</summary>
    public void CheckKind(Upload upload)
    {
        if ((upload.Offset < UploadedMedia.Head && !upload.IsWhole) || upload.Sha256 is not null) return;
        var head = HeadOf(folder.BytesOf(upload));
        if (UploadedMedia.IsZip(head)) return;
        var kind = UploadedMedia.Mediatype(head);
        if (kind is not null && upload.Length <= Wire.MaxTierBytes) return;
        folder.Remove(upload);
        throw kind is not null ? new BadHttpRequestException($"At most {Wire.MaxTierBytes} bytes are taken of a picture or video. It was thrown away.", StatusCodes.Status413PayloadTooLarge)
            : new BadHttpRequestException($"This is {UploadedMedia.KindNotTaken(head) ?? "no picture or video"}; taken are JPEG, PNG, WebP, MP4, MOV and AVI, and a ZIP of them. It was thrown away.", StatusCodes.Status422UnprocessableEntity);
    }

    public bool IsZip(Upload upload) => upload.Sha256 is null && !upload.IsTaken && upload.Offset >= UploadedMedia.Head && UploadedMedia.IsZip(HeadOf(folder.BytesOf(upload)));

    /// <summary>The caller holds the upload, and it is whole.</summary>
    public async Task<Upload> TakeAsync(Upload upload)
    {
        if (upload.IsTaken) return upload;
        if (IsZip(upload))
        {
            whole.Writer.TryWrite(upload.Id); // unpacking takes longer than an answer may
            return upload;
        }
        if (upload.Sha256 is null)
        {
            CheckKind(upload);
            await using var file = File.OpenRead(folder.BytesOf(upload));
            upload = folder.Save(upload with { Sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file)) });
        }
        tools.Objects.Take(folder.BytesOf(upload), upload.Sha256!);
        var path = tools.Objects.PathOf(upload.Sha256!);
        var now = tools.Time.GetUtcNow();
        var record = UploadedMedia.Record(
            new UploadedFile(upload.CameraID, upload.DeploymentID, upload.FilePath, upload.Length, upload.Sha256!, UploadedMedia.Mediatype(HeadOf(path))!, Taken.Read(path, TimeZoneInfo.Local), now), now);
        if (record.Fault() is { } fault) throw new InvalidDataException(fault);
        await tools.Queue.RunAsync(new UploadWrite(record, now.UtcDateTime, tools.News) { Quiet = upload.LookLater });
        return folder.Save(upload with { CaptureID = record.CaptureID });
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var upload in folder.WholeButNotTaken) await TryTakeAsync(upload.Id, stoppingToken);
            try
            {
                folder.RemoveExpired();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                NotTidied(e);
            }
            await NextAsync(stoppingToken);
        }
    }

    // ZIPs as they come; all that was left over, once in a while.
    private async Task NextAsync(CancellationToken stop)
    {
        using var pace = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var over = Task.Delay(Pace, tools.Time, stop);
        while (!stop.IsCancellationRequested)
        {
            var next = whole.Reader.WaitToReadAsync(pace.Token).AsTask();
            if (await Task.WhenAny(next, over) == over) break;
            while (whole.Reader.TryRead(out var id)) await TryTakeAsync(id, stop);
        }
        await pace.CancelAsync();
    }

    // The request that brought the last byte may still hold it; another that works on it ends with the same question.
    private async Task TryTakeAsync(string id, CancellationToken stop)
    {
        for (var tries = 0; tries < 50 && !stop.IsCancellationRequested; tries++)
        {
            using var held = folder.Hold(id);
            if (held is not null)
            {
                await TakeHeldAsync(id, stop);
                return;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), tools.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TakeHeldAsync(string id, CancellationToken stop)
    {
        if (folder.Find(id) is not { IsTaken: false } upload) return;
        try
        {
            if (IsZip(upload)) await TakeZipAsync(upload, stop);
            else await TakeAsync(upload);
        }
        catch (Exception e)
        {
            if (!stop.IsCancellationRequested) NotTaken(e, id);
        }
    }

    private async Task TakeZipAsync(Upload upload, CancellationToken stop)
    {
        var summary = await zips.TakeAsync(upload, folder.BytesOf(upload), stop);
        folder.Save(upload with { Import = summary });
        File.Delete(folder.BytesOf(upload));
    }

    private static byte[] HeadOf(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var head = new byte[UploadedMedia.Head];
        return head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Upload {Id} is whole and could not be taken; it is tried again")]
    private partial void NotTaken(Exception e, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Uploads that nobody ended could not be removed; it is tried again")]
    private partial void NotTidied(Exception e);
}
