using Lynceus.Contracts;

namespace Lynceus.Cloud.Tests;

/// <summary>Deployments and events whose numbers are known, written as the cloud writes them.</summary>
internal sealed class EcologyWorld(LynceusDb db)
{
    public const string Fox = "Vulpes vulpes", Lynx = "Lynx lynx", Deer = "Capreolus capreolus";

    private readonly List<EventRow> events = [];
    private int made;

    public DeploymentRow Deployment(string id, DateTime start, double days, string? location = null, double? latitude = null, double? longitude = null, string project = "hills", int offset = 60)
    {
        var end = start.AddDays(days);
        var row = new DeploymentRow
        {
            DeploymentID = id, Project = project, LocationID = location, Latitude = latitude, Longitude = longitude,
            Start = DateTime.SpecifyKind(start.AddMinutes(-offset), DateTimeKind.Utc), StartLocal = start, StartOffset = offset, End = DateTime.SpecifyKind(end.AddMinutes(-offset), DateTimeKind.Utc), EndLocal = end, EndOffset = offset,
        };
        db.Add(row);
        db.SaveChanges();
        return row;
    }

    public void Outage(DeploymentRow deployment, double fromDay, double days, OutageState state = OutageState.Confirmed)
    {
        db.Add(new OutageRow { DeploymentRowId = deployment.Id, Kind = OutageKind.CameraDead, State = state, From = deployment.Start.AddDays(fromDay), To = deployment.Start.AddDays(fromDay + days), At = deployment.Start });
        db.SaveChanges();
    }

    /// <summary>One at an hour of the clock of a day after the deployment's start; it counts by both conventions.</summary>
    public void Event(DeploymentRow deployment, int day, double hour, string species, string model = "m@1", CaptureMethod? method = CaptureMethod.ActivityDetection, ObservationType type = ObservationType.Animal, int independent = 1)
    {
        var local = deployment.StartLocal.Date.AddDays(day).AddHours(hour);
        var utc = DateTime.SpecifyKind(local.AddMinutes(-deployment.StartOffset), DateTimeKind.Utc);
        var row = new EventRow
        {
            DeploymentRowId = deployment.Id, EventID = $"e{++made}", CaptureMethod = method, ObservationType = type, ScientificName = species, Start = utc, StartLocal = local, StartOffset = deployment.StartOffset, End = utc,
            Count = 1, Media = 1, Model = model, Human = model == EventRule.HumanModel, Independent = independent, IndependentFirst = independent,
        };
        EventSun.Fill(deployment, [row]);
        events.Add(row);
    }

    public void Save()
    {
        db.AddRange(events);
        db.AddRange(EventsWrite.Tallies(events));
        db.SaveChanges();
        db.ChangeTracker.Clear();
        events.Clear();
    }

    /// <summary>
    /// 100 camera-days: P1 has 40, P2 40 less an outage of 10, P3 20 at P2's location, P4 10 of another project and without coordinates.
    /// Foxes: 12 at P1 by machine at 23 h, 6 at P2 by people at 13 h, 2 at P3. Three lynxes at P1. And what must not count: foxes of a time-lapse, sequences that are not independent, people.
    /// </summary>
    public static void Small(LynceusDb db)
    {
        var world = new EcologyWorld(db);
        var start = new DateTime(2024, 1, 1);
        var (p1, p2, p3, p4) = (world.Deployment("P1", start, 40, "L1", 46, 8), world.Deployment("P2", start, 40, "L2", 46.05, 8.05), world.Deployment("P3", start, 20, "L2", 46.05, 8.05), world.Deployment("P4", start, 10, project: "other"));
        world.Outage(p2, 20, 10);
        world.Outage(p1, 5, 10, OutageState.Proposed);
        for (var i = 0; i < 12; i++) world.Event(p1, i, 23, Fox);
        for (var i = 0; i < 6; i++) world.Event(p2, i, 13, Fox, EventRule.HumanModel);
        for (var i = 0; i < 2; i++) world.Event(p3, i, 13, Fox);
        for (var i = 0; i < 3; i++) world.Event(p1, 3 * i, 5, Lynx);
        for (var i = 0; i < 30; i++) world.Event(p1, i, 12, Fox, method: CaptureMethod.TimeLapse);
        for (var i = 0; i < 9; i++) world.Event(p1, i, 23.1, Fox, independent: 0);
        for (var i = 0; i < 4; i++) world.Event(p4, i, 10, "", type: ObservationType.Human);
        world.Save();
    }

    /// <summary>Twelve locations over three years, a deployment a year at each; foxes by night with a season and more each year, deer by day, a lynx at a few.</summary>
    public static void Large(LynceusDb db)
    {
        var (world, random) = (new EcologyWorld(db), new Random(8));
        for (var site = 0; site < 12; site++)
            for (var year = 0; year < 3; year++)
            {
                var d = world.Deployment($"S{site:00}-{year}", new DateTime(2021 + year, 1, 1), 364, $"S{site:00}", 46 + 0.02 * (site % 4), 8 + 0.03 * (site / 4));
                for (var day = 0; day < 364; day += 4)
                {
                    var season = Math.Sin(2 * Math.PI * day / 365);
                    if (random.NextDouble() < (0.25 + 0.2 * season) * (1 + 0.4 * year)) world.Event(d, day, (21 + 6 * random.NextDouble()) % 24, Fox);
                    if (site != 5 && random.NextDouble() < 0.2 - 0.1 * season) world.Event(d, day, 6 + 12 * random.NextDouble(), Deer);
                    if (site % 3 == 0 && random.NextDouble() < 0.05) world.Event(d, day, 5 * random.NextDouble(), Lynx);
                }
            }
        world.Save();
    }
}
