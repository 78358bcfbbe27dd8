using Lynceus.Contracts;
using MQTTnet;

namespace Lynceus.Cloud.Tests;

/// <summary>A data folder, the files that <c>cloud broker</c> writes for it, and the broker that runs by them.</summary>
internal sealed class FarBroker(TestBroker broker, string data) : IAsyncDisposable
{
    public TestBroker Broker => broker;
    public string Data => data;
    public int Port => broker.Port;

    public static async Task<FarBroker> MosquittoAsync()
    {
        var broker = new Mosquitto(b => File.ReadAllText(Path.Combine(b.Folder, "files", "mosquitto.conf")));
        return await WrittenAsync(broker, "mosquitto");
    }

    /// <param name="hubs">RabbitMQ has a user for each; they are added before its files are written.</param>
    public static async Task<FarBroker> RabbitMqAsync(params string[] hubs)
    {
        var broker = new RabbitMq(files: b => Path.Combine(b.Folder, "files"));
        return await WrittenAsync(broker, "rabbitmq", hubs);
    }

    /// <summary>What <c>cloud run --broker</c> would be told.</summary>
    public Task<RunningCloud> CloudAsync() => RunningCloud.StartAsync(data, settings: s => s with
    {
        Broker = new BrokerTarget { Address = new Uri($"mqtts://localhost:{Port}"), Certificate = Path.Combine(broker.Folder, "files", "cloud.pem") },
    });

    public HubPem Pem(string hub) => new(Path.Combine(data, $"{hub}.pem"));

    public Task<Hub> ConnectAsync(string hub, HubPem? pem = null, Func<MqttClientOptionsBuilder, MqttClientOptionsBuilder>? change = null)
        => Hub.ConnectAsync(Port, hub, change: o => (pem ?? Pem(hub)).Tls(change?.Invoke(o) ?? o));

    /// <summary>As a hub does it: again and again, on new connections, until each has its receipt.</summary>
    public async Task DeliverAsync(string hub, IEnumerable<CaptureRecord> captures, Func<MqttClientOptionsBuilder, MqttClientOptionsBuilder>? change = null)
    {
        var open = captures.ToDictionary(c => c.CaptureID);
        var stop = TestContext.Current.CancellationToken;
        while (open.Count > 0)
        {
            try
            {
                await using var link = await ConnectAsync(hub, change: change);
                foreach (var capture in open.Values.ToList()) await link.SendAsync(capture).WaitAsync(TimeSpan.FromSeconds(5), stop);
                while (open.Count > 0)
                {
                    var receipt = await link.ReceiptAsync().WaitAsync(TimeSpan.FromSeconds(5), stop);
                    if (receipt.Stored) open.Remove(receipt.CaptureID ?? Guid.Empty);
                }
            }
            catch (Exception) when (!stop.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, stop); // whatever it was: the link is cut, and it tries again
            }
        }
    }

    private static async Task<FarBroker> WrittenAsync(TestBroker broker, string kind, params string[] hubs)
    {
        var data = Directory.CreateTempSubdirectory("lynceus-cloud-").FullName;
        foreach (var hub in hubs) await HubPem.AddAsync(data, hub);
        Assert.Equal(0, await CloudCommand.RunAsync(
            ["broker", kind, "--data", data, "--out", Path.Combine(broker.Folder, "files"), "--listen", $"127.0.0.1:{broker.Port}", "--tls-name", "localhost"]));
        await broker.StartAsync(TestContext.Current.CancellationToken);
        return new FarBroker(broker, data);
    }

    public async ValueTask DisposeAsync()
    {
        await broker.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }
}
