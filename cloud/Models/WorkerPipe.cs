using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Lynceus.Cloud;

/// <summary>Messages between the cloud and its worker: four bytes of length (big-endian), then JSON; the bytes of pictures follow their order as they are.</summary>
internal static class WorkerPipe
{
    /// <summary>A manifest with 10,000 labels has less, and so have the looks at 64 pictures with 100 boxes each.</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    public static async Task WriteAsync<T>(Stream stream, T message, JsonTypeInfo<T> type, IEnumerable<ReadOnlyMemory<byte>> pictures, CancellationToken cancel)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message, type);
        if (json.Length > MostBytes) throw new InvalidDataException($"a message of {json.Length} bytes; at most {MostBytes} are sent");
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, json.Length);
        await stream.WriteAsync(length, cancel);
        await stream.WriteAsync(json, cancel);
        foreach (var picture in pictures) await stream.WriteAsync(picture, cancel);
        await stream.FlushAsync(cancel);
    }

    /// <summary>Null where the other end is gone between two messages. Throws <see cref="InvalidDataException"/> for what is no message, <see cref="EndOfStreamException"/> for a part of one.</summary>
    public static async Task<T?> ReadAsync<T>(Stream stream, JsonTypeInfo<T> type, CancellationToken cancel)
        where T : class
    {
        var length = new byte[4];
        var read = await stream.ReadAtLeastAsync(length, length.Length, throwOnEndOfStream: false, cancel);
        if (read == 0) return null;
        if (read < length.Length) throw new EndOfStreamException("the other end is gone within a message");
        var bytes = BinaryPrimitives.ReadInt32BigEndian(length);
        if (bytes is < 2 or > MostBytes) throw new InvalidDataException($"a message of {bytes} bytes; 2 to {MostBytes} are taken");
        var json = new byte[bytes];
        await stream.ReadExactlyAsync(json, cancel);
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"what came is no message: {e.Message}");
        }
    }
}
