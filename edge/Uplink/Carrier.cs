using System.Threading.Channels;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>How carrying something ended.</summary>
internal enum Carried
{
    /// <summary>As far as it was to go now; more of the capture may be due.</summary>
    Some,

    /// <summary>All that is due of the capture is stored.</summary>
    All,

    /// <summary>The cloud will not have it, or its files are damaged: it is set aside.</summary>
    SetAside,
}

/// <summary>
/// Carries records and tiers: the record is also the offer, and the receipt says which bytes are missing, so only these are sent, from the offset it names.
/// </summary>
internal sealed class Carrier(Spool spool, SendQueue queue, SendPlan plan, CloudAccepts accepts)
{
    /// <summary>A picture whose bytes arrive damaged so often is damaged here.</summary>
    private const int MostHashMismatches = 3;
    private const int MostRefusals = 3;

    public required HubIdentity Identity { get; init; }
    public required UplinkOptions Options { get; init; }
    public required TimeProvider Time { get; init; }

    /// <summary>Called for each tier that the cloud has stored.</summary>
    public Action<Guid, string, Tier>? OnStored { get; init; }

    /// <summary>Carries an item until the cloud has it, will not have it, or the plan says no more. Throws <see cref="LinkDownException"/>.</summary>
    public async Task<Carried> SendAsync(Voyage voyage, SendItem item, CancellationToken end)
    {
        var capture = item.Capture;
        if (spool.Read(capture) is not { } record) return Carried.SetAside;
        var receipts = voyage.Inbox.Listen(capture.CaptureID);
        try
        {
            for (var mismatches = 0; ;)
            {
                // Once on each link: what the cloud has got of a tier that was cut off is only known to the cloud.
                if (voyage.Offer(capture) || !capture.RecordStored)
                {
                    if (await OfferAsync(voyage, capture, record, receipts, end) is { } refused)
                    {
                        spool.Refuse(capture, refused);
                        return Carried.SetAside;
                    }
                }
                var problem = await SendTiersAsync(voyage, item, receipts, end);
                if (problem is null) return Finish(capture);
                if (problem == Refusal.HashMismatch && ++mismatches == MostHashMismatches)
                {
                    spool.Quarantine(capture, "the cloud got other bytes than the record says, three times");
                    return Carried.SetAside;
                }
                voyage.OfferAgain(capture);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its files, not the link: it is set aside, and blocks nothing behind it.
            spool.Quarantine(capture, e.Message);
            return Carried.SetAside;
        }
        finally
        {
            voyage.Inbox.StopListening(capture.CaptureID);
        }
    }

    private Carried Finish(SpooledCapture capture)
    {
        if (!capture.RecordStored || queue.Due(capture).Any()) return Carried.Some;
        return spool.Done(capture) ? Carried.All : Carried.Some;
    }

    /// <summary>Offers the record until there is an answer. Null if it is stored, else why not.</summary>
    private async Task<string?> OfferAsync(Voyage voyage, SpooledCapture capture, CaptureRecord record, ChannelReader<Receipt> receipts, CancellationToken end)
    {
        var json = Wire.Write(record);
        for (var refusals = 0; ;)
        {
            var taken = await voyage.SendAsync(Topics.Capture(Identity.Hub, capture.CaptureID), accepts.Packed ? Wire.Pack(json) : json, null, end);
            // A cloud that refuses says so in a receipt as well; a broker that does has only this word.
            if (taken == SendResult.Refused && ++refusals == MostRefusals) return "the broker will not have its record";
            // Lost, or late: offering again makes the cloud answer for every tier.
            if (await NextAsync(receipts, r => r.Stored || r.Refused is not null, end) is not { } answer) continue;
            if (answer.Refused is { } no) return $"{no}: {answer.Detail}";
            if (answer.Media.FirstOrDefault(m => m.Refused is not null) is { } conflict) return $"{conflict.Refused}: {conflict.MediaID}";
            // A tier that the answer does not speak of counts as missing.
            foreach (var tier in capture.Tiers) voyage.Offsets.TryRemove((capture.CaptureID, tier.N, tier.Tier), out _);
            foreach (var said in answer.Media) Note(voyage, capture, said);
            spool.MarkRecord(capture);
            return null;
        }
    }

    /// <summary>Null when the cloud has everything, or the plan says no more; else what stands in the way, and the record has to be offered again.</summary>
    private async Task<Refusal?> SendTiersAsync(Voyage voyage, SendItem item, ChannelReader<Receipt> receipts, CancellationToken end)
    {
        var (capture, open, sending) = (item.Capture, new HashSet<(string N, Tier Tier)>(), new List<Task>());
        foreach (var tier in item.Tiers.Where(t => IsMissing(capture, t)))
        {
            if (await SendAsync(voyage, capture, tier, item.Class, sending, end)) open.Add((tier.N, tier.Tier));
            else
            {
                // What of it has arrived is only known to the cloud: it is asked again before it goes on.
                voyage.OfferAgain(capture);
                break;
            }
        }
        await Task.WhenAll(sending);
        while (open.Count > 0)
        {
            if (await NextAsync(receipts, r => r.Media.Count > 0, end) is not { } receipt) return Refusal.NoRecord;
            foreach (var said in receipt.Media)
            {
                if (said.Refused is { } why) return why;
                Note(voyage, capture, said);
            }
            open.RemoveWhere(t => IsStored(capture, t.N, t.Tier));
        }
        return null;
    }

    /// <summary>Sends a tier from its offset. False if the plan stopped it before its end: what has arrived is paid for once.</summary>
    private async Task<bool> SendAsync(Voyage voyage, SpooledCapture capture, SpooledTier tier, SendClass kind, List<Task> sending, CancellationToken end)
    {
        var mediaID = Ids.Media(capture.CaptureID, tier.N);
        await using var file = new FileStream(capture.TierPath(mediaID, tier.Tier), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        file.Position = Math.Min(voyage.Offsets.GetValueOrDefault((capture.CaptureID, tier.N, tier.Tier)), file.Length);
        while (file.Position < file.Length)
        {
            var offset = file.Position;
            var chunk = new byte[Math.Min(file.Length - offset, voyage.Pace.ChunkBytes)];
            await file.ReadExactlyAsync(chunk, end);
            sending.RemoveAll(s => s.IsCompletedSuccessfully);
            var candidate = new Candidate(kind, tier.Tier, file.Length - offset);
            if (await voyage.StartAsync(Topics.Media(Identity.Hub, mediaID, tier.Tier, offset), chunk, tier.Tier, spent => plan.Choose(Time.GetUtcNow(), spent, [candidate]).Index >= 0, end) is not { } sent) return false;
            sending.Add(sent);
            if (sending.Find(s => s.IsFaulted) is { } failed) await failed;
        }
        return true;
    }

    private void Note(Voyage voyage, SpooledCapture capture, TierReceipt said)
    {
        if (!Ids.TryParseMedia(said.MediaID, out _, out var n)) return;
        voyage.Offsets[(capture.CaptureID, n, said.Tier)] = said.Offset;
        if (!said.Complete || IsStored(capture, n, said.Tier)) return;
        spool.MarkTier(capture, n, said.Tier);
        OnStored?.Invoke(capture.CaptureID, n, said.Tier);
    }

    /// <summary>What was given up since it was chosen is no more there.</summary>
    private static bool IsMissing(SpooledCapture capture, SpooledTier tier) => capture.Tiers.Any(t => t.Is(tier.N, tier.Tier) && !t.Stored);

    private static bool IsStored(SpooledCapture capture, string n, Tier tier) => capture.Tiers.Any(t => t.Is(n, tier) && t.Stored);

    private async Task<Receipt?> NextAsync(ChannelReader<Receipt> receipts, Predicate<Receipt> wanted, CancellationToken end)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(Options.ReceiptTimeoutSeconds), Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end, patience.Token);
        try
        {
            while (true)
            {
                var receipt = await receipts.ReadAsync(either.Token);
                if (wanted(receipt)) return receipt;
            }
        }
        catch (OperationCanceledException) when (!end.IsCancellationRequested)
        {
            return null;
        }
    }
}
