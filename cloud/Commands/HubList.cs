using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>One line a hub: its name, its certificate, its password, when it was last seen; separated by tabs.</summary>
internal static class HubList
{
    public static IReadOnlyList<string> Lines(LynceusDb db, DateTime now)
    {
        var certificates = db.HubCertificates.AsNoTracking().ToList().ToLookup(c => c.Hub);
        var passwords = db.Credentials.AsNoTracking().ToDictionary(c => c.Hub, c => c.CreatedAt);
        var seen = db.Hubs.AsNoTracking().Select(h => new { h.Name, h.LastSeen }).ToDictionary(h => h.Name, h => h.LastSeen);
        return [.. certificates.Select(c => c.Key).Concat(passwords.Keys).Concat(seen.Keys).Distinct().Order(StringComparer.Ordinal)
            .Select(hub => string.Join('\t', hub, Certificate([.. certificates[hub]], now),
                passwords.TryGetValue(hub, out var since) ? $"password since {Day(since)}" : "no password",
                seen.TryGetValue(hub, out var last) ? $"last seen {last:yyyy-MM-ddTHH:mm:ssZ}" : "never seen"))];
    }

    /// <summary>The certificate that holds longest counts; only where none holds, why not.</summary>
    public static string Certificate(IReadOnlyList<HubCertificateRow> all, DateTime now)
    {
        if (all.Count == 0) return "no certificate";
        if (all.Where(c => c.RevokedAt is null).MaxBy(c => c.NotAfter) is not { } last) return $"certificate revoked {Day(all.Max(c => c.RevokedAt)!.Value)}";
        return last.NotAfter > now ? $"certificate until {Day(last.NotAfter)}" : $"certificate expired {Day(last.NotAfter)}";
    }

    private static string Day(DateTime day) => $"{day:yyyy-MM-dd}";
}
