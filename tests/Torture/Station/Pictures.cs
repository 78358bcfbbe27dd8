using System.Buffers.Binary;

namespace Lynceus.Torture;

/// <summary>
/// Small drawn pictures, each made another one by a comment in it: as many captures as are wanted, of a size that is wanted.
/// They say nothing of when they were taken, so that each is a capture by itself.
/// </summary>
internal sealed class Pictures(IReadOnlyList<byte[]> drawn)
{
    private int made;

    public static async Task<Pictures> DrawAsync(string folder)
    {
        await Tool.RunAsync(Tool.Scenes, "frames", folder, "--class", "animal", "--count", "12", "--width", "320", "--height", "240");
        return new Pictures([.. Directory.EnumerateFiles(folder, "*.jpg").Order(StringComparer.Ordinal).Select(f => WithoutExif(File.ReadAllBytes(f)))]);
    }

    /// <summary>A JPEG that nobody has seen before.</summary>
    /// <param name="bytes">At least so many, as far as a comment can make it larger.</param>
    public byte[] Next(int bytes = 0)
    {
        var number = Interlocked.Increment(ref made);
        var picture = drawn[number % drawn.Count];
        var comment = new byte[Math.Clamp(bytes - picture.Length, 16, 60_000)];
        Random.Shared.NextBytes(comment);
        byte[] marker = [0xFF, 0xFE, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(marker.AsSpan(2), (ushort)(comment.Length + 2));
        return [.. picture[..2], .. marker, .. comment, .. picture[2..]];
    }

    /// <summary>Puts new pictures into a folder as a camera does that uploads: under another name, and then whole.</summary>
    public void Put(string folder, int count, int bytes = 0)
    {
        Directory.CreateDirectory(folder);
        for (var i = 0; i < count; i++)
        {
            var path = Path.Combine(folder, $"{Guid.NewGuid():N}");
            File.WriteAllBytes(path + ".part", Next(bytes));
            File.Move(path + ".part", path + ".jpg");
        }
    }

    private static byte[] WithoutExif(byte[] jpeg)
    {
        var at = 2;
        var kept = new List<byte>(jpeg.Length) { 0xFF, 0xD8 };
        while (at + 4 <= jpeg.Length && jpeg[at] == 0xFF && jpeg[at + 1] != 0xDA)
        {
            var length = 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(at + 2));
            if (jpeg[at + 1] != 0xE1) kept.AddRange(jpeg.AsSpan(at, length));
            at += length;
        }
        return [.. kept, .. jpeg.AsSpan(at)];
    }
}
