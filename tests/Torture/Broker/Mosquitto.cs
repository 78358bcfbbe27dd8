namespace Lynceus.Torture;

/// <summary>
/// Eclipse Mosquitto between hub and cloud, by the files that <c>cloud broker mosquitto</c> writes; both come by their certificates.
/// What it has acknowledged and not yet written down is gone when it is killed: only the cloud's receipt counts.
/// </summary>
internal sealed class Mosquitto(string folder, string rows) : IAsyncDisposable
{
    private const string Program = "/usr/sbin/mosquitto";
    private readonly int port = Ports.Next();
    private Life? life;

    public static bool IsHere => File.Exists(Program);

    public string Log => Path.Combine(folder, "mosquitto.log");

    public bool Lives => life is { IsAlive: true };

    public int Kills { get; private set; }

    /// <summary>What <c>cloud run</c> is told.</summary>
    public string[] ForCloud => ["--broker", Address, "--broker-cert", Path.Combine(Files, "cloud.pem")];

    /// <summary>What the hub is told.</summary>
    public Dictionary<string, string> ForHub => new() { ["LYNCEUS_Uplink__Cloud"] = Address, ["LYNCEUS_Uplink__Certificate"] = HubPem };

    private string Address => $"mqtts://localhost:{port}";

    private string Files => Path.Combine(folder, "mosquitto");

    private string HubPem => Path.Combine(folder, "hub.pem");

    private string Conf => Path.Combine(Files, "torture.conf");

    /// <summary>Writes its files, and certificates for all three.</summary>
    public async Task PrepareAsync(string hub)
    {
        await Tool.RunAsync(Tool.Cloud, "broker", "mosquitto", "--data", rows, "--out", Files, "--listen", $"127.0.0.1:{port}", "--tls-name", "localhost");
        await Tool.RunAsync(Tool.Cloud, "hubs", "add", hub, "--data", rows, "--out", HubPem);
        // As root it would become another user, who may not read the folder.
        await File.WriteAllTextAsync(Conf, $"{await File.ReadAllTextAsync(Path.Combine(Files, "mosquitto.conf"))}\nuser {Environment.UserName}\n");
    }

    /// <summary>Returns as soon as it is started: hub and cloud try until it listens.</summary>
    public async Task StartAsync()
    {
        if (life is not null) await life.DisposeAsync();
        life = Life.Begin(Log, [Program, "-c", Conf]);
    }

    public async Task KillAsync()
    {
        await life!.KillAsync();
        Kills++;
    }

    public async ValueTask DisposeAsync()
    {
        if (life is not null) await life.DisposeAsync();
    }
}
