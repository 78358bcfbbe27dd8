using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Lynceus.Cloud;

/// <summary>
/// The words of tus 1.0, the open protocol for uploads that go on after a cut (https://tus.io/protocols/resumable-upload).
/// What a client's headers say is read here; what is wrong with them is thrown with its status, and answered as problem+json.
/// </summary>
internal static class Tus
{
    public const string Version = "1.0.0";
    public const string Extensions = "creation,creation-with-upload,checksum,termination,expiration";
    public const string Algorithms = "sha1,sha256";
    public const string ChunkType = "application/offset+octet-stream";

    /// <summary>The protocol's own status: the bytes are not those that were checksummed.</summary>
    public const int ChecksumMismatch = 460;

    /// <summary>Characters of Upload-Metadata.</summary>
    private const int MaxMetadata = 4096;
    private const int MostKeys = 16;

    /// <summary>Every request but OPTIONS names the protocol's version.</summary>
    public static void CheckVersion(HttpRequest request)
    {
        if (request.Headers["Tus-Resumable"] != Version) throw new BadHttpRequestException($"Tus-Resumable: must be {Version}", StatusCodes.Status412PreconditionFailed);
    }

    public static void CheckChunkType(HttpRequest request)
    {
        if (request.ContentType != ChunkType) throw new BadHttpRequestException($"Content-Type: must be {ChunkType}", StatusCodes.Status415UnsupportedMediaType);
    }

    public static long Offset(HttpRequest request) => Number(request, "Upload-Offset");

    /// <summary>How long the upload will be. Sizes that are told later are not taken.</summary>
    public static long Length(HttpRequest request, long most)
    {
        if (request.Headers.ContainsKey("Upload-Defer-Length")) throw new BadHttpRequestException("Upload-Defer-Length: is not taken here; send Upload-Length");
        var length = Number(request, "Upload-Length");
        return length <= most ? length : throw new BadHttpRequestException($"Upload-Length: at most {most} bytes are taken", StatusCodes.Status413PayloadTooLarge);
    }

    /// <summary>Pairs of a key and its value in Base64, with commas between.</summary>
    public static Dictionary<string, string> Metadata(HttpRequest request)
    {
        var header = request.Headers["Upload-Metadata"].ToString();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (header.Length == 0) return metadata;
        if (header.Length > MaxMetadata) throw new BadHttpRequestException($"Upload-Metadata: at most {MaxMetadata} characters", StatusCodes.Status431RequestHeaderFieldsTooLarge);
        foreach (var pair in header.Split(','))
        {
            var words = pair.Trim().Split(' ');
            if (words.Length > 2 || words[0].Length is 0 or > 32) throw new BadHttpRequestException("Upload-Metadata: must be keys of 1 to 32 characters, each with a value in Base64, and commas between");
            if (!TryText(words.Length == 2 ? words[1] : "", out var value)) throw new BadHttpRequestException($"Upload-Metadata: the value of '{words[0]}' is not Base64 of UTF-8 text");
            if (!metadata.TryAdd(words[0], value) || metadata.Count > MostKeys) throw new BadHttpRequestException($"Upload-Metadata: each key once, and at most {MostKeys}");
        }
        return metadata;
    }

    /// <summary>Null if the client gave none.</summary>
    public static Checksum? Checksum(HttpRequest request)
    {
        var header = request.Headers["Upload-Checksum"].ToString();
        if (header.Length == 0) return null;
        var words = header.Split(' ');
        HashAlgorithmName? algorithm = words[0] switch { "sha1" => HashAlgorithmName.SHA1, "sha256" => HashAlgorithmName.SHA256, _ => null };
        if (algorithm is not { } known) throw new BadHttpRequestException($"Upload-Checksum: the algorithm must be one of {Algorithms}");
        var wanted = new byte[known == HashAlgorithmName.SHA1 ? SHA1.HashSizeInBytes : SHA256.HashSizeInBytes];
        return words.Length == 2 && Convert.TryFromBase64String(words[1], wanted, out var written) && written == wanted.Length ? new Checksum(known, wanted)
            : throw new BadHttpRequestException($"Upload-Checksum: {wanted.Length} bytes in Base64 must stand behind {words[0]}");
    }

    private static long Number(HttpRequest request, string header)
        => long.TryParse(request.Headers[header], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new BadHttpRequestException($"{header}: a number of bytes, 0 or more, is needed");

    private static bool TryText(string base64, [NotNullWhen(true)] out string? text)
    {
        text = null;
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length)) return false;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes, 0, length);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}

/// <summary>What the bytes of one request must hash to.</summary>
internal sealed record Checksum(HashAlgorithmName Algorithm, byte[] Wanted)
{
    public bool Fits(ReadOnlySpan<byte> hash) => CryptographicOperations.FixedTimeEquals(hash, Wanted);

    public bool Fits(ReadOnlyMemory<byte> bytes) => Fits(CryptographicOperations.HashData(Algorithm, bytes.Span));
}
