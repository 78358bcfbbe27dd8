using Lynceus.Contracts;
using MQTTnet;
using MQTTnet.Formatter;

namespace Lynceus.Cloud.Tests;

/// <summary>One node for all of it: it takes long to start.</summary>
public sealed class RabbitMqTests
{
    [Fact]
    public async Task Through_RabbitMQ_everything_sent_is_stored_once_and_no_hub_speaks_for_another()
    {
        await using var far = await FarBroker.RabbitMqAsync("ridge", "valley");
        await using var cloud = await far.CloudAsync();
        await Some.UntilAsync("the cloud is connected", () => Task.FromResult(cloud.Get<IBroker>().IsUp), seconds: 70);

        // Debian's 3.10 speaks MQTT 3.1.1 only: no reasons, so it hangs up on who publishes where it must not.
        await using (var valley = await far.ConnectAsync("valley", change: Old))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => valley.SendAsync(Some.Kept("ridge")).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        }
        var liar = await far.ConnectAsync("valley", change: o => Old(o).WithWillTopic("ct/v1/ridge/state").WithWillPayload(Wire.Write(Some.State(false, 9))).WithWillRetain());
        liar.Vanish();
        var captures = Enumerable.Range(0, 100).Select(_ => Some.Kept()).ToList();
        await using (var ridge = await far.ConnectAsync("ridge", change: Old)) await ridge.SendAsync(Some.State(true, 1));
        await far.DeliverAsync("ridge", captures[..50], Old).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        var rest = far.DeliverAsync("ridge", captures[50..], Old);
        await far.Broker.RestartAsync(TestContext.Current.CancellationToken);
        await rest.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        using var db = cloud.Rows();
        Assert.Equal(captures.Select(c => c.CaptureID).Order(), db.Captures.Select(c => c.CaptureID).ToList().Order());
        Assert.True(db.Hubs.Single(h => h.Name == "ridge").Online); // by its own word, not by another's will
    }

    private static MqttClientOptionsBuilder Old(MqttClientOptionsBuilder options) => options.WithProtocolVersion(MqttProtocolVersion.V311);
}
