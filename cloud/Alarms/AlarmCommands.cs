using System.CommandLine;
using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary><c>cloud alarms</c>: what changed that somebody should know. Works on the rows, beside a cloud that runs or without one.</summary>
internal static class AlarmCommands
{
    private static readonly Argument<long> Number = new("NUMBER") { Description = "The number that list prints." };
    private static readonly Option<string> By = new("--by") { Description = "Who says so; you if not given.", HelpName = "NAME", DefaultValueFactory = _ => Environment.UserName };

    private static DateTime Now => TimeProvider.System.GetUtcNow().UtcDateTime;

    public static Command Alarms(Option<string> data) => new("alarms", "What changed that somebody should know: a species declines, grows, comes, or stays away, or a person walks at night. Rules say what is told, and to whom.")
    {
        List(data), Rules(data), Check(data), Acknowledge(data), Mute(data), Mutes(data), Try(),
    };

    private static Command List(Option<string> data)
    {
        var state = new Option<string?>("--state") { Description = "new, acknowledged, muted or ended; all if not given.", HelpName = "STATE" }.AcceptOnlyFromAmong("new", "acknowledged", "muted", "ended");
        var list = new Command("list", "Lists the newest 200: number, state, kind, since when, what and where, why.") { data, CloudCommand.Db, state };
        list.SetAction(result =>
        {
            using var db = Rows(result, data);
            var wanted = WireWords.Read<AlarmState>(result.GetValue(state));
            foreach (var alarm in db.Alarms.AsNoTracking().Where(a => wanted == null || a.State == wanted).OrderByDescending(a => a.Id).Take(200)) Console.WriteLine(Line(alarm));
        });
        return list;
    }

    private static Command Rules(Option<string> data) => new("rules", "What is to be told of, and to whom.") { AddRule(data), ListRules(data), Switch(data, "enable", enabled: true), Switch(data, "disable", enabled: false), RemoveRule(data) };

    private static Command AddRule(Option<string> data)
    {
        var kind = new Argument<string>("KIND") { Description = "decline, growth, firstSight, missing or personAtNight." };
        var project = new Option<string?>("--project") { Description = "A project; each by itself if not given.", HelpName = "NAME" };
        var location = new Option<string?>("--location") { Description = "A locationID, or a deploymentID where there is none; all if not given.", HelpName = "ID" };
        var each = new Option<bool>("--per-location") { Description = "Each location by itself; else a project as a whole." };
        var species = new Option<string[]>("--species") { Description = "A scientific name, of a species or of what it belongs to; may be given several times, all if not given. A firstSight that names species tells of them wherever and whenever they come: invasive ones.", HelpName = "NAME" };
        var listed = new Option<string?>("--species-list") { Description = "A file with a scientific name a line, 200 at most.", HelpName = "FILE" };
        var sensitivity = new Option<string?>("--sensitivity") { Description = "low, middle or high: how much it takes; middle if not given.", HelpName = "WORD" };
        var channels = new Option<string[]>("--to") { Description = "mail:ADDRESS, webhook or mqtt; may be given several times. Without any the alarm stands on the page only.", HelpName = "CHANNEL" };
        var add = new Command("add", "Sets a rule. Example: cloud alarms rules add decline --project jura --per-location --to mail:ana@example.org") { kind, project, location, each, species, listed, sensitivity, channels, data, CloudCommand.Db, By };
        add.SetAction(result =>
        {
            var body = new RuleBody
            {
                Kind = result.GetValue(kind), Project = result.GetValue(project), Location = result.GetValue(location), PerLocation = result.GetValue(each) ? true : null,
                Species = [.. result.GetValue(species) ?? [], .. Names(result.GetValue(listed))], Sensitivity = result.GetValue(sensitivity), Channels = result.GetValue(channels), By = result.GetValue(By),
            };
            var rule = Read(() => body.Read(Now));
            using var db = Rows(result, data);
            var write = new NewRuleWrite(rule);
            CloudCommand.Commit(db, write);
            if (write.IsTooMany) throw new StartException($"{NewRuleWrite.Most} rules are set already; remove one that is not needed");
            Console.WriteLine(Line(rule));
        });
        return add;
    }

