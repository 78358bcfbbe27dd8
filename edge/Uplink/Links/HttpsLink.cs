using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using Lynceus.Contracts;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>
/// The way through a firewall that passes only 443: each message is a request, and its receipts are the answer. The bytes of tiers go by tus 1.0;
/// the record has announced them, so an upload need not be made first, and its offset is the one of the record's receipt.
/// </summary>
internal sealed partial class HttpsLink : ILink
{
    /// <summary>Requests at a time: one on the wire and one being answered. More would only share a thin link, until each of them is late.</summary>
    private const int Lanes = 2;

    private readonly CancellationTokenSource down = new();
    private readonly SemaphoreSlim lanes = new(Lanes);

    /// <summary>Chunks of a tier go one after the other: the cloud takes them at its offset only.</summary>
    private readonly ConcurrentDictionary<(string MediaID, Tier Tier), SemaphoreSlim> turns = new();
    private readonly WireCount wire = new();
    private readonly LinkTroubles troubles;
    private readonly HttpClient http;
    private readonly string hub;
    private readonly LinkInbox inbox;
    private readonly UplinkOptions options;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private bool stood;
    private long bytesSent;

    private HttpsLink(HubState birth, LinkInbox inbox, UplinkOptions options, TimeProvider time, ILogger log)
    {
        (hub, this.inbox, this.options, this.time, this.log) = (birth.Hub, inbox, options, time, log);
        var dial = new Dial(options, hub, birth.ClockQuality ?? ClockQuality.Unset, time, TimeSpan.FromSeconds(options.PublishTimeoutSeconds)) { Wire = wire };
        troubles = dial.Troubles;
        http = DoorClient.Make(dial, options, hub, Lanes);
    }

    public CancellationToken Down => down.Token;

    public LinkTrouble? Trouble { get; private set; }

    public long BytesSent => Interlocked.Read(ref bytesSent);

    public long WireBytes => wire.Bytes;

    /// <summary>Says that the hub is here, which is also the proof that the cloud is. Throws <see cref="LinkDownException"/> with the reason.</summary>
    public static async Task<ILink> OpenAsync(HubState birth, LinkInbox inbox, UplinkOptions options, TimeProvider time, ILogger log, CancellationToken stop)
    {
        var link = new HttpsLink(birth, inbox, options, time, log);
        try
        {
            if (await link.SendAsync(Topics.State(birth.Hub), Wire.Write(birth), retain: true, stop) == SendResult.Refused)
                throw new LinkDownException(new(LinkState.NotAllowed, "the cloud refuses this hub's state", "The hub or the cloud is too old for the other: bring both up to date"));
            link.stood = true;
            return link;
        }
        catch
        {
            await link.DisposeAsync();
            throw;
        }
    }

