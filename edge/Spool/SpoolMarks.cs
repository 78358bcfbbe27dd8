using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>Who has a capture in hand, and what of it the cloud has.</summary>
internal sealed partial class Spool
{
    /// <summary>Claims a capture of the spool: until it is put back or done nobody else takes it, and nothing of it is given up. False if somebody else has it, or it left.</summary>
    public bool TryClaim(SpooledCapture capture)
    {
        lock (gate)
        {
            if (capture is not { Place: SpoolPlace.Spool, Claimed: false }) return false;
            capture.Claimed = true;
            return true;
        }
    }

    /// <summary>Gives back a capture that was claimed.</summary>
    public void PutBack(SpooledCapture capture)
    {
        lock (gate) capture.Claimed = false;
    }

    /// <summary>The cloud has the record.</summary>
    public void MarkRecord(SpooledCapture capture)
    {
        lock (gate)
        {
            if (capture.RecordStored || capture.Place == SpoolPlace.Gone) return;
            capture.RecordStored = true;
            journal.Add(capture, all.Values);
        }
    }

    /// <summary>The cloud has a tier.</summary>
    public void MarkTier(SpooledCapture capture, string n, Tier tier)
    {
        lock (gate) Change(capture, n, tier, t => t with { Stored = true });
    }

    /// <summary>The cloud asks for a tier: it is due, and a capture that was done comes back into the spool. False if the card does not have it any more.</summary>
    public bool MarkAsked(Guid captureID, string n, Tier tier)
    {
        SpooledCapture? capture;
        bool moves;
        lock (moving)
        {
            lock (gate)
            {
                if (!all.TryGetValue(captureID, out capture) || !capture.Tiers.Any(t => t.Is(n, tier))) return false;
                // Whoever asks does not have it, whatever was said before: the record's receipt says so if it does.
                Change(capture, n, tier, t => t with { Asked = true, Stored = false });
                moves = capture.Place != SpoolPlace.Spool;
            }
            if (moves)
            {
                MoveTo(SpoolPlace.Spool, capture);
                lock (gate)
                {
                    capture.Place = SpoolPlace.Spool;
                    pending++;
                }
            }
        }
        (moves ? Entered : Changed)?.Invoke(capture);
        return true;
    }

    /// <summary>Nobody wants a tier any more that was asked for.</summary>
    public void MarkUnasked(Guid captureID, string n, Tier tier)
    {
        SpooledCapture? capture;
        lock (gate)
        {
            if (!all.TryGetValue(captureID, out capture)) return;
            Change(capture, n, tier, t => t with { Asked = false });
        }
        Changed?.Invoke(capture);
    }

    /// <summary>The cloud has the record and all that is due: what it does not have stays, outside the spool; if there is no such thing, nothing does.
    /// False if the cloud has asked for more meanwhile: then it stays, and is still claimed. A folder that the card does not move now is moved later: <see cref="SettleLate"/>.</summary>
    public bool Done(SpooledCapture capture)
    {
        lock (moving)
        {
            if (capture.Place != SpoolPlace.Spool) return true;
            if (IsAskedForMore(capture)) return false;
            if (!TrySettle(capture)) return true;
        }
        Left?.Invoke(capture);
        return true;
    }

    private bool IsAskedForMore(SpooledCapture capture)
    {
        lock (gate) return capture.Tiers.Any(t => t is { Asked: true, Stored: false });
    }

    private void Change(SpooledCapture capture, string n, Tier tier, Func<SpooledTier, SpooledTier> change)
    {
        var changed = capture.Tiers.Select(t => t.Is(n, tier) ? change(t) : t).ToArray();
        if (capture.Place == SpoolPlace.Gone || changed.SequenceEqual(capture.Tiers)) return;
        capture.Tiers = changed;
        journal.Add(capture, all.Values);
    }
}
