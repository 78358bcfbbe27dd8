using System.Globalization;
using System.Text.RegularExpressions;

namespace Lynceus.Edge;

/// <summary>
/// Why the other end refused our side of TLS. With TLS 1.3 that comes after the handshake, with the first answer, and .NET has it only in OpenSSL's words:
/// its reason number is 1000 and the alert's (RFC 8446, section 6).
/// </summary>
internal static partial class TlsAlert
{
    public const int HandshakeFailure = 40, BadCertificate = 42, CertificateRevoked = 44, CertificateExpired = 45, CertificateUnknown = 46, UnknownAuthority = 48, AccessDenied = 49, CertificateRequired = 116;

    private const int OpenSslOffset = 1000;

    /// <summary>Null when there was none.</summary>
    public static int? Of(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (Code().Match(e.Message) is { Success: true } match && int.Parse(match.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture) - OpenSslOffset is >= 0 and <= 255 and var alert) return alert;
        }
        return null;
    }

    [GeneratedRegex("error:0A000([0-9A-Fa-f]{3}):")]
    private static partial Regex Code();
}
