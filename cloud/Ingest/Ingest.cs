using System.Diagnostics.CodeAnalysis;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>Sends a receipt to a hub. May lose it: a hub that misses one asks again.</summary>
internal delegate Task Answer(string hub, Receipt receipt);

/// <summary>How a message ended. Refused is null if it is stored.</summary>
internal sealed record IngestResult(Refusal? Refused, string? Detail = null)
{
    public static readonly IngestResult Stored = new(Refused: null);
}

/// <summary>Takes what hubs send, whatever brought it here. Everything is read and checked at this boundary, and named when it is refused.</summary>
internal sealed partial class Ingest(WriteQueue queue, News news, CloudMeter meter, TimeProvider time, ILogger<Ingest> log)
{
    /// <summary>Ends when the message is durably stored, or refused. Throws if the disk would not have it: then it must be sent again.</summary>
    public async Task<IngestResult> HandleAsync(string hub, string topic, ReadOnlyMemory<byte> payload, Answer answer, CancellationToken cancel = default)
        => await await EnqueueAsync(hub, topic, payload, answer, retained: false, cancel);

    /// <summary>Waits only while the queue is full, so that one hub's messages share commits; the task within ends as <see cref="HandleAsync"/> does.</summary>
    /// <param name="hub">Who says it.</param>
    /// <param name="topic">As it came.</param>
    /// <param name="payload">As it came.</param>
    /// <param name="answer">Is told what is stored.</param>
    /// <param name="retained">The broker kept it, for a listener that came later: true still, and no sign of life.</param>
    /// <param name="cancel">Gives up waiting for room.</param>
    public async ValueTask<Task<IngestResult>> EnqueueAsync(string hub, string topic, ReadOnlyMemory<byte> payload, Answer answer, bool retained = false, CancellationToken cancel = default)
    {
        if (Read(hub, topic, payload, retained, out var write, out var receipt) is { } refused)
        {
            Count(hub, topic, refused);
            if (receipt is not null) await answer(hub, receipt);
            return Task.FromResult(refused);
        }
        write!.Answer = answer;
        await queue.AddAsync(write, cancel);
        return EndAsync(write, topic, payload.Length);
    }

    /// <summary>A message that never came as far as being read.</summary>
    public IngestResult Refuse(string hub, string topic, Refusal reason, string detail)
    {
        var refused = new IngestResult(reason, detail);
        Count(hub, topic, refused);
        return refused;
    }

    private async Task<IngestResult> EndAsync(HubWrite write, string topic, int bytes)
    {
        await write.Done;
        if (write.Refused is { } reason)
        {
            var refused = new IngestResult(reason, write.Detail);
            Count(write.From, topic, refused);
            return refused;
        }
        meter.Committed(write.Kind, bytes);
        return IngestResult.Stored;
    }

    private IngestResult? Read(string hub, string topic, ReadOnlyMemory<byte> payload, bool retained, out HubWrite? write, out Receipt? receipt)
    {
        (write, receipt) = (null, null);
        var now = time.GetUtcNow().UtcDateTime;
        var fault = "";
        switch (Topics.Parse(topic))
        {
            case { } known when known.Hub != hub:
                return new(Refusal.WrongHub, $"hub {hub} may publish below {Topics.Root}/{hub}/ only");
            case MediaTopic media when payload.Length > Wire.MaxChunkBytes:
                var tooLarge = new IngestResult(Refusal.TooLarge, $"{payload.Length} bytes; a chunk has at most {Wire.MaxChunkBytes}");
                receipt = ChunkWrite.ReceiptOf(media, offset: 0, complete: false, tooLarge.Refused, tooLarge.Detail);
                return tooLarge;
            case MediaTopic media:
                write = new ChunkWrite(media, payload, now) { News = news };
                return null;
            case CaptureTopic capture when TryRead<CaptureRecord>(payload, out var record, out fault) && Agrees(capture, record, ref fault):
                write = new CaptureWrite(record, now) { News = news };
                return null;
            case CaptureTopic capture:
                receipt = new Receipt { CaptureID = capture.CaptureID, Refused = TooLargeOr(payload), Detail = fault };
                return new(TooLargeOr(payload), fault);
            case EffortTopic when TryRead<EffortRecord>(payload, out var record, out fault) && Own(hub, record.Hub, ref fault):
                write = new EffortWrite(record, now);
                return null;
            case StateTopic when TryRead<HubState>(payload, out var state, out fault) && Own(hub, state.Hub, ref fault):
                write = new StateWrite(state, now) { Hellos = news.Hellos, Retained = retained };
                return null;
            case HealthTopic when TryRead<HubHealth>(payload, out var health, out fault) && Own(hub, health.Hub, ref fault):
                write = new HealthWrite(health, now) { Hellos = news.Hellos };
                return null;
            case AnswerTopic when TryRead<HubAnswer>(payload, out var said, out fault):
                write = new AnswerWrite(hub, said, now);
                return null;
            case EffortTopic or StateTopic or HealthTopic or AnswerTopic:
                return new(TooLargeOr(payload), fault);
            default:
                return IsOthers(hub, topic)
                    ? new(Refusal.WrongHub, $"hub {hub} may publish below {Topics.Root}/{hub}/ only")
                    : new(Refusal.WrongTopic, "no topic of the wire");
        }
    }

    private static bool TryRead<T>(ReadOnlyMemory<byte> payload, [NotNullWhen(true)] out T? message, out string fault)
        where T : class
        => Wire.TryRead(payload.Span, out message, out fault);

    private static Refusal TooLargeOr(ReadOnlyMemory<byte> payload) => payload.Length > Wire.MaxJsonBytes ? Refusal.TooLarge : Refusal.Malformed;

    private static bool Own(string hub, string said, ref string fault)
    {
        if (said == hub) return true;
        fault = $"hub: says {said}, but the topic is {hub}'s";
        return false;
    }

    private static bool Agrees(CaptureTopic topic, CaptureRecord record, ref string fault)
    {
        if (!Own(topic.Hub, record.Hub, ref fault)) return false;
        if (record.CaptureID == topic.CaptureID) return true;
        fault = "captureID: is not the topic's";
        return false;
    }

    private static bool IsOthers(string hub, string topic)
        => topic.StartsWith(Topics.Root + "/", StringComparison.Ordinal) && !Topics.BelongsTo(topic, hub);

    private void Count(string hub, string topic, IngestResult refused)
    {
        meter.Refused(refused.Refused!.Value);
        RefusedMessage(hub, topic.Length > 200 ? topic[..200] : topic, refused.Refused.Value, refused.Detail);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Hub {Hub}, topic {Topic}: refused, {Refused}: {Detail}")]
    private partial void RefusedMessage(string hub, string topic, Refusal refused, string? detail);
}
