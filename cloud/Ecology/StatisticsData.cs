using System.Globalization;
using System.Text;
using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>How much of a species was counted at a deployment in some hour of a day.</summary>
internal readonly record struct Tallied(long Deployment, DateOnly Day, string Species, int Count);

/// <summary>What was counted of a species by one model, or by people, at a deployment in the days that are asked for.</summary>
internal readonly record struct TallyTotal(long Deployment, string Species, string Model, DateOnly First, DateOnly Last, int Events, int Independent, int IndependentFirst, int Individuals, int HumanChecked);

/// <summary>A time of day of a species.</summary>
internal readonly record struct TimedEvent(string Species, double Clock, double? Sun);

/// <summary>What was counted of a species, or of what has no name.</summary>
/// <param name="Species">Empty where nobody could say.</param>
/// <param name="First">Local day of the first event.</param>
/// <param name="Last">Of the last.</param>
/// <param name="Events">Sequences.</param>
/// <param name="Independent">Of them, those that are independent.</param>
/// <param name="Individuals">The most in a frame, event by event.</param>
/// <param name="HumanChecked">Of the events, those that a person said.</param>
/// <param name="Places">Deployments.</param>
internal sealed record SpeciesTotal(string Species, DateOnly First, DateOnly Last, long Events, long Independent, long Individuals, long HumanChecked, int Places);

