namespace Lynceus.Torture;

/// <summary>
/// The power goes, at hub and cloud at once, at every step that either did to its disk. What was synced is laid out again, and every capture that was promised until then
/// must be whole on the one or the other; at some of the cuts both programs are started on what is left, and must bring it all to the cloud.
/// </summary>
internal static class PowerCuts
{
    public static async Task<Outcome> RunAsync(Arena arena)
    {
        var (steps, station) = await RecordAsync(arena);
        if (Differs(steps, station.Card) is { } card) throw new ToolFailedException($"the layer missed something of the hub: {card}");
        var (cuts, faults) = (0, new List<string>());
        var hub = new DiskModel(station.Card);
        var cloud = new DiskModel(station.Rows);
        var starts = Starts(steps, arena.Turns(5, 40));
        var promised = new List<byte>();
        var random = new Random(1);
        for (var i = 0; i < steps.Count; i++)
        {
            hub.Do(steps[i]);
            cloud.Do(steps[i]);
            if (steps[i].Act == Act.Write && steps[i].Path == station.Promises) promised.AddRange(steps[i].Bytes);
            foreach (var after in (AfterCut[])[AfterCut.OnlySynced, AfterCut.NamesOnly, AfterCut.Torn])
            {
                // A cloud is large to lay out; its disk is looked at in the worst case, and when it is started.
                if (after != AfterCut.OnlySynced && steps[i].Path.StartsWith(station.Rows, StringComparison.Ordinal)) continue;
                var found = Look(arena.Folder, hub, cloud, after, [.. promised], random);
                cuts++;
                arena.Tally.AddCuts(1, found.Lost);
                faults.AddRange(found.Faults.Select(f => $"{after} after step {i}, {steps[i].Act} {steps[i].Named}: {f}"));
            }
            arena.Say($"{i + 1} of {steps.Count} steps, {cuts} cuts");
            if (starts.Contains(i)) faults.AddRange((await StartAsync(arena, hub, cloud, [.. promised], i, random)).Select(f => $"started after step {i}, {steps[i].Act} {steps[i].Named}: {f}"));
        }
        return new Outcome($"{cuts} cuts at each of {steps.Count} steps of both disks, {starts.Count} of them started again; {Promised.Read([.. promised]).Count} promised, {faults.Count} faults", faults);
    }

    /// <summary>A first start of both, and captures that come to the cloud and leave the card, with all that they did to their disks.</summary>
    private static async Task<(List<Step> Steps, Station Station)> RecordAsync(Arena arena)
    {
        await using var station = arena.Station("recorded");
        string[] logs = [Path.Combine(arena.Folder, "hub-steps"), Path.Combine(arena.Folder, "cloud-steps")];
        await station.StartCloudAsync(Layer.Over(station.Rows).Recording(logs[1]));
        await station.Cloud!.Ready;
        await station.StartHubAsync(Layer.Over(station.Card).Recording(logs[0]));
        station.Shoot(arena.Turns(3, 12), bytes: 12_000);
        if (!await station.SettleAsync(TimeSpan.FromSeconds(90))) throw new ToolFailedException($"hub and cloud did not settle under the layer; see {station.HubLog}");
        await station.Hub!.StopAsync();
        await station.Cloud.StopAsync();
        return ([.. logs.SelectMany(DiskLog.Read).OrderBy(s => s.Nanoseconds)], station);
    }

    /// <summary>The captures' own steps are where something may go wrong; a few of the others too.</summary>
    private static HashSet<int> Starts(List<Step> steps, int count)
    {
        var own = steps.Index().Where(s => s.Item.Path.Contains("/spool", StringComparison.Ordinal) || s.Item.Path.Contains("/objects", StringComparison.Ordinal)).Select(s => s.Index).ToList();
        return [.. Enumerable.Range(0, count).Select(n => own[(int)((n + 0.5) * own.Count / count)])];
    }

    /// <summary>Null if the log, done again in whole, gives what really lies there.</summary>
    private static string? Differs(List<Step> steps, string folder)
    {
        var model = new DiskModel(folder);
        foreach (var step in steps) model.Do(step);
        var built = folder + "-again";
        model.Build(built, AfterCut.All, new Random(0));
        var differ = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f))
            .FirstOrDefault(f => !File.Exists(Path.Combine(built, f)) || HubDisk.Sha256(Path.Combine(built, f)) != HubDisk.Sha256(Path.Combine(folder, f)));
        Directory.Delete(built, recursive: true);
        return differ;
    }

    private static Reconciliation Look(string folder, DiskModel hub, DiskModel cloud, AfterCut after, byte[] promised, Random random)
    {
        var (card, rows) = (Path.Combine(folder, "cut-hub"), Path.Combine(folder, "cut-cloud"));
        hub.Build(card, after, random, without: "model");
        cloud.Build(rows, after, random);
        try
        {
            return Reconciliation.Of(Station.HubName, Promised.Read(promised), HubDisk.Read(card), CloudDisk.Read(rows), new Allowed(Settled: false, Unheard: 1, CountsReport: false));
        }
        finally
        {
            Directory.Delete(card, recursive: true);
            Directory.Delete(rows, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<string>> StartAsync(Arena arena, DiskModel hub, DiskModel cloud, byte[] promised, int step, Random random)
    {
        await using var station = arena.Station($"cut-{step}");
        var after = step % 2 == 0 ? AfterCut.OnlySynced : AfterCut.Torn;
        hub.Build(station.Card, after, random);
        cloud.Build(station.Rows, after, random);
        await File.WriteAllBytesAsync(station.Promises, promised);
        var known = Promised.Read(promised).Select(p => p.CaptureID).Distinct().Count();
        await station.StartCloudAsync();
        await station.StartHubAsync();
        // Both must come up, and the hub has to have looked at its card.
        await Wait.UntilAsync(() => CloudDisk.Count(station.Rows) >= known && HubDisk.Waiting(station.Card) == 0, TimeSpan.FromSeconds(60));
        var found = await station.ReconcileAsync(new Allowed(Unheard: 1, CountsReport: false));
        if (found.Faults.Count == 0) Directory.Delete(Path.GetDirectoryName(station.Card)!, recursive: true);
        return found.Faults;
    }
}
