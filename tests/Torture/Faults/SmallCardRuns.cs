namespace Lynceus.Torture;

/// <summary>
/// A small card that is really full, and really read-only, by the kernel's word. The hub must live through both, give up by value and count it, and store again when it can.
/// It is killed while the card is full, too: it must come up on such a card.
/// </summary>
internal static class SmallCardRuns
{
    /// <summary>Less than the hub leaves free by itself (5 %), and more than nothing: then it gives up what is worth least.</summary>
    private const long Scarce = 2_600_000;
    private const int PictureBytes = 50_000;

    public static async Task<Outcome> RunAsync(Arena arena)
    {
        if (SmallCard.Missing is { } missing) return Outcome.Skip(missing);
        Directory.CreateDirectory(arena.Folder);
        await using var card = await SmallCard.MakeAsync(arena.Folder);
        await using var station = new Station(Path.Combine(arena.Folder, "station"), arena.Pictures, around: new Surroundings(Card: card));
        var faults = new List<string>();
        await station.StartCloudAsync();
        await station.StartHubAsync();
        station.Shoot(3, PictureBytes);
        if (!await station.SettleAsync(TimeSpan.FromSeconds(90))) throw new ToolFailedException($"hub and cloud did not settle; see {station.HubLog}");
        await station.Cloud!.StopAsync();
        station.Shoot(arena.Turns(12, 60), PictureBytes);
        if (!await PromisesAsync(station, station.Taken)) faults.Add("the hub did not take what was taken while the cloud was away");
        await FullAsync(arena, card, station, faults);
        await station.StartCloudAsync();
        var how = await ReadOnlyAsync(arena, card, station, faults);
        arena.Say("settling");
        if (!await station.SettleAsync(TimeSpan.FromSeconds(120))) faults.Add($"not everything came to the cloud within 120 s after the last trouble; see {station.HubLog}");
        var found = await station.ReconcileAsync(new Allowed(Unheard: station.Kills, GivesUp: true));
        arena.Tally.Add(found, station.Kills);
        if (found.GivenUp == 0) faults.Add("the card was never so full that anything was given up");
        return new Outcome($"ext4 of 64 MB, full to the last byte and read-only ({how}); {found}; counts off by {found.Miscounted}", [.. faults, .. found.Faults]);
    }

    private static async Task FullAsync(Arena arena, SmallCard card, Station station, List<string> faults)
    {
        arena.Say("scarce");
        await card.FillAsync(Scarce);
        station.Shoot(3, PictureBytes);
        if (!await PromisesAsync(station, station.Taken)) faults.Add("nothing was given up for what came when the card was nearly full");
        arena.Say("full");
        await card.FillAsync(0);
        station.Shoot(3, PictureBytes);
        await Wait.ForAsync(TimeSpan.FromSeconds(arena.Turns(4, 30)));
        if (!station.HubLives) faults.Add($"the hub ended when its card was full; see {station.HubLog}");
        await station.KillHubAsync();
        await station.StartHubAsync();
        await Wait.ForAsync(TimeSpan.FromSeconds(arena.Turns(4, 30)));
        if (!station.HubLives) faults.Add($"the hub does not start on a full card; see {station.HubLog}");
        await card.EmptyAsync();
        if (!await PromisesAsync(station, station.Taken)) faults.Add("the hub did not store again when the card had room again");
    }

    private static async Task<string> ReadOnlyAsync(Arena arena, SmallCard card, Station station, List<string> faults)
    {
        arena.Say("read-only");
        var how = await card.ReadOnlyAsync();
        station.Shoot(3, PictureBytes);
        await Wait.ForAsync(TimeSpan.FromSeconds(arena.Turns(5, 30)));
        if (!station.HubLives) faults.Add($"the hub ended when its card was read-only ({how}); see {station.HubLog}");
        await card.WritableAsync(how);
        if (!await PromisesAsync(station, station.Taken)) faults.Add("the hub did not store again when the card could be written again");
        return how;
    }

    /// <summary>Whether the hub promised so many captures, within two minutes. One that was promised before it was killed may never have been said.</summary>
    private static Task<bool> PromisesAsync(Station station, int count)
        => Wait.UntilAsync(() => Promised.Read(station.Promises).Select(p => p.CaptureID).Distinct().Count() >= count - station.Kills, TimeSpan.FromSeconds(120));
}
