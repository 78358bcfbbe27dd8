namespace Lynceus.Cloud;

/// <summary>What a job is for.</summary>
internal enum JobKind
{
    Detect,
    Rerun,
    Import,
}

/// <summary>Which of two queues: what somebody waits for, or what has time.</summary>
internal enum Lane
{
    Online,
    Batch,
}

/// <summary>Where a job stands.</summary>
internal enum JobState
{
    Waiting,
    Running,

    /// <summary>Nothing more of it is begun until it is resumed.</summary>
    Paused,
    Done,

    /// <summary>For good; what was done of it stays.</summary>
    Cancelled,
}

/// <summary>Where one media of a job stands.</summary>
internal enum ItemState
{
    Waiting,

    /// <summary>A worker has it, until its lease ends.</summary>
    Claimed,
    Done,

    /// <summary>It was looked at and cannot be: the run says why. Not the same as having looked and seen nothing.</summary>
    Failed,

    /// <summary>Every try broke off; it holds up nothing any more.</summary>
    SetAside,
}

/// <summary>What somebody decided about what a re-run saw.</summary>
internal enum Judgement
{
    /// <summary>It is current, wherever it looked.</summary>
    Accepted,

    /// <summary>What was current before is so again.</summary>
    Rejected,
}

/// <summary>A number of media that one model looks at. What is open of it stands in its items; the counts follow them in the same commit.</summary>
internal sealed class JobRow
{
    public long Id { get; set; }
    public Guid JobID { get; set; }
    public JobKind Kind { get; set; }

    /// <summary>Whose; empty for nobody's. Jobs of projects are served in turn.</summary>
    public required string Project { get; set; }
    public required string Model { get; set; }
    public required string Version { get; set; }
    public Lane Lane { get; set; }

    /// <summary>The higher is served first, within its lane; 0 as usual.</summary>
    public int Priority { get; set; }
    public JobState State { get; set; }

    /// <summary>Why it waits or was paused, for people.</summary>
    public string? Reason { get; set; }
    public int Total { get; set; }
    public int Done { get; set; }
    public int Failed { get; set; }
    public int SetAside { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime? StartedAt { get; set; }
    public DateTime? EndedAt { get; set; }

    /// <summary>When items of it were last claimed: who was served longest ago comes next.</summary>
    public DateTime? ServedAt { get; set; }

    /// <summary>What chose its media, as JSON.</summary>
    public required string Filter { get; set; }

    /// <summary>What it was said to take and cost, as JSON; null for a job of before each had one.</summary>
    public string? Quote { get; set; }

    /// <summary>What its looks took of processors so far; a look that had to be taken again counts once.</summary>
    public double ProcessorSeconds { get; set; }

    /// <summary>The month in which its project's budget paused it, <c>2026-11</c>; null unless it did. When it is over the job goes on by itself.</summary>
    public string? BudgetMonth { get; set; }

    /// <summary>Null while nobody has decided.</summary>
    public Judgement? Judgement { get; set; }
    public string? JudgedBy { get; set; }
    public DateTime? JudgedAt { get; set; }

    /// <summary>With what its runs are marked since it was accepted; gone when a rejection has taken the last mark away.</summary>
    public DateTime? AcceptedAt { get; set; }

    /// <summary>While the judgement is carried out: the last item for which it has been. What was begun is gone on with at the next start.</summary>
    public long? SwitchedTo { get; set; }
}

/// <summary>One media of a job.</summary>
internal sealed class JobItemRow
{
    public long Id { get; set; }
    public long JobRowId { get; set; }
    public long MediaRowId { get; set; }
    public ItemState State { get; set; }

    /// <summary>Claims so far: a worker that dies with it has tried.</summary>
    public int Attempts { get; set; }
    public DateTime NotBefore { get; set; }
    public string? ClaimedBy { get; set; }
    public DateTime? ClaimedUntil { get; set; }

    /// <summary>What went wrong last.</summary>
    public string? Reason { get; set; }
}
