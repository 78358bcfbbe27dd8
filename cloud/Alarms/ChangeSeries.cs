namespace Lynceus.Cloud;

/// <summary>A week of one species in a project or at a location.</summary>
/// <param name="Monday">Its first day, by the cameras' clocks.</param>
/// <param name="Events">Independent ones, 0 or more.</param>
/// <param name="CameraDays">Days on which cameras are known to have worked, 0 or more. A week without any is no data, not a week without animals.</param>
/// <param name="Looker">Who said what is in the pictures (model and version, the hubs' gate, people); empty where nobody said anything.</param>
internal readonly record struct ChangeWeek(DateOnly Monday, double Events, double CameraDays, string Looker);

/// <summary>
/// The weeks that can be compared with the newest: those since somebody else looked. A new model finds more or less of everything, which is no change of the animals.
/// </summary>
internal sealed class ChangeSeries
{
    private ChangeSeries(IReadOnlyList<ChangeWeek> weeks, string looker, bool isCut) => (Weeks, Looker, IsCut) = (weeks, looker, isCut);

    /// <summary>Without a hole, oldest first; the last is judged.</summary>
    public IReadOnlyList<ChangeWeek> Weeks { get; }

    public string Looker { get; }

    /// <summary>There are weeks before, but another looked.</summary>
    public bool IsCut { get; }

    /// <param name="weeks">Oldest first, one after the other. Throws <see cref="WrongDataException"/> where they are not, or hold what no week can.</param>
    public static ChangeSeries Of(IReadOnlyList<ChangeWeek> weeks)
    {
        if (weeks.Count == 0) throw new TooLittleDataException("no week to judge");
        for (var i = 0; i < weeks.Count; i++)
        {
            if (!(double.IsFinite(weeks[i].Events) && weeks[i].Events >= 0)) throw new WrongDataException($"week {i + 1}: events are {weeks[i].Events}; must be 0 or more");
            if (!(double.IsFinite(weeks[i].CameraDays) && weeks[i].CameraDays >= 0)) throw new WrongDataException($"week {i + 1}: camera-days are {weeks[i].CameraDays}; must be 0 or more");
            if (i > 0 && weeks[i].Monday != weeks[i - 1].Monday.AddDays(7)) throw new WrongDataException($"week {i + 1} begins on {weeks[i].Monday:yyyy-MM-dd}, not seven days after the one before");
        }
        var (from, looker) = (weeks.Count, "");
        while (from > 0 && (weeks[from - 1].Looker.Length == 0 || looker.Length == 0 || weeks[from - 1].Looker == looker))
        {
            from--;
            if (looker.Length == 0) looker = weeks[from].Looker;
        }
        return new ChangeSeries([.. weeks.Skip(from)], looker, from > 0);
    }

    /// <summary>Steps of so many weeks that end with the newest week; what does not fill one at the beginning is left out. A step that is partly without effort has the rest's.</summary>
    public IReadOnlyList<ChangeStep> Steps(int weeks)
    {
        var count = Weeks.Count / weeks;
        return [.. Enumerable.Range(0, count).Select(step =>
        {
            var of = Weeks.Skip(Weeks.Count - (count - step) * weeks).Take(weeks).Where(w => w.CameraDays > 0).ToList();
            return new ChangeStep(of.Sum(w => w.Events), of.Sum(w => w.CameraDays));
        })];
    }
}

/// <summary>Events and camera-days of one step.</summary>
internal readonly record struct ChangeStep(double Events, double CameraDays);
