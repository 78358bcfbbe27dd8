using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>A write that a hub asked for and hears of.</summary>
internal abstract class HubWrite(string hub, string kind) : Write
{
    public string From => hub;
    public override string? Hub => hub;

    /// <summary>For counting.</summary>
    public string Kind => kind;
    public Answer? Answer { get; set; }

    /// <summary>Why it was not taken; what was wrong stands in <see cref="Detail"/>.</summary>
    public Refusal? Refused { get; protected set; }
    public string? Detail { get; protected set; }

    /// <summary>True at the moment of the commit, computed from rows.</summary>
    protected Receipt? Receipt { get; set; }

    public override void Forget()
    {
        base.Forget();
        (Refused, Detail, Receipt) = (null, null, null);
    }

    public override Task CommittedAsync()
        => Answer is not null && Receipt is not null ? Answer(hub, Receipt) : Task.CompletedTask;
}
