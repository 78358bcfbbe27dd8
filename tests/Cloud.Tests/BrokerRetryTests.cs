using System.Net.Sockets;
using MQTTnet;
using MQTTnet.Formatter;

namespace Lynceus.Cloud.Tests;

public sealed class BrokerRetryTests
{
    private static readonly Exception Refused = new IOException("no", new SocketException((int)SocketError.ConnectionRefused));

    [Fact]
    public void A_broker_that_hangs_up_is_asked_in_the_old_version_at_once_and_then_in_the_new_one_again()
    {
        var retry = new BrokerRetry(new Random(1));
        Assert.Equal(TimeSpan.Zero, retry.Failed(new IOException("hung up")));
        Assert.Equal(MqttProtocolVersion.V311, retry.Version);
        Assert.NotEqual(TimeSpan.Zero, retry.Failed(new IOException("hung up")));
        Assert.Equal(MqttProtocolVersion.V500, retry.Version);
    }

    [Fact]
    public void What_a_broker_spoke_once_it_is_spoken_to_ever_after()
    {
        var retry = new BrokerRetry(new Random(1));
        retry.Failed(new BrokerRefusedException(MqttClientConnectResultCode.UnsupportedProtocolVersion, "old"));
        retry.Succeeded();
        retry.Failed(new IOException("hung up"));
        Assert.Equal(MqttProtocolVersion.V311, retry.Version);
    }

    [Fact]
    public void The_wait_doubles_to_a_minute_and_never_ends()
    {
        var retry = new BrokerRetry(new Random(1));
        var waits = Enumerable.Range(0, 100).Select(_ => retry.Failed(Refused).TotalSeconds).ToList();
        Assert.Equal(MqttProtocolVersion.V500, retry.Version);
        Assert.InRange(waits[0], 0.5, 1);
        Assert.InRange(waits[3], 4, 8);
        Assert.All(waits[10..], w => Assert.InRange(w, 30, 60));
        retry.Succeeded();
        Assert.InRange(retry.Failed(Refused).TotalSeconds, 0.5, 1);
    }

    [Theory]
    [InlineData("mqtts://broker.example.org", 8883, true)]
    [InlineData("mqtts://127.0.0.1:18883", 18883, true)]
    [InlineData("mqtt://[::1]:1883/", 1883, false)]
    public void A_broker_is_scheme_host_and_port(string text, int port, bool tls)
    {
        Assert.True(BrokerTarget.TryParse(text, out var address));
        var target = new BrokerTarget { Address = address };
        Assert.Equal((port, tls), (target.Port, target.Tls));
    }

    [Theory]
    [InlineData("run", "--broker", "broker.example.org:8883")]
    [InlineData("run", "--broker", "https://broker.example.org")]
    [InlineData("run", "--broker", "mqtts://user:secret@broker.example.org")]
    [InlineData("run", "--broker", "mqtts://broker.example.org/path")]
    [InlineData("run", "--broker", "mqtts://broker.example.org", "--mqtts", "*:8883")]
    [InlineData("run", "--broker-user", "me")]
    [InlineData("run", "--broker", "mqtts://broker.example.org", "--broker-cert", "/no/such/file")]
    [InlineData("broker", "mosquitto")]
    public async Task Wrong_arguments_end_with_code_2(params string[] args) => Assert.Equal(2, await CloudCommand.RunAsync(args));
}
