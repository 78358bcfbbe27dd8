using Lynceus.Contracts;

namespace Lynceus.Edge.Tests;

/// <summary>An uplink without a plan or a link: takes captures as they came, and is done with them.</summary>
internal static class SpoolTaking
{
    /// <summary>Waits for the oldest capture that nobody has claimed, and claims it.</summary>
    public static async Task<SpooledCapture> TakeAsync(this Spool spool, CancellationToken stop)
    {
        while (true)
        {
            var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            spool.Entered = _ => came.TrySetResult();
            if (spool.Captures.FirstOrDefault(spool.TryClaim) is { } capture) return capture;
            await came.Task.WaitAsync(stop);
        }
    }

    /// <summary>The cloud has all that the record lists.</summary>
    public static void Forget(this Spool spool, SpooledCapture capture, CaptureRecord record)
    {
        spool.MarkRecord(capture);
        foreach (var tier in SpooledCapture.TiersOf(record)) spool.MarkTier(capture, tier.N, tier.Tier);
        spool.Done(capture);
    }
}
