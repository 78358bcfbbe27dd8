using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud.Tests;

public sealed class TagTests : IDisposable
{
    private const string Header = "Directory,FileName,DateTimeOriginal,Make,Model,FileSize,Keywords\n";

    private readonly string folder = Directory.CreateTempSubdirectory("lynceus-tags-").FullName;

    private static TagMap Map { get; } = new()
    {
        Folder = "Directory",
        CameraModel = ["Make", "Model"],
        Time = new TagTime { Zone = "Europe/Paris" },
        Keywords = new TagKeywords { Language = "fr", Ignore = [@"rang \d"] },
        Places = [new TagPlace { Column = "Directory", Pattern = @"point (?<location>[\d.]+) (?<side>\w+)(/pose (?<session>\d+))?" }, new TagPlace { Column = "Keywords", Pattern = "^(?<side>[DG])$" }],
    };

    [Theory]
    [InlineData("renard", "Vulpes vulpes")]
    [InlineData("Véhicule|véhicule", "vehicle")]
    [InlineData("vehicule", "vehicle")]
    [InlineData("Non-identifié", "unknown")]
    [InlineData("NON IDENTIFIE", "unknown")]
    [InlineData("vide|renard", "Vulpes vulpes")]
    [InlineData("vide|rang 2", "blank")]
    [InlineData("cavalier|chien", "human, Equus caballus, Canis familiaris")]
    [InlineData("humain|chasseur|Fréquentation humaine", "human")]
    [InlineData("e\u0301cureuil", "Sciurus vulgaris")]
    [InlineData("sciuridae", "Sciuridae")]
    [InlineData("", "")]
    public void Keywords_are_taxa_and_types_whatever_their_accents(string keywords, string said)
    {
        var one = Assert.Single(Read($"point 1.3 D,a.jpg,2016:09:10 00:44:02,C,G,1,{keywords}").Media);
        Assert.Equal(said, string.Join(", ", one.Said.Select(s => s.ScientificName ?? WireWords.Of(s.ObservationType))));
        if (said == "human") Assert.Equal("humain | chasseur | Fréquentation humaine", Assert.Single(one.Said).Keywords);
    }

    [Fact]
    public void Every_keyword_that_is_known_means_something()
    {
        var words = new TagWords(new TagKeywords { Language = "fr" });
        var known = TagWords.Known("fr");
        Assert.All(known.Keys, k => Assert.NotEmpty(words.Of(k)!));
        Assert.DoesNotContain(known.Keys.SelectMany(k => words.Of(k)!).Select(m => m.ScientificName).OfType<string>(), n => !Taxonomy.Known.TryFind(n, out _));
    }

    [Fact]
    public void Side_and_session_are_cameras_of_a_location_and_the_earlier_pattern_has_the_word()
    {
        var table = Read("pix//point 10.1 D1/pose 2,a.jpg,2016:09:10 00:44:02,C,G,1,renard|G", "point 10.1 G,b.jpg,2016:09:10 00:44:02,C,G,1,lynx|G");
        Assert.Equal([("10.1", "D1", "2"), ("10.1", "G", null)], table.Media.Select(m => (m.Site.Location, m.Site.Side, m.Site.Session)));
        Assert.Equal(("10.1 D1", "pix/point 10.1 D1/pose 2/a.jpg", "C G", 1), (table.Media[0].Site.CameraID, table.Media[0].Path, table.Media[0].CameraModel, table.Contradictions));
    }

