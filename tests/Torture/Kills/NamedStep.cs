using System.Globalization;
using System.Text.RegularExpressions;

namespace Lynceus.Torture;

/// <summary>A step that a program takes again and again on its way from a capture to its removal: what it does, to which kind of file.</summary>
/// <param name="Stage">Of capture → sync → add → publish → receipt → remove, or what else it serves.</param>
/// <param name="Title">For people: <c>rename spool/N/record.json</c>.</param>
/// <param name="Pattern">For the layer: an extended regular expression of <c>STEP PATH</c>.</param>
internal sealed partial record NamedStep(string Stage, string Title, string Pattern)
{
    /// <summary>The steps of a recorded run, each kind once. They are taken from the run itself, so that no step is forgotten when a layout changes.</summary>
    /// <param name="steps">Of a program that had been started before, so that what only a first start does is not among them.</param>
    /// <param name="root">The program's data folder.</param>
    public static IReadOnlyList<NamedStep> Of(IEnumerable<Step> steps, string root)
        => [.. steps.Where(s => s.Named.StartsWith(root, StringComparison.Ordinal) && s.Act != Act.Truncate && !s.Path.EndsWith("-shm", StringComparison.Ordinal)).Select(s => Of(s, root)).DistinctBy(s => s.Title)];

    /// <summary>The n-th time that something goes out over a socket.</summary>
    public static NamedStep Sent(int n) => new("publish", $"send {n}", "^send link$");

    /// <summary>The n-th time that something comes in over a socket.</summary>
    public static NamedStep Received(int n) => new("receipt", $"receive {n}", "^receive link$");

    private static NamedStep Of(Step step, string root)
    {
        var path = step.Named[root.Length..].TrimStart('/');
        var act = step.Act.ToString().ToLower(CultureInfo.InvariantCulture);
        var title = Number().Replace(path, "N");
        return new NamedStep(StageOf(step.Act, title), $"{act} {title}", $"^{act} .*/{Path.GetFileName(root)}{(title.Length > 0 ? "/" : "")}{Number().Replace(Regex.Escape(path), "[0-9a-f-]+")}$");
    }

    private static string StageOf(Act act, string title)
    {
        var place = title.Split('/')[0];
        if (act is Act.Unlink or Act.Rmdir || (act == Act.Rename && place is "kept" or "refused" or "quarantine")) return "remove";
        return place switch
        {
            "spool" when title.Contains("record", StringComparison.Ordinal) || (act == Act.Sync && title == "spool") => "add",
            "spool" => act == Act.Sync ? "sync" : "capture",
            "" => "folder",
            "effort" => "count",
            "counter.json" or "counter.json.tmp" => "number",
            "taken.txt" => "remember",
            "objects" or "lynceus.db" or "lynceus.db-wal" => "store",
            _ => place,
        };
    }

    /// <summary>Ids, hashes and numbers: what is another one each time.</summary>
    [GeneratedRegex(@"(?<=/)[0-9a-f]{2}(?=/|$)|(?<![a-z])[0-9a-f]*\d[0-9a-f]*(-[0-9a-f]+)*(?![a-z])")]
    private static partial Regex Number();
}
