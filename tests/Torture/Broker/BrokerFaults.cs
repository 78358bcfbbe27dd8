namespace Lynceus.Torture;

/// <summary>A broker that loses and repeats its acknowledgements, and one that is fed poison, while captures flow.</summary>
internal static class BrokerFaults
{
    public static async Task<Outcome> AcksAsync(Arena arena)
    {
        // The broker's port is known before it listens.
        await using var station = arena.Station("station", new() { ["LYNCEUS_Uplink__PublishTimeoutSeconds"] = "5" });
        await using var proxy = new AckProxy(station.MqttPort);
        station.HubSpeaksTo(proxy.Port);
        await station.StartCloudAsync();
        await station.Cloud!.Ready;
        await station.StartHubAsync();
        for (var (round, enough) = (0, arena.Turns(3, 100)); round < 20 * enough && (proxy.Dropped < enough || proxy.Doubled < enough); round++)
        {
            station.Shoot(2);
            await Wait.ForAsync(TimeSpan.FromSeconds(1));
            arena.Say($"{proxy.Dropped} PUBACKs dropped, {proxy.Doubled} doubled");
        }
        proxy.Fair = true;
        var settled = await station.SettleAsync(TimeSpan.FromSeconds(120));
        var found = await station.ReconcileAsync(new Allowed(Settled: settled));
        arena.Tally.Add(found, 0);
        List<string> faults = [.. found.Faults];
        if (!settled) faults.Add($"not everything came within 120 s; see {station.HubLog}");
        if (proxy.Dropped == 0 || proxy.Doubled == 0) faults.Add("no PUBACK was dropped, or none doubled: nothing was tried");
        return new Outcome($"{proxy.Dropped} PUBACKs dropped, {proxy.Doubled} doubled; {found}", faults);
    }

    public static async Task<Outcome> PoisonAsync(Arena arena)
    {
        await using var station = arena.Station("station");
        await station.StartCloudAsync();
        await station.Cloud!.Ready;
        await station.StartHubAsync();
        var doses = 0;
        for (var round = 0; round < arena.Turns(2, 20); round++)
        {
            station.Shoot(3);
            doses += await Poison.PourAsync(station.MqttPort, Station.HubName, new Random(round));
            arena.Say($"{doses} doses");
        }
        var settled = await station.SettleAsync(TimeSpan.FromSeconds(60));
        var lived = station is { HubLives: true, CloudLives: true };
        var found = await station.ReconcileAsync(new Allowed(Settled: settled));
        arena.Tally.Add(found, 0);
        List<string> faults = [.. found.Faults];
        if (!lived) faults.Add("hub or cloud died of it");
        if (!settled) faults.Add($"not everything came within 60 s; see {station.HubLog} and {station.CloudLog}");
        return new Outcome($"{doses} doses of poison; {found}", faults);
    }
}
