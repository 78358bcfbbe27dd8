namespace Lynceus.Torture;

/// <summary>The judge is judged: something is taken, altered and doubled behind everybody's back, and each must be found.</summary>
internal static class Sabotage
{
    public static async Task<Outcome> RunAsync(Arena arena)
    {
        await using var station = arena.Station("station");
        station.Shoot(3);
        if (!await station.SettleAsync(TimeSpan.FromSeconds(90))) throw new ToolFailedException($"hub and cloud did not settle; see {station.HubLog}");
        var honest = await station.ReconcileAsync(new Allowed());
        arena.Tally.Add(honest, 0);
        var faults = honest.Faults.ToList();
        var objects = Directory.EnumerateFiles(Path.Combine(station.Rows, "objects"), "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f).Length == 64).Take(2).ToList();
        var whole = await File.ReadAllBytesAsync(objects[0]);
        await File.WriteAllBytesAsync(objects[0], [.. whole[..^1], (byte)~whole[^1]]);
        if (await station.ReconcileAsync(new Allowed()) is not { Altered: > 0 }) faults.Add("a byte of a picture in the cloud was altered, and nobody saw it");
        await File.WriteAllBytesAsync(objects[0], whole);
        File.Delete(objects[1]);
        if (await station.ReconcileAsync(new Allowed()) is not { Lost: > 0 }) faults.Add("a picture in the cloud was deleted, and nobody saw it");
        var promised = Promised.Read(station.Promises);
        var gone = Reconciliation.Of(Station.HubName, [.. promised, promised[0] with { CaptureID = Guid.NewGuid(), Seq = promised[^1].Seq + 1 }], HubDisk.Read(station.Card), CloudDisk.Read(station.Rows), new Allowed());
        if (gone.Lost == 0) faults.Add("a capture that was promised is nowhere, and nobody saw it");
        var back = Reconciliation.Of(Station.HubName, [.. promised, promised[0]], HubDisk.Read(station.Card), CloudDisk.Read(station.Rows), new Allowed());
        if (!back.Faults.Any(f => f.Contains("was given out", StringComparison.Ordinal))) faults.Add("a number was given out twice, and nobody saw it");
        // Of what nobody heard, the record on the card is the only proof that it was promised.
        var unheard = Reconciliation.Of(Station.HubName, promised.Where(p => p.CaptureID != promised[0].CaptureID).ToList(), HubDisk.Read(station.Card), CloudDisk.Read(station.Rows), new Allowed());
        if (!unheard.Faults.Any(f => f.Contains("nobody promised", StringComparison.Ordinal)) != HubDisk.Read(station.Card).Captures.Any(c => c.Record.CaptureID == promised[0].CaptureID)) faults.Add("a capture that the witness did not hear of was judged by something else than the card");
        return new Outcome($"an altered picture, a deleted one, a lost capture, a number given out twice and one capture that nobody heard of; before that {honest}", faults);
    }
}
