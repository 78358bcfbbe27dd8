namespace Lynceus.Cloud;

/// <summary>A deployment as alarms see it: on which days it is known to have worked, and what was counted there, by week.</summary>
/// <param name="Row">As it stands.</param>
/// <param name="CameraDays">By the Monday of the week.</param>
/// <param name="Events">Independent events of animals, by species and week.</param>
/// <param name="Lookers">Events of whatever, by week and who said so.</param>
internal sealed record WatchedDeployment(
    DeploymentRow Row, IReadOnlyDictionary<DateOnly, double> CameraDays, IReadOnlyDictionary<string, Dictionary<DateOnly, double>> Events, IReadOnlyDictionary<DateOnly, Dictionary<string, double>> Lookers)
{
    /// <summary>Where it stands: the location, or the deployment where there is none.</summary>
    public string Location => Row.LocationID ?? Row.DeploymentID;

    public static DateOnly MondayOf(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
}

/// <summary>What is looked at as one: a project, or one location of it.</summary>
/// <param name="Project">Empty for none.</param>
/// <param name="Location">Null for the project.</param>
/// <param name="Deployments">Of it.</param>
internal sealed record WatchedPlace(string Project, string? Location, IReadOnlyList<WatchedDeployment> Deployments)
{
    public string? LocationName => Location is null ? null : Deployments.Select(d => d.Row.LocationName).LastOrDefault(n => n is not null);

    public IEnumerable<string> Species => Deployments.SelectMany(d => d.Events.Keys).Distinct(StringComparer.Ordinal);

    /// <summary>The first day of the first deployment, by its clock.</summary>
    public DateOnly From => Deployments.Min(d => DateOnly.FromDateTime(d.Row.StartLocal));

    /// <summary>Weeks up to the newest in which a camera is known to have worked; empty where none is.</summary>
    /// <param name="species">Whose events.</param>
    /// <param name="last">The newest week that is over.</param>
    /// <param name="gates">Of each deployment and week, which gate was before it; null to leave that out.</param>
    public IReadOnlyList<ChangeWeek> Weeks(string species, DateOnly last, Func<WatchedDeployment, DateOnly, string?>? gates = null)
    {
        var with = Deployments.SelectMany(d => d.CameraDays).Where(d => d.Value > 0 && d.Key <= last).Select(d => d.Key).Distinct().Order().ToList();
        if (with.Count == 0) return [];
        var weeks = new List<ChangeWeek>();
        for (var monday = with[0]; monday <= with[^1]; monday = monday.AddDays(7))
        {
            // Events on days that do not count are not counted either.
            var working = Deployments.Where(d => d.CameraDays.GetValueOrDefault(monday) > 0).ToList();
            var events = working.Sum(d => d.Events.GetValueOrDefault(species)?.GetValueOrDefault(monday) ?? 0);
            weeks.Add(new ChangeWeek(monday, events, working.Sum(d => d.CameraDays[monday]), Looker(working, monday, gates)));
        }
        return weeks;
    }

    /// <summary>Who said most of the week's events, and behind which gate most of its cameras were.</summary>
    private static string Looker(List<WatchedDeployment> working, DateOnly monday, Func<WatchedDeployment, DateOnly, string?>? gates)
    {
        var model = Most(working.SelectMany(d => d.Lookers.GetValueOrDefault(monday) ?? []).Select(l => (l.Key, l.Value)));
        var gate = gates is null ? null : Most(working.Select(d => (gates(d, monday) ?? "", 1.0)).Where(g => g.Item1.Length > 0));
        return model.Length == 0 || string.IsNullOrEmpty(gate) ? model : $"{model}, behind {gate}";
    }

    private static string Most(IEnumerable<(string Name, double Count)> said)
        => said.GroupBy(s => s.Name, StringComparer.Ordinal).Select(g => (g.Key, Count: g.Sum(s => s.Count))).OrderByDescending(s => s.Count).ThenBy(s => s.Key, StringComparer.Ordinal).FirstOrDefault().Key ?? "";
}
