using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

internal static class AlarmEndpoints
{
    public static void MapAlarms(this RouteGroupBuilder api)
    {
        api.MapGet("/alarms", ListAsync).WithSummary("Alarms, newest first, each with why, and how far its telling is").WithTags("alarms");
        api.MapGet("/alarms/{id:long}", OneAsync).WithSummary("One alarm").WithTags("alarms").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("/alarms/{id:long}/acknowledge", AcknowledgeAsync).WithSummary("A person has seen it").WithTags("alarms").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("/alarms/{id:long}/mute", MuteThisAsync).WithSummary("Nobody is told of the same (kind, project, species, location) for so many days; what was not sent yet is not sent").WithTags("alarms").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("/alarms/check", CheckAsync).WithSummary("Holds all rules against the rows now; else it is done after new events, and once a day").WithTags("alarms");
        api.MapPost("/alarms/try", TryAsync).WithSummary("Sends a trial on a channel, and says how that went").WithTags("alarms");
        api.MapGet("/alarms/rules", RulesAsync).WithSummary("What is to be told of, and to whom").WithTags("alarms");
        api.MapPost("/alarms/rules", NewRuleAsync).WithSummary("A new rule").WithTags("alarms");
        api.MapPost("/alarms/rules/{id:long}/enable", (long id, WriteQueue queue, AlarmSignal signal, CancellationToken cancel) => SwitchAsync(id, enabled: true, queue, signal, cancel)).WithSummary("Switches a rule on").WithTags("alarms").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("/alarms/rules/{id:long}/disable", (long id, WriteQueue queue, AlarmSignal signal, CancellationToken cancel) => SwitchAsync(id, enabled: false, queue, signal, cancel)).WithSummary("Switches a rule off; its alarms stay as they are").WithTags("alarms").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapDelete("/alarms/rules/{id:long}", RemoveRuleAsync).WithSummary("Takes a rule away; its alarms stay, and are ended").WithTags("alarms").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/alarms/mutes", MutesAsync).WithSummary("What is muted at present").WithTags("alarms");
        api.MapPost("/alarms/mutes", MuteAsync).WithSummary("Mutes what is named; what is not named is met by everything").WithTags("alarms");
        api.MapDelete("/alarms/mutes/{id:long}", UnmuteAsync).WithSummary("Ends a mute now").WithTags("alarms").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<Page<AlarmView>>> ListAsync(
        [Description("new, acknowledged, muted or ended; all if absent")] string? state, [Description("decline, growth, firstSight, missing or personAtNight; all if absent")] string? kind, [Description("A project; all if absent")] string? project,
        [Description("1 to 200; 50 if absent")] int? limit, [Description("'next' of the page before")] long? after, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        var take = Pages.Limit(limit);
        var (wanted, of) = (WireWords.Read<AlarmState>(state), WireWords.Read<AlarmKind>(kind));
        if (state is not null && wanted is null) throw new BadHttpRequestException("state: must be new, acknowledged, muted or ended");
        if (kind is not null && of is null) throw new BadHttpRequestException("kind: must be decline, growth, firstSight, missing or personAtNight");
        await using var db = await rows.CreateDbContextAsync(cancel);
        var page = await db.Alarms.AsNoTracking().Where(a => (wanted == null || a.State == wanted) && (of == null || a.Kind == of) && (project == null || a.Project == project) && (after == null || a.Id < after))
            .OrderByDescending(a => a.Id).Take(take + 1).ToListAsync(cancel);
        var notices = await NoticesAsync(db, page.ConvertAll(a => a.Id), cancel);
        return TypedResults.Ok(Pages.Of(page, take, a => a.Id, a => AlarmView.From(a, notices[a.Id])));
    }

    private static async Task<Results<Ok<AlarmView>, ProblemHttpResult>> OneAsync(long id, IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        if (await db.Alarms.AsNoTracking().FirstOrDefaultAsync(a => a.Id == id, cancel) is not { } alarm) return Pages.NotFound($"No alarm {id} is known.");
        return TypedResults.Ok(AlarmView.From(alarm, (await NoticesAsync(db, [id], cancel))[id]));
    }

    private static async Task<Results<Ok<AlarmView>, ProblemHttpResult>> AcknowledgeAsync(long id, AcknowledgeBody body, WriteQueue queue, IDbContextFactory<LynceusDb> rows, TimeProvider time, CancellationToken cancel)
    {
        if (RepeatEndpoints.Fault(body.By) is { } fault) throw new BadHttpRequestException(fault);
        await queue.RunAsync(new AcknowledgeWrite(id, body.By!.Trim(), time.GetUtcNow().UtcDateTime), cancel);
        return await OneAsync(id, rows, cancel);
    }

    private static async Task<Results<Ok<AlarmView>, ProblemHttpResult>> MuteThisAsync(long id, MuteBody body, WriteQueue queue, IDbContextFactory<LynceusDb> rows, TimeProvider time, CancellationToken cancel)
    {
        await MutedAsync(new MuteWrite(body.Read(time.GetUtcNow().UtcDateTime), id), queue, cancel);
        return await OneAsync(id, rows, cancel);
    }

    private static async Task<Ok<MuteView>> MuteAsync(MuteBody body, WriteQueue queue, TimeProvider time, CancellationToken cancel)
        => TypedResults.Ok(MuteView.From((await MutedAsync(new MuteWrite(body.Read(time.GetUtcNow().UtcDateTime), alarm: null), queue, cancel)).Mute));

    private static async Task<MuteWrite> MutedAsync(MuteWrite write, WriteQueue queue, CancellationToken cancel)
    {
        await queue.RunAsync(write, cancel);
        return write.IsTooMany ? throw new BadHttpRequestException($"{MuteWrite.Most} mutes hold already; end one that is not needed") : write;
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> UnmuteAsync(long id, WriteQueue queue, TimeProvider time, CancellationToken cancel)
    {
        var write = new UnmuteWrite(id, time.GetUtcNow().UtcDateTime);
        await queue.RunAsync(write, cancel);
        return write.WasThere ? TypedResults.NoContent() : Pages.NotFound($"No mute {id} holds.");
    }

    private static async Task<Ok<IReadOnlyList<MuteView>>> MutesAsync(IDbContextFactory<LynceusDb> rows, TimeProvider time, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        var now = time.GetUtcNow().UtcDateTime;
        return TypedResults.Ok<IReadOnlyList<MuteView>>([.. (await db.Mutes.AsNoTracking().Where(m => m.Until > now).OrderBy(m => m.Id).ToListAsync(cancel)).Select(MuteView.From)]);
    }

    private static async Task<Ok<AlarmsChecked>> CheckAsync(AlarmLoop loop, CancellationToken cancel) => TypedResults.Ok(await loop.CheckAsync(all: true, cancel));

    private static async Task<Ok<ChannelTried>> TryAsync(ChannelBody body, NoticeSending sending, TimeProvider time, CancellationToken cancel)
    {
        if (NoticeChannel.Fault(body.Channel ?? "") is { } fault) throw new BadHttpRequestException(fault.Replace("channels:", "channel:", StringComparison.Ordinal));
        return TypedResults.Ok(await ChannelTried.OfAsync(sending, body.Channel!, time.GetUtcNow().UtcDateTime, cancel));
    }

    private static async Task<Ok<IReadOnlyList<RuleView>>> RulesAsync(IDbContextFactory<LynceusDb> rows, CancellationToken cancel)
    {
        await using var db = await rows.CreateDbContextAsync(cancel);
        return TypedResults.Ok<IReadOnlyList<RuleView>>([.. (await db.AlarmRules.AsNoTracking().OrderBy(r => r.Id).ToListAsync(cancel)).Select(RuleView.From)]);
    }

    private static async Task<Created<RuleView>> NewRuleAsync(RuleBody body, WriteQueue queue, AlarmSignal signal, TimeProvider time, CancellationToken cancel)
    {
        var rule = body.Read(time.GetUtcNow().UtcDateTime);
        var write = new NewRuleWrite(rule);
        await queue.RunAsync(write, cancel);
        if (write.IsTooMany) throw new BadHttpRequestException($"{NewRuleWrite.Most} rules are set already; remove one that is not needed");
        signal.Say();
        return TypedResults.Created($"/api/v1/alarms/rules/{rule.Id}", RuleView.From(rule));
    }

    private static async Task<Results<Ok<RuleView>, ProblemHttpResult>> SwitchAsync(long id, bool enabled, WriteQueue queue, AlarmSignal signal, CancellationToken cancel)
    {
        var write = new RuleSwitchWrite(id, enabled);
        await queue.RunAsync(write, cancel);
        signal.Say();
        return write.Rule is { } rule ? TypedResults.Ok(RuleView.From(rule)) : Pages.NotFound($"No rule {id} is known.");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveRuleAsync(long id, WriteQueue queue, TimeProvider time, CancellationToken cancel)
    {
        var write = new RuleRemoveWrite(id, time.GetUtcNow().UtcDateTime);
        await queue.RunAsync(write, cancel);
        return write.WasThere ? TypedResults.NoContent() : Pages.NotFound($"No rule {id} is known.");
    }

    private static async Task<ILookup<long, NoticeRow>> NoticesAsync(LynceusDb db, List<long> alarms, CancellationToken cancel)
        => (await db.Notices.AsNoTracking().Where(n => alarms.Contains(n.AlarmRowId)).ToListAsync(cancel)).ToLookup(n => n.AlarmRowId);
}