    public async Task<SendResult> SendAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, down.Token);
        try
        {
            return Topics.Parse(topic) is MediaTopic tier ? await InTurnAsync(tier, payload, end.Token) : await InLaneAsync(payload, () => PostAsync(topic, payload, end.Token), end.Token);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            // When one lane fails, the other is cut off, for the same reason.
            var fault = down.IsCancellationRequested && Trouble is { } known ? new LinkDownException(known) : DoorClient.Named(troubles, e, stood);
            Trouble ??= fault.Trouble;
            await down.CancelAsync();
            throw fault;
        }
    }

    /// <summary>Who waits for his turn holds no lane meanwhile.</summary>
    private async Task<SendResult> InTurnAsync(MediaTopic tier, ReadOnlyMemory<byte> chunk, CancellationToken end)
    {
        var turn = turns.GetOrAdd((tier.MediaID, tier.Tier), _ => new SemaphoreSlim(1));
        await turn.WaitAsync(end);
        try
        {
            return await InLaneAsync(chunk, () => PatchAsync(tier, chunk, end), end);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<SendResult> InLaneAsync(ReadOnlyMemory<byte> payload, Func<Task<SendResult>> ask, CancellationToken end)
    {
        await lanes.WaitAsync(end);
        try
        {
            var said = await ask();
            Interlocked.Add(ref bytesSent, payload.Length);
            return said;
        }
        finally
        {
            lanes.Release();
        }
    }

    public async Task CloseAsync(HubState goodbye)
    {
        if (down.IsCancellationRequested) return;
        try
        {
            await SendAsync(Topics.State(hub), Wire.Write(goodbye), retain: true, CancellationToken.None);
        }
        catch (LinkDownException e)
        {
            LogNoGoodbye(e.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await down.CancelAsync();
        http.Dispose();
        lanes.Dispose();
        down.Dispose();
    }

    private async Task<SendResult> PostAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken end)
    {
        using var request = DoorClient.Request(HttpMethod.Post, $"api/v1/hubs/{hub}/wire/{topic[$"{Topics.Root}/{hub}/".Length..]}");
        request.Content = new ReadOnlyMemoryContent(payload);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(payload.Span is [Wire.PackedMark, ..] ? "application/octet-stream" : "application/json");
        using var answer = await AskAsync(request, end);
        await ReadAsync(answer, end);
        return answer.IsSuccessStatusCode ? SendResult.Taken : SendResult.Refused;
    }

    /// <summary>Sends what the cloud has not got of a chunk. If it has more than the chunk begins with, the rest is enough; if it has less, the offset was wrong and the record must be offered again.</summary>
    private async Task<SendResult> PatchAsync(MediaTopic tier, ReadOnlyMemory<byte> chunk, CancellationToken end)
    {
        for (var offset = tier.Offset; ;)
        {
            using var request = DoorClient.Request(HttpMethod.Patch, $"api/v1/uploads/{hub}/{tier.MediaID}/{Topics.TierName(tier.Tier)}");
            request.Content = new ReadOnlyMemoryContent(chunk[(int)(offset - tier.Offset)..]);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
            request.Headers.Add("Tus-Resumable", "1.0.0");
            request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
            using var answer = await AskAsync(request, end);
            if (Number(answer, "Upload-Offset") is not { } at || Number(answer, "Upload-Length") is not { } length)
            {
                if (answer.IsSuccessStatusCode) throw new LinkDownException(HttpsTroubles.Portal("the answer to an upload does not say how far it came"));
                await ReadAsync(answer, end);
                return SendResult.Refused;
            }
            if (at >= tier.Offset + chunk.Length)
            {
                inbox.Take(new Receipt { CaptureID = tier.CaptureID, Stored = true, Media = [new TierReceipt(tier.MediaID, tier.Tier, at, Complete: at == length)] });
                return SendResult.Taken;
            }
            if (at <= offset) throw new LinkDownException(new(LinkState.Cut, $"the cloud has {at} bytes of {tier.MediaID}, not {offset}", "The hub offers the record again"));
            offset = at;
        }
    }

    /// <summary>Throws when the answer is not the cloud's, or does not come in time.</summary>
    private async Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, CancellationToken end)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(options.PublishTimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end, patience.Token);
        try
        {
            var answer = await http.SendAsync(request, either.Token);
            if (HttpsTroubles.Of(answer, options, troubles) is not { } trouble) return answer;
            answer.Dispose();
            throw new LinkDownException(trouble);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !end.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {options.PublishTimeoutSeconds} s");
        }
    }

    /// <summary>Receipts and requests to whom they concern.</summary>
    private async Task ReadAsync(HttpResponseMessage answer, CancellationToken end)
    {
        if (!Wire.TryRead<DoorAnswer>(await answer.Content.ReadAsByteArrayAsync(end), out var said, out var fault))
            throw new LinkDownException(HttpsTroubles.Portal($"the answer cannot be read: {LinkTroubles.Clean(fault)}"));
        if (said.Refused is { } refused) LogRefused(refused, said.Detail);
        foreach (var receipt in said.Receipts) inbox.Take(receipt);
        foreach (var asked in said.Requests ?? []) inbox.Take(asked);
    }

    private static long? Number(HttpResponseMessage answer, string header)
        => answer.Headers.TryGetValues(header, out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    [LoggerMessage(LogLevel.Warning, "The cloud refused a message, {Refused}: {Detail}")]
    private partial void LogRefused(Refusal refused, string? detail);

    [LoggerMessage(LogLevel.Information, "The link went before the hub could say goodbye: {Reason}")]
    private partial void LogNoGoodbye(string reason);
}
