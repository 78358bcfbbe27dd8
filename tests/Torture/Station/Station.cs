namespace Lynceus.Torture;

/// <summary>A hub that watches a folder, and its cloud, as processes: each may die at any time and is started again on the same data.</summary>
internal sealed class Station : IAsyncDisposable
{
    private readonly string folder;
    private readonly Pictures pictures;
    private readonly Surroundings around;
    private readonly string address;
    private readonly Dictionary<string, string> settings;
    private readonly int http = Ports.Next();
    private readonly int mqtt = Ports.Next();

    /// <param name="folder">Of its own; everything of it lies there.</param>
    /// <param name="pictures">What its camera takes.</param>
    /// <param name="settings">Of the hub, beside those that make it quick, as the environment names them: LYNCEUS_Uplink__Cloud.</param>
    /// <param name="around">Where the two run; null for both on this host and this disk.</param>
    public Station(string folder, Pictures pictures, Dictionary<string, string>? settings = null, Surroundings? around = null)
    {
        (this.folder, this.pictures, this.around) = (folder, pictures, around ?? new Surroundings());
        address = this.around.Hosts is null ? "127.0.0.1" : TwoHosts.CloudAddress;
        this.settings = QuickHub.Settings(HubName, this.around.Card?.Inside ?? Card, Shots, Promises);
        this.settings["LYNCEUS_Uplink__Cloud"] = $"mqtt://{address}:{mqtt}";
        foreach (var (name, value) in settings ?? []) this.settings[name] = value;
        foreach (var part in (ReadOnlySpan<string>)[Card, Rows, Shots]) Directory.CreateDirectory(part);
    }

    public const string HubName = "torture";

    /// <summary>The hub's data folder.</summary>
    public string Card => around.Card?.Seen ?? Path.Combine(folder, "hub");

    /// <summary>The cloud's data folder.</summary>
    public string Rows => Path.Combine(folder, "cloud");

    public string Promises => Path.Combine(folder, "promises");

    public string Shots => Path.Combine(folder, "shots");

    public string HubLog => Path.Combine(folder, "hub.log");

    public string CloudLog => Path.Combine(folder, "cloud.log");

    public int MqttPort => mqtt;

    public Life? Hub { get; private set; }

    public Life? Cloud { get; private set; }

    /// <summary>What stands between them, where it is not the cloud's own.</summary>
    public Mosquitto? Broker { get; private set; }

    /// <summary>Pictures that the camera took.</summary>
    public int Taken { get; private set; }

    /// <summary>Of hub, cloud and broker, by us.</summary>
    public int Kills { get; private set; }

    public bool HubLives => Hub is { IsAlive: true };

    public bool CloudLives => Cloud is { IsAlive: true };

    public void Shoot(int count, int bytes = 0)
    {
        pictures.Put(Path.Combine(Shots, "cam"), count, bytes);
        Taken += count;
    }

    public async Task StartHubAsync(Dictionary<string, string>? environment = null)
    {
        if (Hub is not null) await Hub.DisposeAsync();
        var all = settings.Concat(environment ?? []).ToDictionary();
        Hub = Life.Begin(HubLog, around.OfHub(Tool.Edge, "run"), all);
    }

    /// <summary>Returns as soon as it is started; <see cref="Life.Ready"/> says when it serves.</summary>
    public async Task StartCloudAsync(Dictionary<string, string>? environment = null)
    {
        if (Cloud is not null) await Cloud.DisposeAsync();
        string[] broker = Broker?.ForCloud ?? ["--mqtt", $"{address}:{mqtt}"];
        Cloud = Life.Begin(CloudLog, around.OfCloud([Tool.Cloud, "run", "--data", Rows, "--http", $"{address}:{http}", .. broker]), environment);
    }

    /// <summary>Something stands between it and the broker.</summary>
    public void HubSpeaksTo(int port) => settings["LYNCEUS_Uplink__Cloud"] = $"mqtt://{address}:{port}";

    /// <summary>Mosquitto stands between them from now on. Before either is started.</summary>
    public async Task PutMosquittoBetweenAsync()
    {
        Broker = new Mosquitto(folder, Rows);
        await Broker.PrepareAsync(HubName);
        foreach (var (name, value) in Broker.ForHub) settings[name] = value;
        await Broker.StartAsync();
    }

    /// <summary>A hub that comes from another host needs a password.</summary>
    public async Task InviteAsync()
        => settings["LYNCEUS_Uplink__Password"] = (await Tool.RunAsync(Tool.Cloud, "hubs", "add", HubName, "--password", "--data", Rows)).Trim().Split('\n')[^1];

    public async Task KillHubAsync()
    {
        await Hub!.KillAsync();
        Kills++;
    }

    public async Task KillCloudAsync()
    {
        await Cloud!.KillAsync();
        Kills++;
    }

    public async Task KillBrokerAsync()
    {
        await Broker!.KillAsync();
        Kills++;
    }

    /// <summary>What died by itself at a named step.</summary>
    public void CountDeath() => Kills++;

    /// <summary>Gives both all they need, and waits until all that was taken has come to the cloud and nothing waits on the hub; not longer than <paramref name="patience"/>.</summary>
    public async Task<bool> SettleAsync(TimeSpan patience)
    {
        await ReviveAsync();
        return await Wait.UntilAsync(() => IsSettled, patience);
    }

    /// <summary>Starts what does not live.</summary>
    public async Task ReviveAsync()
    {
        if (Broker is { Lives: false }) await Broker.StartAsync();
        if (!CloudLives) await StartCloudAsync();
        if (!HubLives) await StartHubAsync();
    }

    /// <summary>Everything that was taken is promised, the cloud has it, and the hub has nothing to say.</summary>
    public bool IsSettled => HubDisk.Waiting(Card) == 0 && HubDisk.Counts(Card) == 0 && CloudDisk.Count(Rows) >= Taken && Torture.Promised.Read(Promises).Select(p => p.CaptureID).Distinct().Count() >= Taken - Kills;

    /// <summary>Stops both and looks at what they left.</summary>
    public async Task<Reconciliation> ReconcileAsync(Allowed allowed)
    {
        if (Hub is not null) await Hub.StopAsync();
        if (Cloud is not null) await Cloud.StopAsync();
        return Reconciliation.Of(HubName, Torture.Promised.Read(Promises), HubDisk.Read(Card), CloudDisk.Read(Rows), allowed);
    }

    public async ValueTask DisposeAsync()
    {
        if (Hub is not null) await Hub.DisposeAsync();
        if (Cloud is not null) await Cloud.DisposeAsync();
        if (Broker is not null) await Broker.DisposeAsync();
    }
}
