using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Lynceus.Edge;

/// <summary>Who has given the code. In memory: when the page goes off, or the hub starts again, it is asked for again.</summary>
internal sealed class Sessions(TimeProvider time)
{
    public const string Cookie = "lynceus-setup";
    private const int Most = 16;
    private static readonly TimeSpan Life = TimeSpan.FromHours(12);
    private readonly ConcurrentDictionary<string, DateTimeOffset> until = new();
    private long lastVisit = time.GetTimestamp();

    /// <summary>Since somebody with the code looked, or since the page came up.</summary>
    public TimeSpan Quiet => time.GetElapsedTime(Interlocked.Read(ref lastVisit));

    /// <summary>A new session; the oldest goes if there are too many.</summary>
    public string Begin()
    {
        while (until.Count >= Most && until.MinBy(s => s.Value) is { Key: { } oldest }) until.TryRemove(oldest, out _);
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        until[token] = time.GetUtcNow() + Life;
        Visit();
        return token;
    }

    public bool IsOpen(string? token)
    {
        if (token is null || !until.TryGetValue(token, out var end)) return false;
        if (end > time.GetUtcNow()) return true;
        until.TryRemove(token, out _);
        return false;
    }

    public void End(string? token)
    {
        if (token is not null) until.TryRemove(token, out _);
    }

    public void Visit() => Interlocked.Exchange(ref lastVisit, time.GetTimestamp());

    /// <summary>Nobody is in any more.</summary>
    public void Clear() => until.Clear();
}
