using System.Text.Json;
using System.Threading.Channels;
using Lynceus.Contracts;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>What is kept of requests over a restart.</summary>
/// <param name="Open">Taken, and not yet done.</param>
/// <param name="Answers">Said, and not yet acknowledged.</param>
internal sealed record RequestsKept(IReadOnlyList<HubRequest> Open, IReadOnlyList<HubAnswer> Answers);

/// <summary>
/// What the cloud asked for: a tier of a media, or how the hub is. The same request may come any number of times; it is taken once, and its answers are said until a receipt names them.
/// Threads: the link's own brings requests, the uplink's workers tell what was stored; under one lock.
/// </summary>
internal sealed partial class Requests
{
    public const int Most = 100;
    private const int Remembered = 1000;

    /// <summary>So often it is looked whether one has expired.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);
    private readonly Lock gate = new();
    private readonly Dictionary<string, HubRequest> open = [];
    private readonly Dictionary<string, HubAnswer> answers = [];
    private readonly HashSet<string> said = [];
    private readonly Queue<string> done = new();
    private readonly Channel<bool> changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly string path;
    private readonly Spool spool;
    private readonly TimeProvider time;
    private readonly ILogger log;

    public Requests(string dataFolder, Spool spool, TimeProvider time, ILogger<Requests> log)
    {
        (this.spool, this.time, this.log, path) = (spool, time, log, Path.Combine(dataFolder, "requests.json"));
        foreach (var request in Read()?.Open ?? []) open[request.RequestID] = request;
        foreach (var answer in Read()?.Answers ?? []) answers[answer.RequestID] = answer;
    }

    /// <summary>Writes down how the hub is; null where nobody can tell.</summary>
    public Func<string>? Diagnostics { get; set; }

    /// <summary>Whether the hub's clock may be trusted to tell what has expired.</summary>
    public Func<bool> ClockIsGood { get; set; } = () => false;

    /// <summary>Answers that the cloud has not acknowledged.</summary>
    public IReadOnlyList<HubAnswer> Pending
    {
        get
        {
            lock (gate) return [.. answers.Values];
        }
    }

    /// <summary>Waits until there may be something to say.</summary>
    public async Task WaitAsync(CancellationToken stop) => await changed.Reader.ReadAsync(stop);

    public void Take(HubRequest request)
    {
        lock (gate)
        {
            if (open.ContainsKey(request.RequestID) || answers.ContainsKey(request.RequestID) || done.Contains(request.RequestID)) return;
            var answer = Judge(request);
            if (answer.Outcome == RequestOutcome.Accepted) open[request.RequestID] = request;
            Say(answer);
        }
        LogTaken(request.RequestID, request.MediaID ?? "diagnostics", request.Tier);
    }

    /// <summary>What was taken and could not be sent in time is wanted no more.</summary>
    /// <returns>After how long to look again.</returns>
    public TimeSpan Expire()
    {
        List<HubRequest> late;
        lock (gate)
        {
            if (open.Count == 0) return Timeout.InfiniteTimeSpan;
            late = ClockIsGood() ? [.. open.Values.Where(r => r.Expires < time.GetUtcNow())] : [];
            foreach (var request in late)
            {
                open.Remove(request.RequestID);
                Say(new HubAnswer { RequestID = request.RequestID, Outcome = RequestOutcome.Expired, Detail = "the link had no room for it in time" });
            }
        }
        foreach (var request in late) Unask(request);
        return LookAgain;
    }

    /// <summary>A tier is stored, which the cloud knows best: whoever asked for it needs no other answer.</summary>
    public void Stored(Guid captureID, string n, Tier tier)
    {
        lock (gate)
        {
            var asked = open.Values.Where(r => r.MediaID == Ids.Media(captureID, n) && r.Tier == tier).ToList();
            foreach (var request in asked) open.Remove(request.RequestID);
            if (asked.Count > 0) Write();
        }
    }

    /// <summary>A capture is no more on the card: what was asked of it will not come.</summary>
    public void Gone(Guid captureID) => Gone(captureID, (_, _) => true);

    /// <summary>Something of a capture was given up.</summary>
    public void Missing(SpooledCapture capture) => Gone(capture.CaptureID, (n, tier) => !capture.Tiers.Any(t => t.Is(n, tier)));

