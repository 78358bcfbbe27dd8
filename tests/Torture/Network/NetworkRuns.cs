using System.Diagnostics;
using System.Globalization;

namespace Lynceus.Torture;

/// <summary>
/// Captures over each kind of link, between two hosts: all must come, and what that costs is counted by the kernel and set beside what one file of the same size costs curl.
/// What is above its aim is said, but loses nothing.
/// </summary>
internal static class NetworkRuns
{
    private const int PictureBytes = 30_000;

    public static async Task<Outcome> RunAsync(Arena arena, string profileName)
    {
        var profile = LinkProfile.All(arena.Short).First(p => p.Name == profileName);
        if (Environment.UserName != "root") return Outcome.Skip("two hosts need root: sudo ./deploy.sh torture");
        if (!File.Exists("/dev/net/tun") || !Tool.IsHere("ip") || !Tool.IsHere("tc")) return Outcome.Skip("ip, tc and /dev/net/tun are needed: apt-get install iproute2");
        await using var hosts = await TwoHosts.MakeAsync(profile);
        arena.Tally.Network = TwoHosts.How;
        await using var station = new Station(Path.Combine(arena.Folder, "station"), arena.Pictures, around: new Surroundings(hosts));
        await station.InviteAsync();
        // First the gate, then the link: the gate's time is no matter of the link.
        arena.Say("gating");
        var captures = Captures(profile, arena);
        await station.StartHubAsync();
        station.Shoot(captures, PictureBytes);
        if (!await Wait.UntilAsync(() => HubDisk.Waiting(station.Card) >= captures, TimeSpan.FromSeconds(120))) throw new ToolFailedException($"the hub promised too little; see {station.HubLog}");
        var (sent, received, seconds, came) = await SendAsync(arena, station, hosts);
        var found = await station.ReconcileAsync(new Allowed(CountsReport: false, Settled: came));
        arena.Tally.Add(found, 0);
        arena.Tally.AddBytes(sent, found.PayloadBytes);
        var curl = await CurlAsync(arena, hosts, found.PayloadBytes);
        var ratio = (double)sent / found.PayloadBytes;
        var goodput = found.PayloadBytes / seconds;
        return new Outcome(
            string.Create(CultureInfo.InvariantCulture, $"{found}; {sent} B sent and {received} B received for {found.PayloadBytes} B: {ratio:0.00}{Aim(ratio, profile)}; {goodput / 1000:0.0} kB/s")
                + (curl is { } speed ? string.Create(CultureInfo.InvariantCulture, $", curl {speed / 1000:0.0} kB/s ({goodput / speed:0.00})") : ", curl did not get its file"),
            came ? found.Faults : [.. found.Faults, $"not all came within the time; see {station.HubLog}"]);
    }

    private static string Aim(double ratio, LinkProfile profile)
        => double.IsInfinity(profile.MostWirePerPayload) ? "" : string.Create(CultureInfo.InvariantCulture, $" (aim {profile.MostWirePerPayload:0.00}{(ratio > profile.MostWirePerPayload ? ", MISSED" : "")})");

    /// <summary>As much as the link carries in some seconds, and never so little that a handshake weighs as much.</summary>
    private static int Captures(LinkProfile profile, Arena arena)
        => (int)Math.Clamp(profile.KbitPerSecond * 125.0 * arena.Turns(5, 60) / PictureBytes, arena.Turns(4, 12), 100);

    /// <summary>The cloud comes up, and the hub sends all that it has.</summary>
    private static async Task<(long Sent, long Received, double Seconds, bool Came)> SendAsync(Arena arena, Station station, TwoHosts hosts)
    {
        await station.StartCloudAsync();
        await station.Cloud!.Ready;
        var before = await hosts.BytesAsync();
        hosts.Link.Mark();
        var began = Stopwatch.GetTimestamp();
        var came = await Wait.UntilAsync(
            () =>
            {
                arena.Say($"{station.Taken - HubDisk.Waiting(station.Card)} of {station.Taken} sent");
                return HubDisk.Waiting(station.Card) == 0 && CloudDisk.Count(station.Rows) >= station.Taken;
            },
            TimeSpan.FromSeconds(arena.Turns(150, 6 * 3600)));
        var seconds = Stopwatch.GetElapsedTime(hosts.Link.FirstSince ?? began).TotalSeconds;
        var after = await hosts.BytesAsync();
        return (after.Sent - before.Sent, after.Received - before.Received, seconds, came);
    }

    /// <summary>Bytes a second of one file of so many bytes, from the hub's host to the cloud's. Null if it did not come.</summary>
    private static async Task<double?> CurlAsync(Arena arena, TwoHosts hosts, long bytes)
    {
        if (!Tool.IsHere("curl") || !Tool.IsHere("python3")) return null;
        arena.Say("curl");
        var folder = Directory.CreateDirectory(Path.Combine(arena.Folder, "file")).FullName;
        var content = new byte[bytes];
        Random.Shared.NextBytes(content);
        await File.WriteAllBytesAsync(Path.Combine(folder, "file"), content);
        await using var server = Life.Begin(Path.Combine(arena.Folder, "http.log"), hosts.OnHub("python3", "-m", "http.server", "8000", "--bind", TwoHosts.HubAddress, "--directory", folder));
        var arguments = hosts.OnCloud("curl", "-s", "-o", "/dev/null", "--retry", "30", "--retry-connrefused", "--retry-delay", "1", "--max-time", $"{arena.Turns(120, 1800)}", "-w", "%{size_download} %{time_total}", $"http://{TwoHosts.HubAddress}:8000/file");
        try
        {
            var said = (await Tool.RunAsync(arguments[0], arguments[1..])).Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
            return (long)said[0] == bytes ? bytes / said[1] : null;
        }
        catch (ToolFailedException)
        {
            // Its exit code says that the link was too bad for it, which is an answer.
            return null;
        }
    }
}
