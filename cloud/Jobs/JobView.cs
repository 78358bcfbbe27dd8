using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lynceus.Cloud;

/// <summary>A job as callers see it.</summary>
internal sealed record JobView
{
    [JsonPropertyName("jobID")] public required Guid JobID { get; init; }
    public required string Kind { get; init; }
    public required string Project { get; init; }
    public required string Model { get; init; }
    public required string Version { get; init; }
    public required string Lane { get; init; }
    public required int Priority { get; init; }
    public required string State { get; init; }

    /// <summary>Why it waits or was paused.</summary>
    public string? Reason { get; init; }
    public required int Total { get; init; }

    /// <summary>Looked at, whatever was seen.</summary>
    public required int Done { get; init; }

    /// <summary>Looked at, and it cannot be.</summary>
    public required int Failed { get; init; }

    /// <summary>Every try broke off.</summary>
    public required int SetAside { get; init; }
    public required DateTime CreatedAt { get; init; }
    public DateTime? StartedAt { get; init; }
    public DateTime? EndedAt { get; init; }
    public required JsonElement Filter { get; init; }
    public JsonElement? Quote { get; init; }

    /// <summary>What its looks took and cost so far, at the quote's prices; with its share of the quote once it is done.</summary>
    public JobActual? Actual { get; init; }

    /// <param name="row">The job.</param>
    /// <param name="trouble">Why nothing can be stored at present; null if it can.</param>
    public static JobView From(JobRow row, string? trouble = null) => new()
    {
        JobID = row.JobID,
        Kind = WireWords.Of(row.Kind),
        Project = row.Project,
        Model = row.Model,
        Version = row.Version,
        Lane = WireWords.Of(row.Lane),
        Priority = row.Priority,
        State = WireWords.Of(row.State),
        Reason = JobProgress.ReasonOf(row, trouble),
        Total = row.Total,
        Done = row.Done,
        Failed = row.Failed,
        SetAside = row.SetAside,
        CreatedAt = row.CreatedAt,
        StartedAt = row.StartedAt,
        EndedAt = row.EndedAt,
        Filter = JsonElement.Parse(row.Filter),
        Quote = row.Quote is { } quote ? JsonElement.Parse(quote) : null,
        Actual = JobActual.Of(row),
    };
}

/// <summary>An item that did not come to a good end.</summary>
internal sealed record JobTroubleView([property: JsonPropertyName("mediaID")] string MediaID, string State, int Attempts, string? Reason);

/// <summary>How far a job is.</summary>
/// <param name="State">As it is now.</param>
/// <param name="Reason">Why it waits.</param>
/// <param name="Total">Items.</param>
/// <param name="Ended">Done, failed or set aside.</param>
/// <param name="Failed">Of these: looked at, and it cannot be.</param>
/// <param name="SetAside">Of these: every try broke off.</param>
/// <param name="ItemsPerSecond">Over the last half minute; absent until it is known.</param>
/// <param name="SecondsLeft">At that pace; absent until it is known, and while nothing moves.</param>
internal sealed record JobProgress(string State, string? Reason, int Total, int Ended, int Failed, int SetAside, double? ItemsPerSecond, double? SecondsLeft)
{
    // A full disk takes no reason either: it is said beside the row.
    public static string? ReasonOf(JobRow job, string? trouble) => trouble is not null && job.State is (JobState.Waiting or JobState.Running) ? $"waits: {trouble}" : job.Reason;

    public static JobProgress Of(JobRow job, double? pace, string? trouble = null)
    {
        var ended = job.Done + job.Failed + job.SetAside;
        return new JobProgress(WireWords.Of(job.State), ReasonOf(job, trouble), job.Total, ended, job.Failed, job.SetAside,
            pace is { } p ? Math.Round(p, 2) : null, pace > 0 ? Math.Round((job.Total - ended) / pace.Value) : null);
    }
}

/// <summary>Items a second, from counts that somebody read now and then.</summary>
internal sealed class JobPace
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
    private readonly Queue<(DateTime At, int Ended)> read = new();

    /// <summary>Null until there are two readings.</summary>
    public double? Read(DateTime now, int ended)
    {
        read.Enqueue((now, ended));
        while (read.Count > 2 && now - read.Peek().At > Window) read.Dequeue();
        var (at, before) = read.Peek();
        return now > at ? (ended - before) / (now - at).TotalSeconds : null;
    }
}
