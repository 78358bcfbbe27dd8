namespace Lynceus.Cloud.Tests;

/// <summary>Two tables of real tags; their maps say what their file names and keywords mean.</summary>
public sealed class TagTablesTests
{
    private static readonly TagKeywords French = new() { Language = "fr" };

    internal static TagMap Jura { get; } = new()
    {
        Folder = "Directory",
        CameraModel = ["Make", "Model"],
        Time = new TagTime { Zone = "Europe/Paris" },
        Keywords = French,
        Places = [new TagPlace { Column = "Directory", Pattern = @"point (?<location>\d+\.\d) (?<side>[DG]\d?)(/pose (?<session>\d))?$" }],
        Clocks =
        [
            new TagClock { Year = 2006, Years = 10 },
            new TagClock { Pattern = "2017 AU LIEU DE 2016", Years = 1 },
            new TagClock { Pattern = "ET -1 JOUR", Days = -1 },
            new TagClock { Pattern = "-2h", Hours = -2 },
            // Pictures of the camera on the other side of the path say so: of both cameras' pictures 77 % are then within five minutes, and 1 % as the clock stands.
            new TagClock { Pattern = "AM PM INVERSE", Hours = -12 },
            new TagClock { Pattern = "DATE ET HEURE FAUSSES|PROBLEME HEURE ET DATE", Unknown = true },
        ],
    };

    internal static TagMap Ain { get; } = new()
    {
        CameraModel = ["Make", "Model"],
        Time = new TagTime { Zone = "Europe/Paris", RollOver = true },
        Keywords = French with { Ignore = [@"\d+\.\d", "[DG]"] },
        Places = [new TagPlace { Column = "FileName", Pattern = @"^(?<location>\d+\.\d)_(?<side>droite|gauche)_", Words = new Dictionary<string, string> { ["droite"] = "D", ["gauche"] = "G" } }],
    };

    [Fact]
    public void All_of_the_Jura_is_read_with_its_wrong_clocks()
    {
        var table = TagReading.Read(Table.Read(Shared.Data("tables", "manual_tags_Jura.csv")), Jura);
        Assert.Equal([], table.Faults);
        Assert.Equal((46_911, 46_911, 0, 19), (table.Rows, table.Media.Count, table.Twice, table.Copies));
        Assert.Equal([46_390, 29_138, 271, 119, 187, 46], table.Clocks);
        Assert.Equal(47, table.Media.Where(m => !m.Site.ClockUnknown).Select(m => m.Site).Distinct().Count());
        var summary = TagSummary.Of(table, TagSeasons.Of(table.Media, Jura.SplitDays), Jura);
        Assert.Equal((303, 370, 917, 2_072, 2_371), (summary.Kinds["Lynx lynx"], summary.Kinds["Capreolus capreolus"], summary.Kinds["Rupicapra rupicapra"], summary.Kinds["Vulpes vulpes"], summary.Unclassified));
        Assert.Equal(("2016-06-05", "2017-10-24"), ($"{summary.Start:yyyy-MM-dd}", $"{summary.End:yyyy-MM-dd}"));
    }

    [Fact]
    public void All_of_the_Ain_is_read_with_its_empties()
    {
        var table = TagReading.Read(Table.Read(Shared.Data("tables", "manual_tags_Ain.csv")), Ain);
        Assert.Equal([], table.Faults);
        Assert.Equal((21_491, 21_491, 0), (table.Rows, table.Media.Count, table.Twice));
        var summary = TagSummary.Of(table, TagSeasons.Of(table.Media, Ain.SplitDays), Ain);
        // Of 3,332 rows that say 'vide' one says what is there, too.
        Assert.Equal((203, 1_101, 3_331), (summary.Kinds["Lynx lynx"], summary.Kinds["Capreolus capreolus"], summary.Kinds["blank"]));
        Assert.Equal((11, 21), (summary.Locations, summary.Cameras));
    }
}
