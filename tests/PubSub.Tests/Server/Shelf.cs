namespace Lynceus.PubSub.Tests;

/// <summary>The messages of one subscription that are not acknowledged, and who has which until when.</summary>
internal sealed class Shelf(Subscription subscription, Misbehaviour bad, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly List<Item> items = [];
    private readonly Random random = new(7);
    private long nextAck;

    public Subscription Subscription => subscription;

    /// <summary>Ids that were acknowledged, each as often as it was.</summary>
    public List<string> Acknowledged { get; } = [];

    /// <summary>How often messages were handed out.</summary>
    public int Handed { get; private set; }

    public int Extensions { get; private set; }

    public int Left
    {
        get
        {
            lock (gate) return items.Count;
        }
    }

    /// <summary>Messages that are with a reader now.</summary>
    public int Out
    {
        get
        {
            lock (gate) return items.Sum(i => i.Leases.Values.Count(until => until > time.GetUtcNow()));
        }
    }

    public void Put(PubsubMessage message)
    {
        if (!Filter.Lets(subscription.Filter, message)) return;
        lock (gate) items.Add(new Item(message) { CopiesLeft = bad.Copies });
    }

    /// <summary>What is to be handed out now, within what the reader has room for.</summary>
    public List<ReceivedMessage> Take(TimeSpan lease, long messages, long bytes)
    {
        lock (gate)
        {
            var (now, taken) = (time.GetUtcNow(), new List<ReceivedMessage>());
            foreach (var item in bad.Shuffles ? [.. items.OrderBy(_ => random.Next())] : items.ToList())
            {
                // A copy beyond the first goes out while another is still with a reader.
                if (item.CopiesLeft <= 0 && item.Leases.Values.Any(until => until > now)) continue;
                if (taken.Count >= messages || (taken.Count > 0 && taken.Sum(t => (long)t.Message.CalculateSize()) + item.Message.CalculateSize() > bytes)) break;
                var ack = $"{Interlocked.Increment(ref nextAck)}";
                item.CopiesLeft--;
                item.Attempts++;
                item.Leases[ack] = now + lease;
                Handed++;
                taken.Add(new ReceivedMessage { AckId = ack, Message = item.Message, DeliveryAttempt = item.Attempts });
            }
            return taken;
        }
    }

    public void Acknowledge(IEnumerable<string> ids)
    {
        lock (gate)
        {
            foreach (var id in ids)
            {
                Acknowledged.Add(id);
                foreach (var item in items.Where(i => i.Leases.ContainsKey(id) && i.CopiesLeft <= 0).ToList()) items.Remove(item);
            }
        }
    }

    public void Extend(IEnumerable<string> ids, TimeSpan lease)
    {
        lock (gate)
        {
            foreach (var id in ids)
            {
                Extensions++;
                foreach (var item in items.Where(i => i.Leases.ContainsKey(id))) item.Leases[id] = time.GetUtcNow() + lease;
            }
        }
    }

    private sealed class Item(PubsubMessage message)
    {
        public PubsubMessage Message => message;
        public Dictionary<string, DateTimeOffset> Leases { get; } = [];
        public int CopiesLeft { get; set; }
        public int Attempts { get; set; }
    }
}

/// <summary>The filters that the documents speak of: <c>attributes.NAME = "VALUE"</c> and <c>hasPrefix(attributes.NAME, "VALUE")</c>.</summary>
internal static class Filter
{
    public static bool Lets(string filter, PubsubMessage message)
    {
        if (filter.Length == 0) return true;
        var quoted = filter.Split('"');
        if (quoted.Length != 3 || !filter.Contains("attributes.", StringComparison.Ordinal)) throw new FormatException($"no filter: {filter}");
        var name = filter.Split("attributes.")[1].Split(' ', ',')[0];
        var value = message.Attributes.GetValueOrDefault(name);
        return filter.StartsWith("hasPrefix(", StringComparison.Ordinal) ? value?.StartsWith(quoted[1], StringComparison.Ordinal) == true : value == quoted[1];
    }
}
