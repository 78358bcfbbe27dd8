using System.CommandLine;
using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary><c>cloud deployments</c>. Works on the rows, beside a cloud that runs or without one.</summary>
internal static class DeploymentCommands
{
    private static readonly Argument<string> Which = new("DEPLOYMENT") { Description = "Its deploymentID." };
    private static readonly Option<string> By = new("--by") { Description = "Who decides; you if not given.", HelpName = "NAME", DefaultValueFactory = _ => Environment.UserName };

    public static Command Deployments(Option<string> data) => new("deployments", "A camera at one place for one time: where, when, how, and when it could not record. Effort, and so every rate, follows from these.\n\nStart with:  cloud deployments list --csv >deployments.csv   edit it, and   cloud deployments set deployments.csv")
    {
        List(data),
        Set(data),
        Move(data),
        Outages(data),
        Outage(data),
        Decide(data, "confirm", OutageState.Confirmed, "It could not record then: no effort."),
        Decide(data, "reject", OutageState.Rejected, "It could: the effort counts."),
        Rebuild(data),
    };

    private static LynceusDb Open(ParseResult result, Option<string> data) => CloudCommand.RowsThere(result.GetValue(data)!, CloudCommand.DbOf(result))();

    private static Command List(Option<string> data)
    {
        var csv = new Option<bool>("--csv") { Description = "As a table that 'set' reads, with Camtrap DP's columns." };
        var list = new Command("list", "Lists deployments: name, camera, period, place, camera-days, events; one that nobody described yet is marked.") { data, CloudCommand.Db, csv };
        list.SetAction(result =>
        {
            using var db = Open(result, data);
            Events.Fresh(db);
            var now = TimeProvider.System.GetUtcNow().UtcDateTime;
            var outages = db.Outages.AsNoTracking().ToList().ToLookup(o => o.DeploymentRowId);
            var rows = db.Deployments.AsNoTracking().OrderBy(d => d.DeploymentID);
            if (result.GetValue(csv)) DeploymentCsv.Write(Console.OpenStandardOutput(), rows);
            else foreach (var row in rows) Console.WriteLine(Line(row, CameraDays.Of(row, outages[row.Id], now).Sum(d => d.Share)));
        });
        return list;
    }

