namespace Lynceus.Cloud;

/// <summary>Tells a loop that there is something new in the rows. It may be forgotten: a loop looks at the rows now and then all the same.</summary>
internal abstract class Signal
{
    private TaskCompletionSource next = New();

    /// <summary>Ends when there is something new; taken before the rows are read, so that nothing falls between.</summary>
    public Task Next => Volatile.Read(ref next).Task;

    public void Say() => Interlocked.Exchange(ref next, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
