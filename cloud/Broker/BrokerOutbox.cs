using System.Threading.Channels;
using MQTTnet;

namespace Lynceus.Cloud;

/// <summary>
/// What hubs are to be told by way of a broker that stands elsewhere. The writer never waits for a far broker: what comes while the link is down waits here,
/// and of more than fits the oldest is lost. A hub that misses a receipt asks again.
/// </summary>
internal sealed partial class BrokerOutbox(ILogger log)
{
    private const int Most = 10_000;
    private const int InFlight = 64;

    /// <summary>Until then a hub that was away has asked again.</summary>
    private static readonly TimeSpan Expires = TimeSpan.FromHours(1);

    private readonly Channel<(string Topic, ReadOnlyMemory<byte> Payload)> waiting = Channel.CreateBounded<(string, ReadOnlyMemory<byte>)>(
        new BoundedChannelOptions(Most) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public void Add(string topic, ReadOnlyMemory<byte> payload) => waiting.Writer.TryWrite((topic, payload));

    /// <summary>Sends until the link is down, several at once.</summary>
    public async Task RunAsync(BrokerLink link)
    {
        using var room = new SemaphoreSlim(InFlight);
        var refused = false;
        try
        {
            while (await waiting.Reader.WaitToReadAsync(link.Down))
            {
                await room.WaitAsync(link.Down);
                if (waiting.Reader.TryRead(out var message)) _ = SendAsync(message.Topic, message.Payload);
                else room.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // The link is down. Those on the way end with it.
        }
        for (var i = 0; i < InFlight; i++) await room.WaitAsync(CancellationToken.None);

        async Task SendAsync(string topic, ReadOnlyMemory<byte> payload)
        {
            try
            {
                var result = await link.PublishAsync(topic, payload, Expires);
                if (!result.IsSuccess && !refused)
                {
                    refused = true;
                    NotTaken(topic, result.ReasonCode);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or MQTTnet.Exceptions.MqttCommunicationException or InvalidOperationException)
            {
                Add(topic, payload); // on the next link
            }
            finally
            {
                room.Release();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The broker does not take what hubs are to be told, {Topic}: {Reason}. Its rules must let this cloud write below ct/v1/")]
    private partial void NotTaken(string topic, MqttClientPublishReasonCode reason);
}
