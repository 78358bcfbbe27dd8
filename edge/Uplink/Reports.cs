using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What a hub says besides captures: effort until it is acknowledged, answers until they are, and how it is.</summary>
internal sealed class Reports(EffortCounts effort, HubIdentity identity, UplinkOptions options, CloudAccepts accepts, TimeProvider time)
{
    /// <summary>Absent where nobody asks: a replay.</summary>
    public Requests? Requests { get; init; }
    public Heartbeat? Heartbeat { get; init; }

    /// <summary>Runs while the link does.</summary>
    /// <param name="voyage">The link.</param>
    /// <param name="seq">Gives heartbeats their numbers.</param>
    /// <param name="onProgress">The cloud acknowledged something.</param>
    /// <param name="end">The link's end.</param>
    public IEnumerable<Task> Start(Voyage voyage, Func<long> seq, Action onProgress, CancellationToken end)
    {
        yield return ReportEffortAsync(voyage, onProgress, end);
        if (Requests is { } requests) yield return AnswerAsync(voyage, requests, end);
        if (Heartbeat is { } heartbeat) yield return BeatAsync(voyage, heartbeat, seq, end);
    }

    private async Task BeatAsync(Voyage voyage, Heartbeat heartbeat, Func<long> seq, CancellationToken end)
    {
        var every = TimeSpan.FromMinutes(options.HeartbeatMinutes);
        while (true)
        {
            await voyage.SendAsync(Topics.Health(identity.Hub), Packed(Wire.Write(heartbeat.Of(seq(), every))), null, end);
            await Task.Delay(every, time, end);
        }
    }

    private async Task AnswerAsync(Voyage voyage, Requests requests, CancellationToken end)
    {
        while (true)
        {
            var longest = requests.Expire();
            foreach (var answer in requests.Pending)
            {
                requests.Said(answer);
                // Without a receipt it is said again, after a while or on the next link.
                await voyage.SendAsync(Topics.Answer(identity.Hub), Packed(Wire.Write(answer)), null, end);
            }
            await WaitAsync(requests, requests.Pending.Count == 0 ? longest : TimeSpan.FromSeconds(options.ReceiptTimeoutSeconds), end);
        }
    }

    private async Task WaitAsync(Requests requests, TimeSpan longest, CancellationToken end)
    {
        using var patience = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end, patience.Token);
        try
        {
            await requests.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!end.IsCancellationRequested)
        {
            // What is not acknowledged by now is said again.
        }
    }

    private async Task ReportEffortAsync(Voyage voyage, Action onProgress, CancellationToken end)
    {
        while (true)
        {
            await Parallel.ForEachAsync(effort.Pending, new ParallelOptions { MaxDegreeOfParallelism = options.InFlight, CancellationToken = end },
                async (report, cancel) => await ReportAsync(voyage, report, onProgress, cancel));
            // A report whose receipt was lost is sent again; otherwise there is nothing to say until something is counted.
            if (effort.Pending.Count == 0) await effort.WaitAsync(end);
            await Task.Delay(TimeSpan.FromSeconds(options.EffortEverySeconds), time, end);
        }
    }

    private async Task ReportAsync(Voyage voyage, EffortRecord report, Action onProgress, CancellationToken end)
    {
        var receipts = voyage.Inbox.Listen(report.EffortID);
        try
        {
            if (await voyage.SendAsync(Topics.Effort(identity.Hub), Packed(Wire.Write(report)), null, end) == SendResult.Refused)
            {
                effort.Refuse(report.EffortID, "the broker will not have it");
                return;
            }
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(options.ReceiptTimeoutSeconds), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(end, patience.Token);
            try
            {
                var receipt = await receipts.ReadAsync(either.Token);
                if (receipt.Refused is { } no) effort.Refuse(report.EffortID, $"{no}: {receipt.Detail}");
                else effort.Acknowledge(report.EffortID, receipt.Revision ?? -1);
                onProgress();
            }
            catch (OperationCanceledException) when (!end.IsCancellationRequested)
            {
                // No receipt in time: it stays pending, and is sent again.
            }
        }
        finally
        {
            voyage.Inbox.StopListening(report.EffortID);
        }
    }

    private byte[] Packed(byte[] json) => accepts.Packed ? Wire.Pack(json) : json;
}
