using System.Globalization;
using System.Text.RegularExpressions;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>Which camera took a picture, by the words of the table.</summary>
/// <param name="Location">Where it stood.</param>
/// <param name="Side">Which of several cameras there; null if there is one.</param>
/// <param name="Session">What people called its time there; null if nothing.</param>
/// <param name="ClockUnknown">Nobody knows when.</param>
internal sealed record TagSite(string Location, string? Side, string? Session, bool ClockUnknown)
{
    public string CameraID => Side is null ? Location : $"{Location} {Side}";

    public override string ToString() => string.Join('_', ((string?[])[Location, Side, Session]).OfType<string>()).Replace(' ', '-');
}

/// <summary>What somebody said is in a picture, and with which words.</summary>
internal sealed record TagSaid(ObservationType ObservationType, string? ScientificName, string Keywords);

/// <summary>A row of the table, understood.</summary>
/// <param name="Row">The header is row 1.</param>
/// <param name="Path">Folder and file, as the table has them.</param>
/// <param name="Clock">What the camera's clock said.</param>
/// <param name="Time">What is true, as far as the map knows.</param>
/// <param name="Site">Which camera.</param>
internal sealed record Tagged(int Row, string Path, string Clock, DateTimeOffset Time, TagSite Site)
{
    public string? CameraModel { get; init; }

    /// <summary>Empty where nobody said anything.</summary>
    public required IReadOnlyList<TagSaid> Said { get; init; }
}

/// <summary>What a table gave.</summary>
internal sealed record TagTable
{
    public required IReadOnlyList<Tagged> Media { get; init; }

    /// <summary>Why nothing of it is imported; empty if all is well.</summary>
    public required IReadOnlyList<string> Faults { get; init; }
    public required int Rows { get; init; }

    /// <summary>Rows that the map does not want.</summary>
    public required int LeftOut { get; init; }

    /// <summary>Rows with a folder and file that stood before.</summary>
    public required int Twice { get; init; }

    /// <summary>Rows that look like copies: the same camera, time and size as a row before. They are imported.</summary>
    public required int Copies { get; init; }

    /// <summary>Rows in which a later pattern of the map found another place than an earlier one.</summary>
    public required int Contradictions { get; init; }

    /// <summary>How often each rule for clocks was applied, in the map's order.</summary>
    public required IReadOnlyList<int> Clocks { get; init; }
}

/// <summary>From a table and a map to pictures with their places, times and meanings. Everything that nobody explained is named with its rows.</summary>
internal sealed class TagReading
{
    private const int MostFaults = 100;
    private const int MostRowsNamed = 5;
    private const string SizeColumn = "FileSize";
    private static readonly string[] Groups = ["location", "side", "session"];

    private readonly Table table;
    private readonly TagMap map;
    private readonly TagWords words;
    private readonly TimeZoneInfo zone;
    private readonly List<(TagPlace Place, int Column, Regex Pattern)> places;
    private readonly List<(TagClock Rule, int Column, Regex? Pattern)> clocks;
    private readonly List<Regex> leaveOut;
    private readonly int file;
    private readonly int? folder;
    private readonly int time;
    private readonly int keywords;
    private readonly List<int> model;
    private readonly List<string> faults = [];
    private readonly Dictionary<string, (int Count, List<int> Rows)> unexplained = new(StringComparer.OrdinalIgnoreCase);
    private readonly int[] applied;
    private int faulty;
    private int contradictions;

    private TagReading(Table table, TagMap map)
    {
        (this.table, this.map) = (table, map);
        (words, zone) = (new TagWords(map.Keywords), Zone(map.Time.Zone));
        (file, folder, time, keywords) = (table.Column(map.File), map.Folder is { } f ? table.Column(f) : null, table.Column(map.Time.Column), table.Column(map.Keywords.Column));
        model = [.. map.CameraModel.Select(table.Column)];
        places = [.. map.Places.Select((p, i) => (p, table.Column(p.Column), TagPattern.Of($"places[{i}].pattern", p.Pattern)))];
        if (!places.Exists(p => p.Pattern.GetGroupNames().Contains("location"))) throw new StartException("places: no pattern has the group (?<location>…)");
        clocks = [.. map.Clocks.Select((c, i) => (c, c.Column is { } column ? table.Column(column) : file, c.Pattern is { } p ? TagPattern.Of($"clocks[{i}].pattern", p) : null))];
        leaveOut = [.. map.LeaveOut.Select((p, i) => TagPattern.Of($"leaveOut[{i}]", p))];
        if (map.Keywords.Separator.Length == 0) throw new StartException("keywords.separator: it must not be empty");
        if (!(map.SplitDays > 0)) throw new StartException("splitDays: it must be above 0");
        applied = new int[clocks.Count];
    }

