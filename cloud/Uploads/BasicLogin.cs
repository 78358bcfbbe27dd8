using System.Net.Http.Headers;
using System.Text;

namespace Lynceus.Cloud;

/// <summary>Name and password in a header (RFC 7617).</summary>
internal static class BasicLogin
{
    private const int MostChars = 1024;

    public static bool TryRead(string header, out string user, out string password)
    {
        (user, password) = ("", "");
        if (!AuthenticationHeaderValue.TryParse(header, out var parsed) || !parsed.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || parsed.Parameter is not { Length: <= MostChars } base64) return false;
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length)) return false;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        if (text.IndexOf(':', StringComparison.Ordinal) is not (> 0 and var colon)) return false;
        (user, password) = (text[..colon], text[(colon + 1)..]);
        return true;
    }
}
