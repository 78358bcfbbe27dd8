namespace Lynceus.Torture;

/// <summary>SIGKILL at random while captures flow: of the hub, of the cloud (which is its broker too), of both.</summary>
internal static class RandomKills
{
    private const int Lanes = 3;

    public static async Task<Outcome> RunAsync(Arena arena, int kills)
    {
        var done = 0;
        var lanes = Enumerable.Range(0, Lanes).Select(async lane =>
        {
            await using var station = arena.Station($"lane{lane}");
            var random = new Random(lane);
            while (station.Kills < kills / Lanes)
            {
                await LiveAsync(station, random);
                arena.Say($"{Interlocked.Increment(ref done)} of {kills} kills");
            }
            await station.SettleAsync(TimeSpan.FromSeconds(120));
            var found = await station.ReconcileAsync(new Allowed(Cuts: station.Kills));
            arena.Tally.Add(found, station.Kills);
            return (station.Kills, Found: found);
        });
        var found = await Task.WhenAll(lanes);
        return new Outcome(
            $"{found.Sum(f => f.Kills)} kills of hub and cloud; {found.Sum(f => f.Found.Promised)} promised, {found.Sum(f => f.Found.InCloud)} in the cloud, "
                + $"{found.Sum(f => f.Found.Lost)} lost, {found.Sum(f => f.Found.Twice)} twice, {found.Sum(f => f.Found.Altered)} altered, counts off by {string.Join('/', found.Select(f => f.Found.Miscounted))}",
            [.. found.SelectMany((f, lane) => f.Found.Faults.Select(fault => $"lane{lane}: {fault}"))]);
    }

    /// <summary>Everything lives, the camera takes pictures, and then one of them lives no more.</summary>
    private static async Task LiveAsync(Station station, Random random)
    {
        if (!station.CloudLives) await station.StartCloudAsync();
        if (!station.HubLives) await station.StartHubAsync();
        station.Shoot(random.Next(1, 4));
        await Wait.ForAsync(TimeSpan.FromMilliseconds(random.Next(300, 4000)));
        if (random.Next(5) < 3) await station.KillHubAsync();
        else await station.KillCloudAsync();
        if (random.Next(5) == 0 && station.HubLives) await station.KillHubAsync();
    }
}
