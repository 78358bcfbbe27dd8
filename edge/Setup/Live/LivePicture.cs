namespace Lynceus.Edge;

/// <summary>
/// The newest small picture of one camera, for aiming. It is asked for only while somebody looks, and at most <see cref="PerSecond"/> a second however many look,
/// so that a thin hotspot and a weak processor carry it.
/// </summary>
internal sealed class LivePicture(ICamera camera, TimeProvider time) : IDisposable
{
    public const double PerSecond = 2;
    private static readonly TimeSpan LookedAtFor = TimeSpan.FromSeconds(15);
    private readonly Lock gate = new();
    private readonly CancellationTokenSource end = new();
    private TaskCompletionSource<CameraFrame> next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CameraFrame? newest;
    private Task pump = Task.CompletedTask;
    private long lastAsked;

    /// <summary>The first picture that is newer, or null if none came within some seconds.</summary>
    /// <param name="after">The timestamp of the one that is known; 0 for any.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<CameraFrame?> NextAsync(long after, TimeSpan patience, CancellationToken stop)
    {
        Task<CameraFrame> coming;
        lock (gate)
        {
            lastAsked = time.GetTimestamp();
            if (pump.IsCompleted) pump = Task.Run(() => PumpAsync(end.Token), CancellationToken.None);
            // What was taken before anybody looked says nothing of now.
            if (newest is { } known && known.Timestamp != after && time.GetElapsedTime(known.Timestamp) < LookedAtFor) return known;
            coming = next.Task;
        }
        try
        {
            return await coming.WaitAsync(patience, time, stop);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private async Task PumpAsync(CancellationToken stop)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var watch = time.CreateTimer(_ =>
        {
            if (time.GetElapsedTime(Interlocked.Read(ref lastAsked)) > LookedAtFor) idle.Cancel();
        }, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        try
        {
            await foreach (var frame in camera.GlanceAsync(PerSecond, idle.Token))
            {
                TaskCompletionSource<CameraFrame> waited;
                lock (gate)
                {
                    newest = frame;
                    (waited, next) = (next, new TaskCompletionSource<CameraFrame>(TaskCreationOptions.RunContinuationsAsynchronously));
                }
                waited.TrySetResult(frame);
            }
        }
        catch (OperationCanceledException) when (idle.IsCancellationRequested)
        {
            // Nobody looks any more; who comes next begins it again.
        }
    }

    public void Dispose()
    {
        end.Cancel();
        end.Dispose();
    }
}
