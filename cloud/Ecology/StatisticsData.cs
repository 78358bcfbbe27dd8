using System.Globalization;
using System.Text;
using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>How much of a species was counted at a deployment on a day.</summary>
internal readonly record struct Tallied(long Deployment, DateOnly Day, string Species, int Count);

/// <summary>A time of day of a species.</summary>
internal readonly record struct TimedEvent(string Species, double Clock, double? Sun);

/// <summary>The rows that a statistic is of: deployments with their effort, and what was counted there. Nothing but tallies, events, deployments and outages is read.</summary>
internal sealed class StatisticsData
{
    private const int MostTimed = 1_000_000;

    private readonly LynceusDb db;
    private readonly ILookup<long, OutageRow> outages;
    private readonly StatisticsMemory memory;
    private readonly List<long>? ids;

    private StatisticsData(LynceusDb db, StatisticsFilter filter, StatisticsOptions options, IReadOnlyList<DeploymentRow> deployments, IReadOnlyList<OutageRow> outages, DateTime now, StatisticsMemory memory)
    {
        (this.db, Filter, Options, Deployments, this.outages, this.memory) = (db, filter, options, deployments, outages.ToLookup(o => o.DeploymentRowId), memory);
        ids = filter.Project is null && filter.Deployments is not { Length: > 0 } ? null : [.. deployments.Select(d => d.Id)];
        var open = deployments.Any(d => d.End is null) ? DateOnly.FromDateTime(now).ToString("yyyy-MM-dd") : "";
        Revision = Ids.Sha256(Encoding.UTF8.GetBytes(string.Join(';', deployments.Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.Id}:{d.Revision}"))) + open))[..16];
    }

    public StatisticsFilter Filter { get; }

    public StatisticsOptions Options { get; }

    public IReadOnlyList<DeploymentRow> Deployments { get; }

    /// <summary>Changes when anything changes that a statistic of this filter follows from; also with the day, while a deployment stands.</summary>
    public string Revision { get; }

    /// <summary>Of each deployment, days in which it could record, and how much of them.</summary>
    public IReadOnlyDictionary<long, IReadOnlyList<(DateOnly Day, double Share)>> Effort { get; private set; } = new Dictionary<long, IReadOnlyList<(DateOnly, double)>>();

    public double CameraDaysOf(DeploymentRow deployment) => Effort[deployment.Id].Sum(e => e.Share);

    public double AllCameraDays => Deployments.Sum(CameraDaysOf);

    /// <summary>Those with effort in these days.</summary>
    public IEnumerable<DeploymentRow> Looked => Deployments.Where(d => Effort[d.Id].Count > 0);

    /// <summary>The first and the last day with effort.</summary>
    /// <exception cref="TooLittleDataException">There is none.</exception>
    public (DateOnly First, DateOnly Last) Period
    {
        get
        {
            var some = Effort.Values.Where(e => e.Count > 0).ToList();
            if (some.Count == 0) throw new TooLittleDataException(Deployments.Count == 0 ? "there is no deployment" : $"none of the {Deployments.Count} deployments has effort in these days; no effort is no data");
            return (some.Min(e => e[0].Day), some.Max(e => e[^1].Day));
        }
    }

    public IEnumerable<OutageRow> OutagesOf(DeploymentRow deployment) => outages[deployment.Id];

    /// <exception cref="BadHttpRequestException">A project, deployment or species that is not known, named beside some that are.</exception>
    public static async Task<StatisticsData> OpenAsync(LynceusDb db, StatisticsFilter filter, StatisticsOptions options, DateTime now, StatisticsMemory memory, CancellationToken cancel)
    {
        filter.Check();
        options.Check();
        var rows = db.Deployments.AsNoTracking();
        if (filter.Project is { } project) rows = rows.Where(d => d.Project == project);
        if (filter.Deployments is { Length: > 0 } wanted) rows = rows.Where(d => wanted.Contains(d.DeploymentID));
        var deployments = await rows.OrderBy(d => d.DeploymentID).ToListAsync(cancel);
        if (filter.Project is not null && deployments.Count == 0) throw Unknown("project", filter.Project, await db.Deployments.Where(d => d.Project != "").Select(d => d.Project).Distinct().OrderBy(p => p).Take(13).ToListAsync(cancel));
        if (filter.Deployments?.Except(deployments.Select(d => d.DeploymentID)).FirstOrDefault() is { } missing) throw Unknown("deploymentID", missing, await db.Deployments.OrderBy(d => d.DeploymentID).Select(d => d.DeploymentID).Take(13).ToListAsync(cancel));
        foreach (var species in filter.Species ?? [])
            if (!await db.Tallies.AnyAsync(t => t.ObservationType == filter.ObservationType && t.ScientificName == species, cancel)) throw Unknown("species", species, await NamesAsync(db, filter.ObservationType, cancel));
        var chosen = filter.Project is null && filter.Deployments is not { Length: > 0 } ? null : deployments.ConvertAll(d => d.Id);
        var outages = await db.Outages.AsNoTracking().Where(o => o.State == OutageState.Confirmed && (chosen == null || chosen.Contains(o.DeploymentRowId))).ToListAsync(cancel);
        var data = new StatisticsData(db, filter, options, deployments, outages, now, memory);
        data.Effort = await memory.OfAsync($"effort {data.Revision} {filter.From} {filter.To}", () => Task.FromResult<IReadOnlyDictionary<long, IReadOnlyList<(DateOnly, double)>>>(
            deployments.ToDictionary(d => d.Id, IReadOnlyList<(DateOnly, double)> (d) => [.. CameraDays.Of(d, data.OutagesOf(d), now, filter.From, filter.Until)])), effort => effort.Values.Sum(e => (long)e.Count));
        return data;
    }

    /// <summary>By deployment and species, over all days.</summary>
    public async Task<IReadOnlyList<(long Deployment, string Species, int Count)>> CountsAsync(CancellationToken cancel)
    {
        if (Filter.Night is not null) return [.. (await DailyAsync(cancel)).GroupBy(t => (t.Deployment, t.Species)).Select(g => (g.Key.Deployment, g.Key.Species, g.Sum(t => t.Count)))];
        var sums = await Tallies().GroupBy(t => new { t.DeploymentRowId, t.ScientificName })
            .Select(g => new { g.Key.DeploymentRowId, g.Key.ScientificName, Events = g.Sum(t => t.Events), Independent = g.Sum(t => t.Independent), First = g.Sum(t => t.IndependentFirst) }).ToListAsync(cancel);
        return [.. sums.Select(s => (s.DeploymentRowId, s.ScientificName, Chosen(s.Events, s.Independent, s.First))).OrderBy(s => s.DeploymentRowId).ThenBy(s => s.ScientificName, StringComparer.Ordinal)];
    }

    /// <summary>By deployment, day and species.</summary>
    public async Task<IReadOnlyList<Tallied>> DailyAsync(CancellationToken cancel)
    {
        if (Filter.Night is not null)
        {
            var events = await EventRows().Select(e => new { e.DeploymentRowId, e.StartLocal, e.ScientificName, e.Independent, e.IndependentFirst }).ToListAsync(cancel);
            return [.. events.GroupBy(e => (e.DeploymentRowId, Day: DateOnly.FromDateTime(e.StartLocal), e.ScientificName)).Select(g => new Tallied(g.Key.DeploymentRowId, g.Key.Day, g.Key.ScientificName, Chosen(g.Count(), g.Sum(e => e.Independent), g.Sum(e => e.IndependentFirst))))];
        }
        var sums = await Tallies().GroupBy(t => new { t.DeploymentRowId, t.DayLocal, t.ScientificName })
            .Select(g => new { g.Key.DeploymentRowId, g.Key.DayLocal, g.Key.ScientificName, Events = g.Sum(t => t.Events), Independent = g.Sum(t => t.Independent), First = g.Sum(t => t.IndependentFirst) }).ToListAsync(cancel);
        return [.. sums.Select(s => new Tallied(s.DeploymentRowId, DateOnly.FromDateTime(s.DayLocal), s.ScientificName, Chosen(s.Events, s.Independent, s.First)))];
    }

    /// <summary>Days of all deployments together, whatever the species.</summary>
    public async Task<IReadOnlyList<Tallied>> ByDayAsync(CancellationToken cancel)
    {
        if (Filter.Night is not null) return [.. (await DailyAsync(cancel)).GroupBy(t => t.Day).Select(g => new Tallied(0, g.Key, "", g.Sum(t => t.Count)))];
        var sums = await Tallies().GroupBy(t => t.DayLocal).Select(g => new { g.Key, Events = g.Sum(t => t.Events), Independent = g.Sum(t => t.Independent), First = g.Sum(t => t.IndependentFirst) }).ToListAsync(cancel);
        return [.. sums.Select(s => new Tallied(0, DateOnly.FromDateTime(s.Key), "", Chosen(s.Events, s.Independent, s.First)))];
    }

    /// <summary>Times of day of what counts, each event once.</summary>
    public async Task<IReadOnlyList<TimedEvent>> TimesAsync(CancellationToken cancel)
    {
        var counted = Options.Count switch { "independent" => EventRows().Where(e => e.Independent > 0), "independentFirst" => EventRows().Where(e => e.IndependentFirst > 0), _ => EventRows() };
        if (await counted.CountAsync(cancel) > MostTimed) throw new WrongDataException($"more than {MostTimed} events; say fewer species, deployments or days");
        var found = await counted.OrderBy(e => e.Start).Select(e => new { e.ScientificName, e.StartLocal, e.SunTime }).ToListAsync(cancel);
        return [.. found.Select(e => new TimedEvent(e.ScientificName, DayTimes.Clock(e.StartLocal), e.SunTime))];
    }

    /// <summary>Who said it: events by model.</summary>
    public Task<IReadOnlyList<(string Model, int Events)>> ModelsAsync(CancellationToken cancel)
        => memory.OfAsync<IReadOnlyList<(string Model, int Events)>>($"models {Revision} {Filter.Json().ToJsonString()}", async () => [.. (await Tallies().GroupBy(t => t.Model).Select(g => new { g.Key, Events = g.Sum(t => t.Events) }).ToListAsync(cancel)).Select(m => (Model: m.Key, m.Events)).OrderByDescending(m => m.Events).ThenBy(m => m.Model, StringComparer.Ordinal)], models => models.Count);

    public IQueryable<TallyRow> Tallies()
    {
        var rows = Said(db.Tallies.AsNoTracking());
        if (Filter.From is { } from) rows = rows.Where(t => t.DayLocal >= from.ToDateTime(TimeOnly.MinValue));
        if (Filter.Until is { } until) rows = rows.Where(t => t.DayLocal < until.ToDateTime(TimeOnly.MinValue));
        return rows;
    }

    private IQueryable<EventRow> EventRows()
    {
        var rows = Said(db.Events.AsNoTracking());
        if (Filter.From is { } from) rows = rows.Where(e => e.StartLocal >= from.ToDateTime(TimeOnly.MinValue));
        if (Filter.Until is { } until) rows = rows.Where(e => e.StartLocal < until.ToDateTime(TimeOnly.MinValue));
        if (Filter.Night is { } night) rows = rows.Where(e => e.Night == night);
        return rows;
    }

    /// <summary>Where, what, and by whom, as the filter has it.</summary>
    private IQueryable<T> Said<T>(IQueryable<T> rows)
        where T : class, ICounted
    {
        var (type, human) = (Filter.ObservationType, EventRule.HumanModel);
        rows = rows.Where(r => r.ObservationType == type);
        rows = Filter.IsTimeLapse ? rows.Where(r => r.CaptureMethod == CaptureMethod.TimeLapse) : rows.Where(r => r.CaptureMethod == null || r.CaptureMethod != CaptureMethod.TimeLapse);
        if (ids is not null) rows = rows.Where(r => ids.Contains(r.DeploymentRowId));
        if (Filter.Species is { Length: > 0 } species) rows = species is [var one] ? rows.Where(r => r.ScientificName == one) : rows.Where(r => species.Contains(r.ScientificName));
        if (Filter.Model is { } model) rows = rows.Where(r => r.Model == model);
        if (Filter.HumanChecked is { } said) rows = said ? rows.Where(r => r.Model == human) : rows.Where(r => r.Model != human);
        return rows;
    }

    private int Chosen(int events, int independent, int first) => Options.Count switch { "events" => events, "independent" => independent, _ => first };

    private static Task<List<string>> NamesAsync(LynceusDb db, ObservationType type, CancellationToken cancel)
        => db.Tallies.Where(t => t.ObservationType == type && t.ScientificName != "").GroupBy(t => t.ScientificName).OrderByDescending(g => g.Sum(t => t.Events)).Select(g => g.Key).Take(13).ToListAsync(cancel);

    private static BadHttpRequestException Unknown(string parameter, string value, IEnumerable<string> known) => StatisticsFilter.Bad(parameter, $"nothing is recorded of '{value}'; there are {Table.Some(known)}");
}
