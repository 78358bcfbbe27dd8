namespace Lynceus.Cloud.Tests;

public sealed class CooccurrenceTests
{
    private static Cooccurrence Finches()
    {
        var table = Fixture.Table("stats", "finches.csv");
        return Cooccurrence.Of([.. Enumerable.Range(0, table.Rows).Select(row => Enumerable.Range(1, table.Columns.Count - 1).Select(c => table.Count(row, c) > 0).ToArray())]);
    }

    [Fact]
    public void Darwins_finches_share_islands_as_published()
    {
        var (expected, finches) = (Fixture.Table("stats", "finches_veech_cscore_expected.csv"), Finches());
        Assert.Equal(expected.Rows, finches.Pairs.Count);
        foreach (var (row, pair) in finches.Pairs.Index())
        {
            Assert.Equal((expected.Count(row, 2), expected.Count(row, 3), expected.Count(row, 4), expected.Count(row, 8)), (pair.PlacesA, pair.PlacesB, pair.Shared, (int)pair.Checkerboards));
            Fixture.Near(expected.Number(row, 5), pair.Expected);
            Fixture.Near(expected.Number(row, 6), pair.Fewer);
            Fixture.Near(expected.Number(row, 7), pair.More);
        }
    }

    [Fact]
    public void Of_78_pairs_of_finches_64_are_judged_14_go_together_and_one_avoids_the_other()
    {
        var finches = Finches();
        Assert.Equal((78, 64, 14, 1), (finches.Pairs.Count, finches.Pairs.Count(p => p.Judged), finches.Pairs.Count(p => p.Sign > 0), finches.Pairs.Count(p => p.Sign < 0)));
        Fixture.Near(4.26923077, finches.CScore);
    }

    [Fact]
    public void Chances_of_fewer_and_more_meet_at_what_was_seen()
    {
        foreach (var pair in Cooccurrence.Of([[true, true, false, false, true], [true, false, true, false, false], [false, false, false, true, true]]).Pairs)
            Assert.InRange(pair.Fewer + pair.More, 1 + 1e-9, 2);
    }

    [Fact]
    public void One_place_or_one_species_is_too_little()
    {
        Assert.Throws<TooLittleDataException>(() => Cooccurrence.Of([[true], [true]]));
        Assert.Throws<TooLittleDataException>(() => Cooccurrence.Of([[true, true], [false, false]]));
        Assert.Throws<WrongDataException>(() => Cooccurrence.Of([[true, true], [true]]));
    }
}
