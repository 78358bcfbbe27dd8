using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>Small pictures, made when first asked for and kept below <c>thumbnails/</c>. They can be thrown away at any time.</summary>
internal sealed class Thumbnails(CloudSettings settings, ObjectFolder objects) : IDisposable
{
    private const int Quality = 70; // keeps 320 px of forest near 15 KB
    private readonly SemaphoreSlim makers = new(2); // decoding large pictures takes memory

    /// <summary>The file, or null if there is no picture that can be decoded.</summary>
    public async Task<string?> PathAsync(string sha256, int maxSide, CancellationToken cancel)
    {
        var path = Path.GetFullPath(Path.Combine(settings.Data, "thumbnails", $"{maxSide}", sha256[..2], sha256 + ".jpg"));
        if (File.Exists(path)) return path;
        await makers.WaitAsync(cancel);
        try
        {
            if (File.Exists(path)) return path;
            if (!objects.Has(sha256)) return null;
            var jpeg = Picture.Thumbnail(await File.ReadAllBytesAsync(objects.PathOf(sha256), cancel), maxSide, Quality);
            if (jpeg is null) return null;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
            await File.WriteAllBytesAsync(temporary, jpeg, cancel);
            File.Move(temporary, path, overwrite: true);
            return path;
        }
        finally
        {
            makers.Release();
        }
    }

    public void Dispose() => makers.Dispose();
}