    private void Gone(Guid captureID, Func<string, Tier, bool> isGone)
    {
        lock (gate)
        {
            foreach (var request in open.Values.Where(r => Ids.TryParseMedia(r.MediaID, out var of, out var n) && of == captureID && isGone(n, r.Tier!.Value)).ToList())
            {
                open.Remove(request.RequestID);
                Say(new HubAnswer { RequestID = request.RequestID, Outcome = RequestOutcome.Gone, Detail = "its room on the card was needed, or its files were damaged" });
            }
        }
    }

    /// <summary>An answer is on its way: what acknowledges it from now on means this one.</summary>
    public void Said(HubAnswer answer)
    {
        lock (gate)
        {
            if (answers.GetValueOrDefault(answer.RequestID) == answer) said.Add(answer.RequestID);
        }
    }

    /// <summary>The cloud has the answer to a request. One that was not said yet stays: it is a newer one.</summary>
    public void Acknowledge(string requestID)
    {
        lock (gate)
        {
            if (!said.Remove(requestID) || !answers.Remove(requestID)) return;
            if (!open.ContainsKey(requestID)) done.Enqueue(requestID);
            if (done.Count > Remembered) done.Dequeue();
            Write();
        }
    }

    private HubAnswer Judge(HubRequest request)
    {
        var id = request.RequestID;
        if (ClockIsGood() && request.Expires < time.GetUtcNow()) return new HubAnswer { RequestID = id, Outcome = RequestOutcome.Expired };
        if (open.Count + answers.Count >= Most) return new HubAnswer { RequestID = id, Outcome = RequestOutcome.Refused, Detail = $"{Most} requests are open already" };
        if (request.MediaID is null)
        {
            return Diagnostics is null ? new HubAnswer { RequestID = id, Outcome = RequestOutcome.Refused, Detail = "nobody here can tell" }
                : new HubAnswer { RequestID = id, Outcome = RequestOutcome.Done, Diagnostics = Cut(Diagnostics()) };
        }
        // Pictures that the policy keeps on the hub are listed as no tier, so they are not found either.
        return IsThere(request) ? new HubAnswer { RequestID = id, Outcome = RequestOutcome.Accepted }
            : new HubAnswer { RequestID = id, Outcome = RequestOutcome.Gone, Detail = "it is not on the card in this size: its room was needed, or the policy keeps it from being sent" };
    }

    private bool IsThere(HubRequest request)
    {
        try
        {
            return Ids.TryParseMedia(request.MediaID, out var captureID, out var n) && spool.MarkAsked(captureID, n, request.Tier!.Value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogUnread(request.MediaID, e.Message);
            return false;
        }
    }

    private void Unask(HubRequest request)
    {
        try
        {
            if (Ids.TryParseMedia(request.MediaID, out var captureID, out var n)) spool.MarkUnasked(captureID, n, request.Tier!.Value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotMoved(request.MediaID, e.Message);
        }
    }

    private static string Cut(string text) => text.Length <= HubAnswer.MaxDiagnosticsLength ? text : text[..HubAnswer.MaxDiagnosticsLength];

    private void Say(HubAnswer answer)
    {
        answers[answer.RequestID] = answer;
        said.Remove(answer.RequestID);
        Write();
        changed.Writer.TryWrite(true);
    }

    private void Write()
    {
        try
        {
            DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(new RequestsKept([.. open.Values], [.. answers.Values]), EdgeJson.Default.RequestsKept));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The cloud asks again after a restart; until then they are in memory.
            LogUnwritten(e.Message);
        }
    }

    private RequestsKept? Read()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), EdgeJson.Default.RequestsKept) : null;
        }
        catch (JsonException e)
        {
            LogDamaged(path, e.Message);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Information, "The cloud asks for {What} {Tier} (request {RequestID})")]
    private partial void LogTaken(string requestID, string what, Tier? tier);

    [LoggerMessage(LogLevel.Warning, "{MediaID} was asked for and cannot be taken from the card: {Reason}")]
    private partial void LogUnread(string? mediaID, string reason);

    [LoggerMessage(LogLevel.Warning, "{MediaID} is wanted no more and cannot be moved on the card: {Reason}")]
    private partial void LogNotMoved(string? mediaID, string reason);

    [LoggerMessage(LogLevel.Warning, "Requests cannot be written down: {Reason}")]
    private partial void LogUnwritten(string reason);

    [LoggerMessage(LogLevel.Error, "{Path} cannot be read: {Fault}. The cloud asks again for what was open")]
    private partial void LogDamaged(string path, string fault);
}
