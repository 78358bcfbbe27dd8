using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>
/// How long to wait before the next try, by what stood in the way: what mends itself is tried soon and then less often, up to the longest wait of the settings;
/// what a person has to mend is asked for seldom, because each try costs bytes. Between half and all of each step, so that a fleet does not come back all at once.
/// </summary>
internal sealed class RetryPlan(Random random, TimeSpan longest)
{
    private readonly Dictionary<LinkState, Backoff> inARow = [];

    public TimeSpan Next(LinkState state)
    {
        if (!inARow.TryGetValue(state, out var backoff))
        {
            var (first, last) = Bounds(state);
            inARow[state] = backoff = new Backoff(random, first, last);
        }
        return backoff.Next();
    }

    public void Succeeded() => inARow.Clear();

    /// <summary>The first step and the longest; half of it is the least.</summary>
    private (TimeSpan First, TimeSpan Last) Bounds(LinkState state) => state switch
    {
        // A modem comes back at any moment, and a try without a network costs nothing.
        LinkState.NoNetwork => Transient(10, 60),
        LinkState.NoName or LinkState.ClockWrong => Transient(10, 300),
        LinkState.CaptivePortal => Transient(60, 900),
        LinkState.BrokerFull => (TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(15)),
        LinkState.CloudNotTrusted => (TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(30)),
        LinkState.CertificateExpired or LinkState.CertificateRevoked or LinkState.NotAllowed => (TimeSpan.FromMinutes(30), TimeSpan.FromHours(1)),
        _ => Transient(1, int.MaxValue),
    };

    private (TimeSpan First, TimeSpan Last) Transient(int first, int last)
        => (TimeSpan.FromSeconds(Math.Min(first, longest.TotalSeconds)), TimeSpan.FromSeconds(Math.Min(last, longest.TotalSeconds)));
}
