using System.Xml.Linq;

namespace Lynceus.Cloud.Tests;

public sealed class PlainSeriesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lynceus-stats-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Csv(string text)
    {
        var path = Path.Combine(folder, "series.csv");
        File.WriteAllText(path, text);
        return path;
    }

    private string Svg => Path.Combine(folder, "plot.svg");

    private static string Agona => Fixture.File("stats", "salmonella_agona.csv");

    [Fact]
    public void The_trend_of_plain_counts_is_said_and_drawn()
    {
        var said = Stats.Says("trend", "--csv", Agona, "--count", "observed", "--time", "t", "--period", "52", "--plot", Svg);
        Fixture.Near(4.0234329448, said.Number("theta"));
        Fixture.Near(1277.3834777165, said.Number("aic"));
        Assert.Equal(312, said.GetProperty("fitted").GetArrayLength());
        Assert.Equal(312, XDocument.Load(Svg).Descendants().Count(e => e.Name.LocalName == "circle"));
        Fixture.Near(1330.7090534168, Stats.Says("trend", "--csv", Agona, "--count", "observed", "--period", "52", "--family", "poisson").Number("aic"));
    }

    [Theory]
    [InlineData("farrington", 260, 312, 5)]
    [InlineData("c1", 20, 208, 16)]
    [InlineData("c2", 20, 208, 18)]
    [InlineData("cusum", 209, 312, 18)]
    public void Alarms_of_plain_counts_are_the_published_ones(string method, int from, int to, int alarms)
    {
        var said = Stats.Says("surveillance", "--csv", Agona, "--count", "observed", "--method", method, "--from", $"{from}", "--to", $"{to}", "--plot", Svg);
        Assert.Equal(alarms, said.Number("growth_alarms"));
        Assert.Equal(alarms, said.GetProperty("growth_at").GetArrayLength());
        Assert.Equal((to - from + 1, from, to), (said.GetProperty("steps").GetArrayLength(), said.GetProperty("steps")[0].Number("at"), said.GetProperty("steps")[to - from].Number("at")));
        Assert.NotNull(XDocument.Load(Svg).Root);
    }

    [Theory]
    [InlineData("ewma", "ewma")]
    [InlineData("poisson-cusum", "cusum_up")]
    [InlineData("negbin", "p_upper")]
    public void Charts_with_a_baseline_speak_of_the_second_half(string method, string key)
    {
        var said = Stats.Says("surveillance", "--csv", Agona, "--count", "observed", "--method", method, "--plot", Svg);
        Assert.Equal((157, 156), (said.Number("from"), said.GetProperty("steps").GetArrayLength()));
        Assert.True(double.IsFinite(said.GetProperty("steps")[0].Number(key)));
    }

    [Fact]
    public void A_plain_series_is_taken_apart_and_drawn_in_four_panels()
    {
        var said = Stats.Says("stl", "--csv", Fixture.File("stats", "stl_nottem_s7_t23_robust.csv"), "--value", "y", "--period", "12", "--seasonal", "7", "--trend", "23", "--robust", "--plot", Svg);
        Fixture.Near(-8.2793294514993, said.GetProperty("seasonal")[0].GetDouble());
        Fixture.Near(49.5727945889784, said.GetProperty("trend")[0].GetDouble());
        Assert.Equal(4, XDocument.Load(Svg).Descendants().Count(e => e.Name.LocalName == "path"));
        Fixture.Near(-0.0610010303500462, Stats.Says("stl", "--csv", Fixture.File("stats", "stl_co2_periodic.csv"), "--value", "y", "--period", "12").GetProperty("seasonal")[0].GetDouble());
    }

    [Fact]
    public void Wrong_series_are_refused_with_row_and_column()
    {
        const string Head = "t,n,days\n";
        string Rows(int count, string last = "") => Csv(Head + string.Concat(Enumerable.Range(1, count).Select(i => $"{i},{i % 5 + 1},10\n")) + last);
        Assert.Contains("series.csv, row 12, column days: an effort of -1 is below 0", Stats.Refuses("trend", "--csv", Rows(10, "11,3,-1\n"), "--count", "n", "--effort", "days"), StringComparison.Ordinal);
        Assert.Contains("row 12, column days: an effort of 0 is no data", Stats.Refuses("trend", "--csv", Rows(10, "11,3,0\n"), "--count", "n", "--effort", "days"), StringComparison.Ordinal);
        Assert.Contains("row 12, column n: 'NaN' is not a number", Stats.Refuses("trend", "--csv", Rows(10, "11,NaN,1\n"), "--count", "n"), StringComparison.Ordinal);
        Assert.Contains("row 12, column n: '1.5' is not a count", Stats.Refuses("surveillance", "--csv", Rows(10, "11,1.5,1\n"), "--count", "n"), StringComparison.Ordinal);
        Assert.Contains("row 1: no column 'x'", Stats.Refuses("stl", "--csv", Rows(40), "--value", "x", "--period", "12"), StringComparison.Ordinal);
        Assert.Contains("1 counts; a trend needs 8", Stats.Refuses("trend", "--csv", Rows(1), "--count", "n"), StringComparison.Ordinal);
        Assert.Contains("must lie in the 1 to 40", Stats.Refuses("surveillance", "--csv", Rows(40), "--count", "n", "--from", "41", "--method", "c1"), StringComparison.Ordinal);
        Assert.Contains("must lie in the 1 to 40", Stats.Refuses("surveillance", "--csv", Rows(40), "--count", "n"), StringComparison.Ordinal);
        Assert.Contains("--alpha", Stats.Refuses("surveillance", "--csv", Rows(40), "--count", "n", "--method", "c1", "--alpha", "2"), StringComparison.Ordinal);
        Assert.Contains("a seasonal span of 8", Stats.Refuses("stl", "--csv", Rows(40), "--value", "n", "--period", "12", "--seasonal", "8"), StringComparison.Ordinal);
        Assert.Contains("24 steps", Stats.Refuses("stl", "--csv", Rows(24), "--value", "n", "--period", "12"), StringComparison.Ordinal);
        Assert.Contains("--period", Stats.Refuses("trend", "--csv", Rows(40), "--count", "n", "--period", "-4"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_statistic_teaches_itself_with_an_example()
    {
        foreach (var statistic in StatsCommands.Stats().Subcommands)
        {
            Assert.Contains($"cloud stats {statistic.Name} ", statistic.Description, StringComparison.Ordinal);
            Assert.Contains("prints ", statistic.Description, StringComparison.Ordinal);
        }
        Assert.Equal(["activity-level", "cooccurrence", "diversity", "independent", "occupancy", "overlap", "rai", "stl", "surveillance", "trend"], StatsCommands.Stats().Subcommands.Select(c => c.Name).Order());
    }
}
