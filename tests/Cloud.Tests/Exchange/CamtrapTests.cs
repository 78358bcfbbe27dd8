using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using NJsonSchema;

namespace Lynceus.Cloud.Tests;

public sealed class CamtrapTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lynceus-camtrap-").FullName;

    private static string Example => Path.GetDirectoryName(Shared.Data("fixtures", "camtrap-dp", "datapackage.json"))!;

    private static string Mica => Path.GetDirectoryName(Shared.Data("fixtures", "camtraptor-mica", "datapackage.json"))!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void The_columns_and_their_rules_are_those_of_the_published_schemas()
    {
        foreach (var table in CamtrapTable.All)
        {
            var fields = Json(Shared.Data("fixtures", "camtrap-dp", $"{table.Name}-table-schema.json"))["fields"]!.AsArray();
            Assert.Equal(fields.Select(f => f!["name"]!.ToString()), table.Columns.Select(c => c.Name));
            foreach (var (field, column) in fields.Zip(table.Columns))
            {
                var rules = field!["constraints"] as JsonObject;
                Assert.Equal(rules?["required"]?.GetValue<bool>() ?? false, column.Required);
                Assert.Equal(rules?["minimum"]?.GetValue<double>() ?? double.NegativeInfinity, column.Min);
                Assert.Equal(rules?["maximum"]?.GetValue<double>() ?? double.PositiveInfinity, column.Max);
                Assert.Equal((rules?["enum"] as JsonArray ?? []).Select(w => w!.ToString()).Order(), column.Words.Order());
                Assert.Equal(field["type"]!.ToString(), column.Kind switch { CellKind.Number => "number", CellKind.Whole => "integer", CellKind.Flag => "boolean", CellKind.Time => "datetime", _ => column.Name == "exifData" ? "any" : "string" });
            }
        }
    }

    [Fact]
    public void The_official_example_is_read_without_a_fault()
    {
        using var package = CamtrapPackage.Open(Example);
        var contents = CamtrapCheck.Of(package, _ => { }, Stop);
        Assert.Equal(("1.0.2", 4, 423L, 549L, 0L), (package.Version, contents.Deployments.Count, contents.Media, contents.Observations, contents.Faults.Count));
    }

    [Fact]
    public void An_old_package_is_read_with_its_own_names_and_words()
    {
        using var package = CamtrapPackage.Open(Mica);
        var faults = new CamtrapFaults();
        var contents = CamtrapCheck.Of(package, _ => { }, Stop);
        Assert.Equal([], contents.Faults.Named.Select(f => f.ToString()));
        Assert.Equal(("0.1.6", 4, 283L, 27L), (package.Version, contents.Deployments.Count, contents.Media, contents.Observations));
        var observations = package.Rows(CamtrapTable.Observations, faults).ToList();
        Assert.All(observations, o => Assert.Equal("event", o["observationLevel"]));
        Assert.Equal(("2020-07-29T05:29:41Z", "2020-07-29T05:29:47Z"), (observations[0]["eventStart"], observations[0]["eventEnd"]));
        Assert.Equal(2, observations.Count(o => o["cameraSetupType"] == "setup"));
        Assert.All(package.Rows(CamtrapTable.Media, faults), m => Assert.Contains(m["captureMethod"], (string[])["activityDetection", "timeLapse"]));
    }

    [Fact]
    public void The_gap_between_frames_finds_all_events_of_the_example()
    {
        using var package = CamtrapPackage.Open(Example);
        var faults = new CamtrapFaults();
        var published = package.Rows(CamtrapTable.Observations, faults).Where(o => o["observationLevel"] == "event").Select(o => (o["deploymentID"], o.Time("eventStart")!.Value.UtcDateTime, o.Time("eventEnd")!.Value.UtcDateTime)).Distinct().ToList();
        var media = package.Rows(CamtrapTable.Media, faults).Select(m => (Deployment: m["deploymentID"], Method: m["captureMethod"], At: m.Time("timestamp")!.Value.UtcDateTime, Id: m["mediaID"])).ToList();
        var made = media.GroupBy(m => (m.Deployment, m.Method)).SelectMany(g => EventRule.Sequences(g.Select(m => new Recorded(m.Id, m.At, m.At, 0, null) { Type = Contracts.ObservationType.Animal, Name = "", Model = "" }), TimeSpan.FromSeconds(120))
            .Select(s => (g.Key.Deployment, s[0].Start, s[^1].End))).ToList();
        Assert.Equal((31, 34), (published.Count, made.Count));
        Assert.All(published, p => Assert.Contains(p, made));
    }

    [Fact]
    [Trait("Rows", "any")]
    public async Task The_example_leaves_as_it_came()
    {
        Assert.Equal(0, await RunAsync("import", "camtrap-dp", Example, "--project", "example"));
        Assert.Equal(0, await RunAsync("import", "camtrap-dp", Example, "--project", "example"));
        await using (var db = await RowsAsync())
        {
            Assert.Equal((4, 423, 423), (await db.Deployments.CountAsync(Stop), await db.Captures.CountAsync(Stop), await db.Media.CountAsync(Stop)));
            Assert.Equal(549, await db.EventWords.CountAsync(Stop) + await db.Observations.CountAsync(o => o.Current, Stop));
        }
        var to = Path.Combine(folder, "out");
        Assert.Equal(0, await RunAsync("export", "camtrap-dp", "--project", "example", "--out", to));
        Assert.Equal([], TableSchema.Faults(to));
        await ProfileAsync(to);
        foreach (var table in CamtrapTable.All)
        {
            var (came, leaves) = (TableSchema.Lines(Path.Combine(Example, $"{table.Name}.csv")), TableSchema.Lines(Path.Combine(to, $"{table.Name}.csv")));
            Assert.Equal(came[0], leaves[0]);
            Assert.Equal(came.Count, leaves.Count);
            foreach (var (a, b) in came.Skip(1).OrderBy(r => r[0], StringComparer.Ordinal).Zip(leaves.Skip(1).OrderBy(r => r[0], StringComparer.Ordinal)))
                for (var i = 0; i < a.Length; i++) Assert.True(CamtrapCell.Same(table.Columns[i], a[i], b[i]), $"{table.Name} {a[0]}, {table.Columns[i].Name}: '{a[i]}' became '{b[i]}'");
        }
        var (was, now) = (Json(Path.Combine(Example, "datapackage.json")).AsObject(), Json(Path.Combine(to, "datapackage.json")).AsObject());
        was.Remove("created");
        Assert.NotNull(now["created"]);
        now.Remove("created");
        Assert.Equal(was.Select(p => p.Key).Order(), now.Select(p => p.Key).Order());
        foreach (var (key, value) in was) Assert.True(JsonNode.DeepEquals(value, now[key]), $"{key}: {value?.ToJsonString()} became {now[key]?.ToJsonString()}");
        var readme = await File.ReadAllTextAsync(Path.Combine(to, "README.md"), Stop);
        foreach (var said in (string[])["# Sample from: MICA", "Desmet P, Neukermans A", "CC0-1.0", "2020-05-30 to 2021-04-18", "Anas platyrhynchos (mallard)", "Western Europe species model"]) Assert.Contains(said, readme, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rows", "any")]
    public async Task An_old_package_leaves_as_a_new_one()
    {
        Assert.Equal(0, await RunAsync("import", "camtrap-dp", Mica));
        var to = Path.Combine(folder, "out.zip");
        Assert.Equal(0, await RunAsync("export", "camtrap-dp", "--out", to));
        await ZipFile.ExtractToDirectoryAsync(to, Path.Combine(folder, "out"), Stop);
        Assert.Equal([], TableSchema.Faults(Path.Combine(folder, "out")));
        await ProfileAsync(Path.Combine(folder, "out"));
        using var package = CamtrapPackage.Open(to);
        Assert.Equal(27, package.Rows(CamtrapTable.Observations, new CamtrapFaults()).Count());
    }

    [Fact]
    public async Task Coordinates_are_rounded_when_asked_and_their_uncertainty_grows()
    {
        Assert.Equal(0, await RunAsync("import", "camtrap-dp", Example));
        var to = Path.Combine(folder, "out");
        Assert.Equal(0, await RunAsync("export", "camtrap-dp", "--out", to, "--coordinate-precision", "0.1", "--deployment", "00a2c20d", "--species", "Anas platyrhynchos", "--media-url", "https://example.org/{mediaID}.jpg"));
        using var package = CamtrapPackage.Open(to);
        var contents = CamtrapCheck.Of(package, _ => { }, Stop);
        Assert.Equal(0, contents.Faults.Count);
        var one = Assert.Single(contents.Deployments);
        Assert.Equal(("51.5", "4.8", "8059"), (one["latitude"], one["longitude"], one["coordinateUncertainty"]));
        Assert.Equal(["Anas platyrhynchos"], contents.Kinds.Keys);
        Assert.Equal(0.1, package.Descriptor["coordinatePrecision"]!.GetValue<double>());
        Assert.All(package.Rows(CamtrapTable.Media, new CamtrapFaults()), m => Assert.Equal($"https://example.org/{m["mediaID"]}.jpg", m["filePath"]));
        foreach (var wrong in (string[][])[["--coordinate-precision", "7"], ["--media-url", "ftp://x"], ["--deployment", "nowhere"], ["--project", "nobody"], ["--hub", "a"], ["--out", Example]])
            Assert.Equal(2, await RunAsync(["export", "camtrap-dp", .. (wrong[0] == "--out" ? [] : (string[])["--out", Path.Combine(folder, "x.zip")]), .. wrong]));
        Assert.Equal(2, await RunAsync("export", "csv", "--out", Path.Combine(folder, "x.csv"), "--only-placed"));
    }

    [Theory]
    [InlineData("media", "2020-05-30T04:57:37+02:00,https", "2020-05-30T04:57:37,https", "media.csv, row 2, column timestamp: '2020-05-30T04:57:37' has no offset from UTC")]
    [InlineData("media", "2020-05-30T04:57:37+02:00,https", "2020-05-32T04:57:37+02:00,https", "media.csv, row 2, column timestamp: '2020-05-32T04:57:37+02:00' is no time")]
    [InlineData("media", "07840dcc,00a2c20d", "07840dcc,nowhere", "media.csv, row 2, column deploymentID: no deployment 'nowhere'")]
    [InlineData("media", "\n401386c7,", "\n07840dcc,", "media.csv, row 3, column mediaID: '07840dcc' stands there twice")]
    [InlineData("media", "activityDetection", "motion", "media.csv, row 2, column captureMethod: 'motion' is none of")]
    [InlineData("media", ",true,", ",maybe,", "media.csv, row 2, column filePublic: 'maybe' is neither true nor false")]
    [InlineData("media", "https://multimedia.agouti.eu/assets/07840dcc", "../../etc/07840dcc", "media.csv, row 2, column filePath: must be an address")]
    [InlineData("media", "07840dcc,00a2c20d,", "07840dcc,", "media.csv, row 2: the row has 10 cells, the header 11")]
    [InlineData("deployments", "51.496", "91", "deployments.csv, row 2, column latitude: 91 is above 90")]
    [InlineData("deployments", "51.496", "NaN", "deployments.csv, row 2, column latitude: is empty, and must not be")]
    [InlineData("deployments", "51.496", "Infinity", "deployments.csv, row 2, column latitude: 'Infinity' is not a number")]
    [InlineData("deployments", "51.496", "\"51,496\"", "'51,496' is not a number; write decimals with a point")]
    [InlineData("deployments", "29b7d356", "00a2c20d", "deployments.csv, row 3, column deploymentID: '00a2c20d' stands in row 2, too")]
    [InlineData("deployments", "2020-07-01T11:41:41+02:00", "2020-05-01T11:41:41+02:00", "deployments.csv, row 2, column deploymentEnd: is before deploymentStart")]
    [InlineData("deployments", ",250,Reconyx", ",303,Reconyx", null)]
    [InlineData("deployments", "2020-07-29T07:29:41+02:00,2020-08-08T06:20:40+02:00,Danny Van der beeck,250", "2020-06-20T07:29:41+02:00,2020-08-08T06:20:40+02:00,Danny Van der beeck,303", "camera 303 stands at")]
    [InlineData("observations", "event,animal,,Anas platyrhynchos,1,adult", "event,bird,,Anas platyrhynchos,1,adult", "observations.csv, row 2, column observationType: 'bird' is none of")]
    [InlineData("observations", "Anas platyrhynchos,1,adult", "Anas platyrhynchos,-3,adult", "observations.csv, row 2, column count: -3 is below 1")]
    [InlineData("observations", "Anas platyrhynchos,1,adult", "Anas platyrhynchos,1.5,adult", "1.5 is not a whole number")]
    [InlineData("observations", "07840dcc_1,00a2c20d,07840dcc", "07840dcc_1,00a2c20d,", "observations.csv, row 3, column mediaID: is empty; an observation of the level media needs one")]
    [InlineData("observations", "07840dcc_1,00a2c20d,07840dcc", "07840dcc_1,00a2c20d,gone", "observations.csv, row 3, column mediaID: no media 'gone'")]
    [InlineData("observations", "07840dcc_1,00a2c20d,07840dcc", "07840dcc_1,29b7d356,07840dcc", "is of another deployment than '29b7d356'")]
    [InlineData("observations", "2020-05-30T02:57:44Z,event", "2020-05-29T02:57:44Z,event", "observations.csv, row 2, column eventEnd: is before eventStart")]
    [InlineData("observations", "observationID,", "id,", "observations.csv, row 1, column observationID: there is no such column")]
    [InlineData("observations", "observationID,deploymentID,mediaID", "observationID,mediaID,mediaID", "observations.csv, row 1, column mediaID: two columns have this name")]
    public void What_breaks_the_standard_is_named_with_file_row_and_column(string table, string there, string instead, string? said)
    {
        Copy();
        Replace(table, there, instead);
        using var package = CamtrapPackage.Open(folder);
        var faults = said?.Contains("two columns", StringComparison.Ordinal) == true ? [Assert.Throws<CamtrapFaultException>(() => Faults(package)).Message] : Faults(package);
        if (said is null) Assert.Empty(faults);
        else Assert.Contains(faults, f => f.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public void A_mark_at_the_start_and_other_separators_that_are_said_are_read()
    {
        Copy();
        File.WriteAllText(Path.Combine(folder, "media.csv"), File.ReadAllText(Path.Combine(folder, "media.csv")), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        using (var package = CamtrapPackage.Open(folder)) Assert.Empty(Faults(package));
        File.WriteAllText(Path.Combine(folder, "media.csv"), File.ReadAllText(Path.Combine(folder, "media.csv")).Replace(',', ';'));
        using (var package = CamtrapPackage.Open(folder)) Assert.Contains("media.csv, row 1: cells stand apart by ';'", Assert.Throws<CamtrapFaultException>(() => Faults(package)).Message, StringComparison.Ordinal);
        Replace("datapackage.json", "\"path\": \"media.csv\"", "\"path\": \"media.csv\", \"dialect\": { \"delimiter\": \";\" }");
        using (var package = CamtrapPackage.Open(folder)) Assert.Empty(Faults(package));
    }

    [Fact]
    public void Another_encoding_is_named_with_row_and_column()
    {
        Copy();
        var path = Path.Combine(folder, "deployments.csv");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(File.ReadAllText(path).Replace("boven", "boven").Replace("B_DL_val 3_dikke boom", "B_DL_val 3_düne", StringComparison.Ordinal)));
        using var package = CamtrapPackage.Open(folder);
        Assert.Contains("deployments.csv, row 4, column 3: byte 0xFC is not UTF-8", Assert.Throws<CamtrapFaultException>(() => Faults(package)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"path\": \"media.csv\"", "\"path\": \"../media.csv\"", "without '..'")]
    [InlineData("\"path\": \"media.csv\"", "\"path\": \"/etc/passwd\"", "must be relative")]
    [InlineData("\"path\": \"media.csv\"", "\"path\": \"https://example.org/media.csv\"", "lies elsewhere")]
    [InlineData("\"path\": \"media.csv\"", "\"path\": \"media.csv.gz\"", "media.csv.gz: it is packed by itself")]
    [InlineData("\"path\": \"media.csv\"", "\"path\": \"gone.csv\"", "gone.csv: it is not in the package")]
    [InlineData("\"path\": \"media.csv\"", "\"path\": [\"a.csv\", \"b.csv\"]", "lies in several files")]
    [InlineData("\"name\": \"media\"", "\"name\": \"pictures\"", "there is none with the name media")]
    [InlineData("1.0.2/camtrap-dp-profile.json", "2.0/camtrap-dp-profile.json", "Camtrap DP 2.0 is not known here")]
    [InlineData("https://raw.githubusercontent.com/tdwg/camtrap-dp/1.0.2/camtrap-dp-profile.json", "tabular-data-package", "is not Camtrap DP's")]
    [InlineData("\"resources\"", "\"ressources\"", "resources: is missing")]
    [InlineData("{", "[", "is no JSON")]
    public void A_descriptor_that_cannot_be_followed_is_refused_by_name(string there, string instead, string said)
    {
        Copy();
        Replace("datapackage.json", there, instead);
        Assert.Contains(said, Assert.Throws<CamtrapFaultException>(() =>
        {
            using var package = CamtrapPackage.Open(folder);
            Faults(package);
        }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zip_is_read_where_it_lies_and_one_that_is_broken_or_bursts_is_refused()
    {
        Copy();
        var zip = Path.Combine(folder, "..", Path.GetFileName(folder) + ".zip");
        try
        {
            await ZipFile.CreateFromDirectoryAsync(folder, zip, CompressionLevel.Fastest, includeBaseDirectory: true, Stop);
            using (var package = CamtrapPackage.Open(zip)) Assert.Empty(Faults(package));
            await File.WriteAllBytesAsync(zip, (await File.ReadAllBytesAsync(zip, Stop))[..^50], Stop);
            Assert.Throws<CamtrapFaultException>(() => CamtrapPackage.Open(zip));
            File.Delete(zip);
            await using (var bomb = await ZipFile.OpenAsync(zip, ZipArchiveMode.Create, Stop))
            {
                await bomb.CreateEntryFromFileAsync(Path.Combine(folder, "datapackage.json"), "datapackage.json", Stop);
                await using var blanks = await bomb.CreateEntry("deployments.csv", CompressionLevel.SmallestSize).OpenAsync(Stop);
                for (var i = 0; i < 80; i++) await blanks.WriteAsync(new byte[1 << 20], Stop);
            }
            using (var package = CamtrapPackage.Open(zip)) Assert.Contains("times as many are not taken", Assert.Throws<CamtrapFaultException>(() => Faults(package)).Message, StringComparison.Ordinal);
            Assert.Contains("no such file", Assert.Throws<CamtrapFaultException>(() => CamtrapPackage.Open(Path.Combine(folder, "nowhere"))).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(zip);
        }
    }

    [Fact]
    public void A_package_is_written_as_it_comes_and_not_held()
    {
        const int Rows = 100_000;
        var deployment = new CamtrapRow(CamtrapTable.Deployments) { ["deploymentID"] = "d", ["deploymentStart"] = "2026-01-01T00:00:00Z", ["deploymentEnd"] = "2026-02-01T00:00:00Z" };
        long most = 0;
        IEnumerable<CamtrapRow> Many(CamtrapTable table)
        {
            for (var i = 0; i < Rows; i++)
            {
                if (i % 20_000 == 19_999) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
                yield return new CamtrapRow(table) { [0] = $"{table.Name}-{i}", ["deploymentID"] = "d", ["observationComments"] = new string('x', 100) };
            }
        }
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var target = ExchangeTarget.Streamed(Stream.Null);
        var source = new ExchangeSource { Title = "many", Deployments = [deployment], Media = _ => Many(CamtrapTable.Media), Observations = _ => Many(CamtrapTable.Observations) };
        Assert.Equal(Rows, CamtrapWriting.Write(source, target, TimeProvider.System.GetUtcNow(), _ => { }, Stop).Observations);
        Assert.InRange(most - before, long.MinValue, 8 << 20); // all rows together are a hundred times as much
    }

    [Fact]
    [Trait("Rows", "any")]
    public async Task An_import_that_was_stopped_goes_on()
    {
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        using var package = CamtrapPackage.Open(Example);
        var contents = CamtrapCheck.Of(package, _ => { }, Stop);
        using (var db = (await RowsAsync()).ForWriting())
        {
            using var stop = new CancellationTokenSource();
            var import = new CamtrapImport(db, package, contents, "example", "example", TimeProvider.System.GetUtcNow().UtcDateTime);
            Assert.Throws<OperationCanceledException>(() => import.Run(_ => stop.Cancel(), stop.Token));
            Assert.Equal((423, 0), (await db.Media.CountAsync(Stop), await db.Labels.CountAsync(Stop)));
        }
        using (var db = (await RowsAsync()).ForWriting())
        {
            var import = new CamtrapImport(db, package, contents, "example", "example", TimeProvider.System.GetUtcNow().UtcDateTime);
            import.Run(_ => { }, Stop);
            Assert.Equal((0, 423, 423, 36), (import.Media, import.AlreadyThere, import.Words, import.EventWords));
            Assert.Equal(513, await db.Observations.CountAsync(o => o.Current, Stop));
        }
    }

    [Fact]
    public async Task A_part_in_time_cuts_deployments_so_that_effort_is_that_of_what_leaves()
    {
        Assert.Equal(0, await RunAsync("import", "camtrap-dp", Example));
        var to = Path.Combine(folder, "out");
        Assert.Equal(0, await RunAsync("export", "camtrap-dp", "--out", to, "--from", "2020-06-01T00:00:00+02:00", "--to", "2020-06-10T00:00:00+02:00"));
        using var package = CamtrapPackage.Open(to);
        var one = Assert.Single(CamtrapCheck.Of(package, _ => { }, Stop).Deployments);
        Assert.Equal(("2020-06-01T00:00:00+02:00", "2020-06-10T00:00:00+02:00"), (one["deploymentStart"], one["deploymentEnd"]));
        Assert.All(package.Rows(CamtrapTable.Media, new CamtrapFaults()), m => Assert.Equal("2020-06", m["timestamp"][..7]));
        Assert.Contains("This is a part of the project: from 2020-06-01", await File.ReadAllTextAsync(Path.Combine(to, "README.md"), Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_fault_nothing_is_imported()
    {
        Copy();
        Replace("observations", "event,animal", "event,bird");
        Assert.Equal(1, await RunAsync("import", "camtrap-dp", folder));
        Assert.False(File.Exists(Path.Combine(folder, "data", "lynceus.db")));
        Assert.Equal(0, await RunAsync("import", "camtrap-dp", Example, "--preview"));
        Assert.False(File.Exists(Path.Combine(folder, "data", "lynceus.db")));
        Assert.Equal(0, await RunAsync("import", "camtrap-dp", Example, "--project", "a"));
        Assert.Equal(2, await RunAsync("import", "camtrap-dp", Example, "--project", "b"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static IReadOnlyList<string> Faults(CamtrapPackage package) => [.. CamtrapCheck.Of(package, _ => { }, Stop).Faults.Named.Select(f => f.ToString())];

    private static JsonNode Json(string path) => JsonNode.Parse(File.ReadAllText(path))!;

    // The profile points to two schemas elsewhere: Data Package's, of which its own rules are kept, and GeoJSON's.
    private static async Task ProfileAsync(string package)
    {
        var profile = Json(Shared.Data("fixtures", "camtrap-dp", "camtrap-dp-profile.json")).AsObject();
        var rules = profile["allOf"]![1]!.AsObject();
        foreach (var property in rules["properties"]!.AsObject().Select(p => p.Value).OfType<JsonObject>()) property.Remove("$ref");
        rules["$defs"] = profile["$defs"]!.DeepClone();
        var schema = await JsonSchema.FromJsonAsync(rules.ToJsonString(), Stop);
        Assert.Equal([], schema.Validate(await File.ReadAllTextAsync(Path.Combine(package, "datapackage.json"), Stop)).Select(e => e.ToString()));
    }

    private async Task<int> RunAsync(params string[] arguments) => await CloudCommand.RunAsync([.. arguments, "--data", Path.Combine(folder, "data"), .. await TestRows.ArgumentsAsync(folder)]);

    private async Task<LynceusDb> RowsAsync() => RowsSetup.Open(Path.Combine(folder, "data"), await TestRows.OfAsync(folder));

    private void Copy()
    {
        foreach (var name in (string[])["datapackage.json", "deployments.csv", "media.csv", "observations.csv"]) File.WriteAllBytes(Path.Combine(folder, name), File.ReadAllBytes(Path.Combine(Example, name)));
    }

    private void Replace(string table, string there, string instead)
    {
        var path = Path.Combine(folder, table.Contains('.', StringComparison.Ordinal) ? table : $"{table}.csv");
        var text = File.ReadAllText(path);
        var at = text.IndexOf(there, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{there} is not in {table}");
        File.WriteAllText(path, text[..at] + instead + text[(at + there.Length)..]);
    }
}
