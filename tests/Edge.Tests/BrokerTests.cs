using System.Buffers;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Lynceus.Edge.Tests;

/// <summary>The brokers that the other tests rely on.</summary>
public sealed class BrokerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mosquitto_keeps_its_port_and_its_folder_when_it_is_killed()
    {
        await using var broker = new Mosquitto(b => $"{Mosquitto.Open(b)}persistence true\npersistence_location {b.Folder}/\nautosave_on_changes true\nautosave_interval 1\n");
        await broker.StartAsync(Stop);
        using (var first = await ConnectAsync(broker, MqttProtocolVersion.V500, null)) await first.PublishAsync(Message("a/b"), Stop);
        while (!File.Exists(Path.Combine(broker.Folder, "mosquitto.db"))) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        await broker.RestartAsync(Stop);
        using var second = await ConnectAsync(broker, MqttProtocolVersion.V500, null);
        Assert.Equal("kept", await HeardAsync(second, "a/b", () => Task.CompletedTask));
    }

    [Fact]
    public async Task A_rabbitmq_keeps_its_port_when_it_is_killed()
    {
        await using var broker = new RabbitMq();
        await broker.StartAsync(Stop);
        await broker.RestartAsync(Stop);
        using var client = await ConnectAsync(broker, MqttProtocolVersion.V311, "secret");
        var heard = await HeardAsync(client, "c", () => client.PublishAsync(Message("c"), Stop));
        Assert.Equal("kept", heard);
    }

    private static MqttApplicationMessage Message(string topic)
        => new() { Topic = topic, Payload = new ReadOnlySequence<byte>("kept"u8.ToArray()), Retain = true, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce };

    private static async Task<IMqttClient> ConnectAsync(TestBroker broker, MqttProtocolVersion version, string? password)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        var options = new MqttClientOptionsBuilder().WithProtocolVersion(version).WithTcpServer("127.0.0.1", broker.Port).WithClientId("hub");
        if (password is not null) options.WithCredentials("hub", password);
        await client.ConnectAsync(options.Build(), Stop);
        return client;
    }

    private static async Task<string> HeardAsync(IMqttClient client, string topic, Func<Task> then)
    {
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ApplicationMessageReceivedAsync += message =>
        {
            heard.TrySetResult(message.ApplicationMessage.ConvertPayloadToString());
            return Task.CompletedTask;
        };
        await client.SubscribeAsync(topic, MqttQualityOfServiceLevel.AtLeastOnce, Stop);
        await then();
        return await heard.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop);
    }
}
