using System.Text;
using System.Xml.Linq;

namespace Lynceus.Cloud.Tests;

public sealed class PlainTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lynceus-stats-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Csv(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    private string Bytes(byte[] bytes)
    {
        var path = Path.Combine(folder, "records.csv");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string[] Overlap(string csv) => ["overlap", "--csv", csv, "--unit", "day", "--group", "Sps", "--a", "a", "--b", "b"];

    private static string Records(params string[] more)
        => "Zone,Sps,Time\n" + string.Concat(Enumerable.Range(0, 20).Select(i => FormattableString.Invariant($"1,{(i % 2 == 0 ? "a" : "b")},{0.2 + i * 0.017}\n"))) + string.Concat(more.Select(m => m + "\n"));

    [Fact]
    public void The_overlap_of_plain_records_is_said_with_its_sizes_and_drawn()
    {
        var plot = Path.Combine(folder, "overlap.svg");
        var said = Stats.Says("overlap", "--csv", Fixture.File("overlap", "kerinci.csv"), "--time", "Time", "--unit", "day", "--group", "Sps", "--a", "tiger", "--b", "macaque", "--where", "Zone=2", "--bootstrap", "50", "--plot", plot);
        Fixture.Near(0.4205464, said.Number("dhat4"));
        Fixture.Near(10.31843, said.Number("bwA"), 2e-5);
        Fixture.Near(22.07055, said.Number("bwB"), 2e-5);
        Assert.Equal((83, 125), (said.Number("nA"), said.Number("nB")));
        Assert.InRange(said.Number("dhat4"), said.GetProperty("dhat4_interval").Number("low"), said.GetProperty("dhat4_interval").Number("high"));
        var svg = XDocument.Load(plot);
        Assert.Equal(2, svg.Descendants().Count(e => e.Name.LocalName == "path"));
        Assert.Contains("prefers-color-scheme: dark", svg.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,a,NaN", "records.csv, row 22, column Time: 'NaN' is not a number")]
    [InlineData("1,a,1.5", "records.csv, row 22, column Time: 1.5 is not 0 to 1; --unit is day")]
    [InlineData("1,a,-0.1", "column Time: -0.1 is not 0 to 1")]
    [InlineData("1,a,", "records.csv, row 22, column Time: is empty")]
    [InlineData("1,a,\"0,5\"", "write decimals with a point")]
    [InlineData("1,a", "records.csv, row 22, column 3: the row has 2 cells, the header 3")]
    [InlineData("1,a,0.5,7", "records.csv, row 22, column 4: the row has 4 cells, the header 3")]
    [InlineData("1,a\"b,0.5", "records.csv, row 22: a quote")]
    public void A_row_that_is_wrong_is_named_with_its_column(string row, string said) => Assert.Contains(said, Stats.Refuses(Overlap(Csv(Records(row)))), StringComparison.Ordinal);

    [Fact]
    public void A_file_with_a_byte_order_mark_and_Windows_line_ends_reads_like_one_without()
    {
        var plain = Stats.Says(Overlap(Csv(Records()))).ToString();
        Assert.Equal(plain, Stats.Says(Overlap(Csv("\uFEFF" + Records().ReplaceLineEndings("\r\n")))).ToString());
        foreach (var (between, name) in new[] { (';', ";"), ('\t', "tab") })
        {
            Assert.Equal(plain, Stats.Says([.. Overlap(Csv(Records().Replace(',', between))), "--separator", name]).ToString());
            Assert.Equal(plain, Stats.Says(Overlap(Csv("\uFEFF" + Records().Replace(',', between)))).ToString());
        }
        Assert.Equal(plain, Stats.Says([.. Overlap(Csv(Records().Replace(',', ';').Replace("Time", "\"at, by the clock\"", StringComparison.Ordinal))), "--time", "at, by the clock"]).ToString());
    }

    [Fact]
    public void Another_separator_or_encoding_is_named_where_it_is_seen()
    {
        Assert.Contains("row 1, column 1: 'Zone;Sps;Time' is one column with ',' between; say --separator ';'", Stats.Refuses([.. Overlap(Csv(Records().Replace(',', ';'))), "--separator", ","]), StringComparison.Ordinal);
        Assert.Contains("row 22, column 2: byte 0xE9 is not UTF-8", Stats.Refuses(Overlap(Bytes(Encoding.Latin1.GetBytes(Records("1,chèvre élan,0.4").Replace("è", "e", StringComparison.Ordinal))))), StringComparison.Ordinal);
        Assert.Contains("row 1, column 1: the file is not UTF-8 but UTF-16", Stats.Refuses(Overlap(Bytes([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Records())]))), StringComparison.Ordinal);
        Assert.Contains("row 1, column 1: a byte of 0 (UTF-16 without its mark", Stats.Refuses(Overlap(Bytes(Encoding.Unicode.GetBytes(Records())))), StringComparison.Ordinal);
        Assert.Contains("row 22, column 3: a byte of 0", Stats.Refuses(Overlap(Bytes(Encoding.UTF8.GetBytes(Records("1;a;0.5\0").Replace(',', ';'))))), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_is_named_beside_what_is()
    {
        var csv = Csv(Records());
        Assert.Contains("row 1: no column 'time'; it has Zone, Sps, Time", Stats.Refuses([.. Overlap(csv), "--time", "time"]), StringComparison.Ordinal);
        Assert.Contains("column Sps: no row has 'lynx'; it has a, b", Stats.Refuses("overlap", "--csv", csv, "--unit", "day", "--group", "Sps", "--a", "lynx", "--b", "b"), StringComparison.Ordinal);
        Assert.Contains("column Zone: no row has '9'; it has 1", Stats.Refuses([.. Overlap(csv), "--where", "Zone=9"]), StringComparison.Ordinal);
        Assert.Contains("'Zone' is not COLUMN=VALUE", Stats.Refuses([.. Overlap(csv), "--where", "Zone"]), StringComparison.Ordinal);
        Assert.Contains("nowhere.csv", Stats.Refuses(Overlap(Path.Combine(folder, "nowhere.csv"))), StringComparison.Ordinal);
        Assert.Contains("row 1 must name the columns", Stats.Refuses(Overlap(Csv(""))), StringComparison.Ordinal);
        Assert.Contains("no rows", Stats.Refuses(Overlap(Csv("Zone,Sps,Time\n"))), StringComparison.Ordinal);
        Assert.Contains("'A' names two columns", Stats.Refuses(Overlap(Csv("A,A\n1,2\n"))), StringComparison.Ordinal);
        Assert.Contains("--plot", Stats.Refuses([.. Overlap(Csv(Records())), "--plot", Path.Combine(folder, "no", "where.svg")]), StringComparison.Ordinal);
        Assert.Contains("--bootstrap: '-5' is not 0 to 100000", Stats.Refuses([.. Overlap(csv), "--bootstrap=-5"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_groups_may_lie_in_two_files()
    {
        var said = Stats.Says("overlap", "--csv", Fixture.File("overlap", "tigerObs.csv"), "--time", "tigerObs", "--csv-b", Fixture.File("overlap", "pigObs.csv"), "--time-b", "pigObs", "--unit", "radian");
        Fixture.Near(0.2908618, said.Number("dhat1"));
        Fixture.Near(0.2692011, said.Number("dhat4"));
        Assert.Contains("say --group COLUMN --a VALUE --b VALUE, or --csv-b FILE", Stats.Refuses("overlap", "--csv", Csv(Records()), "--unit", "day", "--group", "Sps", "--a", "a"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_ends_with_exit_code_two()
    {
        Assert.Equal(2, await CloudCommand.RunAsync(["stats", .. Overlap(Csv(Records("1,a,NaN")))]));
        Assert.Equal(2, await CloudCommand.RunAsync(["stats", .. Overlap(Csv("Sps,Time\na,0.1\nb,0.2\n"))]));
        Assert.Equal(2, await CloudCommand.RunAsync(["stats", "overlap", "--csv", Csv(Records()), "--unit", "fortnight"]));
    }

    [Fact]
    public void Too_little_to_speak_of_is_refused_with_the_column()
    {
        Assert.Contains("records.csv, column Time, b: 1 records", Stats.Refuses(Overlap(Csv("Sps,Time\na,0.1\na,0.2\na,0.25\na,0.4\na,0.5\nb,0.5\n"))), StringComparison.Ordinal);
        Assert.Contains("within minutes", Stats.Refuses(Overlap(Csv("Sps,Time\n" + string.Concat(Enumerable.Repeat("a,0\nb,0\n", 9))))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clock", "06:00")]
    [InlineData("clock", "06:00:00")]
    [InlineData("hour", "6")]
    [InlineData("timestamp", "2026-05-03 06:00:00")]
    [InlineData("timestamp", "2026-05-03T06:00:00+02:00")]
    public void The_same_time_is_the_same_in_each_unit(string unit, string time)
    {
        string[] others = unit switch
        {
            "hour" => ["5", "4.25", "12", "20"],
            "clock" => ["05:00", "04:15", "12:00", "20:00"],
            _ => ["2026-05-03 05:00:00", "2026-05-04 04:15:00", "2026-06-03 12:00:00", "2026-05-03 20:00:00"],
        };
        var days = Stats.Says("activity-level", "--csv", Csv("T\n0.25\n0.17708333333333334\n0.20833333333333334\n0.5\n0.8333333333333334\n"), "--time", "T", "--unit", "day").Number("act");
        Fixture.Near(days, Stats.Says("activity-level", "--csv", Csv($"T\n{time}\n{string.Join('\n', others)}\n"), "--time", "T", "--unit", unit).Number("act"), 1e-9);
    }

    [Fact]
    public void On_sun_time_records_of_all_seasons_have_one_dusk()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich");
        var csv = Csv("T\n" + string.Concat(Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"{TimeZoneInfo.ConvertTimeFromUtc(SunTimes.Of(new DateOnly(2024, 1, 1).AddDays(9 * i), 46.8, 8.2).Sunset!.Value.AddMinutes(i * 7 % 40), zone):yyyy-MM-dd HH:mm:ss}\n"))));
        string[] level = ["activity-level", "--csv", csv, "--time", "T", "--unit", "timestamp"];
        string[] place = ["--latitude", "46.8", "--longitude", "8.2", "--zone", "Europe/Zurich"];
        Assert.True(Stats.Says([.. level, "--sun", .. place]).Number("act") < Stats.Says(level).Number("act") / 2);
        Assert.Contains("--sun: say where", Stats.Refuses([.. level, "--sun", "--latitude", "46.8"]), StringComparison.Ordinal);
        Assert.Contains("'Mars' is no time zone", Stats.Refuses([.. level, "--sun", .. place[..^1], "Mars"]), StringComparison.Ordinal);
        Assert.Contains("--unit timestamp", Stats.Refuses("activity-level", "--csv", csv, "--time", "T", "--sun"), StringComparison.Ordinal);
        Assert.Contains("must be -90 to 90", Stats.Refuses([.. level, "--sun", "--latitude", "91", .. place[2..]]), StringComparison.Ordinal);
    }

    [Fact]
    public void Diversity_reads_a_row_a_place_and_a_row_a_record_alike()
    {
        var matrix = Stats.Says("diversity", "--csv", Csv("site,fox,deer,boar\nA,2,0,1\nB,0,3,1\n"), "--rarefy", "2", "--plot", Path.Combine(folder, "d.svg"));
        var records = Stats.Says("diversity", "--csv", Csv("place,name,count\nA,fox,1\nB,deer,3\nA,fox,1\nA,boar,1\nB,boar,1\n"), "--species", "name", "--site", "place", "--count", "count", "--rarefy", "2");
        Assert.Equal(matrix.ToString(), records.ToString());
        Assert.Equal(3, matrix.GetProperty("pool").Number("species"));
        Assert.Contains("row 2, column deer: '-1' is not a count", Stats.Refuses("diversity", "--csv", Csv("site,fox,deer\nA,2,-1\n")), StringComparison.Ordinal);
        Assert.Contains("rarefied to 9", Stats.Refuses("diversity", "--csv", Csv("site,fox,deer\nA,2,1\n"), "--rarefy", "9"), StringComparison.Ordinal);
        Fixture.Near(4.018412, Stats.Says("diversity", "--csv", Fixture.File("stats", "BCI.csv")).GetProperty("sites")[0].Number("shannon"));
    }

    [Fact]
    public void Rates_of_the_wetland_are_the_published_ones()
    {
        var expected = Fixture.Table("camtraptor-mica", "expected_rai.csv");
        var said = Stats.Says("rai", "--csv", Fixture.File("camtraptor-mica", "observations.csv"), "--deployments", Fixture.File("camtraptor-mica", "deployments.csv"), "--event", "sequenceID", "--plot", Path.Combine(folder, "rai.svg"));
        var rates = said.GetProperty("rates").EnumerateArray().ToDictionary(r => (r.GetProperty("deployment").GetString(), r.GetProperty("species").GetString()));
        Assert.Equal(expected.Rows, rates.Count);
        var ducks = said.GetProperty("species").EnumerateArray().Single(s => s.GetProperty("species").GetString() == "Anas platyrhynchos");
        Assert.Equal(rates.Where(r => r.Key.Item2 == "Anas platyrhynchos").Sum(r => r.Value.Number("n")), ducks.Number("n"));
        Fixture.Near(100 * ducks.Number("n") / ducks.Number("effort_days"), ducks.Number("rai"));
        for (var row = 0; row < expected.Rows; row++)
        {
            var rate = rates[(expected.Text(row, 0), expected.Text(row, 1))];
            Assert.Equal(expected.Count(row, 2), rate.Number("n"));
            Fixture.Near(expected.Number(row, 4), rate.Number("effort_days"));
            Fixture.Near(expected.Number(row, 5), rate.Number("rai"));
            Assert.InRange(rate.Number("rai"), rate.Number("low"), rate.Number("high"));
        }
    }

    [Fact]
    public void A_negative_effort_an_unknown_deployment_and_no_effort_are_named()
    {
        var seen = Path.Combine(folder, "seen.csv");
        File.WriteAllText(seen, "deploymentID,scientificName\nA,Lynx lynx\nB,\n");
        string[] Rai(string deployments, params string[] more) => ["rai", "--csv", seen, "--deployments", Csv(deployments), .. more];
        Assert.Contains("records.csv, row 2, column days: an effort of -3 days is below 0", Stats.Refuses(Rai("deploymentID,days\nA,-3\n", "--effort", "days")), StringComparison.Ordinal);
        Assert.Contains("row 2, column end: 2026-05-01 is before the start, 2026-05-03: a negative effort", Stats.Refuses(Rai("deploymentID,start,end\nA,2026-05-03,2026-05-01\n")), StringComparison.Ordinal);
        Assert.Contains("seen.csv, row 2, column deploymentID: 'A' is no deployment of records.csv", Stats.Refuses(Rai("deploymentID,days\nC,3\n", "--effort", "days")), StringComparison.Ordinal);
        Assert.Contains("row 3, column deploymentID: 'A' stands there a second time", Stats.Refuses(Rai("deploymentID,days\nA,3\nA,4\n", "--effort", "days")), StringComparison.Ordinal);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, Stats.Says(Rai("deploymentID,days\nA,0\n", "--effort", "days")).GetProperty("rates")[0].GetProperty("rai").ValueKind);
    }

    [Fact]
    public void Independent_records_are_counted_by_station_and_species()
    {
        var said = Stats.Says("independent", "--csv", Fixture.File("camtrapR", "recordTableSample.csv"), "--minutes", "1440", "--after", "independent", "--plot", Path.Combine(folder, "i.svg"));
        Assert.Equal((39, 34), (said.Number("records"), said.Number("events")));
        Assert.Contains("row 2, column DateTimeOriginal: 'soon' is not a time", Stats.Refuses("independent", "--csv", Csv("Station,Species,DateTimeOriginal\nA,fox,soon\n")), StringComparison.Ordinal);
        Assert.Contains("--minutes: -1 is not 0", Stats.Refuses("independent", "--csv", Csv("Station,Species,DateTimeOriginal\nA,fox,2026-05-03\n"), "--minutes=-1"), StringComparison.Ordinal);
    }

    [Fact]
    public void Pairs_of_finches_are_counted_and_drawn()
    {
        var said = Stats.Says("cooccurrence", "--csv", Fixture.File("stats", "finches.csv"), "--plot", Path.Combine(folder, "c.svg"));
        Assert.Equal((17, 78, 64, 14, 1), (said.Number("places"), said.Number("pairs"), said.Number("judged"), said.Number("positive"), said.Number("negative")));
        Fixture.Near(4.26923077, said.Number("cscore"));
        Assert.Equal(78 + 3, XDocument.Load(Path.Combine(folder, "c.svg")).Descendants().Count(e => e.Name.LocalName == "rect"));
        var records = Csv("place,name\nP1,fox\nP1,deer\nP2,fox\nP3,deer\nP4,\n");
        Assert.Equal(4, Stats.Says("cooccurrence", "--csv", records, "--species", "name", "--site", "place").Number("places"));
        Assert.Equal(2, Stats.Says("cooccurrence", "--csv", Csv("place,fox,deer,boar\nA,1,0,1\nB,0,1,1\n"), "--rows", "places").Number("places"));
    }

    [Fact]
    public void Occupancy_at_the_boundary_prints_no_psi_and_a_wrong_history_is_named()
    {
        var boundary = Stats.Says("occupancy", "--histories", Fixture.File("stats", "occu_pfer.bin.csv"), "--plot", Path.Combine(folder, "o.svg"));
        Assert.True(boundary.GetProperty("boundary").GetBoolean());
        Fixture.Near(-1.92269188, boundary.Number("logit_p"), 1e-3);
        Fixture.Near(0.16330208, boundary.Number("se_p"), 1e-3);
        foreach (var key in (string[])["psi", "psi_high", "logit_psi", "se_psi"]) Assert.Equal(System.Text.Json.JsonValueKind.Null, boundary.GetProperty(key).ValueKind);
        var peeper = Stats.Says("occupancy", "--histories", Fixture.File("stats", "occu_pcru.bin.csv"));
        Fixture.Near(461.00414498, peeper.Number("aic"));
        Fixture.Near(2.957389, peeper.Number("logit_psi"));
        Assert.Contains("row 3, column V2: '2' is not 1, 0 or NA", Stats.Refuses("occupancy", "--histories", Csv("V1,V2\n1,0\n0,2\n")), StringComparison.Ordinal);
        Assert.Contains("1 sites", Stats.Refuses("occupancy", "--histories", Csv("V1,V2\n1,0\n")), StringComparison.Ordinal);
        var kinds = Csv("site,animal,1,2,3\n" + string.Concat(Enumerable.Range(1, 12).Select(i => $"{i},lynx,{i % 2},0,{i % 3 % 2}\n")) + "1,fox,1,1,1\n");
        Assert.Equal((12, 3), (Stats.Says("occupancy", "--histories", kinds, "--where", "animal=lynx").GetProperty("sites").GetInt32(), Stats.Says("occupancy", "--histories", kinds, "--where", "animal=lynx").GetProperty("occasions").GetInt32()));
        var lynx = Shared.Data("tables", "detection_histories_y1.csv");
        Assert.InRange(Stats.Says("occupancy", "--histories", lynx, "--where", "species=lynx").Number("psi"), 0.5, 1);
        var covariates = Csv("station,forest,V1,V2\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"S{i},{i % 7},{(i % 3 == 0 ? 1 : 0)},{(i % 4 == 0 ? 1 : 0)}\n")));
        Assert.Equal(2, Stats.Says("occupancy", "--histories", covariates, "--id", "station", "--psi", "forest").GetProperty("psi_coefficients").GetArrayLength());
    }
}
