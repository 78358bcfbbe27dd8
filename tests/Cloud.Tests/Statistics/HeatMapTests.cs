namespace Lynceus.Cloud.Tests;

public sealed class HeatMapTests
{
    private static readonly GridPlace[] Places = [new(46.0, 8.0, 6, 100), new(46.001, 8.001, 4, 100), new(46.05, 8.06, 0, 50), new(46.1, 8.13, 3, 10), new(46.1, 8.0, 0, 0)];

    private static GridCell At(HeatMap map, double latitude, double longitude) => map.Cells.Single(c => c.South <= latitude + 1e-9 && latitude < c.North - 1e-9 && c.West <= longitude + 1e-9 && longitude < c.East - 1e-9);

    [Fact]
    public void A_cell_has_the_events_of_its_places_by_their_effort_and_where_nobody_looked_there_is_no_rate()
    {
        var map = HeatMap.Of(Places, 2);
        var (two, none, unseen, unlooked) = (At(map, 46, 8), At(map, 46.05, 8.06), At(map, 46.1, 8.0), At(map, 46.05, 8.0));
        Assert.Equal((2, 10L, 200.0, 5.0), (two.Places, two.Rate!.Events, two.Rate.Days, two.Rate.Rate));
        Assert.Equal(TrappingRate.Of(10, 200), two.Rate);
        Assert.Equal(0, none.Rate!.Rate);
        Assert.True(none.Rate.High > 5, "what was not seen in 50 days may still be there");
        Assert.Null(unseen.Rate);
        Assert.Equal((0, null), (unlooked.Places, unlooked.Rate));
        Assert.Equal(Places.Sum(p => p.Events), map.Cells.Sum(c => c.Rate?.Events ?? 0));
        Assert.Equal(Places.Length, map.Cells.Sum(c => c.Places));
    }

    [Fact]
    public void The_surface_follows_the_rate_and_not_the_effort_and_ends_where_nobody_looked()
    {
        var even = HeatMap.Of([new(46, 8, 5, 100), new(46, 8.05, 50, 1000), new(46.05, 8, 1, 20)], 1);
        foreach (var cell in even.Cells.Where(c => c.Smoothed is not null)) Assert.Equal(5, cell.Smoothed!.Value, 1e-9);
        Assert.Contains(even.Cells, c => c.Smoothed is null);
        var wide = HeatMap.Of(Places, 2, 100);
        Assert.All(wide.Cells, c => Assert.Equal(100.0 * 13 / 260, c.Smoothed!.Value, 0.4)); // a wide kernel makes all places one
    }

    [Fact]
    public void The_order_of_places_changes_nothing_and_effort_without_records_lowers_the_rate()
    {
        var (map, shuffled) = (HeatMap.Of(Places, 2), HeatMap.Of([.. Places.Reverse()], 2));
        foreach (var (a, b) in map.Cells.Zip(shuffled.Cells))
        {
            Assert.Equal(a.Rate?.Rate, b.Rate?.Rate);
            Assert.Equal(a.Smoothed ?? -1, b.Smoothed ?? -1, 1e-9);
        }
        var more = HeatMap.Of([.. Places, new GridPlace(46.0005, 8.0005, 0, 300)], 2);
        Assert.True(At(more, 46, 8).Rate!.Rate < At(map, 46, 8).Rate!.Rate);
        Assert.True(At(more, 46, 8).Smoothed < At(map, 46, 8).Smoothed);
    }

    [Fact]
    public void A_grid_over_the_date_line_is_narrow_and_a_cell_is_as_long_as_it_says()
    {
        var map = HeatMap.Of([new(-17, 179.9, 1, 10), new(-17, -179.9, 1, 10)], 10);
        Assert.Equal(3, map.Cells.Count); // 21 km apart
        Assert.Equal(2, map.Cells.Count(c => c.Rate is not null));
        var cell = HeatMap.Of([new(60, 10, 1, 10)], 10).Cells.Single();
        Assert.Equal(10 / 111.195, cell.North - cell.South, 1e-4);
        Assert.Equal(2 * (cell.North - cell.South), cell.East - cell.West, 1e-3); // a degree of longitude is half as long at 60°
    }

    [Fact]
    public void What_makes_no_map_is_refused_by_name()
    {
        Assert.Contains("no effort", Assert.Throws<TooLittleDataException>(() => HeatMap.Of([new(46, 8, 0, 0)], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("at most 10000", Assert.Throws<WrongDataException>(() => HeatMap.Of([new(-40, 8, 0, 1), new(40, 8, 0, 1), new(0, 50, 0, 1)], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("without effort", Assert.Throws<WrongDataException>(() => HeatMap.Of([new(46, 8, 2, 0), new(46, 8, 0, 3)], 1)).Message, StringComparison.Ordinal);
        foreach (var wrong in (GridPlace[])[new(91, 8, 0, 1), new(46, double.NaN, 0, 1), new(46, 8, -1, 1), new(46, 8, 0, -1), new(46, 8, 0, double.NaN)]) Assert.Throws<WrongDataException>(() => HeatMap.Of([wrong], 1));
        Assert.Throws<WrongDataException>(() => HeatMap.Of([new(46, 8, 0, 1)], 0));
        Assert.Throws<WrongDataException>(() => HeatMap.Of([new(46, 8, 0, 1)], 1, double.NaN));
    }
}
