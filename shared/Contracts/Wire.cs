using System.Diagnostics.CodeAnalysis;
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

    /// <summary>Reads a message. False with a fault that names what was wrong, never an exception: the other end may be anyone.</summary>
    public static bool TryRead<T>(ReadOnlySpan<byte> json, [NotNullWhen(true)] out T? message, out string fault)
        where T : class
    {
        message = null;
        if (json.Length > MaxJsonBytes)
        {
            fault = $"{json.Length} bytes; at most {MaxJsonBytes} are taken";
            return false;
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
        fault = message switch
        {
            null => "null",
            CaptureRecord capture => capture.Fault() ?? "",
            EffortRecord effort => effort.Fault() ?? "",
            HubState state => state.Fault() ?? "",
            _ => "",
        };
        if (fault.Length == 0 && message is not null) return true;
        message = null;
        return false;
    }

    internal static string? NameFault(string field, string? name)
        => name is { Length: > 0 and <= MaxNameLength } && !name.Any(char.IsControl) ? null : $"{field}: 1 to {MaxNameLength} printable characters are needed";

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
[JsonSerializable(typeof(Receipt))]
internal sealed partial class WireJson : JsonSerializerContext;