    private static string Line(DeploymentRow row, double days) => string.Create(CultureInfo.InvariantCulture,
        $"{row.DeploymentID}\t{(row.Hub is null ? "no camera" : $"{row.Hub}/{row.CameraID}")}\t{row.StartLocal:yyyy-MM-dd HH:mm} to {(row.EndLocal is { } end ? $"{end:yyyy-MM-dd HH:mm}" : "now")}\t{row.LocationName ?? row.LocationID ?? "no place"}{(row.Latitude is { } lat ? $" ({lat:0.#####}, {row.Longitude:0.#####})" : "")}\t{days:0.#} camera-days{(row.FromCaptures ? "\tnot described: follows its captures" : "")}");

    private static Command Set(Option<string> data)
    {
        var file = new Argument<string>("FILE.csv") { Description = "Columns are Camtrap DP's: deploymentID, and any of locationID, locationName, latitude, longitude, deploymentStart, deploymentEnd, …; beside them hub (with cameraID) and project." };
        var set = new Command("set", "Describes deployments from a table. All of it is read before anything is taken; captures go where they belong from then on.") { file, data, CloudCommand.Db };
        set.SetAction(result =>
        {
            var table = DeploymentTable.Read(result.GetValue(file)!);
            using var db = Open(result, data);
            var (created, changed, moved) = (0, 0, 0);
            using (var transaction = db.Database.BeginTransaction())
            {
                foreach (var (id, body) in table)
                {
                    var write = new DeploymentWrite(id, body);
                    write.Apply(db);
                    if (write.Conflict is { } conflict) throw new StartException($"{result.GetValue(file)}: {id}: {conflict}; nothing was taken");
                    (created, changed, moved) = (created + (write.IsNew ? 1 : 0), changed + (write.IsNew ? 0 : 1), moved + write.Moved);
                    db.ChangeTracker.Clear();
                }
                transaction.Commit();
            }
            Events.Fresh(db);
            Console.WriteLine($"{created} new, {changed} known; {moved} captures belong elsewhere since");
        });
        return set;
    }

    private static Command Move(Option<string> data)
    {
        var next = new Argument<string>("NEW") { Description = "What the new deployment is called." };
        var at = new Option<DateTimeOffset>("--at") { Description = "When the camera was moved, as 2026-05-01T10:30:00+02:00.", HelpName = "TIME", Required = true };
        var location = new Option<string?>("--location") { Description = "The new place's locationID.", HelpName = "ID" };
        var latitude = new Option<double?>("--latitude") { HelpName = "DEGREES", Description = "Of the new place; with --longitude." };
        var longitude = new Option<double?>("--longitude") { HelpName = "DEGREES", Description = "Of the new place; with --latitude." };
        var move = new Command("move", "A camera was moved: its deployment ends and another begins. Example: cloud deployments move ridge-1 ridge-2 --at 2026-05-01T10:30:00+02:00") { Which, next, at, location, latitude, longitude, data, CloudCommand.Db };
        move.SetAction(result =>
        {
            var body = new DeploymentBody { LocationID = result.GetValue(location), Latitude = result.GetValue(latitude), Longitude = result.GetValue(longitude) };
            if ((body.Fault() ?? PlaceOf.Deployment(result.GetValue(next)!).Fault()) is { } fault) throw new StartException(fault);
            using var db = Open(result, data);
            var write = new MoveWrite(result.GetValue(Which)!, result.GetValue(next)!, result.GetValue(at), body);
            CloudCommand.Commit(db, write);
            if (write.IsUnknown) throw Missing(result);
            if (write.Conflict is { } conflict) throw new StartException(conflict);
            Events.Fresh(db);
            Console.WriteLine($"{write.Row!.DeploymentID}\tfrom {write.Row.StartLocal:yyyy-MM-dd HH:mm}\t{write.Moved} captures belong elsewhere since");
        });
        return move;
    }

    private static Command Outages(Option<string> data)
    {
        var search = new Option<bool>("--search") { Description = "First looks at what hubs said of themselves and when cameras triggered, and proposes outages." };
        var outages = new Command("outages", "Lists times in which nothing could be recorded: number, state, deployment, what, from, to, why. Only confirmed ones take effort away.") { search, data, CloudCommand.Db };
        outages.SetAction(result =>
        {
            using var db = Open(result, data);
            var now = TimeProvider.System.GetUtcNow().UtcDateTime;
            var deployments = db.Deployments.AsNoTracking().ToDictionary(d => d.Id);
            if (result.GetValue(search))
            {
                foreach (var deployment in deployments.Values) CloudCommand.Commit(db, new OutageWrite(deployment.Id, OutageReading.Find(db, deployment, now), OutageState.Proposed, by: null, now));
            }
            foreach (var row in db.Outages.AsNoTracking().OrderBy(o => o.From)) Console.WriteLine(Line(OutageView.Of(row, deployments[row.DeploymentRowId])));
        });
        return outages;
    }

    private static Command Outage(Option<string> data)
    {
        var kind = new Option<string>("--kind") { Description = "cameraDead, cardFull, flashDead (at night only), hubSilent or other.", HelpName = "KIND", DefaultValueFactory = _ => "other" }.AcceptOnlyFromAmong([.. Enum.GetValues<OutageKind>().Select(WireWords.Of)]);
        var from = new Option<DateTimeOffset>("--from") { Description = "As 2026-05-01T10:30:00+02:00.", HelpName = "TIME", Required = true };
        var to = new Option<DateTimeOffset>("--to") { Description = "Later than --from.", HelpName = "TIME", Required = true };
        var outage = new Command("outage", "Says that nothing could be recorded for a time.") { Which, kind, from, to, By, data, CloudCommand.Db };
        outage.SetAction(result =>
        {
            if (result.GetValue(to) <= result.GetValue(from)) throw new StartException("--to: must be later than --from");
            using var db = Open(result, data);
            var deployment = db.Deployments.AsNoTracking().FirstOrDefault(d => d.DeploymentID == result.GetValue(Which)) ?? throw Missing(result);
            var found = new FoundOutage(Enum.Parse<OutageKind>(result.GetValue(kind)!, ignoreCase: true), result.GetValue(from).UtcDateTime, result.GetValue(to).UtcDateTime, "");
            var write = new OutageWrite(deployment.Id, [found], OutageState.Confirmed, result.GetValue(By), TimeProvider.System.GetUtcNow().UtcDateTime);
            CloudCommand.Commit(db, write);
            Console.WriteLine(Line(OutageView.Of(write.Rows[0], deployment)));
        });
        return outage;
    }

    private static Command Decide(Option<string> data, string word, OutageState state, string description)
    {
        var id = new Argument<long>("OUTAGE") { Description = "Its number, as cloud deployments outages prints it." };
        var decide = new Command(word, description) { id, By, data, CloudCommand.Db };
        decide.SetAction(result =>
        {
            using var db = Open(result, data);
            var write = new OutageDecisionWrite(result.GetValue(id), state, result.GetValue(By)!, TimeProvider.System.GetUtcNow().UtcDateTime);
            CloudCommand.Commit(db, write);
            if (write.Row is not { } row) throw new StartException($"no outage {result.GetValue(id)} is known (cloud deployments outages)");
            Console.WriteLine(Line(OutageView.Of(row, db.Deployments.AsNoTracking().First(d => d.Id == row.DeploymentRowId))));
        });
        return decide;
    }

    private static Command Rebuild(Option<string> data)
    {
        var rebuild = new Command("rebuild", "Makes all events and counts anew from captures and observations.") { data, CloudCommand.Db };
        rebuild.SetAction(result =>
        {
            using var db = Open(result, data).ForWriting();
            Events.TouchAll(db);
            var last = 0;
            Events.Fresh(db, (done, of) =>
            {
                if (done < of && done - last < of / 20) return;
                last = done;
                Console.Error.WriteLine($"{done} of {of} deployments");
            });
            Console.WriteLine($"{db.Events.Count()} events, {db.Tallies.Count()} counts");
        });
        return rebuild;
    }

    private static StartException Missing(ParseResult result) => new($"no deployment {result.GetValue(Which)} is known (cloud deployments list)");

    private static string Line(OutageView outage) => $"{outage.Id}\t{outage.State}\t{outage.DeploymentID}\t{outage.Kind}\t{outage.From:yyyy-MM-dd HH:mm} to {outage.To:yyyy-MM-dd HH:mm}\t{outage.Comment}{(outage.By is { } by ? $"\tby {by}" : "")}";
}

/// <summary>Deployments as the table that <see cref="DeploymentTable"/> reads.</summary>
internal static class DeploymentCsv
{
    private static readonly (string Name, Func<DeploymentRow, object?> Of)[] Columns =
    [
        ("deploymentID", d => d.DeploymentID), ("project", d => d.Project), ("hub", d => d.Hub), ("cameraID", d => d.CameraID), ("locationID", d => d.LocationID), ("locationName", d => d.LocationName),
        ("latitude", d => d.Latitude), ("longitude", d => d.Longitude), ("coordinateUncertainty", d => d.CoordinateUncertainty),
        ("deploymentStart", d => Times.Join(d.StartLocal, d.StartOffset)), ("deploymentEnd", d => d.EndLocal is { } end ? Times.Join(end, d.EndOffset ?? 0) : null),
        ("setupBy", d => d.SetupBy), ("cameraModel", d => d.CameraModel), ("cameraDelay", d => d.CameraDelay), ("cameraHeight", d => d.CameraHeight), ("cameraDepth", d => d.CameraDepth), ("cameraTilt", d => d.CameraTilt),
        ("cameraHeading", d => d.CameraHeading), ("detectionDistance", d => d.DetectionDistance), ("timestampIssues", d => d.TimestampIssues), ("baitUse", d => d.BaitUse), ("featureType", d => d.FeatureType),
        ("habitat", d => d.Habitat), ("deploymentGroups", d => d.Groups), ("deploymentTags", d => d.Tags), ("deploymentComments", d => d.Comments),
    ];

    public static void Write(Stream to, IEnumerable<DeploymentRow> rows)
    {
        using var lines = new CsvLines(to);
        lines.Write(Columns.Select(c => c.Name));
        foreach (var row in rows) lines.Write(Columns.Select(c => Text(c.Of(row))));
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        DateTimeOffset time => time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
