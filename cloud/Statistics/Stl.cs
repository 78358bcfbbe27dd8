namespace Lynceus.Cloud;

/// <summary>How a series is taken apart.</summary>
/// <param name="Period">Steps of a season, 2 or more.</param>
/// <param name="Seasonal">Span of the seasonal smoother, odd, 7 or more; null for a season that is the same every time.</param>
/// <param name="Trend">Span of the trend's smoother; null for the usual one, the next odd number from 1.5·period/(1 − 1.5/seasonal).</param>
/// <param name="Robust">Outliers are weighted down (15 rounds); else they count as all do.</param>
internal sealed record StlOptions(int Period, int? Seasonal = null, int? Trend = null, bool Robust = false);

/// <summary>A series as trend, season and remainder, by loess: Cleveland, Cleveland, McRae and Terpenning (1990, J. Official Statistics 6).</summary>
internal sealed record Stl(IReadOnlyList<double> Seasonal, IReadOnlyList<double> Trend, IReadOnlyList<double> Remainder)
{
    /// <exception cref="TooLittleDataException">Less than two seasons.</exception>
    public static Stl Of(IReadOnlyList<double> series, StlOptions options)
    {
        var (period, n) = (options.Period, series.Count);
        if (period < 2) throw new WrongDataException($"a period of {period}; must be 2 or more");
        if (options.Seasonal is { } s && (s < 7 || s % 2 == 0)) throw new WrongDataException($"a seasonal span of {s}; must be odd and 7 or more");
        if (options.Trend is { } t && (t < 3 || t % 2 == 0)) throw new WrongDataException($"a trend span of {t}; must be odd and 3 or more");
        if (n <= 2 * period) throw new TooLittleDataException($"{n} steps; a season of {period} needs more than two of it");
        for (var i = 0; i < n; i++)
            if (!double.IsFinite(series[i])) throw new WrongDataException($"value {i + 1} is not a number");
        var seasonalSpan = options.Seasonal ?? 10 * n + 1;
        var rounds = new StlRounds([.. series], period, new Loess(seasonalSpan, 0),
            new Loess(options.Trend ?? NextOdd(1.5 * period / (1 - 1.5 / seasonalSpan)), 1), new Loess(NextOdd(period), 1));
        for (var round = 0; round <= (options.Robust ? 15 : 0); round++)
        {
            if (round > 0) rounds.WeighDown();
            for (var inner = 0; inner < (options.Robust ? 1 : 2); inner++) rounds.Once();
        }
        var seasonal = options.Seasonal is null ? SameEverySeason(rounds.Seasonal, period) : rounds.Seasonal;
        return new Stl(seasonal, rounds.Trend, [.. series.Select((y, i) => y - seasonal[i] - rounds.Trend[i])]);
    }

    private static double[] SameEverySeason(double[] seasonal, int period)
    {
        double[] means = [.. Enumerable.Range(0, period).Select(c => Enumerable.Range(0, seasonal.Length).Where(i => i % period == c).Average(i => seasonal[i]))];
        return [.. seasonal.Select((_, i) => means[i % period])];
    }

    private static int NextOdd(double x) => (int)Math.Ceiling(x) is var up && up % 2 == 0 ? up + 1 : up;
}
