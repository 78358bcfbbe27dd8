using System.Globalization;

namespace Lynceus.Torture;

/// <summary>Two network namespaces, each with one interface, and between them a link of ours. Needs root.</summary>
internal sealed class TwoHosts : IAsyncDisposable
{
    private const string Names = "/run/netns";
    public const string HubAddress = "10.77.0.1";
    public const string CloudAddress = "10.77.0.2";
    private static readonly SemaphoreSlim OneAtATime = new(1);
    private static int made;
    private readonly string mark = $"{Environment.ProcessId}-{Interlocked.Increment(ref made)}";
    private readonly List<IDisposable> open = [];

    private TwoHosts()
    {
    }

    private string Hub => $"lynceus-hub-{mark}";

    private string Cloud => $"lynceus-cloud-{mark}";

    /// <summary>What makes the link, for the report.</summary>
    public const string How = "delay, loss and order by a relay on two TUN devices, rate by the kernel's tbf (this kernel has no netem)";

    public Relay Link { get; private set; } = null!;

    public static async Task<TwoHosts> MakeAsync(LinkProfile profile)
    {
        var hosts = new TwoHosts();
        await OneAtATime.WaitAsync();
        try
        {
            await RemoveLeftAsync();
            var a = await hosts.AddAsync(hosts.Hub, $"lyh{hosts.mark}", HubAddress, CloudAddress, profile);
            var b = await hosts.AddAsync(hosts.Cloud, $"lyc{hosts.mark}", CloudAddress, HubAddress, profile);
            hosts.open.Add(hosts.Link = new Relay(a, b, profile));
            return hosts;
        }
        catch
        {
            await hosts.DisposeAsync();
            throw;
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    /// <summary>Hosts of a run that was killed: its process is no more.</summary>
    private static async Task RemoveLeftAsync()
    {
        if (!Directory.Exists(Names)) return;
        foreach (var host in Directory.EnumerateFiles(Names, "lynceus-*-*-*").Select(f => Path.GetFileName(f)))
        {
            if (!Directory.Exists($"/proc/{host.Split('-')[2]}")) await Tool.RunAsync("ip", "netns", "del", host);
        }
    }

    private async Task<Tun> AddAsync(string host, string name, string address, string peer, LinkProfile profile)
    {
        await Tool.RunAsync("ip", "netns", "add", host);
        var tun = new Tun(name);
        open.Add(tun);
        await Tool.RunAsync("ip", "link", "set", name, "netns", host);
        // The name inside is the same on each, so that it can be asked for without knowing it.
        await InAsync(host, "ip", "link", "set", name, "name", "wan");
        await InAsync(host, "ip", "addr", "add", address, "peer", peer, "dev", "wan");
        await InAsync(host, "ip", "link", "set", "lo", "up");
        await InAsync(host, "ip", "link", "set", "wan", "mtu", "1500", "up");
        if (profile.KbitPerSecond > 0) await InAsync(host, "tc", "qdisc", "add", "dev", "wan", "root", "tbf", "rate", $"{profile.KbitPerSecond}kbit", "burst", "3200", "latency", "2s");
        return tun;
    }

    /// <summary>A command as it is run on the hub's host, or on the cloud's.</summary>
    public string[] OnHub(params string[] command) => ["ip", "netns", "exec", Hub, .. command];

    public string[] OnCloud(params string[] command) => ["ip", "netns", "exec", Cloud, .. command];

    /// <summary>Bytes that the hub's interface sent and received, by the kernel's counters.</summary>
    public async Task<(long Sent, long Received)> BytesAsync() => (await CountAsync("tx_bytes"), await CountAsync("rx_bytes"));

    private async Task<long> CountAsync(string counter)
        => long.Parse(await InAsync(Hub, "cat", $"/sys/class/net/wan/statistics/{counter}"), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);

    private static Task<string> InAsync(string host, params string[] command) => Tool.RunAsync("ip", ["netns", "exec", host, .. command]);

    public async ValueTask DisposeAsync()
    {
        foreach (var one in Enumerable.Reverse(open)) one.Dispose();
        foreach (var host in (string[])[Hub, Cloud])
        {
            if (File.Exists(Path.Combine(Names, host))) await Tool.RunAsync("ip", "netns", "del", host);
        }
    }
}
