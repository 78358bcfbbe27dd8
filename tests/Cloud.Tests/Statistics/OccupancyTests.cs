namespace Lynceus.Cloud.Tests;

public sealed class OccupancyTests
{
    private static List<bool?[]> Histories(string file)
    {
        var table = Fixture.Table("stats", file);
        return [.. Enumerable.Range(0, table.Rows).Select(row => Enumerable.Range(0, table.Columns.Count).Select(c => table.IsMissing(row, c) ? (bool?)null : table.Count(row, c) > 0).ToArray())];
    }

    /// <summary>Drawn with ψ and p that follow a covariate.</summary>
    private static (List<bool?[]> Histories, double[] X, double[][] W) Drawn(int sites, double psi0, double psi1, double p0, double p1)
    {
        var random = new Random(3);
        var (x, w, seen) = (new double[sites], new double[sites][], new List<bool?[]>());
        for (var s = 0; s < sites; s++)
        {
            x[s] = random.NextDouble() * 2 - 1;
            w[s] = [.. Enumerable.Range(0, 6).Select(_ => random.NextDouble() * 2 - 1)];
            var there = random.NextDouble() < OccupancyLikelihood.Logistic(psi0 + psi1 * x[s]);
            seen.Add([.. w[s].Select(v => (bool?)(there && random.NextDouble() < OccupancyLikelihood.Logistic(p0 + p1 * v)))]);
        }
        return (seen, x, w);
    }

    [Fact]
    public void Occupancy_of_the_spring_peeper_is_the_published_one()
    {
        var (expected, fit) = (Fixture.Json("stats", "occu_expected.json").GetProperty("pcru.bin"), Occupancy.Of(Histories("occu_pcru.bin.csv")));
        Assert.Equal(130, fit.Sites);
        Assert.False(fit.AtBoundary);
        Fixture.Near(expected.Number("naive"), fit.Naive);
        Fixture.Near(expected.Number("logit_psi"), fit.Psi[0].Estimate);
        Fixture.Near(expected.Number("se_psi"), fit.Psi[0].StandardError);
        Fixture.Near(expected.Number("logit_p"), fit.P[0].Estimate);
        Fixture.Near(expected.Number("se_p"), fit.P[0].StandardError);
        Fixture.Near(expected.Number("psi"), fit.MeanPsi!.Value);
        Fixture.Near(expected.Number("p"), fit.MeanP!.Value);
        Fixture.Near(expected.Number("nll"), -fit.LogLikelihood);
        Fixture.Near(expected.Number("AIC"), fit.Aic);
        Assert.InRange(fit.MeanPsi!.Value, fit.PsiLow!.Value, fit.PsiHigh!.Value);
    }

    [Fact]
    public void An_estimate_at_the_boundary_is_called_that_and_no_occupancy_is_said()
    {
        var (expected, fit) = (Fixture.Json("stats", "occu_expected.json").GetProperty("pfer.bin"), Occupancy.Of(Histories("occu_pfer.bin.csv")));
        Assert.True(fit.AtBoundary);
        Assert.Null(fit.MeanPsi);
        Fixture.Near(expected.Number("nll"), -fit.LogLikelihood, 2e-6); // theirs stopped on the way to the boundary; ours is higher
        Assert.True(-fit.LogLikelihood < expected.Number("nll"));
        Fixture.Near(expected.Number("AIC"), fit.Aic, 2e-6);
        Fixture.Near(expected.Number("p"), fit.MeanP!.Value, 1e-3);
        Assert.InRange(fit.PsiLow!.Value, 0.4, 0.95);
        Assert.Equal(1, fit.PsiHigh);
    }

    [Fact]
    public void Covariates_are_found_again_in_drawn_histories()
    {
        var (histories, x, w) = Drawn(3000, 0.3, 1.2, -0.4, 0.8);
        var fit = Occupancy.Of(histories, [("forest", x)], [("rain", w)]);
        foreach (var (expected, found) in ((double, Coefficient)[])[(0.3, fit.Psi[0]), (1.2, fit.Psi[1]), (-0.4, fit.P[0]), (0.8, fit.P[1])])
            Assert.InRange(found.Estimate, expected - 3.5 * found.StandardError, expected + 3.5 * found.StandardError);
        Assert.Equal(["(intercept)", "forest"], fit.Psi.Select(c => c.Name));
        Assert.True(fit.Aic < Occupancy.Of(histories).Aic - 50);
    }

    [Fact]
    public void The_slope_is_that_of_the_likelihood()
    {
        var (histories, x, w) = Drawn(40, 0, 1, 0, 1);
        var model = new OccupancyLikelihood(histories, [("x", x)], [("w", w)]);
        var at = MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense([0.4, -0.3, 0.7, 0.2]);
        for (var i = 0; i < 4; i++)
        {
            var (up, down) = (at.Clone(), at.Clone());
            (up[i], down[i]) = (up[i] + 1e-5, down[i] - 1e-5);
            Assert.Equal((model.LogLikelihood(up) - model.LogLikelihood(down)) / 2e-5, model.Gradient(at)[i], 1e-6);
        }
    }

    [Fact]
    public void Too_few_sites_one_occasion_or_nothing_seen_is_refused_and_the_order_of_sites_does_not_matter()
    {
        var (histories, _, _) = Drawn(60, 0.5, 0, 0, 0);
        Assert.Equal(Occupancy.Of(histories).MeanPsi!.Value, Occupancy.Of([.. histories.AsEnumerable().Reverse()]).MeanPsi!.Value, 1e-9);
        Assert.Equal(Occupancy.Of(histories).Sites, Occupancy.Of([.. histories, [null, null, null, null, null, null]]).Sites);
        Assert.Contains("9 sites", Assert.Throws<TooLittleDataException>(() => Occupancy.Of([.. histories.Take(9)])).Message, StringComparison.Ordinal);
        Assert.Throws<TooLittleDataException>(() => Occupancy.Of([.. histories.Select(h => h[..1])]));
        Assert.Throws<TooLittleDataException>(() => Occupancy.Of([.. histories.Select(h => new bool?[] { false, false })]));
        Assert.Throws<WrongDataException>(() => Occupancy.Of(histories, [("x", [.. histories.Select(_ => double.NaN)])]));
    }
}
