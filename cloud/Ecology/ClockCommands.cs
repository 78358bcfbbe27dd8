using System.CommandLine;
using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary><c>cloud clocks</c>. Works on the rows, beside a cloud that runs or without one.</summary>
internal static class ClockCommands
{
    private static readonly Option<string> By = new("--by") { Description = "Who says so; you if not given.", HelpName = "NAME", DefaultValueFactory = _ => Environment.UserName };

    public static Command Clocks(Option<string> data) => new("clocks", "Repairs times of a camera whose clock was wrong. What the camera said stays; a repair can be undone.\n\nExample:  cloud clocks repair upload/8.2G --reading 2006-01-01T00:12:00 --true 2017-04-22T15:40:00+02:00   shows what it would do; with --yes it does it")
    {
        Repair(data),
        Undo(data),
        List(data),
        Propose(data),
    };

    private static Command Repair(Option<string> data)
    {
        var camera = Camera();
        var from = new Option<string?>("--from") { Description = "First reading that is wrong, local; all if not given.", HelpName = "READING" };
        var to = new Option<string?>("--to") { Description = "First reading that is right again, local.", HelpName = "READING" };
        var reading = new Option<string?>("--reading") { Description = "What the camera's clock showed, as 2006-01-01T00:12:00; with --true.", HelpName = "READING" };
        var right = new Option<DateTimeOffset?>("--true") { Description = "What time it was then, as 2017-04-22T15:40:00+02:00.", HelpName = "TIME" };
        var reading2 = new Option<string?>("--reading2") { Description = "A second reading a day or more later, where the clock ran too fast or slow; with --true2.", HelpName = "READING" };
        var right2 = new Option<DateTimeOffset?>("--true2") { Description = "What time it was at the second.", HelpName = "TIME" };
        var shift = new Option<long?>("--shift") { Description = "Seconds to add to every reading.", HelpName = "SECONDS" };
        var years = new Option<int?>("--years") { Description = "Whole years to add: 11 where 2006 was 2017.", HelpName = "N" };
        var offset = new Option<string?>("--offset") { Description = "Readings are right local time, and this was their offset from UTC, as +02:00.", HelpName = "OFFSET" };
        var comment = new Option<string?>("--comment") { Description = "How it is known.", HelpName = "TEXT" };
        var yes = new Option<bool>("--yes") { Description = "Does it; without, what it would do is shown." };
        var repair = new Command("repair", "Repairs a camera's times by a pair of times, a shift, years or an offset.") { camera, from, to, reading, right, reading2, right2, shift, years, offset, comment, By, yes, data, CloudCommand.Db };
        repair.SetAction(result =>
        {
            var (hub, name) = Split(result.GetValue(camera)!);
            var body = new ClockRepairBody
            {
                RepairID = Guid.CreateVersion7(), Hub = hub, CameraID = name, From = result.GetValue(from), To = result.GetValue(to), CameraReading = result.GetValue(reading), TrueTime = result.GetValue(right),
                SecondReading = result.GetValue(reading2), SecondTrueTime = result.GetValue(right2), ShiftSeconds = result.GetValue(shift), Years = result.GetValue(years), Offset = result.GetValue(offset),
                By = result.GetValue(By), Comment = result.GetValue(comment),
            };
            if (body.Fault() is { } fault) throw new StartException(fault);
            using var db = CloudCommand.RowsThere(result.GetValue(data)!, CloudCommand.DbOf(result))();
            var now = TimeProvider.System.GetUtcNow().UtcDateTime;
            var preview = ClockRepairPreview.Of(db, body, now) ?? throw new StartException($"camera {hub}/{name} has no captures in that time");
            foreach (var example in preview.Examples) Console.WriteLine($"{example.Recorded:yyyy-MM-dd HH:mm:ss zzz}  was  {example.TrueTime:yyyy-MM-dd HH:mm:ss zzz}{(example.DeploymentID is { } at ? $"\tat {at}" : "\tat no deployment")}");
            Console.WriteLine($"{preview.Captures} captures; {preview.Moved} belong to another deployment then, {preview.Outside} to none");
            if (!result.GetValue(yes))
            {
                Console.WriteLine("nothing is changed; say it again with --yes");
                return;
            }
            var write = new ClockRepairWrite(body, now);
            CloudCommand.Commit(db, write);
            if (write.Conflict is { } conflict) throw new StartException(conflict);
            Events.Fresh(db);
            Console.WriteLine($"repaired\t{write.Row!.RepairID}\tundo with: cloud clocks undo {write.Row.RepairID}");
        });
        return repair;
    }

