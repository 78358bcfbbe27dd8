using System.Threading.Channels;
using Lynceus.Contracts;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>
/// Sends what is in the spool and forgets it on the cloud's receipt, never before. One loop keeps the link, and its workers each carry one capture:
/// the record first, which is also the offer, then only the bytes that the receipt says are missing, from the offset it names.
/// </summary>
internal sealed partial class Uplink(Spool spool, EffortCounts effort, HubIdentity identity, UplinkOptions options, TimeProvider time, ILogger<Uplink> log, Standing? standing = null, Liveness? liveness = null)
{
    /// <summary>A picture whose bytes arrive damaged so often is damaged here.</summary>
    private const int MostHashMismatches = 3;
    private const string Loop = "uplink";
    private readonly LinkInbox inbox = new();
    private long acknowledged;
    private long refused;
    private long bytesSent;
    private long lastProgress = time.GetTimestamp();

    public long Acknowledged => Interlocked.Read(ref acknowledged);

    /// <summary>Called for each capture that the cloud has stored. A capture that is added again after that is acknowledged again.</summary>
    public Action<Guid>? OnAcknowledged { get; set; }

    public long Refused => Interlocked.Read(ref refused);

    /// <summary>Payload bytes that the broker took, repeats included.</summary>
    public long BytesSent => Interlocked.Read(ref bytesSent);

    /// <summary>Since the cloud last acknowledged anything.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Interlocked.Read(ref lastProgress));

    /// <summary>Why there is no link now; null when there is one.</summary>
    public string? LinkTrouble { get; private set; } = "not connected yet";

