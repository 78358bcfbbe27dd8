using System.Net;
using System.Net.Sockets;

namespace Lynceus.Edge;

/// <summary>
/// How long who tried wrong codes must wait: after five from one address a pause that doubles from 5 s to 15 min, and after twenty from all of them one of at most a minute,
/// so that a flood from many addresses keeps the owner out only for that. Thread-safe; holds a bounded number of addresses.
/// </summary>
internal sealed class Tries(TimeProvider time)
{
    private const int Free = 5, FreeOverall = 20, MostAddresses = 1000;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5), Longest = TimeSpan.FromMinutes(15), LongestOverall = TimeSpan.FromMinutes(1), Forgotten = TimeSpan.FromHours(1);
    private readonly Lock gate = new();
    private readonly Dictionary<string, (int Wrong, DateTimeOffset Last)> by = [];
    private (int Wrong, DateTimeOffset Last) overall;

    /// <summary>Zero if this address may try now.</summary>
    public TimeSpan Pause(IPAddress? address)
    {
        lock (gate)
        {
            var own = by.TryGetValue(Key(address), out var tried) ? Left(tried, Free, Longest) : TimeSpan.Zero;
            var all = Left(overall, FreeOverall, LongestOverall);
            return own > all ? own : all;
        }
    }

    public void Wrong(IPAddress? address)
    {
        lock (gate)
        {
            var (key, now) = (Key(address), time.GetUtcNow());
            if (!by.ContainsKey(key) && by.Count >= MostAddresses) by.Remove(by.MinBy(b => b.Value.Last).Key);
            by[key] = (Count(by.GetValueOrDefault(key), now) + 1, now);
            overall = (Count(overall, now) + 1, now);
        }
    }

    /// <summary>The owner came in.</summary>
    public void Right(IPAddress? address)
    {
        lock (gate) by.Remove(Key(address));
    }

    private static int Count((int Wrong, DateTimeOffset Last) tried, DateTimeOffset now) => now - tried.Last > Forgotten ? 0 : tried.Wrong;

    private TimeSpan Left((int Wrong, DateTimeOffset Last) tried, int free, TimeSpan longest)
    {
        var now = time.GetUtcNow();
        if (Count(tried, now) < free) return TimeSpan.Zero;
        var pause = First * Math.Pow(2, Math.Min(tried.Wrong - free, 12));
        var left = tried.Last + (pause < longest ? pause : longest) - now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>A host of IPv6 has a whole /64 to come from.</summary>
    private static string Key(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }
}
