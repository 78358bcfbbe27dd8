using System.Buffers;
using System.Threading.Channels;
using Lynceus.Contracts;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Lynceus.Cloud.Tests;

/// <summary>A hub's end of the wire: a real MQTT 5 client that listens to its receipts.</summary>
internal sealed class Hub : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Channel<Receipt> receipts = Channel.CreateUnbounded<Receipt>();
    private readonly Channel<HubRequest> requests = Channel.CreateUnbounded<HubRequest>();
    private readonly IMqttClient client;
    private bool vanished;
    private int others;

    private Hub(string name, IMqttClient client) => (Name, this.client) = (name, client);

    public string Name { get; }

    /// <summary>Messages that were no receipts.</summary>
    public int Others => Volatile.Read(ref others);
    public bool IsConnected => client.IsConnected;

    public static async Task<Hub> ConnectAsync(int port, string name, string? clientId = null, string? password = null, HubState? will = null, Func<MqttClientOptionsBuilder, MqttClientOptionsBuilder>? change = null)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        var hub = new Hub(name, client);
        client.ApplicationMessageReceivedAsync += received =>
        {
            var (topic, payload) = (received.ApplicationMessage.Topic, received.ApplicationMessage.Payload.ToArray());
            if (topic == Topics.Request(name) && Wire.TryRead<HubRequest>(payload, out var request, out _)) hub.requests.Writer.TryWrite(request);
            else if (topic == Topics.Receipt(name) && Wire.TryRead<Receipt>(payload, out var receipt, out _)) hub.receipts.Writer.TryWrite(receipt);
            else Interlocked.Increment(ref hub.others);
            return Task.CompletedTask;
        };
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithProtocolVersion(MqttProtocolVersion.V500).WithClientId(clientId ?? name).WithTimeout(Patience);
        if (password is not null) options = options.WithCredentials(name, password);
        if (will is not null)
            options = options.WithWillTopic(Topics.State(name)).WithWillPayload(Wire.Write(will)).WithWillRetain().WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        var result = await client.ConnectAsync((change?.Invoke(options) ?? options).Build());
        if (result.ResultCode != MqttClientConnectResultCode.Success) throw new RefusedException(result.ResultCode);
        await client.SubscribeAsync(Topics.Receipt(name), MqttQualityOfServiceLevel.AtLeastOnce);
        await client.SubscribeAsync(Topics.Request(name), MqttQualityOfServiceLevel.AtLeastOnce);
        return hub;
    }

    public async Task<MqttClientPublishResult> PublishAsync(string topic, byte[] payload, bool retain = false)
        => await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithRetainFlag(retain)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build());

    public Task<MqttClientPublishResult> SendAsync(CaptureRecord record) => PublishAsync(Topics.Capture(record.Hub, record.CaptureID), Wire.Write(record));

    public Task<MqttClientPublishResult> SendAsync(EffortRecord record) => PublishAsync(Topics.Effort(record.Hub), Wire.Write(record));

    public Task<MqttClientPublishResult> SendAsync(HubHealth health) => PublishAsync(Topics.Health(health.Hub), Wire.Write(health));

    public Task<MqttClientPublishResult> SendAsync(HubState state) => PublishAsync(Topics.State(state.Hub), Wire.Write(state), retain: true);

    public Task<MqttClientPublishResult> SendAsync(string mediaID, long offset, ReadOnlySpan<byte> bytes, Tier tier = Tier.Frame)
        => PublishAsync(Topics.Media(Name, mediaID, tier, offset), bytes.ToArray());

    public Task<MqttClientPublishResult> SendAsync(HubAnswer answer) => PublishAsync(Topics.Answer(Name), Wire.Write(answer));

    /// <summary>The next request; fails if none comes.</summary>
    public async Task<HubRequest> RequestAsync() => await requests.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);

    /// <summary>Whether one lies there unread.</summary>
    public bool HasRequest => requests.Reader.Count > 0;

    /// <summary>The next receipt; fails if none comes.</summary>
    public async Task<Receipt> ReceiptAsync() => await receipts.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);

    /// <summary>The next receipt that is so; those before it are passed over.</summary>
    public async Task<Receipt> ReceiptAsync(Func<Receipt, bool> wanted)
    {
        while (true)
        {
            var receipt = await ReceiptAsync();
            if (wanted(receipt)) return receipt;
        }
    }

    public async Task<MqttClientSubscribeResultCode> SubscribeAsync(string filter)
        => (await client.SubscribeAsync(filter)).Items.Single().ResultCode;

    /// <summary>Goes without a word, so that the broker sends the will.</summary>
    public void Vanish()
    {
        vanished = true;
        client.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (vanished) return;
        if (client.IsConnected) await client.DisconnectAsync();
        client.Dispose();
    }
}

internal sealed class RefusedException(MqttClientConnectResultCode code) : Exception($"{code}")
{
    public MqttClientConnectResultCode Code => code;
}
