using System.Security.Cryptography;
using System.Text;

namespace Lynceus.Cloud;

/// <summary>The token that opens the pages and the API to other machines. Made at the first start; only the file's owner can read it.</summary>
internal sealed class AccessToken
{
    private readonly byte[] hash;

    private AccessToken(string token)
    {
        Value = token;
        hash = SHA256.HashData(Encoding.UTF8.GetBytes(token));
    }

    public string Value { get; }

    public static AccessToken Open(string data)
    {
        var path = Path.Combine(data, "access-token");
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: >= 32 } known) return new AccessToken(known);
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new StreamWriter(path, options)) file.WriteLine(token);
        return new AccessToken(token);
    }

    /// <summary>In constant time, whatever length is offered.</summary>
    public bool Is(string? offered)
        => offered is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(offered)), hash);
}
