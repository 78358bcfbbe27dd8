using System.Globalization;
using System.Text.Json;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>Room on the card: reserved before anything is written, and made by giving up what is worth least.</summary>
internal sealed partial class Spool
{
    private readonly SpoolRoom room;
    private readonly GaveUpCounts counts;
    private readonly SpoolAside refused;
    private readonly SpoolAside quarantine;

    /// <summary>Bytes of all captures, under <see cref="gate"/>.</summary>
    private long used;

    /// <summary>Bytes that captures which are being added may take, and the part of them that is not written yet.</summary>
    private (long All, long Unwritten) reserved;

    /// <summary>All that the hub keeps on its card, sent or not, in whole blocks.</summary>
    public long UsedBytes
    {
        get
        {
            lock (gate) return used + reserved.All + refused.Bytes + quarantine.Bytes;
        }
    }

    /// <summary>What it may keep.</summary>
    public long LimitBytes => room.Limit;

    /// <summary>What was removed for want of room since the data folder was made, by reason.</summary>
    public IReadOnlyDictionary<string, long> GaveUp => counts.Now;

    /// <summary>Captures in quarantine or refused by the cloud.</summary>
    public int SetAside => refused.Count + quarantine.Count;

    /// <summary>Takes room for what is to be written. Throws <see cref="IOException"/> if there is none and nothing may go; then nothing went.</summary>
    private void Reserve(long bytes)
    {
        var left = new List<SpooledCapture>();
        try
        {
            lock (moving)
            {
                refused.Trim(room.Aside, counts);
                quarantine.Trim(room.Aside, counts);
                MakeRoom(bytes, left);
                lock (gate) reserved = (reserved.All + bytes, reserved.Unwritten + bytes);
            }
        }
        finally
        {
            foreach (var capture in left) (capture.Place == SpoolPlace.Spool ? Changed : Left)?.Invoke(capture);
        }
    }

    private void Release(long bytes, long unwritten)
    {
        lock (gate) reserved = (reserved.All - bytes, reserved.Unwritten - unwritten);
    }

    private void MakeRoom(long coming, List<SpooledCapture> left)
    {
        // The card is asked once: some file systems say late what was freed, and nothing is to go twice for that.
        var free = room.Free;
        if (free < room.Leave) room.Ballast(free);
        var stuck = new HashSet<SpooledCapture>();
        for (var rounds = 0; Excess(coming, free) is > 0 and var excess; rounds++)
        {
            var before = UsedBytes;
            var plan = rounds < 3 ? Plan(excess, coming, stuck) : throw Full(coming);
            try
            {
                counts.Add(plan.SelectMany(g => g.Losses).Select(l => JsonNamingPolicy.CamelCase.ConvertName(l.ToString())));
                foreach (var given in plan) if (!TryGiveUp(given, left)) stuck.Add(given.Capture);
            }
            finally
            {
                foreach (var given in plan) PutBack(given.Capture);
            }
            free += before - UsedBytes;
            LogGaveUp(before - UsedBytes, plan.Count(g => !stuck.Contains(g.Capture)));
        }
    }

    /// <summary>A folder that the card does not let go stays as it is; it was counted, and the others make room all the same.</summary>
    private bool TryGiveUp(GivenUp given, List<SpooledCapture> left)
    {
        try
        {
            GiveUp(given, left);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotGivenUp(given.Capture.Folder, e.Message);
            return false;
        }
    }

    private long Excess(long coming, long free)
    {
        lock (gate) return SpoolSpace.Excess(coming, UsedBytes, room.Limit, free - reserved.Unwritten, room.Leave);
    }

    private IReadOnlyList<GivenUp> Plan(long excess, long coming, HashSet<SpooledCapture> stuck)
    {
        lock (gate)
        {
            var plan = SpoolSpace.GiveUp([.. all.Values.Where(c => !c.Claimed && !stuck.Contains(c))], excess, room.More);
            if (plan.Sum(g => g.Bytes) < excess) throw Full(coming);
            foreach (var given in plan) given.Capture.Claimed = true;
            return plan;
        }
    }

    private IOException Full(long coming) => new(string.Create(CultureInfo.InvariantCulture,
        $"the card is full: {coming} bytes more are wanted, {UsedBytes} of {room.Limit} are used and {room.Free} are free, of which {room.Leave} stay so; nothing is left to give up but what is being sent"));

    /// <summary>The record without what goes is written durably first: what a record lists is there, so no receipt waits for what is gone.</summary>
    private void GiveUp(GivenUp given, List<SpooledCapture> left)
    {
        var (capture, folder, wasDue) = (given.Capture, given.Capture.Folder, given.Capture.Place == SpoolPlace.Spool);
        if (given.Whole)
        {
            folders.Remove(folder);
            Leave(capture);
        }
        else if (SpoolFiles.Damage(capture, out var record) is { } damage)
        {
            if (PutAside(folder, quarantine, damage)) LogQuarantined(folder, damage);
            Leave(capture);
        }
        else
        {
            Correct(capture, record!);
            var going = given.Tiers.Select(t => (t.Tier.N, t.Tier.Tier)).ToHashSet();
            var rest = record! with { Media = [.. record.Media.Select(m => m with { Tiers = [.. m.Tiers.Where(t => !going.Contains((SpooledTier.NumberOf(m.MediaID), t.Tier)))] })] };
            if (going.Count > 0) DurableFile.Write(capture.RecordPath, Wire.Write(rest));
            foreach (var (n, tier) in going) File.Delete(Path.Combine(folder, TierName(n, tier)));
            if (given.Unlisted) SpoolFiles.RemoveUnlisted(capture, folder);
            Correct(capture, rest, always: true);
        }
        if (wasDue) left.Add(capture);
    }
}
