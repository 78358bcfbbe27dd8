namespace Lynceus.Cloud;

/// <summary>A channel did not take a notice, and why, in a sentence.</summary>
internal sealed class NoticeFault(string message) : Exception(message);

/// <summary>Alarms that go together on one channel.</summary>
/// <param name="NoticeID">The same each time these are sent together.</param>
/// <param name="Alarms">One or more.</param>
internal sealed record Notice([property: System.Text.Json.Serialization.JsonPropertyName("noticeID")] string NoticeID, IReadOnlyList<AlarmView> Alarms)
{
    public static Notice Of(IReadOnlyList<NoticeRow> rows, IReadOnlyList<AlarmView> alarms)
        => new(Contracts.Ids.Sha256(System.Text.Encoding.UTF8.GetBytes(string.Join(' ', rows.Select(r => r.Id).Order())))[..24], alarms);

    public byte[] Json() => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(this, Written);

    private static readonly System.Text.Json.JsonSerializerOptions Written = new(System.Text.Json.JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };
}

/// <summary>Sends a notice on a channel, or throws <see cref="NoticeFault"/> with what stands in the way.</summary>
internal sealed class NoticeSending(NoticeTargets targets, TimeProvider time, IBroker? broker = null) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private readonly Webhook webhook = new(time);

    public async Task SendAsync(string channel, Notice notice, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            await ((NoticeChannel.Address(channel), channel) switch
            {
                ({ } address, _) => Mail.SendAsync(targets.Smtp ?? throw new NoticeFault("this cloud was told of no mail server: cloud run --smtp HOST:PORT --smtp-from ADDRESS"), address, notice, patience.Token),
                (_, NoticeChannel.Webhook) => targets is { Webhook: { } uri, WebhookSecret: { } secret }
                    ? webhook.SendAsync(uri, secret, notice, patience.Token)
                    : throw new NoticeFault("this cloud was told of no webhook: cloud run --webhook URL, and the secret in LYNCEUS_WEBHOOK_SECRET"),
                (_, NoticeChannel.Mqtt) => (broker ?? throw new NoticeFault("MQTT goes through the broker of a cloud that runs")).PublishAsync(NoticeTargets.AlarmTopic, notice.Json(), patience.Token),
                _ => throw new NoticeFault($"no channel '{channel}' is known"),
            });
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new NoticeFault($"no answer in {Patience.TotalSeconds:0} s");
        }
    }

    public void Dispose() => webhook.Dispose();
}
