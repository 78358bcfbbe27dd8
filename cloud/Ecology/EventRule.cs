using System.Text;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What was said of one picture or video that counts. Times are true ones.</summary>
internal sealed record Recorded(string MediaID, DateTime Start, DateTime End, int OffsetMinutes, CaptureMethod? Method)
{
    public required ObservationType Type { get; init; }

    /// <summary>Empty where nobody could say.</summary>
    public required string Name { get; init; }
    public int? Count { get; init; }
    public required string Model { get; init; }
    public bool Human { get; init; }

    /// <summary>The event that it was said to be of; null leaves it to the gap.</summary>
    public string? EventID { get; init; }
}

/// <summary>
/// How records become events, the only place where that is decided: records of a deployment and capture method that are no further apart than the gap are one event;
/// in it, a kind counts the most that one picture or video has, unless somebody spoke of the whole event.
/// </summary>
internal static class EventRule
{
    public const string HumanModel = "human";

    /// <param name="deployment">Whose records they are.</param>
    /// <param name="project">Its gap and interval; the usual ones if null.</param>
    /// <param name="records">In any order.</param>
    /// <param name="words">What was said of whole events, in any order.</param>
    /// <returns>In order of time; each kind of thing in an event has a row.</returns>
    public static List<EventRow> Of(DeploymentRow deployment, ProjectRow? project, IEnumerable<Recorded> records, IEnumerable<EventWordRow> words)
    {
        var (gap, interval) = (TimeSpan.FromSeconds(project?.EventGapSeconds ?? 120), TimeSpan.FromMinutes(project?.IndependenceMinutes ?? 30));
        var spoken = new AllSpoken(words);
        var events = new List<EventRow>();
        var times = new Dictionary<EventRow, List<DateTime>>();
        foreach (var method in records.GroupBy(r => r.Method))
        {
            foreach (var sequence in Sequences(method, gap))
            {
                if (spoken.Of(sequence) is { } word)
                {
                    word.Media += sequence.Select(r => r.MediaID).Distinct().Count();
                    word.Method ??= method.Key;
                    continue;
                }
                foreach (var (row, at) in Kinds(deployment, method.Key, sequence))
                {
                    events.Add(row);
                    times[row] = at;
                }
            }
        }
        foreach (var row in spoken.Rows(deployment))
        {
            events.Add(row);
            times[row] = [row.Start];
        }
        SetIndependence(events, times, interval);
        return [.. events.OrderBy(e => e.Start).ThenBy(e => e.EventID, StringComparer.Ordinal).ThenBy(e => e.ScientificName, StringComparer.Ordinal)];
    }

    /// <summary>Records by their events, in order of time. Those that name an event are together wherever they lie.</summary>
    public static IEnumerable<IReadOnlyList<Recorded>> Sequences(IEnumerable<Recorded> records, TimeSpan gap)
    {
        var named = records.Where(r => r.EventID is not null).GroupBy(r => r.EventID).Select(IReadOnlyList<Recorded> (g) => [.. g.OrderBy(r => r.Start).ThenBy(r => r.MediaID, StringComparer.Ordinal)]);
        return [.. named, .. ByGap(records.Where(r => r.EventID is null), gap)];
    }

    private static IEnumerable<IReadOnlyList<Recorded>> ByGap(IEnumerable<Recorded> records, TimeSpan gap)
    {
        var sequence = new List<Recorded>();
        var end = DateTime.MinValue;
        foreach (var record in records.OrderBy(r => r.Start).ThenBy(r => r.MediaID, StringComparer.Ordinal))
        {
            if (sequence.Count > 0 && record.Start - end > gap)
            {
                yield return sequence;
                sequence = [];
                end = DateTime.MinValue;
            }
            sequence.Add(record);
            if (record.End > end) end = record.End; // a long video may end after what began later
        }
        if (sequence.Count > 0) yield return sequence;
    }

    // What is empty or unread says something of an event only where nothing else does.
    private static IEnumerable<(EventRow Row, List<DateTime> Times)> Kinds(DeploymentRow deployment, CaptureMethod? method, IReadOnlyList<Recorded> sequence)
    {
        var said = sequence.Where(r => r.Type is not (ObservationType.Blank or ObservationType.Unclassified)).ToList();
        if (said.Count == 0) said = [.. sequence.Where(r => r.Type == ObservationType.Unclassified)];
        if (said.Count == 0) said = [.. sequence];
        var (id, first) = (sequence[0].EventID ?? IdOf(deployment, method, sequence[0]), sequence[0]);
        var (start, end) = (sequence.Min(r => r.Start), sequence.Max(r => r.End));
        foreach (var kind in said.GroupBy(r => (r.Type, r.Name)))
        {
            var media = kind.GroupBy(r => r.MediaID).Select(m => (Count: m.Sum(r => r.Count ?? Usual(r.Type)), First: m.First())).ToList();
            var most = media.MaxBy(m => m.Count);
            var human = kind.FirstOrDefault(r => r.Human);
            var row = new EventRow
            {
                DeploymentRowId = deployment.Id,
                EventID = id,
                CaptureMethod = method,
                ObservationType = kind.Key.Type,
                ScientificName = kind.Key.Name,
                Start = start,
                End = end,
                StartLocal = Local(start, first.OffsetMinutes),
                StartOffset = first.OffsetMinutes,
                Count = most.Count,
                Media = media.Count,
                Model = human is null ? most.First.Model : HumanModel,
                Human = human is not null,
            };
            yield return (row, [.. kind.Select(r => r.Start).Order()]);
        }
    }

