using System.Collections.Concurrent;
using System.Security.Cryptography;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>
/// Files on their way, below <c>uploads/</c>: the bytes in a file named by the upload, and beside it a .json that says what it is and how far it is synced.
/// An upload is there if and only if its .json is. Bytes behind its offset were never told, and are overwritten.
/// </summary>
internal sealed class UploadFolder(string data, TimeProvider time)
{
    public const int MostUnfinished = 100;
    public const long MostBytes = 8L * 1024 * 1024 * 1024;

    /// <summary>An upload that nobody goes on with is thrown away after so long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(2);

    private readonly string root = Path.Combine(data, "uploads");
    private readonly ConcurrentDictionary<string, Upload> known = Load(Path.Combine(data, "uploads"));
    private readonly ConcurrentDictionary<string, bool> busy = new();
    private readonly Lock adding = new();

    /// <summary>All bytes are here and they are no capture yet: the process ended in between.</summary>
    public IReadOnlyList<Upload> WholeButNotTaken => [.. known.Values.Where(u => u.IsWhole && !u.IsTaken)];

    public Upload? Find(string id) => known.GetValueOrDefault(id);

    public string BytesOf(Upload upload) => Path.Combine(root, upload.Id);

    /// <summary>Begins an upload. Throws if too much is under way already.</summary>
    public Upload Add(long length, string raw, Dictionary<string, string> metadata)
    {
        var upload = Upload.New(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), length, time.GetUtcNow().UtcDateTime + Patience, raw, metadata);
        lock (adding)
        {
            var open = known.Values.Where(u => !u.IsTaken).ToList();
            if (open.Count >= MostUnfinished) throw new BadHttpRequestException($"{MostUnfinished} uploads are unfinished; end some first", StatusCodes.Status429TooManyRequests);
            if (open.Sum(u => u.Length) + length > MostBytes) throw new BadHttpRequestException($"unfinished uploads have more than {MostBytes} bytes together; end some first", StatusCodes.Status507InsufficientStorage);
            DurableFile.CreateFolder(root);
            return Save(upload);
        }
    }

    /// <summary>Keeps what is known of an upload, durably.</summary>
    public Upload Save(Upload upload)
    {
        DurableFile.Write(Json(upload.Id), upload.Write());
        return known[upload.Id] = upload;
    }

    /// <summary>Only one at a time may change an upload. Null if somebody does.</summary>
    public IDisposable? Hold(string id) => busy.TryAdd(id, true) ? new Held(() => busy.TryRemove(id, out _)) : null;

    public void Remove(Upload upload)
    {
        File.Delete(Json(upload.Id));
        File.Delete(BytesOf(upload));
        known.TryRemove(upload.Id, out _);
    }

    public bool IsExpired(Upload upload) => upload.Expires <= time.GetUtcNow().UtcDateTime;

    /// <summary>Never one of which all bytes are here and that is no capture yet: whoever sent it may have thrown away the original.</summary>
    public void RemoveExpired()
    {
        foreach (var upload in known.Values.Where(IsOver))
        {
            using var held = Hold(upload.Id);
            if (held is not null && Find(upload.Id) is { } still && IsOver(still)) Remove(still);
        }
    }

    private bool IsOver(Upload upload) => IsExpired(upload) && (!upload.IsWhole || upload.IsTaken);

    private string Json(string id) => Path.Combine(root, id + ".json");

    private static ConcurrentDictionary<string, Upload> Load(string root)
    {
        var found = new ConcurrentDictionary<string, Upload>();
        if (!Directory.Exists(root)) return found;
        foreach (var json in Directory.EnumerateFiles(root, "*.json"))
        {
            if (Upload.Read(File.ReadAllBytes(json)) is { } upload && upload.Id == Path.GetFileNameWithoutExtension(json)) found[upload.Id] = upload;
        }
        return found;
    }

    private sealed class Held(Action release) : IDisposable
    {
        public void Dispose() => release();
    }
}
