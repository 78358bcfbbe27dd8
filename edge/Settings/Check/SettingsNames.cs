namespace Lynceus.Edge;

/// <summary>Names that are not known: where they went, or what was probably meant. Pure.</summary>
internal static class SettingsNames
{
    /// <summary>Of earlier versions, and what takes their place.</summary>
    private static readonly Dictionary<string, string> Old = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Trigger:Pir"] = "it went to Cameras: a list, in which each camera has its Source and its own Pir",
        ["Gate:AuditShare"] = "Gate:AuditPerDay takes its place",
        ["Gate:AuditShareDoubtful"] = "Gate:AuditPerDay takes its place",
    };

    /// <summary>What to do with an unknown name.</summary>
    /// <param name="path">As it was written.</param>
    /// <param name="known">The names that would be known in its place.</param>
    public static string Advice(string path, IEnumerable<string> known)
    {
        if (Old.TryGetValue(path, out var went)) return $"is of an earlier version: {went}";
        var (above, name) = Split(path);
        var near = known.Select(k => (Name: k, Distance: Distance(k.ToUpperInvariant(), name.ToUpperInvariant()))).OrderBy(k => k.Distance).FirstOrDefault();
        // Two slips, or a third of a long name; beyond that a guess misleads.
        return near.Name is not null && near.Distance <= Math.Max(2, name.Length / 3) ? $"is not known; {above}{near.Name} is" : $"is not known; here there are {string.Join(", ", known)}";
    }

    private static (string Above, string Name) Split(string path) => path.LastIndexOf(':') is var at && at < 0 ? ("", path) : (path[..(at + 1)], path[(at + 1)..]);

    /// <summary>Levenshtein's distance: letters to insert, remove or change.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var corner = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (corner, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[b.Length];
    }
}