    /// <exception cref="StartException">The map names columns that are not there, or breaks a rule of its own.</exception>
    public static TagTable Read(Table table, TagMap map) => new TagReading(table, map).Read();

    private TagTable Read()
    {
        var (media, seen, sizes) = (new List<Tagged>(table.Rows), new HashSet<string>(StringComparer.Ordinal), new HashSet<(TagSite, DateTimeOffset, string)>());
        var (left, twice, copies) = (0, 0, 0);
        var size = table.Columns.ToList().IndexOf(SizeColumn);
        for (var row = 0; row < table.Rows; row++)
        {
            try
            {
                var path = PathOf(row);
                if (leaveOut.Exists(p => p.IsMatch(path))) left++;
                else if (!seen.Add(path)) twice++;
                else if (Of(row, path) is { } one)
                {
                    media.Add(one);
                    if (size >= 0 && !sizes.Add((one.Site, one.Time, table.Text(row, size)))) copies++;
                }
            }
            catch (StartException e)
            {
                Fault(e.Message);
            }
            catch (RegexMatchTimeoutException e)
            {
                Fault(table.Wrong(row, file, $"the pattern {e.Pattern} takes too long on it; write a simpler one").Message);
            }
        }
        foreach (var (keyword, (count, rows)) in unexplained.OrderByDescending(u => u.Value.Count))
            Fault($"{table.File}, {count} rows ({string.Join(", ", rows)}{(count > rows.Count ? ", …" : "")}), column {map.Keywords.Column}: nobody says what '{Printable.Of(keyword)}' means; add it to keywords.meanings or keywords.ignore");
        if (faulty > faults.Count) faults.Add($"… and {faulty - faults.Count} more");
        return new TagTable { Media = media, Faults = faults, Rows = table.Rows, LeftOut = left, Twice = twice, Copies = copies, Contradictions = contradictions, Clocks = applied };
    }

    private Tagged? Of(int row, string path)
    {
        var said = Keywords(row);
        var (now, clock, unknown) = Time(row);
        if (Site(row, said.Places, unknown) is not { } site)
        {
            Fault(table.Wrong(row, places[0].Column, $"'{Printable.Of(table.Text(row, places[0].Column))}' fits no pattern of places, so nobody knows where the camera stood").Message);
            return null;
        }
        var camera = string.Join(' ', model.Select(c => table.Text(row, c)).Where(t => t.Length > 0));
        return new Tagged(table.Line(row), path, clock, now, site) { CameraModel = camera.Length == 0 ? null : camera.Length <= Wire.MaxNameLength ? camera : camera[..Wire.MaxNameLength], Said = said.Meanings };
    }

