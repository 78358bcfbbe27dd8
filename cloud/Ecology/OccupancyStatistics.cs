using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary>Detection histories of locations, and the occupancy that follows. The site is the location, not the deployment; an occasion is as many days as asked, and a location without effort in one was not looked at.</summary>
internal static class OccupancyStatistics
{
    private const int MostOccasions = 500;

    public static IReadOnlyList<Statistic> All { get; } =
    [
        new("occupancy", "Where it is, seen or not", "L = Π over locations [ψ·Π pʸ(1−p)¹⁻ʸ + (1−ψ)·(nothing seen)], ψ and p logistic in their covariates, by maximum likelihood; the interval of ψ from the likelihood's profile", "MacKenzie et al. 2002, doi:10.1890/0012-9658(2002)083[2248:ESORWD]2.0.CO;2", o => o.Psi is { Length: > 0 } || o.P is { Length: > 0 }, OccupancyAsync),
        new("detection-history", "Detection histories", "1 where the species was counted in an occasion, 0 where not, nothing where nobody looked", "MacKenzie et al. 2002", _ => false, HistoryAsync),
    ];

    private sealed record Histories(IReadOnlyList<string> Sites, IReadOnlyList<IReadOnlyList<DeploymentRow>> Deployments, IReadOnlyList<DateOnly> Occasions, IReadOnlyList<bool?[]> Seen, IReadOnlyList<double[]> Days);

    private static async Task<Histories> ReadAsync(StatisticsData data, CancellationToken cancel)
    {
        if (data.Filter.Species is not [var species]) throw StatisticsFilter.Bad("species", "occupancy is of one: give species once");
        var ((first, last), length) = (data.Period, data.Options.Occasion);
        var occasions = (last.DayNumber - first.DayNumber) / length + 1;
        if (occasions > MostOccasions) throw StatisticsFilter.Bad("occasionDays", $"{last.DayNumber - first.DayNumber + 1} days make {occasions} occasions; at most {MostOccasions}: say longer ones, or from and to (one season)");
        var sites = data.Deployments.GroupBy(d => d.Site).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        var at = sites.Index().SelectMany(s => s.Item.Select(d => (d.Id, s.Index))).ToDictionary(d => d.Id, d => d.Index);
        List<double[]> days = [.. sites.Select(_ => new double[occasions])];
        List<bool[]> seen = [.. sites.Select(_ => new bool[occasions])];
        int Occasion(DateOnly day) => (day.DayNumber - first.DayNumber) / length;
        foreach (var (deployment, runs) in data.Effort)
            foreach (var run in runs)
                for (var day = run.From; day <= run.To; day = day.AddDays(1)) days[at[deployment]][Occasion(day)] += run.Share;
        await data.DaysAsync(t =>
        {
            if (t.Species == species && t.Count > 0 && t.Day >= first && t.Day <= last && at.TryGetValue(t.Deployment, out var site)) seen[site][Occasion(t.Day)] = true;
        }, cancel);
        return new Histories([.. sites.Select(s => s.Key)], [.. sites.Select(s => (IReadOnlyList<DeploymentRow>)[.. s])], [.. Enumerable.Range(0, occasions).Select(o => first.AddDays(o * length))],
            [.. days.Zip(seen, (d, s) => d.Zip(s, (looked, found) => looked > 0 ? found : (bool?)null).ToArray())], days);
    }

