using System.Net;
using System.Net.Sockets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Lynceus.Edge.Tests;

public sealed class LinkTestTests
{
    private static LinkTest To(string cloud, string password = "", double seconds = 10)
        => new(new UplinkOptions { Cloud = cloud, Password = password }, "hub", TimeProvider.System, TimeSpan.FromSeconds(seconds));

    private static async Task<MqttServer> BrokerAsync(int port, string password, List<string> clients)
    {
        var server = new MqttServerFactory().CreateMqttServer(new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointPort(port).Build());
        server.ValidatingConnectionAsync += connection =>
        {
            clients.Add(connection.ClientId);
            if (connection.Password != password) connection.ReasonCode = MqttConnectReasonCode.BadUserNameOrPassword;
            return Task.CompletedTask;
        };
        await server.StartAsync();
        return server;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    [Fact]
    public async Task A_broker_that_lets_the_hub_in_is_green_and_a_running_hub_keeps_its_link()
    {
        var (port, clients) = (FreePort(), new List<string>());
        using var server = await BrokerAsync(port, "secret", clients);
        var test = To($"mqtt://127.0.0.1:{port}", "secret");
        Assert.All(await test.ReachAsync(TestContext.Current.CancellationToken), f => Assert.Equal(Colour.Green, f.Colour));
        var login = await test.LoginAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, login.Count);
        Assert.All(login, f => Assert.Equal(Colour.Green, f.Colour));
        Assert.Equal("hub/doctor", Assert.Single(clients));
    }

    [Fact]
    public async Task A_wrong_password_is_told_from_a_broken_link()
    {
        var (port, clients) = (FreePort(), new List<string>());
        using var server = await BrokerAsync(port, "secret", clients);
        var refused = Assert.Single(await To($"mqtt://127.0.0.1:{port}", "wrong").LoginAsync(TestContext.Current.CancellationToken));
        Assert.Equal((Colour.Red, true), (refused.Colour, refused.What.Contains("password is wrong", StringComparison.Ordinal)));
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
        var none = Assert.Single(await To($"mqtt://127.0.0.1:{port}").LoginAsync(TestContext.Current.CancellationToken));
        Assert.Contains("wants a password", none.What, StringComparison.Ordinal);
        Assert.Contains("cloud hubs add hub", none.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_port_and_a_name_that_is_not_there_are_told_apart()
    {
        var closed = (await To($"mqtt://127.0.0.1:{FreePort()}").ReachAsync(TestContext.Current.CancellationToken))[^1];
        Assert.Equal((Colour.Red, true), (closed.Colour, closed.What.Contains("refuses port", StringComparison.Ordinal)));
        var nowhere = Assert.Single(await To("mqtt://no-such-host.invalid").ReachAsync(TestContext.Current.CancellationToken));
        Assert.Equal((Colour.Red, true), (nowhere.Colour, nowhere.What.Contains("no-such-host.invalid is not found", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Who_takes_the_call_and_says_nothing_is_given_up()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        var login = Assert.Single(await To($"mqtt://127.0.0.1:{port}", seconds: 1).LoginAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Colour.Red, login.Colour);
        var tls = (await To($"mqtts://127.0.0.1:{port}", seconds: 1).ReachAsync(TestContext.Current.CancellationToken))[^1];
        Assert.Equal((Colour.Red, true), (tls.Colour, tls.What.Contains("no answer within 1 s", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_address_that_swallows_everything_is_given_up()
    {
        // 192.0.2.0/24 is for documentation: packets to it go nowhere, or are turned back.
        var hole = (await To("mqtt://192.0.2.1:1883", seconds: 1).ReachAsync(TestContext.Current.CancellationToken))[^1];
        Assert.Equal(Colour.Red, hole.Colour);
        Assert.Contains("192.0.2.1", hole.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_speaks_no_tls_is_named()
    {
        var (port, clients) = (FreePort(), new List<string>());
        using var server = await BrokerAsync(port, "", clients);
        var tls = (await To($"mqtts://127.0.0.1:{port}", seconds: 3).ReachAsync(TestContext.Current.CancellationToken))[^1];
        Assert.Equal((Colour.Red, true), (tls.Colour, tls.What.StartsWith("no encrypted connection", StringComparison.Ordinal)));
    }
}
