using System.Security.Cryptography;
using System.Text;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>The code that opens the setup page: the settings', or one that the hub made and keeps in its data folder, where only its user can read it.</summary>
internal static class SetupCode
{
    private const string Name = "setup-code";
    private const int Length = 8;

    /// <summary>Without those that look alike: 0 and O, 1, I and L.</summary>
    private const string Letters = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

    /// <summary>The one that was made, or null.</summary>
    public static string? Made(string data)
    {
        var path = Path.Combine(data, Name);
        try
        {
            if (data.Length == 0 || new FileInfo(path) is not { Exists: true, Length: <= 100 }) return null;
            var code = File.ReadAllText(path).Trim();
            return code.Length is >= 6 and <= 64 ? code : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The code in force, made if there is none; <c>New</c> says that it was made just now.</summary>
    public static (string Code, bool New) InForce(SetupOptions options, string data)
    {
        if (options.Code.Length > 0) return (options.Code, false);
        if (Made(data) is { } made) return (made, false);
        var code = RandomNumberGenerator.GetString(Letters, Length);
        DurableFile.CreateFolder(data);
        var path = Path.Combine(data, Name);
        WriteForOwner(path, Encoding.ASCII.GetBytes(code + "\n"));
        return (code, true);
    }

    /// <summary>Never readable by others, not even for a moment.</summary>
    private static void WriteForOwner(string path, byte[] content)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var temporary = path + ".tmp";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
        DurableFile.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>In a time that says nothing of where they differ; small and capital letters, spaces and dashes are alike.</summary>
    public static bool Same(string code, string tried) => CryptographicOperations.FixedTimeEquals(Hash(code), Hash(tried));

    private static byte[] Hash(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant()));
}
