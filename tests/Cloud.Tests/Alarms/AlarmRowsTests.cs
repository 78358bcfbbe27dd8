using Lynceus.Contracts;
using MathNet.Numerics.Distributions;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud.Tests;

/// <summary>Rules held against rows as a cloud has them, a Monday in June 2026.</summary>
[Trait("Rows", "any")]
public sealed class AlarmRowsTests : IAsyncLifetime
{
    private const int Cameras = 3, WeeksBefore = 30;
    private static readonly DateTime Now = new(2026, 6, 2, 12, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime Start = Now.Date.AddDays(-7 * WeeksBefore - 1);
    private readonly string data = Directory.CreateTempSubdirectory("lynceus-cloud-").FullName;
    private readonly Random random = new(30);
    private LynceusDb db = null!;
    private int events;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => db = RowsSetup.Open(data, await TestRows.OfAsync(data));

    public async ValueTask DisposeAsync()
    {
        await db.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(data, recursive: true);
        await TestRows.DropAsync(data);
    }

    [Fact]
    public async Task A_decline_is_raised_once_goes_on_as_the_same_and_ends_when_it_is_over()
    {
        var rule = await RuleAsync(AlarmKind.Decline, channels: "webhook,mail:ana@example.org");
        Watch("jura", day => day >= Now.Date.AddDays(-8) ? 0.1 : 1.6);
        var raised = Assert.Single(await CheckAsync(Now));
        Assert.Equal((AlarmKind.Decline, "jura", "Capreolus capreolus", AlarmState.New), (raised.Kind, raised.Project, raised.Species, raised.State));
        Assert.Matches(@"^\d events? in the week from 25 May 2026, expected 1\d\.\d ± \d\.\d; effort unchanged \(21 of usually 21 camera-days\), same model \(md@5, behind gate@1\)", raised.Says);
        Assert.Equal(["mail:ana@example.org", "webhook"], db.Notices.AsNoTracking().Select(n => n.Channel).AsEnumerable().Order());
        Assert.Empty(await CheckAsync(Now.AddHours(3)));
        Watch("jura", day => day < Now.Date ? 0 : 0.1, from: Now.Date, weeks: 1);
        Assert.Empty(await CheckAsync(Now.AddDays(7)));
        var standing = await db.Alarms.AsNoTracking().SingleAsync(Stop);
        Assert.Equal((Now.AddDays(7), new DateOnly(2026, 6, 7)), (standing.StandsAt, standing.LastDay));
        Watch("jura", _ => 1.6, from: Now.Date.AddDays(7), weeks: 3);
        Assert.Empty(await CheckAsync(Now.AddDays(28)));
        Assert.Equal(AlarmState.Ended, (await db.Alarms.AsNoTracking().SingleAsync(Stop)).State);
        Assert.Equal(2, await db.Notices.CountAsync(Stop));
        Assert.Equal(Now.AddDays(28), (await db.AlarmRules.AsNoTracking().SingleAsync(r => r.Id == rule.Id, Stop)).JudgedAt);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_camera_that_is_dead_raises_no_decline_whether_somebody_noted_it_or_nobody_knows(bool noted)
    {
        await RuleAsync(AlarmKind.Decline);
        await RuleAsync(AlarmKind.Missing);
        await RuleAsync(AlarmKind.Decline, perLocation: true);
        var dead = Now.Date.AddDays(-12);
        Watch("jura", day => day >= dead ? 0 : 1.6, blanks: day => day < dead);
        if (noted)
        {
            db.Outages.AddRange(db.Deployments.AsEnumerable().Select(d => new OutageRow { DeploymentRowId = d.Id, Kind = OutageKind.CameraDead, State = OutageState.Proposed, From = dead, To = Now, At = Now }));
            await db.SaveChangesAsync(Stop);
        }
        Assert.Empty(await CheckAsync(Now));
        Assert.Empty(await CheckAsync(Now.AddDays(14)));
    }

    [Fact]
    public async Task One_dead_camera_of_two_halves_the_events_and_raises_nothing()
    {
        await RuleAsync(AlarmKind.Decline);
        Watch("jura", _ => 1.6, cameras: 1);
        Watch("jura", day => day >= Now.Date.AddDays(-15) ? 0 : 1.6, blanks: day => day < Now.Date.AddDays(-15), cameras: 1);
        Assert.Empty(await CheckAsync(Now));
    }

    [Theory]
    [InlineData("md@6", "gate@1")]
    [InlineData("md@5", "gate@2")]
    public async Task Another_model_or_another_gate_that_finds_less_raises_no_decline(string model, string gate)
    {
        await RuleAsync(AlarmKind.Decline);
        await RuleAsync(AlarmKind.Missing);
        var changed = Now.Date.AddDays(-8);
        Watch("jura", day => day >= changed ? 0.1 : 1.6, model: day => day >= changed ? model : "md@5", gate: day => day >= changed ? gate : "gate@1");
        Assert.Empty(await CheckAsync(Now));
    }

    [Fact]
    public async Task A_growth_and_a_species_that_stays_away_are_told_where_they_are()
    {
        await RuleAsync(AlarmKind.Growth, perLocation: true);
        await RuleAsync(AlarmKind.Missing);
        Watch("jura", day => day >= Now.Date.AddDays(-8) ? 14 : 1.6, cameras: 1);
        Watch("alps", day => day >= Now.Date.AddDays(-60) ? 0 : 0.3);
        var raised = await CheckAsync(Now);
        Assert.Equal([(AlarmKind.Growth, "jura", "jura-0"), (AlarmKind.Missing, "alps", null)], raised.Select(a => (a.Kind, a.Project, a.Location)));
        Assert.Equal("Growth of Capreolus capreolus at Place jura-0 (jura)", AlarmText.Title(raised[0]));
        Assert.Contains("no event in 1", raised[1].Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_at_night_is_one_alarm_a_night_and_place_with_a_picture_and_one_by_day_is_none()
    {
        await RuleAsync(AlarmKind.PersonAtNight, channels: "webhook");
        Watch("jura", _ => 1, cameras: 2, weeks: 2, from: Now.Date.AddDays(-14));
        var there = db.Deployments.AsNoTracking().OrderBy(d => d.Id).First();
        Person(there, new DateTime(2026, 6, 1, 23, 40, 0), night: null);
        Person(there, new DateTime(2026, 6, 2, 0, 20, 0), night: null);
        Person(there, new DateTime(2026, 6, 2, 10, 0, 0), night: null);
        Person(there, new DateTime(2026, 6, 1, 20, 30, 0), night: false);
        await db.SaveChangesAsync(Stop);
        var alarm = Assert.Single(await CheckAsync(Now));
        Assert.Equal((new DateOnly(2026, 6, 1), "jura-0"), (alarm.FirstDay, alarm.Location));
        Assert.Equal("a person 2 times from 23:40 to 00:20 (the camera's clock), between 22 and 5 by the camera's clock, since nobody said where it stands; md@5 said so, and nobody has checked it", alarm.Says);
        Assert.Equal(await db.Media.Where(m => m.Timestamp == new DateTime(2026, 6, 1, 23, 40, 0, DateTimeKind.Utc)).Select(m => m.MediaID).SingleAsync(Stop), alarm.MediaID);
        Person(there, new DateTime(2026, 6, 2, 23, 0, 0), night: true);
        await db.SaveChangesAsync(Stop);
        Assert.Contains("with the sun below the horizon", Assert.Single(await CheckAsync(Now.AddDays(1))).Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_first_sight_is_told_once_in_a_project_and_an_invasive_species_at_each_new_place()
    {
        await RuleAsync(AlarmKind.FirstSight);
        await RuleAsync(AlarmKind.FirstSight, perLocation: true, species: "Procyon");
        Watch("jura", _ => 1, cameras: 2);
        var places = db.Deployments.AsNoTracking().OrderBy(d => d.Id).ToList();
        Add(places[0], new DateTime(2026, 5, 30, 3, 0, 0), "Procyon lotor");
        Add(places[1], new DateTime(2026, 5, 31, 3, 0, 0), "Procyon lotor");
        await db.SaveChangesAsync(Stop);
        var raised = await CheckAsync(Now);
        Assert.Equal([(null, "30"), ("jura-0", "30"), ("jura-1", "31")], raised.Select(a => (a.Location, $"{a.FirstDay.Day}")));
        Assert.All(raised, a => Assert.Equal("Procyon lotor", a.Species)); // Capreolus was there from the first day on
        Assert.Matches(@"^first seen on 30 May 2026 at 03:00 at Place jura-0; 20\d days were watched before without; 2 events so far; md@5 said so, and nobody has checked it$", raised[0].Says);
        Add(places[0], new DateTime(2026, 6, 1, 3, 0, 0), "Procyon lotor");
        await db.SaveChangesAsync(Stop);
        Assert.Empty(await CheckAsync(Now.AddDays(1)));
    }

    [Fact]
    public async Task What_is_muted_is_kept_and_not_sent_and_what_was_not_sent_yet_is_not_sent_either()
    {
        await RuleAsync(AlarmKind.PersonAtNight, channels: "webhook");
        Watch("jura", _ => 1, cameras: 1, weeks: 2, from: Now.Date.AddDays(-14));
        var there = db.Deployments.AsNoTracking().First();
        Person(there, new DateTime(2026, 6, 1, 23, 40, 0), night: null);
        await db.SaveChangesAsync(Stop);
        var first = Assert.Single(await CheckAsync(Now));
        var mute = new MuteWrite(new MuteRow { MutedBy = "Ana", Why = "our own rangers", Until = Now.AddDays(10), At = Now }, first.Id);
        CloudCommand.Commit(db, mute);
        Assert.Equal(AlarmState.Muted, (await db.Alarms.AsNoTracking().SingleAsync(Stop)).State);
        Assert.Empty(await db.Notices.ToListAsync(Stop));
        Person(there, new DateTime(2026, 6, 2, 23, 40, 0), night: null);
        await db.SaveChangesAsync(Stop);
        Assert.Equal(AlarmState.Muted, Assert.Single(await CheckAsync(Now.AddDays(1))).State);
        Assert.Empty(await db.Notices.ToListAsync(Stop));
        CloudCommand.Commit(db, new UnmuteWrite(mute.Mute.Id, Now.AddDays(2)));
        Person(there, new DateTime(2026, 6, 3, 23, 40, 0), night: null);
        await db.SaveChangesAsync(Stop);
        Assert.Equal(AlarmState.New, Assert.Single(await CheckAsync(Now.AddDays(2))).State);
        Assert.Single(await db.Notices.ToListAsync(Stop));
    }

    [Fact]
    public async Task Two_rules_that_find_the_same_tell_a_channel_once()
    {
        await RuleAsync(AlarmKind.Decline, channels: "webhook");
        await RuleAsync(AlarmKind.Decline, channels: "webhook,mqtt");
        Watch("jura", day => day >= Now.Date.AddDays(-8) ? 0.1 : 1.6);
        Assert.Equal(2, (await CheckAsync(Now)).Count);
        Assert.Equal(["mqtt", "webhook"], db.Notices.AsNoTracking().Select(n => n.Channel).AsEnumerable().Order());
    }

    [Fact]
    public async Task A_cloud_that_was_killed_after_it_decided_and_before_it_sent_sends_once_and_a_restart_sends_nothing_more()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await RuleAsync(AlarmKind.Decline, channels: "webhook");
        Watch("jura", day => day >= Now.Date.AddDays(-8) ? 0.1 : 1.6);
        Watch("alps", day => day >= Now.Date.AddDays(-8) ? 0.1 : 1.6);
        var alarms = await CheckAsync(Now); // here it is killed
        Assert.Equal(["alps", "jura"], alarms.Select(a => a.Project));
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        for (var start = 0; start < 2; start++)
        {
            await using var cloud = await RunningCloud.StartAsync(data, settings: s => s with { Workers = 0, Notices = receiver.Targets });
            await Some.UntilAsync("the alarm is told", () => Task.FromResult(!receiver.Told.IsEmpty));
            await Some.UntilAsync("that is noted", async () => (await cloud.GetJsonAsync($"/api/v1/alarms/{alarms[1].Id}")).GetProperty("notices")[0].TryGetProperty("sentAt", out _));
        }
        Assert.Equal(alarms.Select(a => a.Id), Assert.Single(receiver.Told).GetProperty("alarms").EnumerateArray().Select(a => a.GetProperty("alarmID").GetInt64())); // all that was due, in one message
    }

    [Fact]
    public async Task What_cannot_be_sent_is_tried_again_later_and_given_up_with_its_reason()
    {
        await RuleAsync(AlarmKind.Decline, channels: "webhook");
        Watch("jura", day => day >= Now.Date.AddDays(-8) ? 0.1 : 1.6);
        Assert.Single(await CheckAsync(Now));
        var ids = new List<long> { db.Notices.AsNoTracking().Single().Id };
        CloudCommand.Commit(db, new NoticesWrite(ids, "it answered 500", Now, attempts => TimeSpan.FromMinutes(attempts), TimeSpan.FromDays(3)));
        var waiting = db.Notices.AsNoTracking().Single();
        Assert.Equal((1, Now.AddMinutes(1), "it answered 500", null), (waiting.Attempts, waiting.NextTry, waiting.LastFault, waiting.GivenUpAt));
        var claim = new NoticeClaimWrite(Now, TimeSpan.FromMinutes(2));
        CloudCommand.Commit(db, claim);
        Assert.Empty(claim.Claimed); // not yet
        var (due, second) = (new NoticeClaimWrite(Now.AddMinutes(1), TimeSpan.FromMinutes(2)), new NoticeClaimWrite(Now.AddMinutes(1), TimeSpan.FromMinutes(2)));
        CloudCommand.Commit(db, due);
        CloudCommand.Commit(db, second);
        Assert.Equal((1, 0), (due.Claimed.Count, second.Claimed.Count)); // nobody else takes it while it is being sent
        var last = new NoticesWrite(ids, "it answered 500", Now.AddDays(3), attempts => TimeSpan.FromMinutes(attempts), TimeSpan.FromDays(3));
        CloudCommand.Commit(db, last);
        Assert.Equal((1, Now.AddDays(3)), (last.GivenUp, db.Notices.AsNoTracking().Single().GivenUpAt));
    }

    private async Task<AlarmRuleRow> RuleAsync(AlarmKind kind, bool perLocation = false, string channels = "", string species = "")
    {
        var rule = new AlarmRuleRow { Kind = kind, PerLocation = perLocation, Species = species, Sensitivity = Sensitivity.Middle, Channels = channels, Enabled = true, SetBy = "Ana", SetAt = Now.AddDays(-5) };
        CloudCommand.Commit(db, new NewRuleWrite(rule));
        return await db.AlarmRules.AsNoTracking().SingleAsync(r => r.Id == rule.Id, Stop);
    }

    private async Task<List<AlarmRow>> CheckAsync(DateTime now)
    {
        var raised = new List<AlarmRow>();
        await AlarmLoop.CheckAsync(db, await db.AlarmRules.AsNoTracking().OrderBy(r => r.Id).ToListAsync(Stop), now, write =>
        {
            CloudCommand.Commit(db, write);
            raised.AddRange(write.Raised);
            return Task.CompletedTask;
        }, Stop);
        return raised;
    }

    /// <summary>Cameras with so many events of roe deer a day together, by chance; and with something empty each day, so that they are seen to work.</summary>
    private void Watch(
        string project, Func<DateTime, double> aDay, Func<DateTime, bool>? blanks = null, int cameras = Cameras, Func<DateTime, string>? model = null, Func<DateTime, string>? gate = null, DateTime? from = null, int weeks = WeeksBefore)
    {
        var begin = from ?? Start;
        var there = db.Deployments.Where(d => d.Project == project).OrderBy(d => d.Id).ToList();
        var known = there.Count;
        for (var i = 0; from is null && i < cameras || there.Count < cameras; i++)
        {
            var id = $"{project}-{known + i}";
            var deployment = new DeploymentRow { DeploymentID = id, Project = project, LocationID = id, LocationName = $"Place {id}", Start = begin, StartLocal = begin };
            db.Deployments.Add(deployment);
            there.Add(deployment);
        }
        db.SaveChanges();
        var made = new List<EventRow>();
        foreach (var (n, deployment) in there.Skip(from is null ? known : 0).Index())
        {
            for (var day = begin; day < begin.AddDays(7 * weeks + 1); day = day.AddDays(1))
            {
                var (by, count) = (model?.Invoke(day) ?? "md@5", Poisson.Sample(random, Math.Max(1e-12, aDay(day) / (cameras == 1 ? 1 : Cameras))));
                for (var i = 0; i < count; i++) made.Add(Event(deployment, day.AddHours(6 + i), ObservationType.Animal, "Capreolus capreolus", by));
                if (blanks?.Invoke(day) ?? true) made.Add(Event(deployment, day.AddHours(5), ObservationType.Blank, "", by));
            }
            foreach (var era in Enumerable.Range(0, 7 * weeks + 1).Select(d => begin.AddDays(d)).GroupBy(d => gate?.Invoke(d) ?? "gate@1"))
                foreach (var at in (DateTime[])[era.First(), era.Last()]) db.Captures.Add(Capture(deployment, at, era.Key));
        }
        db.SaveChanges();
        db.ChangeTracker.Clear();
        using var transaction = db.Database.BeginTransaction();
        using var insert = new Prepared(db);
        foreach (var row in made) insert.Add(row);
        foreach (var tally in EventsWrite.Tallies(made)) insert.Add(tally);
        transaction.Commit();
    }

    private void Person(DeploymentRow at, DateTime local, bool? night)
    {
        var made = Event(at, local, ObservationType.Human, "", "md@5");
        made.Night = night;
        db.Events.Add(made);
        var capture = Capture(at, local, "gate@1");
        capture.Media.Add(new MediaRow { MediaID = $"{capture.CaptureID:D}/1", Timestamp = capture.EventStart, TimestampLocal = local, FilePath = "a.jpg", FileMediatype = "image/jpeg" });
        db.Captures.Add(capture);
    }

    private void Add(DeploymentRow at, DateTime local, string species)
    {
        var made = Event(at, local, ObservationType.Animal, species, "md@5");
        db.Events.Add(made);
        db.Tallies.AddRange(EventsWrite.Tallies([made]));
    }

    private EventRow Event(DeploymentRow at, DateTime local, ObservationType type, string species, string model) => new()
    {
        DeploymentRowId = at.Id, EventID = $"e{events++}", ObservationType = type, ScientificName = species, Start = DateTime.SpecifyKind(local, DateTimeKind.Utc), StartLocal = local, End = DateTime.SpecifyKind(local, DateTimeKind.Utc),
        Count = 1, Media = 1, Model = model, Independent = 1, IndependentFirst = 1,
    };

    private static CaptureRow Capture(DeploymentRow at, DateTime local, string gate)
    {
        var utc = DateTime.SpecifyKind(local, DateTimeKind.Utc);
        return new CaptureRow
        {
            CaptureID = Guid.NewGuid(), Hub = "ridge", CameraID = at.DeploymentID, DeploymentRowId = at.Id, BootId = Guid.NewGuid(), Epoch = "1", Trigger = "pir", EventStart = utc, EventStartLocal = local, EventEnd = utc, EventEndLocal = local,
            Verdict = Verdict.Send, Reason = "animal", GateModel = gate.Split('@')[0], GateVersion = gate.Split('@')[1], ReceivedAt = utc,
        };
    }
}