    private string PathOf(int row)
    {
        var name = table.Text(row, file);
        if (name.Length == 0) throw table.Wrong(row, file, "is empty; a file's name must stand there");
        var path = (folder is { } f ? $"{table.Text(row, f)}/{name}" : name).Replace('\\', '/');
        path = string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries));
        if (FileNames.Fault(path) is { } fault) throw table.Wrong(row, file, fault);
        return path;
    }

    private (DateTimeOffset Time, string Clock, bool Unknown) Time(int row)
    {
        var text = table.Text(row, time);
        var (clock, offset) = Clock(row, text);
        var unknown = false;
        foreach (var (number, (rule, column, pattern)) in clocks.Index())
        {
            if (pattern?.IsMatch(table.Text(row, column)) == false || (rule.Year is { } year && year != clock.Year)) continue;
            applied[number]++;
            unknown |= rule.Unknown;
            try
            {
                clock = clock.AddYears(rule.Years).AddDays(rule.Days).AddHours(rule.Hours);
                if (rule.SwapHalfDays) clock = clock.AddHours(clock.Hour < 12 ? 12 : -12);
            }
            catch (ArgumentOutOfRangeException)
            {
                throw table.Wrong(row, time, $"'{text}', corrected by clocks[{number}], is no time any more");
            }
        }
        return (new DateTimeOffset(clock, offset ?? zone.GetUtcOffset(clock)), text, unknown);
    }

    private (DateTime Clock, TimeSpan? Offset) Clock(int row, string text)
    {
        foreach (var format in map.Time.Formats)
        {
            var says = format.Contains('z', StringComparison.Ordinal);
            if (says && DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var with)) return (with.DateTime, with.Offset);
            if (!says && DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var without)) return (without, null);
            // 29 February where there is none: the day after 28 February is meant.
            if (map.Time.RollOver && !says && text.Length > 10 && text[4..].StartsWith($"{text[4]}02{text[4]}29", StringComparison.Ordinal)
                && DateTime.TryParseExact(text[..8] + "28" + text[10..], format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var before)) return (before.AddDays(1), null);
        }
        throw table.Wrong(row, time, text.Length == 0 ? "is empty; a time must stand there" : $"'{Printable.Of(text)}' is no time as time.formats has it, as in {string.Join(" or ", map.Time.Formats)}{(text.Contains("02:29", StringComparison.Ordinal) ? "; time.rollOver takes 29 February of any year for 1 March" : "")}");
    }

    private (IReadOnlyList<TagSaid> Meanings, List<string> Places) Keywords(int row)
    {
        var (said, found) = (new Dictionary<TagMeaning, List<string>>(), new List<string>());
        foreach (var keyword in table.Text(row, keywords).Split(map.Keywords.Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (places.Exists(p => p.Column == keywords && p.Pattern.IsMatch(keyword))) found.Add(keyword);
            else if (words.Of(keyword) is { } meanings)
            {
                foreach (var meaning in meanings)
                {
                    if (!said.TryGetValue(meaning, out var by)) said[meaning] = by = [];
                    by.Add(keyword);
                }
            }
            else Unexplained(keyword, table.Line(row));
        }
        // An empty picture with a fox in it is a fox.
        if (said.Count > 1) said.Remove(new TagMeaning(ObservationType.Blank, null));
        return ([.. said.Select(s => new TagSaid(s.Key.ObservationType, s.Key.ScientificName, string.Join(" | ", s.Value)))], found);
    }

    private TagSite? Site(int row, List<string> placeWords, bool unknown)
    {
        var found = new string?[Groups.Length];
        var contradicts = false;
        foreach (var (place, column, pattern) in places)
        {
            foreach (var text in column == keywords ? placeWords : [table.Text(row, column)])
            {
                if (pattern.Match(text) is not { Success: true } match) continue;
                for (var i = 0; i < Groups.Length; i++)
                {
                    if (match.Groups[Groups[i]] is not { Success: true, Value: { } word } || word.Trim() is not { Length: > 0 and <= Wire.MaxNameLength } name) continue;
                    name = place.Words.GetValueOrDefault(name, name);
                    contradicts |= found[i] is { } before && before != name;
                    found[i] ??= name;
                }
            }
        }
        if (contradicts) contradictions++;
        return found[0] is { } location ? new TagSite(location, found[1], found[2], unknown) : null;
    }

    private void Unexplained(string keyword, int line)
    {
        var (count, rows) = unexplained.GetValueOrDefault(keyword, (0, []));
        if (rows.Count < MostRowsNamed) rows.Add(line);
        unexplained[keyword] = (count + 1, rows);
    }

    private void Fault(string fault)
    {
        faulty++;
        if (faults.Count < MostFaults) faults.Add(fault);
    }

    private static TimeZoneInfo Zone(string name)
        => Offsets.TryParse(name, out var by) ? TimeZoneInfo.CreateCustomTimeZone(name, by, name, name)
            : TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : throw new StartException($"time.zone: '{name}' is neither a zone, as in Europe/Paris, nor an offset, as in +01:00");
}
