using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Lynceus.Contracts;

/// <summary>The wire's limits and its JSON. Both ends read through here, so both refuse the same things.</summary>
public static class Wire
{
    /// <summary>A chunk of a tier carries at most this many bytes.</summary>
    public const int MaxChunkBytes = 64 * 1024;

    /// <summary>A record, state, effort or receipt has at most this many bytes.</summary>
    public const int MaxJsonBytes = 1024 * 1024;

    /// <summary>A tier has at most this many bytes.</summary>
    public const long MaxTierBytes = 256L * 1024 * 1024;
    public const int MaxMediaPerCapture = 256;
    public const int MaxDetectionsPerMedia = 300;
    public const int MaxNameLength = 128;
    public const int MaxPathLength = 512;

    public static byte[] Write<T>(T message) => JsonSerializer.SerializeToUtf8Bytes(message, TypeInfo<T>());

    /// <summary>The first byte of packed JSON; no JSON begins with it. Brotli (RFC 7932) follows.</summary>
    public const byte PackedMark = 0x0b;

    /// <summary>What <see cref="Receipt.Accepts"/> says of clouds that read packed JSON.</summary>
    public const string Packed = "br";

    /// <summary>Packs JSON for a thin link: a record shrinks to a third. As it was if that would not make it smaller.</summary>
    public static byte[] Pack(byte[] json)
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(json.Length) + 1];
        packed[0] = PackedMark;
        return BrotliEncoder.TryCompress(json, packed.AsSpan(1), out var written, quality: 9, window: 18) && written + 1 < json.Length ? packed[..(written + 1)] : json;
    }

    /// <summary>Reads a message, packed or not. False with a fault that names what was wrong, never an exception: the other end may be anyone.</summary>
    public static bool TryRead<T>(ReadOnlySpan<byte> json, [NotNullWhen(true)] out T? message, out string fault)
        where T : class
    {
        message = null;
        if (json.Length > MaxJsonBytes)
        {
            fault = $"{json.Length} bytes; at most {MaxJsonBytes} are taken";
            return false;
        }
        if (json.Length > 0 && json[0] == PackedMark)
        {
            if (!TryUnpack(json, out var unpacked))
            {
                fault = $"packed: it cannot be unpacked, or has more than {MaxJsonBytes} bytes then";
                return false;
            }
            json = unpacked;
        }
        try
        {
            message = JsonSerializer.Deserialize(json, TypeInfo<T>());
        }
        catch (JsonException e)
        {
            fault = e.Message;
            return false;
        }
        fault = FaultOf(message);
        if (fault.Length == 0 && message is not null) return true;
        message = null;
        return false;
    }

    /// <summary>A rule that trips over what it should refuse refuses it all the same: the other end may be anyone.</summary>
    private static string FaultOf(object? message)
    {
        try
        {
            return Rules(message);
        }
        catch (Exception e) when (e is NullReferenceException or ArgumentException or InvalidOperationException)
        {
            return $"a field is null or out of its range: {e.Message}";
        }
    }

    private static string Rules(object? message)
        => message switch
        {
            null => "null",
            CaptureRecord capture => capture.Fault() ?? "",
            EffortRecord effort => effort.Fault() ?? "",
            HubState state => state.Fault() ?? "",
            HubHealth health => health.Fault() ?? "",
            HubRequest request => request.Fault() ?? "",
            HubAnswer answer => answer.Fault() ?? "",
            DoorAnswer answer => answer.Fault() ?? "",
            _ => "",
        };

    internal static string? NameFault(string field, string? name)
        => name is { Length: > 0 and <= MaxNameLength } && !name.Any(char.IsControl) ? null : $"{field}: 1 to {MaxNameLength} printable characters are needed";

    internal static string? CountsFault(string field, IReadOnlyDictionary<string, long>? counts)
        => counts is { Count: <= 100 } && counts.All(c => c.Value >= 0 && NameFault(field, c.Key) is null) ? null : $"{field}: at most 100 names with counts of 0 or more";

    /// <summary>Reads what may be packed: bounded, so that a small message cannot become a large one here.</summary>
    private static bool TryUnpack(ReadOnlySpan<byte> packed, out byte[] json)
    {
        json = new byte[MaxJsonBytes];
        using var brotli = new BrotliDecoder();
        if (brotli.Decompress(packed[1..], json, out var read, out var written) != OperationStatus.Done || read != packed.Length - 1) return false;
        json = json[..written];
        return true;
    }

    private static JsonTypeInfo<T> TypeInfo<T>()
        => (JsonTypeInfo<T>?)WireJson.Default.GetTypeInfo(typeof(T)) ?? throw new ArgumentException($"{typeof(T).Name} is not on the wire");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CaptureRecord))]
[JsonSerializable(typeof(EffortRecord))]
[JsonSerializable(typeof(HubState))]
[JsonSerializable(typeof(HubHealth))]
[JsonSerializable(typeof(HubRequest))]
[JsonSerializable(typeof(HubAnswer))]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(DoorAnswer))]
internal sealed partial class WireJson : JsonSerializerContext;