/// <summary>The rows that a statistic is of: deployments with their effort, and what was counted there. Nothing but tallies, deployments and outages is read.</summary>
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
    public IReadOnlyDictionary<long, IReadOnlyList<EffortRun>> Effort { get; private set; } = new Dictionary<long, IReadOnlyList<EffortRun>>();

    public double CameraDaysOf(DeploymentRow deployment) => Effort[deployment.Id].Sum(e => e.CameraDays);

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
            return (some.Min(e => e[0].From), some.Max(e => e[^1].To));
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
        data.Effort = await memory.OfAsync($"effort {data.Revision} {filter.From} {filter.To}", () => Task.FromResult<IReadOnlyDictionary<long, IReadOnlyList<EffortRun>>>(
            deployments.ToDictionary(d => d.Id, IReadOnlyList<EffortRun> (d) => [.. CameraDays.Runs(d, data.OutagesOf(d), now, filter.From, filter.Until)])), effort => effort.Values.Sum(e => (long)e.Count));
        return data;
    }

    /// <summary>By deployment and species, over all days.</summary>
    public Task<IReadOnlyList<(long Deployment, string Species, int Count)>> CountsAsync(CancellationToken cancel)
        => memory.OfAsync<IReadOnlyList<(long Deployment, string Species, int Count)>>($"counts {Options.Count} {Revision} {Filter.Json().ToJsonString()}", async () =>
        {
            // The database adds them up in the order of its index.
            var counts = IsWhole
                ? (await Tallies().GroupBy(t => new { t.ScientificName, t.DeploymentRowId })
                    .Select(g => new { g.Key.ScientificName, g.Key.DeploymentRowId, Events = g.Sum(t => t.Events), Independent = g.Sum(t => t.Independent), First = g.Sum(t => t.IndependentFirst) }).ToListAsync(cancel))
                    .Select(s => (Deployment: s.DeploymentRowId, Species: s.ScientificName, Count: Chosen(s.Events, s.Independent, s.First)))
                : (await PartlyAsync(cancel)).GroupBy(t => (t.Deployment, t.Species)).Select(g => (g.Key.Deployment, g.Key.Species, Count: g.Sum(t => Chosen(t.Events, t.Independent, t.IndependentFirst))));
            return [.. counts.OrderBy(s => s.Deployment).ThenBy(s => s.Species, StringComparer.Ordinal)];
        }, counts => 3L * counts.Count);

    /// <summary>Each name, over all deployments and days.</summary>
    public async Task<IReadOnlyList<SpeciesTotal>> SpeciesAsync(CancellationToken cancel) => IsWhole
        ? await Tallies().GroupBy(t => t.ScientificName).Select(g => new SpeciesTotal(g.Key, g.Min(t => t.FirstDay), g.Max(t => t.LastDay), g.Sum(t => (long)t.Events), g.Sum(t => (long)t.Independent), g.Sum(t => (long)t.Individuals), g.Sum(t => (long)t.HumanChecked), g.Select(t => t.DeploymentRowId).Distinct().Count())).ToListAsync(cancel)
        : [.. (await PartlyAsync(cancel)).GroupBy(t => t.Species).Select(g => new SpeciesTotal(g.Key, g.Min(t => t.First), g.Max(t => t.Last), g.Sum(t => (long)t.Events), g.Sum(t => (long)t.Independent), g.Sum(t => (long)t.Individuals), g.Sum(t => (long)t.HumanChecked), g.Select(t => t.Deployment).Distinct().Count()))];

    /// <summary>Counts of deployments and species by day; a day may come several times, an hour and a model each.</summary>
    public async Task DaysAsync(Action<Tallied> each, CancellationToken cancel)
    {
        await foreach (var row in Tallies().Select(t => new { t.DeploymentRowId, t.ScientificName, t.Hours }).AsAsyncEnumerable().WithCancellation(cancel))
            foreach (var hour in PackedCounts.ReadHours(row.Hours))
                if (IsAsked(hour.Day, hour.Night)) each(new Tallied(row.DeploymentRowId, hour.Day, row.ScientificName, Chosen(hour.Events, hour.Independent, hour.IndependentFirst)));
    }

    /// <summary>Times of day of what counts, each event once.</summary>
    public async Task<IReadOnlyList<TimedEvent>> TimesAsync(CancellationToken cancel)
    {
        var times = new List<TimedEvent>();
        await foreach (var row in Tallies().Select(t => new { t.ScientificName, t.Times }).AsAsyncEnumerable().WithCancellation(cancel))
        {
            foreach (var time in PackedCounts.ReadTimes(row.Times))
            {
                var start = time.StartLocal;
                if (!IsAsked(DateOnly.FromDateTime(start), time.Night) || (Options.Count switch { "independent" => !time.IsIndependent, "independentFirst" => !time.IsIndependentFirst, _ => false })) continue;
                times.Add(new TimedEvent(row.ScientificName, DayTimes.Clock(start), float.IsNaN(time.SunTime) ? null : time.SunTime));
            }
            if (times.Count > MostTimed) throw new WrongDataException($"more than {MostTimed} events; say fewer species, deployments or days");
        }
        return times;
    }

    /// <summary>Who said it: events by model.</summary>
    public Task<IReadOnlyList<(string Model, long Events)>> ModelsAsync(CancellationToken cancel)
        => memory.OfAsync<IReadOnlyList<(string Model, long Events)>>($"models {Revision} {Filter.Json().ToJsonString()}", async () =>
        {
            // The database adds them up without telling each: not all statistics need more totals than these.
            var models = IsWhole
                ? await Tallies().GroupBy(t => t.Model).Select(g => new ValueTuple<string, long>(g.Key, g.Sum(t => (long)t.Events))).ToListAsync(cancel)
                : [.. (await PartlyAsync(cancel)).GroupBy(t => t.Model).Select(g => (g.Key, g.Sum(t => (long)t.Events)))];
            return [.. models.OrderByDescending(m => m.Item2).ThenBy(m => m.Item1, StringComparer.Ordinal)];
        }, models => models.Count);

    /// <summary>All days and hours are asked for.</summary>
    private bool IsWhole => Filter is { From: null, To: null, Night: null };

    private bool IsAsked(DateOnly day, bool? night) => !(day < Filter.From) && !(day > Filter.To) && (Filter.Night is null || Filter.Night == night);

    /// <summary>By deployment, species and who said it, over the days and hours that are asked for.</summary>
    private Task<IReadOnlyList<TallyTotal>> PartlyAsync(CancellationToken cancel)
        => memory.OfAsync($"totals {Revision} {Filter.Json().ToJsonString()}", () => AddedAsync(cancel), totals => 5L * totals.Count);

    private async Task<IReadOnlyList<TallyTotal>> AddedAsync(CancellationToken cancel)
    {
        var totals = new List<TallyTotal>();
        await foreach (var row in Tallies().Select(t => new { t.DeploymentRowId, t.ScientificName, t.Model, t.Hours }).AsAsyncEnumerable().WithCancellation(cancel))
        {
            TallyTotal? total = null;
            foreach (var hour in PackedCounts.ReadHours(row.Hours))
            {
                if (!IsAsked(hour.Day, hour.Night)) continue;
                var before = total ?? new TallyTotal(row.DeploymentRowId, row.ScientificName, row.Model, hour.Day, hour.Day, 0, 0, 0, 0, 0);
                total = before with
                {
                    Last = hour.Day,
                    Events = before.Events + hour.Events,
                    Independent = before.Independent + hour.Independent,
                    IndependentFirst = before.IndependentFirst + hour.IndependentFirst,
                    Individuals = before.Individuals + hour.Individuals,
                    HumanChecked = before.HumanChecked + hour.HumanChecked,
                };
            }
            if (total is { } some) totals.Add(some);
        }
        return totals;
    }

    private IQueryable<TallyRow> Tallies()
    {
        var rows = Said(db.Tallies.AsNoTracking());
        if (Filter.From is { } from) rows = rows.Where(t => t.LastDay >= from);
        if (Filter.To is { } to) rows = rows.Where(t => t.FirstDay <= to);
        return rows;
    }

    /// <summary>Where, what, and by whom, as the filter has it.</summary>
    private IQueryable<TallyRow> Said(IQueryable<TallyRow> rows)
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
