using Lynceus.Contracts;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>
/// Keeps the link: opens it when the plan and the battery let it, lets its workers carry what the queue gives them, says goodbye with the reason, and tries again after a while.
/// The spool forgets on the cloud's receipt, never before.
/// </summary>
internal sealed partial class Uplink(Carrier carrier, Reports reports, SendQueue queue, SendPlan plan, LinkLedger ledger)
{
    private const string Loop = "uplink";

    /// <summary>Bytes of a try that somebody answered: without TLS, and with the certificates of both ends.</summary>
    private const long PlainTry = 600, SecureTry = 5000;
    private readonly ILogger log = null!;
    private long acknowledged;
    private long refused;
    private long bytesSent;
    private long lastProgress;

    public required Spool Spool { get; init; }
    public required HubIdentity Identity { get; init; }
    public required UplinkOptions Options { get; init; }
    public required TimeProvider Time { get; init; }
    public required ILogger<Uplink> Log
    {
        init => log = value;
    }
    public required LinkInbox Inbox { get; init; }

    /// <summary>Absent in a replay: nothing but the plan stands in its way then.</summary>
    public Standing? Standing { get; init; }
    public Liveness? Liveness { get; init; }
    public required LinkTroublesSeen Seen { get; init; }

    /// <summary>Captures of which the cloud has all that is due.</summary>
    public long Acknowledged => Interlocked.Read(ref acknowledged);

    /// <summary>Called for each of them. A capture that is added again after that is acknowledged again.</summary>
    public Action<Guid>? OnAcknowledged { get; set; }

    /// <summary>Captures that were set aside.</summary>
    public long Refused => Interlocked.Read(ref refused);

    /// <summary>Payload bytes that the other end took, repeats included.</summary>
    public long BytesSent => Interlocked.Read(ref bytesSent);

    /// <summary>Since the cloud last acknowledged anything.</summary>
    public TimeSpan Silence => Time.GetElapsedTime(Interlocked.Read(ref lastProgress));

    /// <summary>How the link is.</summary>
    public LinkState State { get; private set; } = LinkState.Connecting;

    /// <summary>Why there is no link now, in a sentence; null when there is one.</summary>
    public string? LinkTrouble { get; private set; } = "not connected yet";

