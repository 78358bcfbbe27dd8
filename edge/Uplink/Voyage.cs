using System.Collections.Concurrent;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>One link in use: everything that goes over it is paid for and paced here. Threads: the uplink's workers.</summary>
internal sealed class Voyage(ILink link, LinkInbox inbox, LinkPace pace, LinkLedger ledger, TimeProvider time)
{
    private readonly HashSet<Guid> offered = [];
    private readonly Spending spending = new(link, ledger);

    public ILink Link => link;

    /// <summary>How many bytes of a tier the cloud has, as it said on this link.</summary>
    public ConcurrentDictionary<(Guid CaptureID, string N, Tier Tier), long> Offsets { get; } = new();

    public LinkInbox Inbox => inbox;

    public LinkPace Pace => pace;

    /// <summary>Pays what the link's counters say beyond what was paid.</summary>
    public void Settle() => spending.Settle();

    /// <summary>True the first time on this link: then the capture's record is to be offered.</summary>
    public bool Offer(SpooledCapture capture)
    {
        lock (offered) return offered.Add(capture.CaptureID);
    }

    public void OfferAgain(SpooledCapture capture)
    {
        lock (offered) offered.Remove(capture.CaptureID);
    }

    /// <summary>Sends and waits until the other end has it.</summary>
    public async Task<SendResult> SendAsync(string topic, ReadOnlyMemory<byte> payload, Tier? tier, CancellationToken end)
    {
        await pace.EnterAsync(payload.Length, end);
        spending.Pay(topic, payload.Length, tier);
        return await GoAsync(topic, payload, end);
    }

    /// <summary>Waits until it may be on its way; what is returned ends when the other end has it. Null if by then it may not be paid for any more.</summary>
    public async Task<Task?> StartAsync(string topic, ReadOnlyMemory<byte> payload, Tier? tier, Func<Ledger, bool> may, CancellationToken end)
    {
        await pace.EnterAsync(payload.Length, end);
        if (spending.Pay(topic, payload.Length, tier, may)) return GoAsync(topic, payload, end);
        pace.Lost(payload.Length);
        return null;
    }

    /// <summary>States are small and wait for nothing.</summary>
    public Task<SendResult> TellAsync(HubState state, CancellationToken end)
    {
        var payload = Wire.Write(state);
        spending.Pay(Topics.State(state.Hub), payload.Length);
        return link.SendAsync(Topics.State(state.Hub), payload, retain: true, end);
    }

    private async Task<SendResult> GoAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken end)
    {
        var began = time.GetTimestamp();
        var arrived = false;
        try
        {
            var result = await link.SendAsync(topic, payload, retain: false, end);
            arrived = true;
            pace.Arrived(payload.Length, time.GetElapsedTime(began));
            return result;
        }
        finally
        {
            if (!arrived) pace.Lost(payload.Length);
        }
    }
}
