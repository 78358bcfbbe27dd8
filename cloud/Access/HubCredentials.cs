using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>Passwords of hubs: PBKDF2-SHA256 in the rows, compared in constant time. An unknown hub takes as long as a wrong password.</summary>
internal sealed class HubCredentials(IDbContextFactory<LynceusDb> rows)
{
    private const int Iterations = 210_000;

    /// <summary>Since when the password is; null if it is not this hub's.</summary>
    public DateTime? Check(string hub, string password)
    {
        using var db = rows.CreateDbContext();
        var known = db.Credentials.AsNoTracking().FirstOrDefault(c => c.Hub == hub);
        var hash = Hash(password, known?.Salt ?? new byte[16], known?.Iterations ?? Iterations);
        return CryptographicOperations.FixedTimeEquals(hash, known?.Hash ?? new byte[hash.Length - 1]) ? known?.CreatedAt : null;
    }

    /// <summary>Since when the hub's password is, whichever it is; null if it has none.</summary>
    public DateTime? Since(string hub)
    {
        using var db = rows.CreateDbContext();
        return db.Credentials.Where(c => c.Hub == hub).Select(c => (DateTime?)c.CreatedAt).FirstOrDefault();
    }

    /// <summary>Makes a hub's password, or a new one in place of the old.</summary>
    /// <returns>The password; it is nowhere else.</returns>
    public static string Add(LynceusDb db, string hub, DateTime now)
    {
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var salt = RandomNumberGenerator.GetBytes(16);
        db.Credentials.Where(c => c.Hub == hub).ExecuteDelete();
        db.Credentials.Add(new HubCredentialRow { Hub = hub, Salt = salt, Hash = Hash(password, salt, Iterations), Iterations = Iterations, CreatedAt = now });
        db.SaveChanges();
        return password;
    }

    public static bool Revoke(LynceusDb db, string hub) => db.Credentials.Where(c => c.Hub == hub).ExecuteDelete() > 0;

    private static byte[] Hash(string password, byte[] salt, int iterations)
        => Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, 32);
}
