using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>
/// What a rule found, in one commit: new alarms with their notices, those that go on, those that ended. Found again it changes nothing, so it may be killed before or after its commit and be done again.
/// </summary>
/// <param name="rule">Which.</param>
/// <param name="findings">Of its series and events.</param>
/// <param name="now">The cloud's clock.</param>
internal sealed class AlarmsWrite(long rule, IReadOnlyList<AlarmFinding> findings, DateTime now) : Write
{
    /// <summary>Raised by this write.</summary>
    public List<AlarmRow> Raised { get; } = [];

    public override void Forget()
    {
        base.Forget();
        Raised.Clear();
    }

    public override void Apply(LynceusDb db)
    {
        if (db.AlarmRules.FirstOrDefault(r => r.Id == rule) is not { Enabled: true } row) return; // taken away or switched off meanwhile
        var mutes = db.Mutes.Where(m => m.Until > now).ToList();
        var open = db.Alarms.Where(a => a.RuleRowId == rule && a.State != AlarmState.Ended).ToList().ToLookup(a => a.Series);
        foreach (var found in findings)
        {
            if (found.GoesOn && open[found.Series(rule)].FirstOrDefault() is { } standing) GoOn(standing, found);
            else if (found.Is == Finding.Alarm) Raise(db, row, found, mutes);
        }
        row.JudgedAt = now;
        db.SaveChanges();
    }

    private void GoOn(AlarmRow alarm, AlarmFinding found)
    {
        if (found.Is == Finding.Calm) (alarm.State, alarm.EndedAt) = (AlarmState.Ended, now);
        if (found.Is != Finding.Alarm) return;
        (alarm.Says, alarm.LastDay, alarm.StandsAt) = (found.Says, found.LastDay, now);
    }

    private void Raise(LynceusDb db, AlarmRuleRow by, AlarmFinding found, List<MuteRow> mutes)
    {
        var key = found.Key(rule);
        if (db.Alarms.Any(a => a.Key == key) || Raised.Exists(a => a.Key == key)) return;
        var alarm = new AlarmRow
        {
            RuleRowId = rule, Kind = found.Kind, Series = found.Series(rule), Key = key, Project = found.Project, Species = found.Species, Location = found.Location, LocationName = found.LocationName,
            FirstDay = found.FirstDay, LastDay = found.LastDay, Says = found.Says, DeploymentID = found.DeploymentID, MediaID = found.MediaID, State = AlarmState.New, RaisedAt = now, StandsAt = now,
        };
        if (mutes.Exists(m => m.Covers(alarm, now))) alarm.State = AlarmState.Muted;
        db.Alarms.Add(alarm);
        Raised.Add(alarm);
        if (alarm.State == AlarmState.Muted) return;
        db.SaveChanges(); // for its number
        foreach (var channel in NoticeChannel.Read(by.Channels).Distinct(StringComparer.Ordinal).Except(Told(db, alarm))) db.Notices.Add(new NoticeRow { AlarmRowId = alarm.Id, Channel = channel, NextTry = now });
    }

    /// <summary>Channels on which another rule tells the same: nobody is told twice because two rules look at one thing.</summary>
    private static List<string> Told(LynceusDb db, AlarmRow alarm)
        => [.. db.Notices.Where(n => db.Alarms.Any(a => a.Id == n.AlarmRowId && a.Id != alarm.Id && a.Kind == alarm.Kind && a.Project == alarm.Project && a.Species == alarm.Species && a.Location == alarm.Location && a.FirstDay == alarm.FirstDay))
            .Select(n => n.Channel).Distinct()];
}

/// <summary>A new rule.</summary>
internal sealed class NewRuleWrite(AlarmRuleRow rule) : Write
{
    /// <summary>More nobody reads the alarms of.</summary>
    public const int Most = 1_000;

    public bool IsTooMany { get; private set; }

    public override void Apply(LynceusDb db)
    {
        IsTooMany = db.AlarmRules.Count() >= Most;
        if (IsTooMany) return;
        rule.Id = 0;
        db.AlarmRules.Add(rule);
        db.SaveChanges();
    }
}

/// <summary>Switches a rule on or off.</summary>
internal sealed class RuleSwitchWrite(long id, bool enabled) : Write
{
    public AlarmRuleRow? Rule { get; private set; }

    public override void Apply(LynceusDb db)
    {
        Rule = db.AlarmRules.FirstOrDefault(r => r.Id == id);
        if (Rule is null) return;
        Rule.Enabled = enabled;
        db.SaveChanges();
    }
}

