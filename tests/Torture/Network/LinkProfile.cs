namespace Lynceus.Torture;

/// <summary>How a link is, each way.</summary>
/// <param name="Name">Of it.</param>
/// <param name="DelayMs">One way.</param>
/// <param name="JitterMs">More or less than the delay, at most.</param>
/// <param name="Loss">Share of packets that do not arrive, 0–1.</param>
/// <param name="Reordered">Share of packets that overtake those before them, 0–1.</param>
/// <param name="KbitPerSecond">Its rate; 0 for as fast as it goes.</param>
/// <param name="OffSeconds">It is away for so long, again and again; 0 for never.</param>
/// <param name="OnSeconds">And there for so long between.</param>
/// <param name="MostWirePerPayload">What may go over it for a byte of payload.</param>
internal sealed record LinkProfile(
    string Name, double DelayMs = 0, double JitterMs = 0, double Loss = 0, double Reordered = 0, int KbitPerSecond = 0, double OffSeconds = 0, double OnSeconds = 0, double MostWirePerPayload = double.PositiveInfinity)
{
    /// <summary>A round trip is twice the delay: a satellite's is 600 ms.</summary>
    public static IReadOnlyList<LinkProfile> All(bool brief) =>
    [
        new("clean", DelayMs: 10, KbitPerSecond: 1000, MostWirePerPayload: 1.05),
        new("3G", DelayMs: 50, JitterMs: 10, KbitPerSecond: 1000),
        new("satellite", DelayMs: 300, JitterMs: 25, Loss: 0.02, KbitPerSecond: 1000),
        new("harsh", DelayMs: 100, JitterMs: 50, Loss: 0.1, Reordered: 0.05, KbitPerSecond: 64, MostWirePerPayload: 1.25),
        // Five minutes off and on, six times, thirty times as fast in short; and hours away.
        new("off/on", DelayMs: 50, KbitPerSecond: 100, OffSeconds: brief ? 4 : 60, OnSeconds: brief ? 4 : 60),
        new("away", DelayMs: 50, KbitPerSecond: 40, OffSeconds: brief ? 25 : 7200, OnSeconds: brief ? 20 : 600),
    ];

    /// <summary>Whether the link is there, so long after its start.</summary>
    public bool IsThere(TimeSpan since) => OffSeconds == 0 || since.TotalSeconds % (OffSeconds + OnSeconds) < OnSeconds;
}
