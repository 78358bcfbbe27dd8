namespace Lynceus.Torture;

/// <summary>A kill before and after each named step that hub and cloud take with a capture.</summary>
internal static class StepKills
{
    /// <summary>What is not reached by then may be reached at the stop: a database is tidied up there.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<Outcome> RunAsync(Arena arena, bool ofCloud)
    {
        var sockets = ofCloud ? 0 : arena.Turns(5, 25);
        var steps = await RecordAsync(arena, ofCloud);
        var all = steps.SelectMany(s => Times(s, arena)).Concat(Enumerable.Range(1, sockets).SelectMany(n => (Dying[])[new("after", n, NamedStep.Sent(n)), new("after", n, NamedStep.Received(n))])).ToList();
        var (next, missed, unsettled) = (-1, new List<string>(), new List<string>());
        var lanes = Enumerable.Range(0, 2).Select(async lane =>
        {
            await using var station = arena.Station($"lane{lane}");
            for (int i; (i = Interlocked.Increment(ref next)) < all.Count;)
            {
                arena.Say($"{i + 1} of {all.Count}: {all[i].When} {all[i].Step.Title}");
                if (await DieAsync(station, all[i], ofCloud)) continue;
                lock (missed) missed.Add($"{all[i].When} {all[i].Step.Title}");
            }
            var settled = await station.SettleAsync(TimeSpan.FromSeconds(arena.Turns(120, 1200)));
            if (!settled) lock (missed) unsettled.Add($"lane{lane}: not all of {station.Taken} pictures came; see {station.HubLog}");
            var found = await station.ReconcileAsync(new Allowed(Unheard: station.Kills));
            arena.Tally.Add(found, station.Kills);
            return found;
        });
        var found = await Task.WhenAll(lanes);
        var stages = string.Join(", ", all.Select(a => a.Step.Stage).Distinct());
        return new Outcome(
            $"{all.Count - missed.Count} of {all.Count} deaths at {steps.Count} kinds of steps ({stages}); {found.Sum(f => f.Promised)} promised, {found.Sum(f => f.InCloud)} in the cloud, {found.Sum(f => f.Lost)} lost"
                + (missed.Count > 0 ? $"; not reached: {string.Join(", ", missed)}" : ""),
            [.. unsettled, .. found.SelectMany(f => f.Faults), .. missed.Count * 4 > all.Count ? ["more than a quarter of the steps were not reached"] : (ReadOnlySpan<string>)[]]);
    }

    private sealed record Dying(string When, int N, NamedStep Step);

    private static IEnumerable<Dying> Times(NamedStep step, Arena arena)
        => arena.Short && step.Title.StartsWith("create", StringComparison.Ordinal) ? [new Dying("after", 1, step)]
            : arena.Short ? [new Dying("before", 1, step)] : [new("before", 1, step), new("after", 1, step), new("before", 2, step)];

    /// <summary>What a hub or a cloud does with three captures, when it has been started before.</summary>
    private static async Task<IReadOnlyList<NamedStep>> RecordAsync(Arena arena, bool ofCloud)
    {
        await using var station = arena.Station("recorded");
        station.Shoot(1);
        await station.SettleAsync(TimeSpan.FromSeconds(60));
        await station.Hub!.StopAsync();
        await station.Cloud!.StopAsync();
        var (root, log) = (ofCloud ? station.Rows : station.Card, Path.Combine(arena.Folder, "log"));
        var environment = Layer.Over(root).Recording(log);
        await station.StartCloudAsync(ofCloud ? environment : null);
        await station.StartHubAsync(ofCloud ? null : environment);
        station.Shoot(3);
        if (!await station.SettleAsync(TimeSpan.FromSeconds(60))) throw new ToolFailedException($"hub and cloud did not settle under the layer; see {station.HubLog}");
        return NamedStep.Of(DiskLog.Read(log), root);
    }

    private static async Task<bool> DieAsync(Station station, Dying dying, bool ofCloud)
    {
        var environment = Layer.Over(ofCloud ? station.Rows : station.Card).DyingAt(dying.When, dying.N, dying.Step.Pattern);
        if (ofCloud)
        {
            if (station.CloudLives) await station.Cloud!.StopAsync();
            if (!station.HubLives) await station.StartHubAsync();
            await station.StartCloudAsync(environment);
        }
        else
        {
            if (station.HubLives) await station.Hub!.StopAsync();
            if (!station.CloudLives) await station.StartCloudAsync();
            await station.StartHubAsync(environment);
        }
        station.Shoot(2);
        var victim = ofCloud ? station.Cloud! : station.Hub!;
        var ended = await victim.EndedAsync(Patience) || await victim.StopAsync();
        if (!ended || !victim.WasKilled) return false;
        station.CountDeath();
        return true;
    }
}
