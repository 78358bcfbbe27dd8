namespace Lynceus.Cloud.Tests;

public sealed class DiversityTests
{
    private static readonly int[] Some = [46, 22, 17, 15, 15, 9, 8, 6, 6, 4, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1];

    private static List<int[]> Barro()
    {
        var table = Fixture.Table("stats", "BCI.csv");
        return [.. Enumerable.Range(0, table.Rows).Select(row => Enumerable.Range(1, table.Columns.Count - 1).Select(c => table.Count(row, c)).ToArray())];
    }

    [Theory]
    [InlineData("BCI_shannon")]
    [InlineData("BCI_simpson")]
    [InlineData("BCI_invsimpson")]
    [InlineData("BCI_rarefy340")]
    public void Diversity_of_the_plots_of_Barro_Colorado_is_the_published_one(string what)
    {
        foreach (var (expected, counts) in Fixture.Json("stats", "vegan_expected.json").GetProperty(what).EnumerateArray().Zip(Barro()))
        {
            var diversity = new Diversity(counts);
            Fixture.Near(expected.GetDouble(), what switch { "BCI_shannon" => diversity.Shannon, "BCI_simpson" => diversity.Simpson, "BCI_invsimpson" => diversity.InverseSimpson, _ => diversity.Rarefied(340) });
        }
    }

    [Fact]
    public void Estimated_richness_and_its_error_are_the_published_ones()
    {
        foreach (var (expected, counts) in Fixture.Json("stats", "vegan_expected.json").GetProperty("BCI_estimateR").EnumerateArray().Zip(Barro()))
        {
            var diversity = new Diversity(counts);
            Assert.Equal(expected.Number("S.obs"), diversity.Species);
            Fixture.Near(expected.Number("S.chao1"), diversity.Chao1);
            Fixture.Near(expected.Number("se.chao1"), diversity.Chao1Error);
            Fixture.Near(expected.Number("S.ACE"), diversity.Ace);
        }
    }

    [Fact]
    public void Hill_numbers_of_all_orders_are_the_published_ones()
    {
        foreach (var (expected, counts) in Fixture.Json("stats", "vegan_expected.json").GetProperty("BCI_renyi_hill").EnumerateArray().Zip(Barro()))
            foreach (var order in expected.EnumerateObject())
                Fixture.Near(order.Value.GetDouble(), new Diversity(counts).Hill(order.Name == "Inf" ? double.PositiveInfinity : double.Parse(order.Name)));
    }

    /// <summary>The published ones were found by a root finder that stops at about 1e-6; ours solve their equation to the last digits.</summary>
    [Fact]
    public void Fishers_alpha_solves_its_equation_and_is_near_the_published_one()
    {
        foreach (var (expected, counts) in Fixture.Json("stats", "vegan_expected.json").GetProperty("BCI_fisher").EnumerateArray().Zip(Barro()))
        {
            var diversity = new Diversity(counts);
            var alpha = diversity.FisherAlpha;
            Fixture.Near(expected.GetDouble(), alpha, 1e-5);
            Fixture.Near(diversity.Species, alpha * Math.Log(1 + diversity.Records / alpha), 1e-12);
        }
    }

    [Fact]
    public void The_pool_of_species_and_its_accumulation_are_the_published_ones()
    {
        var all = Fixture.Json("stats", "vegan_expected.json");
        var pool = new SpeciesPool([.. Barro().Select(c => c.Select(n => n > 0).ToArray())]);
        var expected = all.GetProperty("BCI_specpool")[0];
        foreach (var (key, actual) in new (string, double)[] { ("Species", pool.Species), ("chao", pool.Chao2), ("chao.se", pool.Chao2Error), ("jack1", pool.Jackknife1), ("jack1.se", pool.Jackknife1Error), ("jack2", pool.Jackknife2), ("boot", pool.Bootstrap), ("boot.se", pool.BootstrapError), ("n", pool.Places) })
            Fixture.Near(expected.Number(key), actual);
        for (var places = 1; places <= 5; places++)
        {
            var (species, deviation) = pool.Accumulated(places);
            Fixture.Near(all.GetProperty("BCI_specaccum_exact")[places - 1].GetDouble(), species);
            Fixture.Near(all.GetProperty("BCI_specaccum_sd")[places - 1].GetDouble(), deviation);
        }
        Fixture.Near(pool.Species, pool.Accumulated(50).Species);
        Assert.Equal(0, pool.Accumulated(50).Deviation, 1e-6);
    }

    /// <summary>As Chao and Jost publish them for these spiders.</summary>
    [Fact]
    public void Coverage_of_the_spiders_is_the_published_one()
    {
        var spider = Fixture.Json("stats", "spider.json");
        Assert.Equal(0.9289, new Diversity(spider.GetProperty("Girdled").EnumerateArray().Select(v => v.GetInt32())).Coverage, 5e-5);
        Assert.Equal(0.9446, new Diversity(spider.GetProperty("Logged").EnumerateArray().Select(v => v.GetInt32())).Coverage, 5e-5);
    }

    [Fact]
    public void Rarefaction_rises_to_the_species_that_were_seen_and_order_and_zeros_change_nothing()
    {
        var diversity = new Diversity(Some);
        Assert.Equal(1, diversity.Rarefied(1), 1e-10);
        var last = 0.0;
        for (var n = 1; n <= diversity.Records; n++)
        {
            Assert.True(diversity.Rarefied(n) > last);
            last = diversity.Rarefied(n);
        }
        Assert.Equal(diversity.Species, last, 1e-10);
        Assert.Equal(diversity.Shannon, new Diversity([0, .. Some.Reverse(), 0, 0]).Shannon);
        Assert.Equal(diversity.Species, diversity.Hill(0), 1e-10);
        Assert.Equal(diversity.InverseSimpson, diversity.Hill(2), 1e-10);
        Assert.Throws<WrongDataException>(() => diversity.Rarefied(diversity.Records + 1));
    }

    [Fact]
    public void What_cannot_be_estimated_is_not_made_up()
    {
        Assert.Throws<TooLittleDataException>(() => new Diversity([0, 0]));
        Assert.Throws<WrongDataException>(() => new Diversity([3, -1]));
        var singles = new Diversity([1, 1, 1]);
        Assert.True(double.IsNaN(singles.Ace));
        Assert.True(double.IsPositiveInfinity(singles.FisherAlpha));
        Assert.Throws<TooLittleDataException>(() => new SpeciesPool([[true]]));
        Assert.Throws<WrongDataException>(() => new SpeciesPool([[true], [true, false]]));
    }
}