    private static Command ListRules(Option<string> data)
    {
        var list = new Command("list", "Lists rules: number, kind, project, location, species, sensitivity, channels.") { data, CloudCommand.Db };
        list.SetAction(result =>
        {
            using var db = Rows(result, data);
            foreach (var rule in db.AlarmRules.AsNoTracking().OrderBy(r => r.Id)) Console.WriteLine(Line(rule));
        });
        return list;
    }

    private static Command Switch(Option<string> data, string word, bool enabled)
    {
        var command = new Command(word, enabled ? "Switches a rule on." : "Switches a rule off; its alarms stay as they are.") { Number, data, CloudCommand.Db };
        command.SetAction(result =>
        {
            using var db = Rows(result, data);
            var write = new RuleSwitchWrite(result.GetValue(Number), enabled);
            CloudCommand.Commit(db, write);
            Console.WriteLine(Line(write.Rule ?? throw NoRule(result)));
        });
        return command;
    }

    private static Command RemoveRule(Option<string> data)
    {
        var remove = new Command("remove", "Takes a rule away; its alarms stay, and are ended.") { Number, data, CloudCommand.Db };
        remove.SetAction(result =>
        {
            using var db = Rows(result, data);
            var write = new RuleRemoveWrite(result.GetValue(Number), Now);
            CloudCommand.Commit(db, write);
            if (!write.WasThere) throw NoRule(result);
        });
        return remove;
    }

    private static Command Check(Option<string> data)
    {
        var check = new Command("check", "Holds all rules against the rows now, and prints what they raised. A cloud that runs does so by itself, and sends it.") { data, CloudCommand.Db };
        check.SetAction(async (result, cancel) =>
        {
            await using var db = Rows(result, data);
            Events.Fresh(db);
            var rules = await db.AlarmRules.AsNoTracking().Where(r => r.Enabled).OrderBy(r => r.Id).ToListAsync(cancel);
            var raised = new List<AlarmRow>();
            var done = await AlarmLoop.CheckAsync(db, rules, Now, write =>
            {
                CloudCommand.Commit(db, write);
                raised.AddRange(write.Raised);
                return Task.CompletedTask;
            }, cancel);
            foreach (var alarm in raised) Console.WriteLine(Line(alarm));
            await Console.Error.WriteLineAsync($"{done.Rules} rules, {done.Series} series and events, {done.Raised} new alarms");
        });
        return check;
    }

    private static Command Acknowledge(Option<string> data)
    {
        var acknowledge = new Command("acknowledge", "Says that you have seen an alarm.") { Number, data, CloudCommand.Db, By };
        acknowledge.SetAction(result =>
        {
            if (RepeatEndpoints.Fault(result.GetValue(By)) is { } fault) throw new StartException($"--{fault}");
            using var db = Rows(result, data);
            var write = new AcknowledgeWrite(result.GetValue(Number), result.GetValue(By)!, Now);
            CloudCommand.Commit(db, write);
            Console.WriteLine(Line(write.Alarm ?? throw NoAlarm(result)));
        });
        return acknowledge;
    }

    private static Command Mute(Option<string> data)
    {
        var days = new Option<double>("--days") { Description = "For so many days, above 0 to 366.", HelpName = "N", DefaultValueFactory = _ => 30 };
        var why = new Option<string?>("--why") { Description = "Why.", HelpName = "TEXT" };
        var mute = new Command("mute", "Nobody is told of the same (kind, project, species, location) for a while.") { Number, days, why, data, CloudCommand.Db, By };
        mute.SetAction(result =>
        {
            var row = Read(() => new MuteBody { By = result.GetValue(By), Days = result.GetValue(days), Why = result.GetValue(why) }.Read(Now));
            using var db = Rows(result, data);
            var write = new MuteWrite(row, result.GetValue(Number));
            CloudCommand.Commit(db, write);
            if (!write.IsKnown) throw NoAlarm(result);
            Console.WriteLine(write.IsTooMany ? throw new StartException($"{MuteWrite.Most} mutes hold already; end one that is not needed") : Line(row));
        });
        return mute;
    }

