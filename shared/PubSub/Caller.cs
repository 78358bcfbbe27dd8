namespace Lynceus.PubSub;

/// <summary>On whose behalf calls are made.</summary>
/// <param name="Who">For people: whom a role must be given to.</param>
/// <param name="TokenAsync">A token that is good now; null where none is needed. Throws <see cref="PubSubException"/>.</param>
internal sealed record Caller(string Who, Func<CancellationToken, Task<string>>? TokenAsync)
{
    /// <summary>An emulator asks for nothing.</summary>
    public static Caller Anybody { get; } = new("the emulator's caller", TokenAsync: null);
}
