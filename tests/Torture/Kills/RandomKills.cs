namespace Lynceus.Torture;

/// <summary>SIGKILL at random while captures flow: of the hub, of the cloud, of the broker where it is not the cloud's own, of several.</summary>
internal static class RandomKills
{
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(30);

    /// <summary>The cloud is its own broker.</summary>
    public static Task<Outcome> RunAsync(Arena arena, int kills) => RunAsync(arena, kills, lanes: 3, _ => Task.CompletedTask, LiveAsync);

    /// <summary>A broker stands between them, and dies most.</summary>
    public static async Task<Outcome> OfMosquittoAsync(Arena arena, int kills)
        => Mosquitto.IsHere ? await RunAsync(arena, kills, lanes: 2, s => s.PutMosquittoBetweenAsync(), LiveWithBrokerAsync) : Outcome.Skip("Mosquitto is not here: apt-get install mosquitto");

    private static async Task<Outcome> RunAsync(Arena arena, int kills, int lanes, Func<Station, Task> prepareAsync, Func<Station, Random, Task> liveAsync)
    {
        var done = 0;
        var all = Enumerable.Range(0, lanes).Select(async lane =>
        {
            await using var station = arena.Station($"lane{lane}");
            await prepareAsync(station);
            var random = new Random(lane);
            while (station.Kills < kills / lanes)
            {
                await liveAsync(station, random);
                arena.Say($"{Interlocked.Increment(ref done)} of {kills} kills");
            }
            var settled = await station.SettleAsync(TimeSpan.FromSeconds(arena.Turns(120, 1200)));
            var found = await station.ReconcileAsync(new Allowed(Unheard: station.Kills));
            arena.Tally.Add(found, station.Kills);
            return (station.Kills, OfBroker: station.Broker?.Kills, Found: found, Faults: settled ? found.Faults : [.. found.Faults, $"not all of {station.Taken} pictures came; see {station.HubLog}"]);
        });
        var found = await Task.WhenAll(all);
        return new Outcome(
            $"{found.Sum(f => f.Kills)} kills{(found[0].OfBroker is null ? " of hub and cloud" : $", {found.Sum(f => f.OfBroker)} of them of Mosquitto")}; {found.Sum(f => f.Found.Promised)} promised, {found.Sum(f => f.Found.InCloud)} in the cloud, "
                + $"{found.Sum(f => f.Found.Lost)} lost, {found.Sum(f => f.Found.Twice)} twice, {found.Sum(f => f.Found.Altered)} altered, counts off by {string.Join('/', found.Select(f => f.Found.Miscounted))}",
            [.. found.SelectMany((f, lane) => f.Faults.Select(fault => $"lane{lane}: {fault}"))]);
    }

    /// <summary>Everything lives, the camera takes pictures, and then one of them lives no more.</summary>
    private static async Task LiveAsync(Station station, Random random)
    {
        await FlowAsync(station, random);
        if (random.Next(5) < 3) await station.KillHubAsync();
        else await station.KillCloudAsync();
        if (random.Next(5) == 0 && station.HubLives) await station.KillHubAsync();
    }

    private static async Task LiveWithBrokerAsync(Station station, Random random)
    {
        await FlowAsync(station, random);
        var fate = random.Next(10);
        if (fate < 6 || fate == 9) await station.KillBrokerAsync();
        if (fate is 6 or 7 or 9) await station.KillHubAsync();
        if (fate is 8 or 9) await station.KillCloudAsync();
    }

    /// <summary>Most are killed at any time, also while they start; of three one lives until something new has come through all of them, so that there is something to lose on a slow machine too.</summary>
    private static async Task FlowAsync(Station station, Random random)
    {
        await station.ReviveAsync();
        var before = CloudDisk.Count(station.Rows);
        station.Shoot(random.Next(1, 4));
        if (random.Next(3) == 0) await Wait.UntilAsync(() => CloudDisk.Count(station.Rows) > before, LongestLife);
        await Wait.ForAsync(TimeSpan.FromMilliseconds(random.Next(300, 4000)));
    }
}
