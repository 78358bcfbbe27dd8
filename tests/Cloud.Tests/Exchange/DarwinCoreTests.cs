using System.Xml.Linq;
using Parquet;
using Parquet.Schema;

namespace Lynceus.Cloud.Tests;

public sealed class DarwinCoreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lynceus-dwc-").FullName;

    private static string Example => Path.GetDirectoryName(Shared.Data("fixtures", "camtrap-dp", "datapackage.json"))!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("event", "occurrence.csv", "multimedia.csv")]
    [InlineData("media", "occurrence_media_based.csv", "multimedia_media_based.csv")]
    public void The_archive_of_the_example_is_the_published_one_cell_by_cell(string level, string occurrence, string multimedia)
    {
        var to = Path.Combine(folder, "out");
        using (var package = CamtrapPackage.Open(Example))
        using (var target = ExchangeTarget.Of(to))
        {
            DarwinCore.Write(ExchangeSource.Of(package), level == "media" ? DarwinCoreLevel.Media : DarwinCoreLevel.Event, target, TimeProvider.System.GetUtcNow(), _ => { }, Stop);
            target.Complete();
        }
        Same(Shared.Data("fixtures", "gbif-dwc", occurrence), Path.Combine(to, "occurrence.csv"), key: [8]);
        Same(Shared.Data("fixtures", "gbif-dwc", multimedia), Path.Combine(to, "multimedia.csv"), key: [0, 1]);
        Assert.Equal(Parts(Shared.Data("fixtures", "gbif-dwc", "meta.xml")), Parts(Path.Combine(to, "meta.xml")));
        Assert.Equal("Sample from: MICA - Muskrat and coypu camera trap observations in Belgium, the Netherlands and Germany", XDocument.Load(Path.Combine(to, "eml.xml")).Descendants("title").Single().Value);
    }

    [Fact]
    public async Task Parquet_holds_what_the_tables_hold()
    {
        var to = Path.Combine(folder, "out");
        using var package = CamtrapPackage.Open(Example);
        using (var target = ExchangeTarget.Of(to))
        {
            var sums = await ParquetTables.WriteAsync(ExchangeSource.Of(package), target, _ => { }, Stop);
            Assert.Equal((4, 423L, 549L), (sums.Deployments, sums.Media, sums.Observations));
            target.Complete();
        }
        var observations = package.Rows(CamtrapTable.Observations, new CamtrapFaults()).OrderBy(o => o["observationID"], StringComparer.Ordinal).ToList();
        await using var reader = await ParquetReader.CreateAsync(Path.Combine(to, "observations.parquet"), cancellationToken: Stop);
        var (ids, counts, starts, offsets, probabilities) = (new string?[549], new int?[549], new DateTime?[549], new int?[549], new double?[549]);
        using var group = reader.OpenRowGroupReader(0);
        DataField Field(string name) => reader.Schema.DataFields.Single(f => f.Name == name);
        await group.ReadAsync(Field("observationID"), ids.AsMemory(), cancellationToken: Stop);
        await group.ReadAsync<int>(Field("count"), counts.AsMemory(), cancellationToken: Stop);
        await group.ReadAsync<DateTime>(Field("eventStart"), starts.AsMemory(), cancellationToken: Stop);
        await group.ReadAsync<int>(Field("eventStartOffset"), offsets.AsMemory(), cancellationToken: Stop);
        await group.ReadAsync<double>(Field("classificationProbability"), probabilities.AsMemory(), cancellationToken: Stop);
        var order = Enumerable.Range(0, 549).OrderBy(i => ids[i], StringComparer.Ordinal).ToList();
        Assert.Equal(observations.Select(o => o["observationID"]), order.Select(i => ids[i]!));
        Assert.Equal(observations.Select(o => o.Whole("count")), order.Select(i => counts[i]));
        Assert.Equal(observations.Select(o => o.Time("eventStart")?.UtcDateTime), order.Select(i => starts[i]));
        Assert.Equal(observations.Select(o => o.Number("classificationProbability")), order.Select(i => probabilities[i]));
        Assert.All(offsets, o => Assert.Equal(0, o));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static void Same(string expected, string actual, int[] key)
    {
        var (a, b) = (TableSchema.Lines(expected), TableSchema.Lines(actual));
        Assert.Equal(a[0], b[0]);
        Assert.Equal(a.Count, b.Count);
        string Key(string[] row) => string.Join('\n', key.Select(k => row[k]));
        foreach (var (x, y) in a.Skip(1).OrderBy(Key, StringComparer.Ordinal).Zip(b.Skip(1).OrderBy(Key, StringComparer.Ordinal)))
            for (var i = 0; i < x.Length; i++) Assert.True(x[i] == y[i], $"{Key(x)}, {a[0][i]}: '{x[i]}' is expected, not '{y[i]}'");
    }

    private static IEnumerable<string> Parts(string meta)
        => XDocument.Load(meta).Descendants().SelectMany(e => e.Attributes().Where(a => !a.IsNamespaceDeclaration && a.Name.LocalName != "metadata").Select(a => $"{e.Name.LocalName} {a.Name}={a.Value}").Append(e.HasElements ? e.Name.LocalName : $"{e.Name.LocalName}: {e.Value.Trim()}"));
}
