namespace Lynceus.Torture;

/// <summary>A card that says no for a while, or is slow, or a clock that jumps, while captures flow: what was promised before, during and after must all come.</summary>
internal static class DiskFaults
{
    private static readonly (string Name, Trouble Trouble)[] OfHub =
    [
        ("ENOSPC", new Trouble(WriteErrno: Trouble.Enospc)),
        ("EIO at write", new Trouble(WriteErrno: Trouble.Eio)),
        ("EIO at fsync", new Trouble(SyncErrno: Trouble.Eio)),
        ("EIO at fsync of folders", new Trouble(FolderSyncErrno: Trouble.Eio)),
        ("read-only", new Trouble(WriteErrno: Trouble.Erofs, SyncErrno: Trouble.Erofs, NameErrno: Trouble.Erofs)),
        ("fsync of 500 ms", new Trouble(SlowSyncMs: 500)),
        ("clock + 9 years", new Trouble(ClockSeconds: 9L * 366 * 86400)),
        ("clock - 20 years", new Trouble(ClockSeconds: -20L * 366 * 86400)),
    ];

    public static async Task<Outcome> RunAsync(Arena arena, bool ofCloud)
    {
        await using var station = arena.Station("station");
        var control = Path.Combine(arena.Folder, "control");
        var environment = Layer.Over(ofCloud ? station.Rows : station.Card).Troubled(control);
        await station.StartCloudAsync(ofCloud ? environment : null);
        await station.Cloud!.Ready;
        await station.StartHubAsync(ofCloud ? null : environment);
        station.Shoot(2);
        var (ended, faults) = (new List<string>(), new List<string>());
        foreach (var (name, trouble) in OfHub)
        {
            arena.Say(name);
            Layer.Set(control, trouble);
            station.Shoot(2);
            await Wait.ForAsync(TimeSpan.FromSeconds(arena.Turns(5, 30)));
            Layer.Set(control, default);
            station.Shoot(1);
            if (ofCloud ? station.CloudLives : station.HubLives) continue;
            // A program that ends at a bad disk is started again by its system.
            ended.Add(name);
            if (ofCloud) await station.StartCloudAsync(environment);
            else await station.StartHubAsync(environment);
        }
        if (!await station.SettleAsync(TimeSpan.FromSeconds(120))) faults.Add($"not everything came to the cloud within 120 s after the last trouble; see {station.HubLog} and {station.CloudLog}");
        // What was stored and could not be counted is taken, and counted, again.
        var found = await station.ReconcileAsync(new Allowed());
        arena.Tally.Add(found, 0);
        return new Outcome($"{string.Join(", ", OfHub.Select(t => t.Name))}; {found}; counts off by {found.Miscounted}{(ended.Count > 0 ? $"; ended at {string.Join(", ", ended)}" : "")}", [.. faults, .. found.Faults]);
    }
}