    [Fact]
    public void Times_are_the_zones_and_wrong_clocks_are_put_right_by_rules_in_order()
    {
        var map = Map with
        {
            Time = Map.Time with { RollOver = true },
            Clocks =
            [
                new TagClock { Year = 2006, Years = 10 }, new TagClock { Pattern = "2017 AU LIEU DE 2016", Years = 1 }, new TagClock { Pattern = "-1 JOUR", Days = -1 },
                new TagClock { Pattern = "-2h", Hours = -2 }, new TagClock { Pattern = "AM PM", SwapHalfDays = true }, new TagClock { Pattern = "FAUSSES", Unknown = true },
            ],
        };
        var table = Read(map,
            "point 1 D,a.jpg,2006:07:28 10:43:00,C,G,1,", "point 1 D,b 2017 AU LIEU DE 2016 -1 JOUR.jpg,2006:05:25 14:32:00,C,G,1,", "point 1 D,c 2017 AU LIEU DE 2016 -2h.jpg,2006:04:12 01:00:00,C,G,1,",
            "point 1 D,d AM PM.jpg,2006:12:08 23:56:00,C,G,1,", "point 1 D,e FAUSSES.jpg,2016:02:06 12:58:06,C,G,1,", "point 1 D,f.jpg,2019:02:29 18:55:27,C,G,1,");
        Assert.Equal(
            ["2016-07-28T10:43:00+02:00", "2017-05-24T14:32:00+02:00", "2017-04-11T23:00:00+02:00", "2016-12-08T11:56:00+01:00", "2016-02-06T12:58:06+01:00", "2019-03-01T18:55:27+01:00"],
            table.Media.Select(m => m.Time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture)));
        Assert.Equal([4, 2, 1, 1, 1, 1], table.Clocks);
        Assert.Equal([false, false, false, false, true, false], table.Media.Select(m => m.Site.ClockUnknown));
        Assert.Equal("2006:07:28 10:43:00", table.Media[0].Clock);
    }

    [Fact]
    public void A_silence_that_is_long_parts_two_deployments_and_shuffling_rows_changes_none()
    {
        string[] rows = ["point 1 D,a.jpg,2016:01:01 10:00:00,C,G,1,", "point 1 D,b.jpg,2016:02:29 10:00:00,C,G,1,", "point 1 D,c.jpg,2016:05:01 10:00:00,C,G,1,", "point 1 G,d.jpg,2016:05:01 10:00:00,C,G,1,"];
        foreach (var order in (string[][])[rows, [.. rows.Reverse()]])
        {
            var seasons = TagSeasons.Of(Read(order).Media, 60);
            Assert.Equal([("1_D_2016-01-01", 2), ("1_D_2016-05-01", 1), ("1_G_2016-05-01", 1)], seasons.Select(s => (s.DeploymentID, s.Media.Count)));
        }
        Assert.Equal(2, TagSeasons.Of(Read(rows).Media, 62.5).Count);
    }

    [Fact]
    public void Rows_that_come_twice_are_one_and_copies_are_counted()
    {
        var table = Read(Map with { LeaveOut = ["brouillon"] }, "point 1 D,a.jpg,2016:01:01 10:00:00,C,G,7,", "point 1 D,a.jpg,2016:01:01 10:00:00,C,G,7,", "point 1 D,a - Copie.jpg,2016:01:01 10:00:00,C,G,7,", "point 1 D,brouillon.jpg,2016:01:01 10:00:00,C,G,8,");
        Assert.Equal((4, 2, 1, 1, 1), (table.Rows, table.Media.Count, table.Twice, table.Copies, table.LeftOut));
    }

    [Theory]
    [InlineData("point 1 D,a.jpg,2016:13:01 10:00:00,C,G,1,renard", "tags.csv, row 2, column DateTimeOriginal: '2016:13:01 10:00:00' is no time")]
    [InlineData("point 1 D,a.jpg,2019:02:29 10:00:00,C,G,1,renard", "time.rollOver")]
    [InlineData("point 1 D,a.jpg,,C,G,1,renard", "tags.csv, row 2, column DateTimeOriginal: is empty")]
    [InlineData("point 1 D,,2016:01:01 10:00:00,C,G,1,renard", "tags.csv, row 2, column FileName: is empty")]
    [InlineData("../point 1 D,a.jpg,2016:01:01 10:00:00,C,G,1,renard", "without '..'")]
    [InlineData("nowhere,a.jpg,2016:01:01 10:00:00,C,G,1,renard", "tags.csv, row 2, column Directory: 'nowhere' fits no pattern of places")]
    [InlineData("point 1 D,a.jpg,2016:01:01 10:00:00,C,G,1,gloutton", "tags.csv, 1 rows (2), column Keywords: nobody says what 'gloutton' means")]
    [InlineData("point 1 D,a.jpg,9999:12:31 10:00:00,C,G,1,renard", "is no time any more")]
    public void What_nobody_explained_is_named_with_row_and_column(string row, string said)
        => Assert.Contains(said, Assert.Single(Read(Map with { Clocks = [new TagClock { Year = 9999, Years = 10 }] }, row).Faults), StringComparison.Ordinal);

    [Fact]
    public void Thousands_of_faults_are_a_hundred_lines()
    {
        var faults = Read([.. Enumerable.Range(0, 3000).Select(i => $"point 1 D,{i}.jpg,never,C,G,1,renard")]).Faults;
        Assert.Equal((101, "… and 2900 more"), (faults.Count, faults[^1]));
    }

    [Theory]
    [InlineData("""{ "time": { "zone": "Europe/Paris" }, "keywords": {}, "places": [], "colour": 1 }""", "colour")]
    [InlineData("""{ "keywords": {}, "places": [] }""", "time")]
    [InlineData("""{ "time": { "zone": "Europe/Paris" }, "keywords": {}, "places": [{ "column": "Directory", "pattern": "(?<location>" }] }""", "places[0].pattern")]
    [InlineData("""{ "time": { "zone": "Europe/Paris" }, "keywords": {}, "places": [{ "column": "Directory", "pattern": "x" }] }""", "(?<location>…)")]
    [InlineData("""{ "time": { "zone": "Mars/Olympus" }, "keywords": {}, "places": [{ "column": "Directory", "pattern": "(?<location>.)" }] }""", "time.zone: 'Mars/Olympus'")]
    [InlineData("""{ "time": { "zone": "+02:00", "column": "When" }, "keywords": {}, "places": [{ "column": "Directory", "pattern": "(?<location>.)" }] }""", "no column 'When'")]
    [InlineData("""{ "time": { "zone": "+02:00" }, "keywords": { "language": "tlh" }, "places": [{ "column": "Directory", "pattern": "(?<location>.)" }] }""", "keywords.language: 'tlh'")]
    [InlineData("""{ "time": { "zone": "+02:00" }, "keywords": { "meanings": { "renard": "fox!" } }, "places": [{ "column": "Directory", "pattern": "(?<location>.)" }] }""", "'renard': 'fox!'")]
    [InlineData("""{ "time": { "zone": "+02:00" }, "keywords": { "meanings": { "renard": "" } }, "places": [{ "column": "Directory", "pattern": "(?<location>.)" }] }""", "'renard' has no meaning yet")]
    [InlineData("""{ "time": { "zone": "+02:00" }, "keywords": {}, "splitDays": 0, "places": [{ "column": "Directory", "pattern": "(?<location>.)" }] }""", "splitDays")]
    [InlineData("", "map.json")]
    public void A_map_that_breaks_a_rule_is_refused_with_its_place(string json, string said)
    {
        var path = Write("map.json", json);
        Assert.Contains(said, Assert.Throws<StartException>(() => TagReading.Read(Table("point 1 D,a.jpg,2016:01:01 10:00:00,C,G,1,"), TagMap.Read(path))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_runs_on_for_ever_ends_and_is_named()
    {
        var map = Map with { Places = [new TagPlace { Column = "Directory", Pattern = "^(?<location>(a+)+)$" }] };
        Assert.Contains("takes too long", Assert.Single(Read(map, $"{new string('a', 40)}!,a.jpg,2016:01:01 10:00:00,C,G,1,").Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_that_is_made_of_a_table_reads_it_when_its_gaps_are_filled()
    {
        var table = Table("point 1 D,a.jpg,2016:01:01 10:00:00,C,G,1,renard|gloutton", "point 1 D,b.jpg,2016:01:01 10:00:00,C,G,1,lynx boréal");
        var text = TagTemplate.Of(table);
        Assert.Contains("\"gloutton\": \"\", // 1 rows", text, StringComparison.Ordinal);
        Assert.Contains("\"lynx boréal\": \"Lynx lynx\"", text, StringComparison.Ordinal);
        var read = TagReading.Read(table, TagMap.Read(Write("map.json", text.Replace("\"gloutton\": \"\"", "\"gloutton\": \"Gulo gulo\"", StringComparison.Ordinal))));
        Assert.Empty(read.Faults);
        Assert.Equal(["Vulpes vulpes", "Gulo gulo", "Lynx lynx"], read.Media.SelectMany(m => m.Said).Select(s => s.ScientificName!));
    }

    [Fact]
    [Trait("Rows", "any")]
    public async Task A_table_imported_twice_adds_nothing_and_with_another_map_is_put_right()
    {
        var table = Write("tags.csv", Header + "point 1 D,a.jpg,2006:07:28 10:43:00,C,G,1,renard|humain\npoint 1 D,b.jpg,2006:07:29 10:43:00,C,G,1,vide\npoint 1 D,c.jpg,2006:07:30 10:43:00,C,G,1,\n");
        const string Start = """{ "folder": "Directory", "time": { "zone": "Europe/Paris" }, "places": [{ "column": "Directory", "pattern": "point (?<location>\\d) (?<side>D)" }], """;
        var (first, then) = (Write("a.json", Start + """ "keywords": { "language": "fr" } }"""), Write("b.json", Start + """ "clocks": [{ "years": 10 }], "keywords": { "language": "fr", "meanings": { "renard": "Canis aureus" } } }"""));
        Assert.Equal(0, await ImportAsync(table, first));
        Assert.Equal(0, await ImportAsync(table, first));
        await using (var db = await RowsAsync())
        {
            Assert.Equal((3, 3, 2, 3, 1), (await db.Captures.CountAsync(Stop), await db.Media.CountAsync(Stop), await db.Labels.CountAsync(Stop), await db.Observations.CountAsync(o => o.Current, Stop), await db.Deployments.CountAsync(Stop)));
            var deployment = await db.Deployments.SingleAsync(Stop);
            Assert.Equal(("1_D_2006-07-28", "1", "1 D", new DateTime(2006, 7, 28, 8, 43, 0, DateTimeKind.Utc), "tables"), (deployment.DeploymentID, deployment.LocationID, deployment.CameraID, deployment.Start, deployment.Project));
            Assert.All(db.Captures, c => Assert.Equal(deployment.Id, c.DeploymentRowId));
        }
        Assert.Equal(0, await ImportAsync(table, then));
        Assert.Equal(0, await ImportAsync(table, then));
        await using (var db = await RowsAsync())
        {
            Assert.Equal((3, 3, 3), (await db.Captures.CountAsync(Stop), await db.Labels.CountAsync(Stop), await db.Observations.CountAsync(o => o.Current, Stop)));
            Assert.Equal("1_D_2016-07-28", (await db.Deployments.SingleAsync(Stop)).DeploymentID);
            Assert.Equal(["Canis aureus", null, null], await db.Observations.Where(o => o.Current).OrderBy(o => o.EventStart).ThenByDescending(o => o.ScientificName != null).Select(o => o.ScientificName).ToListAsync(Stop));
            Assert.All(db.Captures, c => Assert.Equal(2016, c.EventStart.Year));
            Assert.All(db.Media, m => Assert.StartsWith("2006", PackageCells.Read(m.Package)["clock"], StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task With_a_fault_nothing_is_imported()
    {
        var table = Write("tags.csv", Header + "point 1 D,a.jpg,2006:07:28 10:43:00,C,G,1,renard\npoint 1 D,b.jpg,2006:07:29 10:43:00,C,G,1,gloutton\n");
        var map = Write("a.json", """{ "folder": "Directory", "time": { "zone": "Europe/Paris" }, "places": [{ "column": "Directory", "pattern": "point (?<location>\\d)" }], "keywords": { "language": "fr" } }""");
        Assert.Equal(1, await ImportAsync(table, map));
        Assert.False(File.Exists(Path.Combine(folder, "data", "lynceus.db")));
        Assert.Equal(0, await ImportAsync(Write("none.csv", Header + "point 1 D,a.jpg,2006:07:28 10:43:00,C,G,1,renard\n"), map, "--preview"));
        Assert.False(File.Exists(Path.Combine(folder, "data", "lynceus.db")));
        Assert.Equal(2, await CloudCommand.RunAsync(["import", "tags", table, "--data", Path.Combine(folder, "data")]));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private async Task<int> ImportAsync(string table, string map, params string[] options)
        => await CloudCommand.RunAsync(["import", "tags", table, "--map", map, "--project", "tables", "--data", Path.Combine(folder, "data"), .. await TestRows.ArgumentsAsync(folder), .. options]);

    private async Task<LynceusDb> RowsAsync() => RowsSetup.Open(Path.Combine(folder, "data"), await TestRows.OfAsync(folder));

    private TagTable Read(params string[] rows) => Read(Map, rows);

    private TagTable Read(TagMap map, params string[] rows) => TagReading.Read(Table(rows), map);

    private Table Table(params string[] rows) => Cloud.Table.Read(Write("tags.csv", Header + string.Join('\n', rows) + '\n'));

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        return path;
    }
}
