using System.Globalization;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>Small pictures, made when first asked for and kept below <c>thumbnails/</c>. They can be thrown away at any time.</summary>
internal sealed class Thumbnails(CloudSettings settings, ObjectFolder objects) : IDisposable
{
    private const int Quality = 70; // keeps 320 px of forest near 15 KB
    private readonly SemaphoreSlim makers = new(2); // decoding large pictures takes memory

    /// <summary>The file, or null if there is no picture that can be decoded.</summary>
    public Task<string?> PathAsync(string sha256, int maxSide, CancellationToken cancel)
        => PathAsync(sha256, sha256, maxSide, source => File.ReadAllBytesAsync(source, cancel)!, cancel);

    /// <summary>Of the still of a video that is nearest to a time. Null if not one still can be decoded.</summary>
    public Task<string?> OfClipAsync(string sha256, double seconds, int maxSide, CancellationToken cancel)
        => PathAsync(sha256, string.Create(CultureInfo.InvariantCulture, $"{sha256}-{seconds:0.000}"), maxSide, source => StillAsync(source, seconds, cancel), cancel);

    public void Dispose() => makers.Dispose();

    private static async Task<byte[]?> StillAsync(string source, double seconds, CancellationToken cancel)
    {
        try
        {
            return await Video.FrameAtAsync(source, seconds, cancel);
        }
        catch (VideoFailedException)
        {
            return null; // its look says why
        }
    }

    private async Task<string?> PathAsync(string sha256, string name, int maxSide, Func<string, Task<byte[]?>> read, CancellationToken cancel)
    {
        var path = Path.GetFullPath(Path.Combine(settings.Data, "thumbnails", $"{maxSide}", sha256[..2], name + ".jpg"));
        if (File.Exists(path)) return path;
        await makers.WaitAsync(cancel);
        try
        {
            if (File.Exists(path)) return path;
            if (!objects.Has(sha256)) return null;
            var jpeg = await read(objects.PathOf(sha256)) is { } picture ? Picture.Thumbnail(picture, maxSide, Quality) : null;
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
}
