namespace Lynceus.Cloud;

/// <summary>One change to the rows. Apply of every write of a batch runs before Finish of any; both in order of arrival, in one transaction.</summary>
internal abstract class Write
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends after the commit; faulted if this write is not part of it.</summary>
    public Task Done => done.Task;

    /// <summary>The hub it came from: seen just now.</summary>
    public virtual string? Hub => null;

    /// <summary>Set by <see cref="Apply"/>: must be on disk before <see cref="Finish"/>.</summary>
    public ObjectToStore? Object { get; protected set; }

    /// <summary>Why it is not committed.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Before it is applied, and before each time again if the database was lost: nothing of the try before stays.</summary>
    public virtual void Forget() => (Object, Fault) = (null, null);

    public abstract void Apply(LynceusDb db);

    /// <summary>What may only be said once <see cref="Object"/> is on disk and the whole batch is applied.</summary>
    public virtual void Finish(LynceusDb db)
    {
    }

    public virtual Task CommittedAsync() => Task.CompletedTask;

    public void End()
    {
        if (Fault is null) done.TrySetResult();
        else done.TrySetException(Fault);
    }
}