/// <summary>Takes a rule away. Its alarms stay, and those that went on end; what was not sent yet is sent.</summary>
internal sealed class RuleRemoveWrite(long id, DateTime now) : Write
{
    public bool WasThere { get; private set; }

    public override void Apply(LynceusDb db)
    {
        WasThere = db.AlarmRules.Where(r => r.Id == id).ExecuteDelete() > 0;
        db.Alarms.Where(a => a.RuleRowId == id && a.State != AlarmState.Ended).ExecuteUpdate(set => set.SetProperty(a => a.State, AlarmState.Ended).SetProperty(a => a.EndedAt, now));
    }
}

/// <summary>A person has seen an alarm.</summary>
internal sealed class AcknowledgeWrite(long id, string by, DateTime now) : Write
{
    public AlarmRow? Alarm { get; private set; }

    public override void Apply(LynceusDb db)
    {
        Alarm = db.Alarms.FirstOrDefault(a => a.Id == id);
        if (Alarm is null || Alarm.AcknowledgedAt is not null) return;
        (Alarm.AcknowledgedBy, Alarm.AcknowledgedAt) = (by, now);
        if (Alarm.State == AlarmState.New) Alarm.State = AlarmState.Acknowledged;
        db.SaveChanges();
    }
}

/// <summary>Mutes what an alarm is about, or what is named. What is open of it is muted at once, and what was not sent yet is not sent.</summary>
/// <param name="mute">What, until when, by whom.</param>
/// <param name="alarm">Takes what is not named from this alarm; null for as it is.</param>
internal sealed class MuteWrite(MuteRow mute, long? alarm) : Write
{
    public const int Most = 1_000;

    public MuteRow Mute => mute;

    /// <summary>False where the alarm is not known.</summary>
    public bool IsKnown { get; private set; } = true;

    public bool IsTooMany { get; private set; }

    public override void Apply(LynceusDb db)
    {
        mute.Id = 0;
        if (alarm is not null)
        {
            var of = db.Alarms.AsNoTracking().FirstOrDefault(a => a.Id == alarm);
            if (!(IsKnown = of is not null)) return;
            (mute.Kind, mute.Project, mute.Species, mute.Location) = (of!.Kind, of.Project, of.Species, of.Location);
        }
        if (IsTooMany = db.Mutes.Count(m => m.Until > mute.At) >= Most) return;
        db.Mutes.Add(mute);
        foreach (var open in db.Alarms.Where(a => a.State == AlarmState.New || a.State == AlarmState.Acknowledged).AsEnumerable().Where(a => mute.Covers(a, mute.At)).ToList())
        {
            open.State = AlarmState.Muted;
            db.Notices.Where(n => n.AlarmRowId == open.Id && n.SentAt == null && n.GivenUpAt == null).ExecuteDelete();
        }
        db.SaveChanges();
    }
}

/// <summary>Ends a mute now.</summary>
internal sealed class UnmuteWrite(long id, DateTime now) : Write
{
    public bool WasThere { get; private set; }

    public override void Apply(LynceusDb db) => WasThere = db.Mutes.Where(m => m.Id == id && m.Until > now).ExecuteUpdate(set => set.SetProperty(m => m.Until, now)) > 0;
}

/// <summary>How sending went.</summary>
/// <param name="notices">That went together.</param>
/// <param name="fault">Null if they are sent.</param>
/// <param name="now">The cloud's clock.</param>
/// <param name="wait">Until the next try, by attempts so far.</param>
/// <param name="giveUpAfter">How long an alarm is tried.</param>
internal sealed class NoticesWrite(IReadOnlyList<long> notices, string? fault, DateTime now, Func<int, TimeSpan> wait, TimeSpan giveUpAfter) : Write
{
    /// <summary>Given up by this write.</summary>
    public int GivenUp { get; private set; }

    public override void Apply(LynceusDb db)
    {
        GivenUp = 0;
        foreach (var notice in db.Notices.Where(n => notices.Contains(n.Id) && n.SentAt == null && n.GivenUpAt == null).ToList())
        {
            notice.Attempts++;
            if (fault is null)
            {
                (notice.SentAt, notice.LastFault) = (now, null);
                continue;
            }
            (notice.LastFault, notice.NextTry) = (fault.Length <= MostFault ? fault : fault[..MostFault], now + wait(notice.Attempts));
            var raised = db.Alarms.Where(a => a.Id == notice.AlarmRowId).Select(a => a.RaisedAt).FirstOrDefault();
            if (now - raised < giveUpAfter) continue;
            notice.GivenUpAt = now;
            GivenUp++;
        }
        db.SaveChanges();
    }

    private const int MostFault = 500;
}
