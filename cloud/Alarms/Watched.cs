namespace Lynceus.Cloud;

/// <summary>A deployment as alarms see it: on which days it is known to have worked, and what was counted there, by week.</summary>
/// <param name="Row">As it stands.</param>
/// <param name="CameraDays">By the Monday of the week.</param>
/// <param name="Events">Independent events of animals, by species and week.</param>
/// <param name="Lookers">Events of whatever, by week and who said so.</param>
internal sealed record WatchedDeployment(
    DeploymentRow Row, IReadOnlyDictionary<DateOnly, double> CameraDays, IReadOnlyDictionary<string, Dictionary<DateOnly, double>> Events, IReadOnlyDictionary<DateOnly, Dictionary<string, double>> Lookers)
{
    public string Location => Row.Site;
}

/// <summary>What is looked at as one: a project, or one location of it.</summary>
/// <param name="project">Empty for none.</param>
/// <param name="location">Null for the project.</param>
/// <param name="deployments">Of it.</param>
/// <param name="last">The newest week that is over.</param>
/// <param name="gates">Of each deployment and week, which gate was before it; null to leave that out.</param>
internal sealed class WatchedPlace(string project, string? location, IReadOnlyList<WatchedDeployment> deployments, DateOnly last, Func<WatchedDeployment, DateOnly, string?>? gates = null)
{
    private IReadOnlyList<ChangeWeek>? weeks;
    private Dictionary<string, Dictionary<DateOnly, double>>? events;

    public string Project => project;
    public string? Location => location;
    public IReadOnlyList<WatchedDeployment> Deployments => deployments;
    public string? LocationName => location is null ? null : deployments.Select(d => d.Row.LocationName).LastOrDefault(n => n is not null);
    public IEnumerable<string> Species => (events ??= Summed()).Keys;

    public WatchedPlace Behind(Func<WatchedDeployment, DateOnly, string?> gate) => new(project, location, deployments, last, gate);

    /// <summary>Weeks up to the newest in which a camera is known to have worked; empty where none is.</summary>
    public IReadOnlyList<ChangeWeek> Weeks(string species)
    {
        weeks ??= [.. Working()];
        var counted = (events ??= Summed()).GetValueOrDefault(species);
        return counted is null ? weeks : [.. weeks.Select(w => w with { Events = counted.GetValueOrDefault(w.Monday) })];
    }

    /// <summary>Weeks with their effort and who looked.</summary>
    private IEnumerable<ChangeWeek> Working()
    {
        var with = deployments.SelectMany(d => d.CameraDays).Where(d => d.Value > 0 && d.Key <= last).Select(d => d.Key).Distinct().Order().ToList();
        if (with.Count == 0) yield break;
        for (var monday = with[0]; monday <= with[^1]; monday = monday.AddDays(7))
        {
            var working = deployments.Where(d => d.CameraDays.GetValueOrDefault(monday) > 0).ToList();
            yield return new ChangeWeek(monday, 0, working.Sum(d => d.CameraDays[monday]), Looker(working, monday));
        }
    }

    /// <summary>Of species by week. What came in a week without effort is not counted, as its days are not.</summary>
    private Dictionary<string, Dictionary<DateOnly, double>> Summed()
    {
        var sums = new Dictionary<string, Dictionary<DateOnly, double>>(StringComparer.Ordinal);
        foreach (var deployment in deployments)
        {
            foreach (var (species, counted) in deployment.Events)
            {
                if (!sums.TryGetValue(species, out var sum)) sums[species] = sum = [];
                foreach (var (monday, count) in counted.Where(c => deployment.CameraDays.GetValueOrDefault(c.Key) > 0)) sum[monday] = sum.GetValueOrDefault(monday) + count;
            }
        }
        return sums;
    }

    /// <summary>Who said most of the week's events, and behind which gate most of its cameras were.</summary>
    private string Looker(List<WatchedDeployment> working, DateOnly monday)
    {
        var model = Most(working.SelectMany(d => d.Lookers.GetValueOrDefault(monday) ?? []).Select(l => (l.Key, l.Value)));
        var gate = gates is null ? "" : Most(working.Select(d => (gates(d, monday) ?? "", 1.0)).Where(g => g.Item1.Length > 0));
        return model.Length == 0 || gate.Length == 0 ? model : $"{model}, behind {gate}";
    }

    private static string Most(IEnumerable<(string Name, double Count)> said)
        => said.GroupBy(s => s.Name, StringComparer.Ordinal).Select(g => (g.Key, Count: g.Sum(s => s.Count))).OrderByDescending(s => s.Count).ThenBy(s => s.Key, StringComparer.Ordinal).FirstOrDefault().Key ?? "";
}
