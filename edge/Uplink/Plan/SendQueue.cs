using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What one worker carries now: a capture's record, or some of its tiers.</summary>
/// <param name="Capture">Whose.</param>
/// <param name="Tiers">Empty for the record.</param>
/// <param name="Class">Why.</param>
internal sealed record SendItem(SpooledCapture Capture, IReadOnlyList<SpooledTier> Tiers, SendClass Class);

/// <summary>
/// What waits in the spool, sorted so that the plan sees the best of each class at once, also among a hundred thousand.
/// A capture is carried by one worker at a time. Threads: any; under one lock.
/// </summary>
internal sealed class SendQueue(SendPlan plan, LinkOptions options, LinkLedger ledger, TimeProvider time)
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <summary>Longest wait before the plan is asked again: midnight, a clock that was set.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>The tiers, and the record: a tier whose share of the day is spent holds up no other.</summary>
    private static readonly int Tiers = Enum.GetValues<Tier>().Length + 1;

    /// <summary>Today's pictures and those of before are weighed against each other: neither waits for the other to end.</summary>
    private static readonly SendClass[][] Orders = [[SendClass.Alarm], [SendClass.Record], [SendClass.Asked], [SendClass.Today, SendClass.Backfill]];
    private readonly Lock gate = new();
    private readonly SortedSet<Entry>[][] classes = [.. Enum.GetValues<SendClass>().Select(_ => Enumerable.Range(0, Tiers).Select(_ => new SortedSet<Entry>()).ToArray())];
    private readonly Dictionary<SpooledCapture, List<Entry>> entries = [];
    private readonly HashSet<SpooledCapture> carried = [];
    private readonly Queue<SpooledCapture> young = new();

    /// <summary>Claims a capture in the spool, so that nothing of it is given up while it is carried. False if it is no more there.</summary>
    public Func<SpooledCapture, bool> Claim { get; init; } = _ => true;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Choice last = new(-1);

    /// <summary>Why nothing goes although something waits; <see cref="LinkState.Up"/> if nothing stands in the way.</summary>
    public Choice Standstill
    {
        get
        {
            lock (gate) return last;
        }
    }

    /// <summary>Whether anything of an alarm waits.</summary>
    public bool HasAlarm
    {
        get
        {
            lock (gate) return carried.Any(c => c.Alarm) || classes[(int)SendClass.Alarm].Any(set => set.Count > 0);
        }
    }

    /// <summary>Whether nothing waits that may ever be sent unasked.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (gate) return entries.Count == 0 && carried.Count == 0;
        }
    }

    /// <summary>A capture is in the spool, or something of it was asked for.</summary>
    public void Enter(SpooledCapture capture, bool isNew)
    {
        lock (gate)
        {
            if (isNew) ledger.Demand(Due(capture).Sum(t => t.Bytes));
            Index(capture);
            Signal();
        }
    }

    /// <summary>A capture has left the spool, whatever became of it.</summary>
    public void Leave(SpooledCapture capture)
    {
        lock (gate)
        {
            // It may have come back since, because it was asked for.
            if (capture.Place == SpoolPlace.Spool) Index(capture);
            else Unindex(capture);
            Signal();
        }
    }

    /// <summary>What of a capture is to be sent and is not there yet.</summary>
    public IEnumerable<SpooledTier> Due(SpooledCapture capture) => capture.Tiers.Where(t => !t.Stored && (t.Asked || options.IsDue(capture, t)));

    /// <summary>Waits for what the plan lets go next. Give it back with <see cref="Release"/>.</summary>
    /// <param name="batchBytes">Small tiers of one capture go together, up to so many bytes.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<SendItem> NextAsync(Func<int> batchBytes, CancellationToken stop)
    {
        while (true)
        {
            Task wake;
            TimeSpan nap;
            lock (gate)
            {
                if (TryNext(batchBytes()) is { } item) return item;
                wake = changed.Task;
                nap = last.AskAgain is { } at && at - time.GetUtcNow() is var wait && wait < Longest ? TimeSpan.FromTicks(Math.Max(wait.Ticks, TimeSpan.TicksPerSecond)) : Longest;
            }
            try
            {
                await wake.WaitAsync(nap, time, stop);
            }
            catch (TimeoutException)
            {
                // Time alone may have changed what is due.
            }
        }
    }

    /// <summary>A worker is done with a capture; what still waits of it waits again. If it has left, <paramref name="stays"/> is false.</summary>
    public void Release(SpooledCapture capture, bool stays)
    {
        lock (gate)
        {
            carried.Remove(capture);
            if (stays || capture.Place == SpoolPlace.Spool) Index(capture);
            Signal();
        }
    }

    /// <summary>What the plan lets go now; null if nothing does.</summary>
    public SendItem? TryNext(int batchBytes)
    {
        lock (gate) return Choose(batchBytes);
    }

    private SendItem? Choose(int batchBytes)
    {
        while (true)
        {
            if (Best(batchBytes) is not { } item) return null;
            Unindex(item.Capture);
            if (!Claim(item.Capture)) continue;
            carried.Add(item.Capture);
            return item;
        }
    }

    private SendItem? Best(int batchBytes)
    {
        Age();
        var now = time.GetUtcNow();
        var heads = new List<(Candidate Candidate, Entry Entry)>(classes.Length * Tiers);
        foreach (var order in Orders)
        {
            foreach (var head in order.SelectMany(kind => classes[(int)kind]).Select(set => set.Min).OfType<Entry>().Order()) heads.Add((new Candidate(head.Class, head.Tier?.Tier, head.Bytes), head));
        }
        last = plan.Choose(now, ledger.Now, [.. heads.Select(h => h.Candidate)]);
        if (last.Index < 0) return null;
        var (candidate, best) = heads[last.Index];
        List<SpooledTier> tiers = best.Tier is { } first ? [first] : [];
        // Small ones share the wait for the receipt. Where bytes are counted, each goes in its own turn.
        if (tiers.Count > 0 && !plan.IsLimited)
        {
            var bytes = best.Bytes;
            foreach (var entry in entries[best.Capture].Where(e => e.Tier is not null && e != best && e.Class == best.Class).Order())
            {
                if (bytes + entry.Bytes > batchBytes || plan.Choose(now, ledger.Now, [new Candidate(entry.Class, entry.Tier!.Value.Tier, bytes + entry.Bytes)]).Index < 0) break;
                bytes += entry.Bytes;
                tiers.Add(entry.Tier.Value);
            }
        }
        return new SendItem(best.Capture, tiers, candidate.Class);
    }

    private void Index(SpooledCapture capture)
    {
        Unindex(capture);
        if (carried.Contains(capture)) return;
        var mine = new List<Entry>();
        if (!capture.RecordStored)
        {
            mine.Add(new Entry(capture, null, capture.Alarm ? SendClass.Alarm : SendClass.Record, RecordBytes));
        }
        else
        {
            var young = time.GetUtcNow() - capture.Added < Day;
            foreach (var tier in Due(capture))
            {
                var kind = capture.Alarm ? SendClass.Alarm : tier.Asked ? SendClass.Asked : young ? SendClass.Today : SendClass.Backfill;
                mine.Add(new Entry(capture, tier, kind, tier.Bytes));
                if (kind == SendClass.Today && (mine.Count == 1 || mine[^2].Class != SendClass.Today)) this.young.Enqueue(capture);
            }
        }
        if (mine.Count == 0) return;
        entries[capture] = mine;
        foreach (var entry in mine) SetOf(entry).Add(entry);
    }

    private void Unindex(SpooledCapture capture)
    {
        if (!entries.Remove(capture, out var mine)) return;
        foreach (var entry in mine) SetOf(entry).Remove(entry);
    }

    private SortedSet<Entry> SetOf(Entry entry) => classes[(int)entry.Class][entry.Tier is { } tier ? (int)tier.Tier + 1 : 0];

    /// <summary>What has become a day old is no longer today's.</summary>
    private void Age()
    {
        while (young.TryPeek(out var oldest) && (!entries.ContainsKey(oldest) || time.GetUtcNow() - oldest.Added >= Day))
        {
            young.Dequeue();
            if (entries.ContainsKey(oldest)) Index(oldest);
        }
    }

    private void Signal()
    {
        var before = changed;
        changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        before.TrySetResult();
    }

    /// <summary>A packed record has about so many bytes.</summary>
    public const long RecordBytes = 800;

    /// <summary>The order within a class. The set's smallest goes first.</summary>
    private sealed record Entry(SpooledCapture Capture, SpooledTier? Tier, SendClass Class, long Bytes) : IComparable<Entry>
    {
        private readonly double worth = Tier is { } tier ? SendValue.Of(Capture, tier.Tier) * (Class == SendClass.Today ? 1.5 : 1) / Math.Max(1, tier.Bytes) : 0;

        public int CompareTo(Entry? other)
        {
            if (other is null) return 1;
            var order = 0;
            if (Class is SendClass.Today or SendClass.Backfill) order = other.worth.CompareTo(worth);
            if (order == 0) order = other.Capture.Seq.CompareTo(Capture.Seq);
            if (order == 0) order = (Tier?.Tier ?? (Tier)(-1)).CompareTo(other.Tier?.Tier ?? (Tier)(-1));
            if (order == 0) order = string.CompareOrdinal(Tier?.N, other.Tier?.N);
            // Numbers of two epochs may be alike.
            return order != 0 ? order : Capture.CaptureID.CompareTo(other.Capture.CaptureID);
        }
    }
}

/// <summary>What a tier is worth to those who wait for it. Only the order matters; bytes are divided out.</summary>
internal static class SendValue
{
    public static double Of(SpooledCapture capture, Tier tier) => OfCapture(capture) * OfTier(tier);

    /// <summary>Apart by less than tiers are: no frame of a sure animal goes before the crop of one that is less sure, and none of today's before a crop of before.
    /// A sure animal most; a drop that was drawn for the audit stands for many others; something doubtful least.</summary>
    private static double OfCapture(SpooledCapture capture) => capture.Verdict switch
    {
        Verdict.Send => 1 + (0.3 * (capture.Score ?? 0)),
        Verdict.Drop => 1,
        _ => 0.3,
    };

    /// <summary>The smaller ones tell nearly as much as the larger: what is worth most for each byte goes first all the same, since bytes differ more.</summary>
    private static double OfTier(Tier tier) => tier switch
    {
        Tier.Thumbnail => 1,
        Tier.Crop => 3,
        Tier.Frame => 4,
        Tier.Original => 4,
        _ => 6,
    };
}