    private static async Task<StatisticsValue> OccupancyAsync(StatisticsData data, Action<double> progress, CancellationToken cancel)
    {
        var read = await ReadAsync(data, cancel);
        int[] used = [.. Enumerable.Range(0, read.Sites.Count).Where(s => read.Seen[s].Any(y => y is not null))];
        var psi = (data.Options.Psi ?? []).Distinct().Select(name => (name, Standard(name, [.. used.Select(s => Covariate(name, read.Sites[s], read.Deployments[s]))]))).ToList();
        var p = (data.Options.P ?? []).Distinct().Select(name => (name, used.Select(s => read.Days[s].Select(d => d / data.Options.Occasion).ToArray()).ToArray())).ToList();
        var fit = Occupancy.Of([.. used.Select(s => read.Seen[s])], psi, p);
        static JsonArray Of(IReadOnlyList<Coefficient> coefficients, bool estimated) => new([.. coefficients.Select(c => new JsonObject { ["name"] = c.Name, ["estimate"] = estimated ? c.Estimate : null, ["se"] = estimated ? StatsCommands.Number(c.StandardError) : null })]);
        var json = new JsonObject
        {
            ["scientificName"] = data.Filter.Species![0], ["sites"] = fit.Sites, ["occasions"] = fit.Occasions, ["occasionDays"] = data.Options.Occasion, ["naive"] = fit.Naive, ["boundary"] = fit.AtBoundary,
            ["psi"] = fit.MeanPsi, ["psiLow"] = fit.PsiLow, ["psiHigh"] = fit.AtBoundary && fit.PsiHigh == 1 ? null : fit.PsiHigh, ["p"] = fit.MeanP, ["aic"] = fit.Aic,
            ["psiCoefficients"] = Of(fit.Psi, fit.MeanPsi is not null), ["pCoefficients"] = Of(fit.P, fit.MeanP is not null),
        };
        string[] notes =
        [
            $"an occasion is {data.Options.Occasion} days; a site is a location",
            .. fit.AtBoundary ? (string[])["the likelihood has no top: an estimate runs to 0 or 1, and what is null is not estimated; of ψ only its interval says something"] : [],
            .. psi.Count > 0 ? (string[])["covariates of ψ are standardised: mean 0, deviation 1"] : [],
            .. read.Occasions.Count * data.Options.Occasion > 400 ? (string[])["more than a year: occupancy of one season supposes that no place is settled or left meanwhile; say from and to"] : [],
        ];
        return new StatisticsValue(json, () => PlotBars.Svg(fit.AtBoundary ? $"{data.Filter.Species[0]}: at the boundary, only the interval means something" : $"{data.Filter.Species[0]}: occupancy and detection", "share of locations; chance in one occasion", [
            ("seen at (naive)", fit.Naive, double.NaN, double.NaN),
            ("occupied (ψ)", fit.MeanPsi ?? double.NaN, fit.PsiLow ?? double.NaN, fit.PsiHigh ?? double.NaN),
            ("detected in an occasion (p)", fit.MeanP ?? double.NaN, double.NaN, double.NaN)]))
        { Notes = notes };
    }

    private static async Task<StatisticsValue> HistoryAsync(StatisticsData data, Action<double> progress, CancellationToken cancel)
    {
        var read = await ReadAsync(data, cancel);
        var json = new JsonObject
        {
            ["scientificName"] = data.Filter.Species![0], ["occasionDays"] = data.Options.Occasion, ["occasions"] = StatsCommands.Names(read.Occasions.Select(o => $"{o:yyyy-MM-dd}")),
            ["histories"] = new JsonArray([.. read.Sites.Select((site, s) => new JsonObject { ["site"] = site, ["history"] = string.Concat(read.Seen[s].Select(y => y switch { true => '1', false => '0', null => '-' })) })]),
        };
        return new StatisticsValue(json, () => PlotHistories.Svg($"{data.Filter.Species[0]}, occasions of {data.Options.Occasion} days", read.Sites, read.Occasions, read.Seen))
        {
            Table = () => [["site", .. read.Occasions.Select(o => (object?)o)], .. read.Sites.Select(IReadOnlyList<object?> (site, s) => [site, .. read.Seen[s].Select(y => (object?)(y switch { true => "1", false => "0", null => "" }))])],
            Notes = [$"an occasion is {data.Options.Occasion} days; a site is a location"],
        };
    }

    private static double Covariate(string name, string site, IReadOnlyList<DeploymentRow> deployments)
    {
        var values = deployments.Select(d => name switch { "latitude" => d.Latitude, "longitude" => d.Longitude, _ => d.CameraHeight }).Where(v => v is not null).Select(v => v!.Value).ToList();
        return values.Count > 0 ? values.Average() : throw new TooLittleDataException($"location {site} has no {name}; a covariate must be known of each location");
    }

    private static double[] Standard(string name, double[] values)
    {
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / Math.Max(1, values.Length - 1));
        return deviation > 0 ? [.. values.Select(v => (v - mean) / deviation)] : throw new TooLittleDataException($"{name} is the same at all locations; it explains nothing");
    }
}