    private static int Usual(ObservationType type) => type is ObservationType.Blank or ObservationType.Unclassified ? 0 : 1;

    public static DateTime Local(DateTime utc, int offsetMinutes) => DateTime.SpecifyKind(utc.AddMinutes(offsetMinutes), DateTimeKind.Unspecified);

    private static string IdOf(DeploymentRow deployment, CaptureMethod? method, Recorded first)
        => Ids.Sha256(Encoding.UTF8.GetBytes($"{deployment.DeploymentID}\n{method}\n{first.MediaID}"))[..16];

    // By records, not by events: an animal that stays for hours is one event, and by the one convention counts again each interval.
    private static void SetIndependence(List<EventRow> events, Dictionary<EventRow, List<DateTime>> times, TimeSpan interval)
    {
        foreach (var kind in events.GroupBy(e => (e.ObservationType, e.ScientificName, e.CaptureMethod)))
        {
            var records = kind.SelectMany(e => times[e], (e, at) => (Event: e, At: new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)))).OrderBy(r => r.At).ToList();
            var at = records.ConvertAll(r => r.At);
            var (afterAny, afterCounted) = (Independence.Of(at, interval, IndependentOf.LastRecord), Independence.Of(at, interval, IndependentOf.LastIndependentRecord));
            for (var i = 0; i < records.Count; i++)
            {
                if (afterAny[i]) records[i].Event.Independent++;
                if (afterCounted[i]) records[i].Event.IndependentFirst++;
            }
        }
    }

    /// <summary>All that was said of whole events, found by name or by time.</summary>
    private sealed class AllSpoken
    {
        private readonly List<Spoken> inOrder;
        private readonly Dictionary<string, Spoken> named;
        private readonly DateTime[] latestEnd;

        public AllSpoken(IEnumerable<EventWordRow> words)
        {
            inOrder = [.. words.GroupBy(w => w.EventID).Select(w => new Spoken(w.Key, [.. w])).OrderBy(w => w.Start)];
            named = inOrder.ToDictionary(s => s.EventID, StringComparer.Ordinal);
            latestEnd = new DateTime[inOrder.Count];
            for (var i = 0; i < latestEnd.Length; i++) latestEnd[i] = i > 0 && latestEnd[i - 1] > inOrder[i].End ? latestEnd[i - 1] : inOrder[i].End;
        }

        public Spoken? Of(IReadOnlyList<Recorded> sequence)
        {
            if (sequence[0].EventID is { } id) return named.GetValueOrDefault(id);
            var (start, end) = (sequence[0].Start, sequence.Max(r => r.End));
            var (low, high) = (0, inOrder.Count); // the first that begins after the sequence's end
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (inOrder[middle].Start <= end) low = middle + 1;
                else high = middle;
            }
            for (var i = low - 1; i >= 0 && latestEnd[i] >= start; i--)
            {
                if (inOrder[i].End >= start) return inOrder[i];
            }
            return null;
        }

        public IEnumerable<EventRow> Rows(DeploymentRow deployment) => inOrder.SelectMany(s => s.Rows(deployment));
    }

    /// <summary>All that was said of one event as a whole.</summary>
    private sealed class Spoken(string id, List<EventWordRow> words)
    {
        public string EventID => id;
        public DateTime Start { get; } = words.Min(w => w.Start);
        public DateTime End { get; } = words.Max(w => w.End);
        public int Media { get; set; }
        public CaptureMethod? Method { get; set; } = words[0].CaptureMethod;

        // Females and young of one species are rows of their own, and one kind.
        public IEnumerable<EventRow> Rows(DeploymentRow deployment) => words.GroupBy(w => (w.ObservationType, Name: w.ScientificName ?? "")).Select(kind => new EventRow
        {
            DeploymentRowId = deployment.Id,
            EventID = id,
            CaptureMethod = Method,
            ObservationType = kind.Key.ObservationType,
            ScientificName = kind.Key.Name,
            Start = Start,
            StartLocal = Local(Start, words[0].StartOffset),
            StartOffset = words[0].StartOffset,
            End = End,
            Count = kind.Sum(w => w.Count ?? Usual(w.ObservationType)),
            Media = Media,
            Model = kind.Any(IsHuman) ? HumanModel : kind.First().ClassifiedBy,
            Human = kind.Any(IsHuman),
        });

        private static bool IsHuman(EventWordRow word) => word.ClassificationMethod == HumanModel;
    }
}
