using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Lynceus.Contracts;

/// <summary>How captures, media and hubs are named. An id is made once and never again for the same thing.</summary>
public static partial class Ids
{
    /// <summary>A capture of a live trigger: UUIDv7, made at the trigger.</summary>
    public static Guid NewCapture(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow());

    /// <summary>
    /// A capture that was read from a card or a folder: derived from hub, camera and the content of its first frame (UUIDv8),
    /// so that the same card read twice, or read again after it grew, names the same capture.
    /// </summary>
    /// <param name="hub">The hub's name.</param>
    /// <param name="cameraID">The camera as the hub knows it.</param>
    /// <param name="firstFrameSha256">SHA-256 of the first frame's file, 64 hex digits.</param>
    public static Guid CaptureFromContent(string hub, string cameraID, string firstFrameSha256)
        => Derive("capture", hub, cameraID, firstFrameSha256);

    /// <summary>The counters of one camera and hour: the same triple always gives the same id, so a repeated report replaces itself.</summary>
    /// <param name="hub">The hub's name.</param>
    /// <param name="cameraID">The camera as the hub knows it.</param>
    /// <param name="hour">The start of the hour.</param>
    /// <param name="source">The card epoch of a live hub, or <c>card</c> for what was read from a card.</param>
    public static Guid Effort(string hub, string cameraID, DateTimeOffset hour, string source)
        => Derive("effort", hub, cameraID, $"{hour.UtcDateTime:yyyy-MM-ddTHH}", source);

    /// <summary>What a package of somebody else holds: the same package read twice, or read again after it grew, names the same things.</summary>
    /// <param name="kind">What it is: <c>capture</c>, <c>label</c>.</param>
    /// <param name="parts">The project, and what the package calls it there.</param>
    public static Guid FromPackage(string kind, params string[] parts) => Derive(["package", kind, .. parts]);

    /// <summary>The media of a capture. <paramref name="n"/> is 1, 2, … for frames the hub took; for a file read from a card it is the
    /// first twelve hex digits of its content's SHA-256, so that a frame that appears in the middle of a sequence renames no other.</summary>
    public static string Media(Guid captureID, string n) => $"{captureID:D}/{n}";

    /// <summary>Splits <c>captureID/n</c>.</summary>
    public static bool TryParseMedia(string? mediaID, out Guid captureID, [NotNullWhen(true)] out string? n)
    {
        captureID = default;
        n = null;
        if (mediaID is null || mediaID.Length < 38 || mediaID[36] != '/' || !Guid.TryParseExact(mediaID.AsSpan(0, 36), "D", out captureID))
            return false;
        n = mediaID[37..];
        return IsMediaNumber(n) && mediaID == Media(captureID, n);
    }

    /// <summary>What may stand behind the slash of a mediaID.</summary>
    public static bool IsMediaNumber(string? n) => n is not null && MediaNumber().IsMatch(n);

    /// <summary>A hub's name: <c>[a-z0-9-]{1,32}</c>. It is a topic level, a user name and a file name, so nothing else may be in it.</summary>
    public static bool IsHub(string? hub) => hub is not null && HubName().IsMatch(hub);

    /// <summary>What people upload without a hub stands under this name, so no hub may have it.</summary>
    public const string UploadHub = "upload";

    /// <summary>A request's name: 1 to 16 of a–z and 0–9.</summary>
    public static bool IsRequest(string? id) => id is { Length: >= 1 and <= 16 } && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));

    /// <summary>SHA-256 in lower-case hex.</summary>
    public static string Sha256(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>64 lower-case hex digits.</summary>
    public static bool IsSha256(string? hash) => hash is not null && Sha256Hex().IsMatch(hash);

    private static Guid Derive(params string[] parts)
    {
        // A unit separator cannot stand in a name, so no two different lists of parts read the same.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes("lynceus\u001f" + string.Join('\u001f', parts)));
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80); // version 8: made by a rule of our own (RFC 9562)
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80); // RFC 9562 variant
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }

    [GeneratedRegex("^[a-z0-9-]{1,32}\\z")]
    private static partial Regex HubName();

    [GeneratedRegex("^[0-9a-z]{1,32}\\z")]
    private static partial Regex MediaNumber();

    [GeneratedRegex("^[0-9a-f]{64}\\z")]
    private static partial Regex Sha256Hex();
}
