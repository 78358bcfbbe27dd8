using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>
/// What one link has cost so far. A message is paid for before it goes, by what it should cost; what the link's own counters say above that is paid when it is known.
/// So the ledger may be some bytes ahead, and is never behind by more than what is on the way. Threads: any.
/// </summary>
internal sealed class Spending(ILink link, LinkLedger ledger)
{
    /// <summary>Headers of MQTT, TLS, TCP and IP, and the acknowledgement.</summary>
    private const int EachMessage = 160;
    private readonly Lock gate = new();
    private long paid;

    /// <summary>False if it may not be spent any more; then nothing was.</summary>
    public bool Pay(string topic, int payload, Tier? tier = null, Func<Ledger, bool>? may = null)
    {
        // 40 bytes of headers in each segment of 1,400.
        var bytes = EachMessage + topic.Length + payload + (payload / 35);
        lock (gate)
        {
            if (!ledger.TrySpend(bytes, tier, may ?? (_ => true))) return false;
            paid += bytes;
            return true;
        }
    }

    /// <summary>Pays what the link's counters say beyond what was paid: receipts, repeats, pings.</summary>
    public void Settle()
    {
        lock (gate)
        {
            var more = link.WireBytes - paid;
            if (more <= 0) return;
            paid += more;
            ledger.Spend(more);
        }
    }
}
