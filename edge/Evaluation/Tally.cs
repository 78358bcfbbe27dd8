namespace Lynceus.Edge;

/// <summary>What came of the frames, or of the captures, of one site in one light. Found is whatever was not dropped.</summary>
internal sealed record Tally
{
    /// <summary>How many, with those that could not be looked at.</summary>
    public required int Labelled { get; init; }

    /// <summary>Left out of every share below.</summary>
    public required int NotLookedAt { get; init; }
    public required Share AnimalsFound { get; init; }
    public required Share AnimalsSent { get; init; }
    public required Share EmptiesDropped { get; init; }

    /// <summary>Those that were sent: what costs the link.</summary>
    public required Share EmptiesSent { get; init; }
    public required Share PersonsFound { get; init; }
    public required Share PersonsNamed { get; init; }

    /// <summary>Not sent, or sent with somebody blurred.</summary>
    public required Share PersonsProtected { get; init; }
    public required Share VehiclesFound { get; init; }
    public required Share VehiclesNamed { get; init; }

    public static Tally Of(IReadOnlyCollection<Outcome> all)
    {
        var looked = all.Where(o => o.Looked).ToList();
        List<Outcome> With(Shows what) => [.. looked.Where(o => what == Shows.Nothing ? o.Shows == Shows.Nothing : o.Shows.HasFlag(what))];
        var (animals, empties, persons, vehicles) = (With(Shows.Animal), With(Shows.Nothing), With(Shows.Person), With(Shows.Vehicle));
        return new Tally
        {
            Labelled = all.Count,
            NotLookedAt = all.Count - looked.Count,
            AnimalsFound = Share.Count(animals, o => !o.Dropped),
            AnimalsSent = Share.Count(animals, o => o.Verdict == Contracts.Verdict.Send),
            EmptiesDropped = Share.Count(empties, o => o.Dropped),
            EmptiesSent = Share.Count(empties, o => o.Verdict == Contracts.Verdict.Send),
            PersonsFound = Share.Count(persons, o => !o.Dropped),
            PersonsNamed = Share.Count(persons, o => o.PersonNamed),
            PersonsProtected = Share.Count(persons, o => o.Protected),
            VehiclesFound = Share.Count(vehicles, o => !o.Dropped),
            VehiclesNamed = Share.Count(vehicles, o => o.VehicleNamed),
        };
    }
}

/// <summary>A tally of all, and of those with and without colours where there are both.</summary>
internal sealed record ByLight(Tally All, Tally? Colour, Tally? Grey)
{
    public static ByLight Of(IReadOnlyCollection<Outcome> all)
    {
        var (colour, grey) = (all.Where(o => !o.Grey).ToList(), all.Where(o => o.Grey).ToList());
        return new ByLight(Tally.Of(all), colour.Count > 0 ? Tally.Of(colour) : null, grey.Count > 0 ? Tally.Of(grey) : null);
    }
}

/// <summary>Bytes of the files of captures.</summary>
/// <param name="Captured">All.</param>
/// <param name="Kept">Of those that are sent or kept.</param>
/// <param name="Sent">Of those that are sent, as they lie on the card.</param>
internal sealed record ByteCount(long Captured, long Kept, long Sent)
{
    public static ByteCount Of(IReadOnlyCollection<Outcome> captures) => new(
        captures.Sum(c => c.Bytes), captures.Where(c => !c.Dropped).Sum(c => c.Bytes), captures.Where(c => c.Verdict == Contracts.Verdict.Send).Sum(c => c.Bytes));
}

/// <summary>What another keep threshold would do.</summary>
/// <param name="Threshold">0–1.</param>
/// <param name="AnimalsFound">Share of the animals at or above it; null without animals.</param>
/// <param name="EmptiesDropped">Share of the empties below it; null without empties.</param>
internal sealed record CurvePoint(double Threshold, double? AnimalsFound, double? EmptiesDropped)
{
    /// <summary>The same for every site, so that sites can be laid over each other: dense where small models decide.</summary>
    private static readonly double[] Thresholds = [.. Enumerable.Range(0, 61).Select(i => i * 0.005), .. Enumerable.Range(1, 35).Select(i => Math.Round(0.3 + (i * 0.02), 3))];

    public static IReadOnlyList<CurvePoint> Of(IReadOnlyCollection<Outcome> all)
    {
        var looked = all.Where(o => o.Looked).ToList();
        float[] Scores(Func<Shows, bool> which) => [.. looked.Where(o => which(o.Shows)).Select(o => o.Best)];
        var (animals, empties) = (Scores(s => s.HasFlag(Shows.Animal)), Scores(s => s == Shows.Nothing));
        double? Part(float[] scores, Func<float, bool> hit) => scores.Length == 0 ? null : Math.Round((double)scores.Count(hit) / scores.Length, 4);
        return [.. Thresholds.Select(t => new CurvePoint(Math.Round(t, 3), Part(animals, s => s >= (float)t), Part(empties, s => s < (float)t)))];
    }
}