    /// <summary>Runs until it is stopped. This is the uplink's only catch.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        Progress();
        Liveness?.Enter(Loop);
        var retry = new RetryPlan(new Random(), TimeSpan.FromSeconds(Options.LongestBackoffSeconds));
        while (!stop.IsCancellationRequested)
        {
            Liveness?.Moved(Loop);
            try
            {
                if (Closed() is { } closed)
                {
                    Stands(closed.Why, closed.Sentence);
                    await NapAsync(closed, stop);
                    continue;
                }
                await SailAsync(retry, stop);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                var down = e as LinkDownException;
                var wait = retry.Next(down?.State ?? LinkState.Cut);
                Stands(down?.State ?? LinkState.Cut, e.Message);
                if (down is not null) LogLinkDown(e.Message, wait.TotalSeconds);
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

    /// <summary>One link, from its birth to its end, which throws unless the hub itself ended it.</summary>
    private async Task SailAsync(RetryPlan retry, CancellationToken stop)
    {
        Seen.CertificateDaysLeft = LinkCertificates.DaysLeft(Options, Time.GetUtcNow());
        var birth = Birth(Spool.NextSeq());
        await using var link = await OpenAsync(birth, stop);
        Stands(LinkState.Up, null);
        LogLinked(Options.Cloud);
        var voyage = new Voyage(link, Inbox, new LinkPace(Options.ChunkBytes), ledger, Time);
        Door? closed = null;
        try
        {
            closed = await PumpAsync(voyage, birth, retry, stop);
        }
        finally
        {
            Interlocked.Add(ref bytesSent, link.BytesSent);
            if (closed is not null || stop.IsCancellationRequested) await link.CloseAsync(Goodbye(birth.Seq, closed));
            voyage.Settle();
            ledger.Flush();
        }
    }

    /// <summary>A try that fails costs bytes too: what a handshake takes, by which nothing was gained.</summary>
    private async Task<ILink> OpenAsync(HubState birth, CancellationToken stop)
    {
        try
        {
            return await Links.OpenAsync(birth, Inbox, Options, Time, log, stop);
        }
        catch (LinkDownException e) when (e.State is not (LinkState.NoNetwork or LinkState.NoName or LinkState.NobodyListens or LinkState.NoAnswer))
        {
            ledger.Spend(Options.Cloud.StartsWith("mqtt:", StringComparison.Ordinal) ? PlainTry : SecureTry);
            throw;
        }
    }

    /// <summary>Works the link until it is gone, which throws, or until it may be used no longer, and then says why.</summary>
    private async Task<Door?> PumpAsync(Voyage voyage, HubState birth, RetryPlan retry, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, voyage.Link.Down);
        var workers = Enumerable.Range(0, Options.InFlight).Select(_ => CarryAsync(voyage, retry, end.Token)).ToList();
        workers.AddRange(reports.Start(voyage, Spool.NextSeq, () => Arrived(retry), end.Token));
        var attending = AttendAsync(voyage, birth, end.Token);
        workers.Add(attending);
        // The first that fails ends them all: each puts back what it carried.
        var first = await Task.WhenAny(workers);
        await end.CancelAsync();
        await Task.WhenAll(workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.ThrowIfCancellationRequested();
        if (first == attending && first.IsCompletedSuccessfully) return await attending;
        // The link's own word comes first: whoever ended first may only have been cut off by it.
        if (voyage.Link.Fault is { } named) throw named;
        if (first.IsFaulted) await first;
        throw new LinkDownException(LinkState.Cut, "the connection was closed");
    }

    /// <summary>Tells the cloud again who the hub is when that changed; ends when the link may be used no longer. What is under way then is put back, and goes on at its offset.</summary>
    private async Task<Door> AttendAsync(Voyage voyage, HubState told, CancellationToken end)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), Time);
        while (await timer.WaitForNextTickAsync(end))
        {
            Liveness?.Moved(Loop);
            voyage.Settle();
            Spool.SettleLate();
            if (Closed() is { } closed) return closed;
            if (Standing?.IsNews(told) != true) continue;
            told = Standing.State(told.Seq);
            await voyage.TellAsync(told, end);
        }
        throw new OperationCanceledException(end);
    }

    private async Task CarryAsync(Voyage voyage, RetryPlan retry, CancellationToken end)
    {
        while (true)
        {
            var item = await queue.NextAsync(() => voyage.Pace.ChunkBytes, end);
            var stays = true;
            try
            {
                var carried = await carrier.SendAsync(voyage, item, end);
                stays = carried == Carried.Some;
                if (carried == Carried.SetAside) Interlocked.Increment(ref refused);
                if (carried == Carried.All)
                {
                    Interlocked.Increment(ref acknowledged);
                    OnAcknowledged?.Invoke(item.Capture.CaptureID);
                }
                Arrived(retry);
            }
            finally
            {
                if (stays) Spool.PutBack(item.Capture);
                queue.Release(item.Capture, stays);
            }
        }
    }

    /// <summary>Why the link may not be used now; null if it may.</summary>
    private Door? Closed()
    {
        if (Standing?.SavesUntil() is { } until) return new Door(LinkState.Saving, until, "the hub saves power, and its window is closed");
        var choice = plan.MayTalk(Time.GetUtcNow(), ledger.Now, queue.HasAlarm);
        return choice.Index >= 0 ? null : new Door(choice.Why, choice.AskAgain, choice.Why == LinkState.OffHours
            ? FormattableString.Invariant($"outside the link's hours (Link:Hours) until {choice.AskAgain:yyyy-MM-dd HH:mm}")
            : FormattableString.Invariant($"the bytes of the day or month are spent (Link:MegabytesPerDay, Link:MegabytesPerMonth) until {choice.AskAgain:yyyy-MM-dd HH:mm}"));
    }

    private HubState Birth(long seq) => Standing?.State(seq) ?? Identity.State(seq);

    private HubState Goodbye(long seq, Door? closed)
    {
        var state = Birth(seq) with { Online = false };
        if (closed is null) return state with { Away = Standing?.BatteryIsEmpty == true ? AwayReason.BatteryEmpty : AwayReason.Stopped };
        var back = closed.Until is { } until ? (int?)Math.Max(0, (until - Time.GetUtcNow()).TotalSeconds) : null;
        return state with { BackInSeconds = back, Away = closed.Why switch { LinkState.Saving => AwayReason.Saving, LinkState.OffHours => AwayReason.OffHours, _ => AwayReason.BudgetSpent } };
    }

    private void Stands(LinkState state, string? sentence)
    {
        if (state != State && state != LinkState.Up) Seen.Count(state);
        (State, LinkTrouble) = (state, sentence);
    }

    private void Arrived(RetryPlan retry)
    {
        retry.Succeeded();
        Progress();
    }

    private void Progress() => Interlocked.Exchange(ref lastProgress, Time.GetTimestamp());

    /// <summary>Sleeps until the link may be used, but some seconds at most: then it is asked again.</summary>
    private async Task NapAsync(Door closed, CancellationToken stop)
    {
        var nap = Liveness.Pace / 2;
        if (closed.Until is { } until && until - Time.GetUtcNow() is var left && left > TimeSpan.Zero && left < nap) nap = left;
        await Task.Delay(nap, Time, stop);
    }

    /// <summary>Waits, and moves meanwhile.</summary>
    private async Task WaitAsync(TimeSpan wait, CancellationToken stop)
    {
        for (var began = Time.GetTimestamp(); wait - Time.GetElapsedTime(began) is var left && left > TimeSpan.Zero && !stop.IsCancellationRequested;)
        {
            await Task.Delay(left < Liveness.Pace ? left : Liveness.Pace, Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Liveness?.Moved(Loop);
        }
    }

    /// <summary>The link may not be used.</summary>
    private sealed record Door(LinkState Why, DateTimeOffset? Until, string Sentence);

    [LoggerMessage(LogLevel.Information, "Connected to {Cloud}")]
    private partial void LogLinked(string cloud);

    [LoggerMessage(LogLevel.Warning, "No link: {Reason}. Next try in {Seconds:0.0} s")]
    private partial void LogLinkDown(string reason, double seconds);

    [LoggerMessage(LogLevel.Error, "The uplink failed. Next try in {Seconds:0.0} s")]
    private partial void LogFailed(Exception failure, double seconds);
}