    /// <summary>Runs until it is stopped. This is the uplink's only catch.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        liveness?.Enter(Loop);
        var backoff = new Backoff(new Random(), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(options.LongestBackoffSeconds));
        while (!stop.IsCancellationRequested)
        {
            liveness?.Moved(Loop);
            try
            {
                if (standing is { MayTalk: false })
                {
                    LinkTrouble = "the hub saves power, and its window is closed";
                    await standing.NapAsync(stop);
                    continue;
                }
                var birth = State(spool.Seq.Next());
                await using var link = await Links.OpenAsync(birth, inbox, options, time, log, stop);
                LinkTrouble = null;
                LogLinked(options.Cloud);
                var windowClosed = false;
                try
                {
                    windowClosed = await PumpAsync(link, birth, backoff, stop);
                }
                finally
                {
                    Interlocked.Add(ref bytesSent, link.BytesSent);
                    if (windowClosed || stop.IsCancellationRequested) await link.CloseAsync(State(birth.Seq) with { Online = false });
                }
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                var wait = backoff.Next();
                LinkTrouble = e.Message;
                if (e is LinkDownException) LogLinkDown(e.Message, wait.TotalSeconds);
                else LogFailed(e, wait.TotalSeconds);
                await WaitAsync(wait, stop);
            }
            catch (Exception e) when (e is OperationCanceledException or MQTTnet.Exceptions.MqttCommunicationException)
            {
                // Told to stop in the middle of connecting: how that connection ended is no matter any more.
                return;
            }
        }
    }

    /// <summary>Waits, and moves meanwhile.</summary>
    private async Task WaitAsync(TimeSpan wait, CancellationToken stop)
    {
        for (var began = time.GetTimestamp(); wait - time.GetElapsedTime(began) is var left && left > TimeSpan.Zero && !stop.IsCancellationRequested;)
        {
            await Task.Delay(left < Liveness.Pace ? left : Liveness.Pace, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            liveness?.Moved(Loop);
        }
    }

    private HubState State(long seq) => standing?.State(seq) ?? identity.State(seq);

    /// <summary>Works the link until it is gone, which throws, or until the window closes.</summary>
    private async Task<bool> PumpAsync(ILink link, HubState birth, Backoff backoff, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, link.Down);
        var workers = Enumerable.Range(0, options.InFlight).Select(_ => CarryAsync(link, backoff, end.Token)).Append(ReportEffortAsync(link, backoff, end.Token)).ToList();
        var attending = AttendAsync(link, birth, end.Token);
        workers.Add(attending);
        // The first that fails ends them all: each puts back what it carried.
        var first = await Task.WhenAny(workers);
        await end.CancelAsync();
        await Task.WhenAll(workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.ThrowIfCancellationRequested();
        if (first.IsFaulted) await first;
        return first == attending && first.IsCompletedSuccessfully ? true : throw new LinkDownException(LinkState.Cut, "the connection was closed");
    }

    /// <summary>Tells the cloud again who the hub is when that changed; ends when the window closes. What is under way then is put back, and goes on at its offset.</summary>
    private async Task AttendAsync(ILink link, HubState told, CancellationToken end)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        while (await timer.WaitForNextTickAsync(end))
        {
            liveness?.Moved(Loop);
            if (standing is null) continue;
            if (!standing.MayTalk) return;
            if (!standing.IsNews(told)) continue;
            told = standing.State(told.Seq);
            await link.SendAsync(Topics.State(identity.Hub), Wire.Write(told), retain: true, end);
        }
    }

    private async Task CarryAsync(ILink link, Backoff backoff, CancellationToken end)
    {
        while (true)
        {
            var capture = await spool.TakeAsync(end);
            var done = false;
            try
            {
                await SendAsync(link, capture, end);
                done = true;
                backoff.Succeeded();
                Interlocked.Exchange(ref lastProgress, time.GetTimestamp());
            }
            finally
            {
                inbox.StopListening(capture.CaptureID);
                if (!done) spool.PutBack(capture);
            }
        }
    }

    /// <summary>Carries one capture until the cloud has all of it, or will not have it.</summary>
    private async Task SendAsync(ILink link, SpooledCapture capture, CancellationToken end)
    {
        if (!TryRead(capture, out var record, out var bytes)) return;
        var receipts = inbox.Listen(capture.CaptureID);
        var mismatches = 0;
        while (true)
        {
            await link.SendAsync(Topics.Capture(identity.Hub, capture.CaptureID), bytes, retain: false, end);
            var answer = await NextAsync(receipts, r => r.Stored || r.Refused is not null, end);
            if (answer is null) continue; // lost, or late: offering again makes the cloud answer for every tier
            if (answer.Refused is { } no)
            {
                spool.Refuse(capture, $"{no}: {answer.Detail}");
                Interlocked.Increment(ref refused);
                return;
            }
            var missing = Missing(record, answer);
            if (missing.FirstOrDefault(m => m.Refused is not null) is { Refused: { } conflict } tier)
            {
                spool.Refuse(capture, $"{conflict}: {tier.MediaID}");
                Interlocked.Increment(ref refused);
                return;
            }
            if (await SendTiersAsync(link, capture, record, missing, receipts, end) is not { } problem)
            {
                spool.Forget(capture, record);
                Interlocked.Increment(ref acknowledged);
                OnAcknowledged?.Invoke(capture.CaptureID);
                return;
            }
            if (problem == Refusal.HashMismatch && ++mismatches == MostHashMismatches)
            {
                spool.Quarantine(capture, "the cloud got other bytes than the record says, three times");
                Interlocked.Increment(ref refused);
                return;
            }
        }
    }

    /// <summary>Null when the cloud has everything; else what stands in the way, and the record has to be offered again.</summary>
    private async Task<Refusal?> SendTiersAsync(ILink link, SpooledCapture capture, CaptureRecord record, List<TierReceipt> missing, ChannelReader<Receipt> receipts, CancellationToken end)
    {
        var open = missing.Select(m => (m.MediaID, m.Tier)).ToHashSet();
        var chunk = new byte[options.ChunkBytes];
        foreach (var tier in missing)
        {
            await using var file = new FileStream(capture.TierPath(tier.MediaID, tier.Tier), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            file.Position = Math.Min(tier.Offset, file.Length);
            while (file.Position < file.Length)
            {
                var offset = file.Position;
                var length = await file.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, end);
                await link.SendAsync(Topics.Media(identity.Hub, tier.MediaID, tier.Tier, offset), chunk.AsMemory(0, length), retain: false, end);
            }
        }
        while (open.Count > 0)
        {
            var receipt = await NextAsync(receipts, r => r.Media.Count > 0, end);
            if (receipt is null) return Refusal.NoRecord;
            foreach (var tier in receipt.Media)
            {
                if (tier.Complete) open.Remove((tier.MediaID, tier.Tier));
                else if (tier.Refused is { } why) return why;
            }
        }
        return null;
    }

    /// <summary>What the cloud has not got of what the record offers. A tier it does not speak of counts as missing.</summary>
    private static List<TierReceipt> Missing(CaptureRecord record, Receipt answer)
        => [.. record.Media.SelectMany(m => m.Tiers, (m, t) => (m.MediaID, t.Tier))
            .Select(t => answer.Media.FirstOrDefault(a => a.MediaID == t.MediaID && a.Tier == t.Tier) ?? new TierReceipt(t.MediaID, t.Tier, 0, false))
            .Where(t => !t.Complete)];

    private async Task ReportEffortAsync(ILink link, Backoff backoff, CancellationToken end)
    {
        while (true)
        {
            await Parallel.ForEachAsync(effort.Pending, new ParallelOptions { MaxDegreeOfParallelism = options.InFlight, CancellationToken = end },
                async (report, cancel) => await ReportAsync(link, report, backoff, cancel));
            // A report whose receipt was lost is sent again; otherwise there is nothing to say until something is counted.
            if (effort.Pending.Count == 0) await effort.WaitAsync(end);
            await Task.Delay(TimeSpan.FromSeconds(options.EffortEverySeconds), time, end);
        }
    }

    private async Task ReportAsync(ILink link, EffortRecord report, Backoff backoff, CancellationToken end)
    {
        var receipts = inbox.Listen(report.EffortID);
        try
        {
            var said = await link.SendAsync(Topics.Effort(identity.Hub), Wire.Write(report), retain: false, end);
            if (said == SendResult.Refused)
            {
                effort.Refuse(report.EffortID, "the broker will not have it");
                return;
            }
            if (await NextAsync(receipts, _ => true, end) is not { } receipt) return;
            if (receipt.Refused is { } no) effort.Refuse(report.EffortID, $"{no}: {receipt.Detail}");
            else effort.Acknowledge(report.EffortID, receipt.Revision ?? -1);
            backoff.Succeeded();
            Interlocked.Exchange(ref lastProgress, time.GetTimestamp());
        }
        finally
        {
            inbox.StopListening(report.EffortID);
        }
    }

    private async Task<Receipt?> NextAsync(ChannelReader<Receipt> receipts, Predicate<Receipt> wanted, CancellationToken end)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(options.ReceiptTimeoutSeconds), time);
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

    private bool TryRead(SpooledCapture capture, out CaptureRecord record, out byte[] bytes)
    {
        bytes = [];
        var fault = "";
        try
        {
            bytes = File.ReadAllBytes(capture.RecordPath);
            if (Spool.Damage(capture, bytes, out var read) is not { } damage)
            {
                record = read!;
                return true;
            }
            fault = damage;
        }
        catch (IOException e)
        {
            fault = e.Message;
        }
        spool.Quarantine(capture, fault);
        Interlocked.Increment(ref refused);
        record = null!;
        return false;
    }

    [LoggerMessage(LogLevel.Information, "Connected to {Cloud}")]
    private partial void LogLinked(string cloud);

    [LoggerMessage(LogLevel.Warning, "No link: {Reason}. Next try in {Seconds:0.0} s")]
    private partial void LogLinkDown(string reason, double seconds);

    [LoggerMessage(LogLevel.Error, "The uplink failed. Next try in {Seconds:0.0} s")]
    private partial void LogFailed(Exception failure, double seconds);
}
