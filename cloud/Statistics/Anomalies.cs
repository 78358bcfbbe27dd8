namespace Lynceus.Cloud;

/// <summary>What a variable did in a step that is out of the ordinary.</summary>
/// <param name="Variable">Its index, as given.</param>
/// <param name="Rate">Events in 100 camera-days then.</param>
/// <param name="Expected">What the others of that step, and its own mean, would have it at.</param>
/// <param name="Share">Of the step's squared prediction error, 0 to 1.</param>
internal readonly record struct AnomalyDriver(int Variable, double Rate, double Expected, double Share);

/// <summary>A step of time, over all variables.</summary>
/// <param name="Step">From 0.</param>
/// <param name="Seen">Variables with effort then.</param>
/// <param name="Q">Squared prediction error: what the components do not explain (scaled up for variables that nobody looked at).</param>
/// <param name="T2">Hotelling's: how far the components themselves are from their middle.</param>
/// <param name="OutOfQ">A pattern that was not seen before.</param>
/// <param name="OutOfT2">The usual pattern, more than usual.</param>
/// <param name="Drivers">The variables that make up most of Q, the largest first.</param>
internal sealed record AnomalyStep(int Step, int Seen, double Q, double T2, bool OutOfQ, bool OutOfT2, IReadOnlyList<AnomalyDriver> Drivers);

/// <summary>
/// Steps of time in which the rates of many species and sites together are not as they use to be, by principal components of the standardised roots of rates.
/// Q (Jackson and Mudholkar 1979, doi:10.1080/00401706.1979.10489779) says that the pattern is new, T² (Tracy, Young and Mason 1992, beta limit) that a known one is extreme.
/// Where nobody looked there is no rate: it is filled with what the components say until that settles (Walczak and Massart 2001), and counts for nothing.
/// </summary>
/// <param name="Used">Indices of the variables that were taken: those that were looked at in most steps, and vary.</param>
/// <param name="Components">How many were kept: those that together explain <see cref="Explained"/> of the variance.</param>
/// <param name="Share">Of the variance that they explain.</param>
/// <param name="QLimit">Q above it happens once in 100 steps.</param>
/// <param name="T2Limit">T² above it, too.</param>
/// <param name="Steps">Of those in which half of the variables or more were looked at.</param>
/// <param name="NotJudged">How many steps were not.</param>
internal sealed record Anomalies(IReadOnlyList<int> Used, int Components, double Share, double QLimit, double T2Limit, IReadOnlyList<AnomalyStep> Steps, int NotJudged)
{
    public const int LeastSteps = 26, LeastVariables = 3, LeastEvents = 10, MostVariables = 200;
    private const double Explained = 0.7, Alpha = 0.01, Looked = 0.7;
    private const int MostDrivers = 5;

    /// <param name="events">events[variable][step].</param>
    /// <param name="effort">Camera-days, alike; 0 where nobody looked.</param>
    /// <exception cref="TooLittleDataException">Fewer than 26 steps, or than three variables with ten events that were looked at in 70 % of them.</exception>
    public static Anomalies Of(IReadOnlyList<double[]> events, IReadOnlyList<double[]> effort)
    {
        Check(events, effort);
        var steps = events.Count == 0 ? 0 : events[0].Length;
        var used = Enumerable.Range(0, events.Count).Where(v => effort[v].Count(e => e > 0) >= Looked * steps && events[v].Sum() >= LeastEvents)
            .OrderByDescending(v => events[v].Sum()).Take(MostVariables).Order().ToArray();
        if (steps < LeastSteps) throw new TooLittleDataException($"{steps} steps of time; what is usual needs {LeastSteps} or more");
        if (used.Length < LeastVariables) throw new TooLittleDataException($"{used.Length} series of a species at a site with {LeastEvents} events or more and effort in {Looked:0%} of the steps; {LeastVariables} are needed");
        double? Root(int v, int t) => effort[v][t] > 0 ? Math.Sqrt(100 * events[v][t] / effort[v][t]) : null;
        var judged = Enumerable.Range(0, steps).Where(t => 2 * used.Count(v => effort[v][t] > 0) >= used.Length).ToArray();
        var known = judged.Select(t => used.Select(v => Root(v, t)).ToArray()).ToArray();
        var scales = used.Select((_, j) => Scale(known, j)).ToArray();
        var parts = PrincipalParts.Of([.. known.Select(row => row.Select((x, j) => (x - scales[j].Mean) / scales[j].Deviation).ToArray())], Explained);
        var (q, t2) = (parts.QLimit(Alpha), parts.T2Limit(Alpha));
        return new Anomalies(used, parts.Count, parts.Share, q, t2, [.. judged.Select((t, i) => Judge(t, i))], steps - judged.Length);

        AnomalyStep Judge(int t, int i)
        {
            var off = parts.Residuals(i);
            int[] seen = [.. Enumerable.Range(0, used.Length).Where(j => known[i][j] is not null)];
            var own = seen.Sum(j => off[j] * off[j]);
            var drivers = seen.OrderByDescending(j => off[j] * off[j]).Take(MostDrivers).Where(j => own > 0).Select(j => new AnomalyDriver(used[j], Rate(known[i][j]!.Value), Rate(known[i][j]!.Value - off[j] * scales[j].Deviation), off[j] * off[j] / own));
            var (spe, far) = (own * used.Length / seen.Length, parts.T2(i));
            return new AnomalyStep(t, seen.Length, spe, far, spe > q, far > t2, [.. drivers]);
        }
    }

    private static double Rate(double root) => Math.Pow(Math.Max(0, root), 2);

    private static (double Mean, double Deviation) Scale(double?[][] rows, int j)
    {
        var column = rows.Where(r => r[j] is not null).Select(r => r[j]!.Value).ToList();
        var mean = column.Average();
        var deviation = Math.Sqrt(column.Sum(x => (x - mean) * (x - mean)) / Math.Max(1, column.Count - 1));
        return (mean, deviation > 0 ? deviation : 1);
    }

    private static void Check(IReadOnlyList<double[]> events, IReadOnlyList<double[]> effort)
    {
        if (events.Count != effort.Count) throw new WrongDataException($"{events.Count} series of events and {effort.Count} of effort; there must be one of each");
        for (var v = 0; v < events.Count; v++)
        {
            if (events[v].Length != events[0].Length || effort[v].Length != events[0].Length) throw new WrongDataException($"series {v + 1} has another length than the first");
            for (var t = 0; t < events[v].Length; t++)
            {
                if (!(double.IsFinite(events[v][t]) && events[v][t] >= 0 && double.IsFinite(effort[v][t]) && effort[v][t] >= 0)) throw new WrongDataException($"series {v + 1}, step {t + 1}: {events[v][t]} events in {effort[v][t]} days; both must be 0 or more");
                if (events[v][t] > 0 && effort[v][t] == 0) throw new WrongDataException($"series {v + 1}, step {t + 1}: {events[v][t]} events without effort");
            }
        }
    }
}
