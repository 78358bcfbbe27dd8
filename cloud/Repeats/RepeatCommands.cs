using System.CommandLine;
using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary><c>cloud repeats</c>: boxes that come again and again. Works on the rows, beside a cloud that runs or without one.</summary>
internal static class RepeatCommands
{
    private static readonly Argument<long> Repeat = new("REPEAT") { Description = "Its number, as cloud repeats list prints it." };

    public static Command Repeats(Option<string> data) => new("repeats", "Finds what a camera sees again and again in the same place (a stump, a branch), and hides it once that is confirmed. Nothing is deleted.")
    {
        Find(data),
        List(data),
        Decide(data, "confirm", RepeatState.Confirmed, "It is a thing of the place: its detections, past and coming, are hidden."),
        Decide(data, "reject", RepeatState.Rejected, "It is none: nothing of it is hidden, and it is not proposed again."),
        Decide(data, "undo", RepeatState.Proposed, "Takes back what was decided: everything is again as it was."),
    };

    private static Command Find(Option<string> data)
    {
        var (usual, usualRule) = (new RepeatRules(), new ConfirmRule());
        var hub = new Option<string?>("--hub") { Description = "A hub's name; all if not given.", HelpName = "NAME" };
        var camera = new Option<string?>("--camera") { Description = "A camera as its hub names it; all if not given.", HelpName = "NAME" };
        var iou = new Option<float>("--iou") { Description = "Two boxes are the same if they cover each other so well, 0.5 to 0.99.", HelpName = "SHARE", DefaultValueFactory = _ => usual.MinIoU };
        var least = new Option<int>("--least") { Description = "In so many pictures and videos of a camera.", HelpName = "N", DefaultValueFactory = _ => usual.Least };
        var conf = new Option<float>("--conf") { Description = "Boxes with a lower score are left out, 0 to 1.", HelpName = "SCORE", DefaultValueFactory = _ => usual.MinConf };
        var area = new Option<float>("--area") { Description = "Boxes that fill more of the picture are left out, 0 to 1.", HelpName = "SHARE", DefaultValueFactory = _ => usual.MaxArea };
        var confirm = new Option<bool>("--confirm-rule") { Description = "Confirms what is surely a thing of the place, by the two options that follow; never a person." };
        var ruleLeast = new Option<int>("--rule-least") { Description = "With --confirm-rule: in so many pictures and videos.", HelpName = "N", DefaultValueFactory = _ => usualRule.Least };
        var ruleDays = new Option<int>("--rule-days") { Description = "With --confirm-rule: on so many days.", HelpName = "N", DefaultValueFactory = _ => usualRule.LeastDays };
        var find = new Command("find", "Looks through the boxes of each camera and proposes what repeats.") { data, CloudCommand.Db, hub, camera, iou, least, conf, area, confirm, ruleLeast, ruleDays };
        find.SetAction(async (result, cancel) =>
        {
            var rules = new RepeatRules { MinIoU = result.GetValue(iou), Least = result.GetValue(least), MinConf = result.GetValue(conf), MaxArea = result.GetValue(area) };
            var rule = result.GetValue(confirm) ? new ConfirmRule { Least = result.GetValue(ruleLeast), LeastDays = result.GetValue(ruleDays) } : null;
            if ((rules.Fault() ?? rule?.Fault()) is { } fault) throw new StartException(fault);
            var folder = result.GetValue(data)!;
            var open = CloudCommand.RowsThere(folder, CloudCommand.DbOf(result));
            await using var db = open();
            var found = await RepeatSearch.RunAsync(open, new RepeatWish(rules, result.GetValue(hub), result.GetValue(camera), rule), write =>
            {
                CloudCommand.Commit(db, write);
                return Task.CompletedTask;
            }, TimeProvider.System.GetUtcNow().UtcDateTime, cancel);
            Settle(db, folder, cancel);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{found.Found} found at {found.Cameras} cameras among {found.Boxes} boxes: {found.New} new, {found.Confirmed} confirmed by the rule"));
        });
        return find;
    }

    private static Command List(Option<string> data)
    {
        var state = new Option<string?>("--state") { Description = "proposed, confirmed or rejected; all if not given.", HelpName = "STATE" }.AcceptOnlyFromAmong("proposed", "confirmed", "rejected");
        var list = new Command("list", "Lists the newest 200: number, state, camera, what, how often, since and until when, box, an example.") { data, CloudCommand.Db, state };
        list.SetAction(result =>
        {
            using var db = CloudCommand.RowsThere(result.GetValue(data)!, CloudCommand.DbOf(result))();
            var wanted = result.GetValue(state);
            foreach (var repeat in db.Repeats.AsNoTracking().OrderByDescending(r => r.Id).Take(200).AsEnumerable().Where(r => wanted is null || WireWords.Of(r.State) == wanted)) Console.WriteLine(Line(repeat));
        });
        return list;
    }

    private static Command Decide(Option<string> data, string word, RepeatState state, string description)
    {
        var by = new Option<string>("--by") { Description = "Who decides; you if not given.", HelpName = "NAME", DefaultValueFactory = _ => Environment.UserName };
        var command = new Command(word, description) { Repeat, data, CloudCommand.Db, by };
        command.SetAction((result, cancel) =>
        {
            if (RepeatEndpoints.Fault(result.GetValue(by)) is { } fault) throw new StartException($"--{fault}");
            var folder = result.GetValue(data)!;
            using var db = CloudCommand.RowsThere(folder, CloudCommand.DbOf(result))();
            var write = new RepeatDecisionWrite(result.GetValue(Repeat), state, result.GetValue(by)!, TimeProvider.System.GetUtcNow().UtcDateTime);
            CloudCommand.Commit(db, write);
            if (write.Repeat is null) throw new StartException($"no repeat {result.GetValue(Repeat)} is known (cloud repeats list)");
            Settle(db, folder, cancel);
            Console.WriteLine(Line(db.Repeats.AsNoTracking().Single(r => r.Id == write.Repeat.Id)));
            return Task.FromResult(0);
        });
        return command;
    }

    /// <summary>Carries out what was decided; what is broken off here goes on when a cloud runs.</summary>
    private static void Settle(LynceusDb db, string folder, CancellationToken cancel)
    {
        var models = RepeatLoop.Models(folder, folders: null);
        RepeatSettleWrite write;
        do
        {
            cancel.ThrowIfCancellationRequested();
            CloudCommand.Commit(db, write = new RepeatSettleWrite(models));
        }
        while (write.IsMore);
    }

    private static string Line(RepeatRow repeat) => string.Create(CultureInfo.InvariantCulture,
        $"{repeat.Id}\t{WireWords.Of(repeat.State)}\t{repeat.Hub}/{repeat.CameraID}{(repeat.DeploymentID is { } place ? $" at {place}" : "")}\t{WireWords.Of(repeat.ObservationType)}\t{repeat.Count} on {repeat.Days} days, {repeat.First:yyyy-MM-dd} to {repeat.Last:yyyy-MM-dd}\t[{repeat.X:0.###}, {repeat.Y:0.###}, {repeat.W:0.###}, {repeat.H:0.###}]\t{repeat.Examples.Split(' ')[0]}{(repeat.DecidedBy is { } by ? $"\tby {by}" : "")}");
}