    private static Command Mutes(Option<string> data)
    {
        var end = new Option<long?>("--end") { Description = "Ends the mute of this number.", HelpName = "NUMBER" };
        var mutes = new Command("mutes", "Lists what is muted, or ends one.") { data, CloudCommand.Db, end };
        mutes.SetAction(result =>
        {
            using var db = Rows(result, data);
            if (result.GetValue(end) is { } id)
            {
                var write = new UnmuteWrite(id, Now);
                CloudCommand.Commit(db, write);
                if (!write.WasThere) throw new StartException($"no mute {id} holds (cloud alarms mutes)");
            }
            var now = Now;
            foreach (var mute in db.Mutes.AsNoTracking().Where(m => m.Until > now).OrderBy(m => m.Id)) Console.WriteLine(Line(mute));
        });
        return mutes;
    }

    private static Command Try()
    {
        var channel = new Argument<string>("CHANNEL") { Description = "mail:ADDRESS or webhook; mqtt goes through a cloud that runs (POST /api/v1/alarms/try)." };
        var notices = new NoticeOptions();
        var test = new Command("test-send", "Sends a trial on a channel. Example: cloud alarms test-send mail:ana@example.org --smtp mail.example.org:587 --smtp-from lynceus@example.org") { channel };
        notices.AddSendingTo(test);
        test.SetAction(async (result, cancel) =>
        {
            if (NoticeChannel.Fault(result.GetValue(channel)!) is { } wrong) throw new StartException(wrong);
            using var sending = new NoticeSending(notices.Targets(result), TimeProvider.System);
            var tried = await ChannelTried.OfAsync(sending, result.GetValue(channel)!, Now, cancel);
            if (tried.Fault is { } fault)
            {
                await Console.Error.WriteLineAsync($"cloud: {tried.Channel}: {fault}");
                return 1;
            }
            Console.WriteLine($"{tried.Channel}\tsent");
            return 0;
        });
        return test;
    }

    private static LynceusDb Rows(ParseResult result, Option<string> data) => CloudCommand.RowsThere(result.GetValue(data)!, CloudCommand.DbOf(result))();

    private static StartException NoRule(ParseResult result) => new($"no rule {result.GetValue(Number)} is known (cloud alarms rules list)");

    private static StartException NoAlarm(ParseResult result) => new($"no alarm {result.GetValue(Number)} is known (cloud alarms list)");

    private static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (BadHttpRequestException e)
        {
            throw new StartException(e.Message);
        }
    }

    private static List<string> Names(string? file)
    {
        if (file is null) return [];
        try
        {
            var lines = File.ReadLines(file).Take(10_000).Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#').Take(201).ToList();
            return lines.Count <= 200 ? lines : throw new StartException($"--species-list {file}: has more than 200 names");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"--species-list {file}: {e.Message}");
        }
    }

    private static string Line(AlarmRow alarm) => string.Join('\t', alarm.Id, WireWords.Of(alarm.State), WireWords.Of(alarm.Kind), alarm.FirstDay.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), AlarmText.Title(alarm), alarm.Says);

    private static string Line(AlarmRuleRow rule) => string.Join('\t', rule.Id, rule.Enabled ? "on" : "off", WireWords.Of(rule.Kind), rule.Project ?? "each project", rule.Location ?? (rule.PerLocation ? "each location" : "as a whole"),
        rule.Species.Length > 0 ? rule.Species : "all species", WireWords.Of(rule.Sensitivity), rule.Channels.Length > 0 ? rule.Channels : "page only");

    private static string Line(MuteRow mute) => string.Join('\t', mute.Id, $"until {mute.Until:yyyy-MM-ddTHH:mm:ssZ}", mute.Kind is { } kind ? WireWords.Of(kind) : "all", mute.Project ?? "all projects", mute.Species ?? "all species", mute.Location ?? "everywhere", mute.MutedBy, mute.Why);
}
