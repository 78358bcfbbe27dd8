namespace Lynceus.Cloud;

/// <summary>Bytes from an offset.</summary>
internal readonly record struct Span(long Offset, long Length)
{
    public long End => Offset + Length;
}

internal static class Gaps
{
    /// <summary>The parts of a span that lie in none of those that are here.</summary>
    /// <param name="span">What came.</param>
    /// <param name="here">What is here, ordered by offset, without overlaps.</param>
    public static List<Span> Missing(Span span, IEnumerable<Span> here)
    {
        var missing = new List<Span>();
        var at = span.Offset;
        foreach (var known in here)
        {
            if (known.Offset > at) missing.Add(new Span(at, Math.Min(known.Offset, span.End) - at));
            at = Math.Max(at, known.End);
            if (at >= span.End) break;
        }
        if (at < span.End) missing.Add(new Span(at, span.End - at));
        return missing;
    }
}
