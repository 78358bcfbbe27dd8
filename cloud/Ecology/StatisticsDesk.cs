using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>An answer as it goes out.</summary>
/// <param name="Json">The whole answer.</param>
/// <param name="Svg">Drawn; null for a refusal.</param>
/// <param name="Refusal">Why there is none; null if there is one.</param>
internal sealed record KeptAnswer(string Json, string? Svg, string? Refusal)
{
    public static readonly JsonSerializerOptions Spoken = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public long Size => Json.Length + (Svg?.Length ?? 0);

    public static KeptAnswer Of(StatisticsAnswer answer) => new(answer.Json.ToJsonString(Spoken), answer.Value?.Svg(), answer.Refusal);
}

/// <summary>What a statistic has come to: an answer, or how far it is.</summary>
/// <param name="Answer">Null while it is made.</param>
/// <param name="Progress">0 to 1.</param>
internal readonly record struct StatisticsStanding(KeptAnswer? Answer, double Progress);

/// <summary>
/// Makes statistics and keeps them by what they depend on: name, filter, options, and the revision of the deployments' data; what changes makes a new key, so nothing kept is ever out of date.
/// Quick ones are made at once. Slow ones are made one after the other in the background, and asked for again until they are there.
/// </summary>
internal sealed partial class StatisticsDesk(IDbContextFactory<LynceusDb> rows, Events events, TimeProvider time, ILogger<StatisticsDesk> log) : BackgroundService
{
    private const int MostWaiting = 50;
    private const long MostKept = 64L << 20; // characters

    private readonly Channel<Work> waiting = Channel.CreateBounded<Work>(MostWaiting);
    private readonly Dictionary<string, Work> underWay = [];
    private readonly Dictionary<string, LinkedListNode<(string Key, KeptAnswer Answer)>> kept = [];
    private readonly LinkedList<(string Key, KeptAnswer Answer)> byUse = new();
    private readonly StatisticsMemory memory = new();
    private readonly Lock one = new();
    private long size;

    /// <exception cref="BadHttpRequestException">What was asked breaks a rule, or 503: too many slow ones wait.</exception>
    public async Task<StatisticsStanding> AskAsync(Statistic statistic, StatisticsFilter filter, StatisticsOptions options, CancellationToken cancel)
    {
        await events.FreshAsync(cancel);
        await using var db = await rows.CreateDbContextAsync(cancel);
        var data = await StatisticsData.OpenAsync(db, filter, options, Now, memory, cancel);
        var key = Key(statistic, data);
        lock (one)
        {
            if (Kept(key) is { } known) return new StatisticsStanding(known, 1);
            if (underWay.TryGetValue(key, out var begun)) return begun.Failure is null ? new StatisticsStanding(null, begun.Progress) : Failed(key, begun.Failure);
        }
        if (!statistic.IsSlow(options)) return new StatisticsStanding(Keep(key, KeptAnswer.Of(await StatisticsBook.MakeAsync(statistic, data, _ => { }, cancel))), 1);
        var work = new Work(key, statistic, filter, options);
        lock (one)
        {
            if (!underWay.TryAdd(key, work)) return new StatisticsStanding(null, 0);
            if (!waiting.Writer.TryWrite(work))
            {
                underWay.Remove(key);
                throw new BadHttpRequestException($"{MostWaiting} slow statistics wait already; ask again in a while", StatusCodes.Status503ServiceUnavailable);
            }
        }
        return new StatisticsStanding(null, 0);
    }

    /// <summary>For what is not kept: tables and maps.</summary>
    public async Task<StatisticsAnswer> MakeAsync(Statistic statistic, StatisticsFilter filter, StatisticsOptions options, CancellationToken cancel)
    {
        await events.FreshAsync(cancel);
        await using var db = await rows.CreateDbContextAsync(cancel);
        return await StatisticsBook.MakeAsync(statistic, await StatisticsData.OpenAsync(db, filter, options, Now, memory, cancel), _ => { }, cancel);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            await foreach (var work in waiting.Reader.ReadAllAsync(stoppingToken)) await Task.Run(() => MakeAsync(work, stoppingToken), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // what was under way is asked for again
        }
    }

    private async Task MakeAsync(Work work, CancellationToken cancel)
    {
        try
        {
            await using var db = await rows.CreateDbContextAsync(cancel);
            var data = await StatisticsData.OpenAsync(db, work.Filter, work.Options, Now, memory, cancel);
            Keep(Key(work.Statistic, data), KeptAnswer.Of(await StatisticsBook.MakeAsync(work.Statistic, data, p => work.Progress = p, cancel)));
            lock (one) underWay.Remove(work.Key);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Broke(work.Statistic.Name, e);
            work.Failure = e; // whoever asks next is told, and the one after that may try again
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private static string Key(Statistic statistic, StatisticsData data) => $"{statistic.Name} {data.Revision} {data.Filter.Json().ToJsonString()} {data.Options.Json().ToJsonString()}";

    private StatisticsStanding Failed(string key, Exception failure)
    {
        underWay.Remove(key);
        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return default;
    }

    private KeptAnswer? Kept(string key)
    {
        if (!kept.TryGetValue(key, out var found)) return null;
        byUse.Remove(found);
        byUse.AddFirst(found);
        return found.Value.Answer;
    }

    private KeptAnswer Keep(string key, KeptAnswer answer)
    {
        lock (one)
        {
            if (answer.Size > MostKept / 4 || kept.ContainsKey(key)) return answer;
            kept[key] = byUse.AddFirst((key, answer));
            for (size += answer.Size; size > MostKept; byUse.RemoveLast())
            {
                size -= byUse.Last!.Value.Answer.Size;
                kept.Remove(byUse.Last.Value.Key);
            }
        }
        return answer;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The statistic {Name} could not be made")]
    private partial void Broke(string name, Exception e);

    private sealed class Work(string key, Statistic statistic, StatisticsFilter filter, StatisticsOptions options)
    {
        public string Key => key;
        public Statistic Statistic => statistic;
        public StatisticsFilter Filter => filter;
        public StatisticsOptions Options => options;
        public double Progress { get; set; }
        public Exception? Failure { get; set; }
    }
}