    private static Command Undo(Option<string> data)
    {
        var id = new Argument<Guid>("REPAIR") { Description = "Its id, as cloud clocks list prints it." };
        var undo = new Command("undo", "Takes a repair back: times, deployments and events are as without it.") { id, By, data, CloudCommand.Db };
        undo.SetAction(result =>
        {
            using var db = CloudCommand.RowsThere(result.GetValue(data)!, CloudCommand.DbOf(result))();
            var write = new ClockUndoWrite(result.GetValue(id), result.GetValue(By)!, TimeProvider.System.GetUtcNow().UtcDateTime);
            CloudCommand.Commit(db, write);
            if (write.Row is not { } row) throw new StartException($"no repair {result.GetValue(id)} is known (cloud clocks list)");
            Events.Fresh(db);
            Console.WriteLine(Line(row));
        });
        return undo;
    }

    private static Command List(Option<string> data)
    {
        var list = new Command("list", "Lists repairs: id, camera, by how much, of what time, by whom, and whether it was undone.") { data, CloudCommand.Db };
        list.SetAction(result =>
        {
            using var db = CloudCommand.RowsThere(result.GetValue(data)!, CloudCommand.DbOf(result))();
            foreach (var row in db.ClockRepairs.AsNoTracking().OrderBy(r => r.Id)) Console.WriteLine(Line(row));
        });
        return list;
    }

    private static Command Propose(Option<string> data)
    {
        var camera = Camera();
        var propose = new Command("propose", "Proposes repairs from what a hub's clock did later (it was set after these captures), and by the sun where the place is known: pictures in colour at night.") { camera, data, CloudCommand.Db };
        propose.SetAction(result =>
        {
            var (hub, name) = Split(result.GetValue(camera)!);
            using var db = CloudCommand.RowsThere(result.GetValue(data)!, CloudCommand.DbOf(result))();
            var found = ClockProposal.FromHub(db, hub, name);
            if (ClockProposal.FromSun(db, new ObjectFolder(result.GetValue(data)!), hub, name) is { } bySun) found.Add(bySun);
            foreach (var proposal in found) Console.WriteLine($"{proposal.Captures} captures\t{proposal.Why}\tcloud clocks repair {hub}/{name} {(proposal.Repair.From is { } from ? $"--from {from} --to {proposal.Repair.To} " : "")}--shift {proposal.Repair.ShiftSeconds}");
            if (found.Count == 0) Console.WriteLine("nothing to propose");
        });
        return propose;
    }

    private static Argument<string> Camera() => new("HUB/CAMERA") { Description = "The camera; uploads and imports stand under the hub 'upload'." };

    private static (string Hub, string Camera) Split(string camera) => camera.Split('/', 2) is [{ Length: > 0 } hub, { Length: > 0 } name] ? (hub, name) : throw new StartException($"HUB/CAMERA: '{camera}' is not HUB/CAMERA");

    private static string Line(ClockRepairRow row) => string.Create(CultureInfo.InvariantCulture,
        $"{row.RepairID}\t{row.Hub}/{row.CameraID}\t{row.ShiftMs / 1000.0:+0.###;-0.###} s{(row.DriftPpm == 0 ? "" : $", {row.DriftPpm:+0.#;-0.#} ppm")}{(row.From is { } from ? $" from {from:yyyy-MM-dd HH:mm}" : "")}{(row.To is { } to ? $" to {to:yyyy-MM-dd HH:mm}" : "")}\tby {row.By} {row.At:yyyy-MM-dd}{(row.UndoneAt is { } undone ? $"\tundone by {row.UndoneBy} {undone:yyyy-MM-dd}" : "")}");
}
