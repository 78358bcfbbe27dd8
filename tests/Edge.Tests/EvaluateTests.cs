using System.Text.Json;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge.Tests;

public sealed class EvaluateTests : IDisposable
{
    private readonly string folder = Some.Folder();

    // Newcombe, R. G. (1998). Two-sided confidence intervals for the single proportion. Statistics in Medicine 17, 857-872, table I, method 3.
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    [InlineData(29, 29, 0.8830, 1)]
    public void The_interval_is_Wilsons_as_published(int hits, int of, double low, double high)
    {
        var share = new Share(hits, of);
        Assert.Equal((low, high), (Math.Round(share.Low!.Value, 4), Math.Round(share.High!.Value, 4)));
    }

    [Fact]
    public void A_share_of_none_is_none_and_of_few_says_so()
    {
        Assert.Equal((null, null, null, "–"), (new Share(0, 0).Value, new Share(0, 0).Low, new Share(0, 0).High, new Share(0, 0).ToString()));
        Assert.Contains("too few", new Share(4, 4).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("too few", new Share(5, 5).ToString(), StringComparison.Ordinal);
    }

    private static Outcome Saw(Shows shows, Verdict verdict, float best = 0.5f, bool grey = false, bool looked = true) => new()
    {
        Site = "s", Shows = shows, Grey = grey, Looked = looked, Verdict = verdict, Best = best, PersonNamed = verdict == Verdict.Keep, VehicleNamed = false, Protected = verdict != Verdict.Send, Bytes = 10,
    };

    [Fact]
    public void A_tally_counts_what_was_looked_at_and_says_what_was_not()
    {
        var tally = Tally.Of([
            Saw(Shows.Animal, Verdict.Send), Saw(Shows.Animal, Verdict.Keep), Saw(Shows.Animal, Verdict.Drop), Saw(Shows.Animal, Verdict.Keep, looked: false),
            Saw(Shows.Nothing, Verdict.Drop), Saw(Shows.Nothing, Verdict.Send), Saw(Shows.Person | Shows.Animal, Verdict.Send), Saw(Shows.Person, Verdict.Keep)]);
        Assert.Equal((8, 1), (tally.Labelled, tally.NotLookedAt));
        Assert.Equal((new Share(3, 4), new Share(2, 4)), (tally.AnimalsFound, tally.AnimalsSent));
        Assert.Equal((new Share(1, 2), new Share(1, 2)), (tally.EmptiesDropped, tally.EmptiesSent));
        Assert.Equal((new Share(2, 2), new Share(1, 2), new Share(1, 2)), (tally.PersonsFound, tally.PersonsNamed, tally.PersonsProtected));
    }

    [Fact]
    public void Lights_add_up_to_all_and_bytes_to_what_was_captured()
    {
        List<Outcome> all = [Saw(Shows.Animal, Verdict.Send), Saw(Shows.Animal, Verdict.Drop, grey: true), Saw(Shows.Animal, Verdict.Keep, grey: true)];
        var light = ByLight.Of(all);
        Assert.Equal((3, 1, 2), (light.All.Labelled, light.Colour!.Labelled, light.Grey!.Labelled));
        Assert.Equal(light.All.AnimalsFound.Hits, light.Colour.AnimalsFound.Hits + light.Grey.AnimalsFound.Hits);
        Assert.Equal(new ByteCount(30, 20, 10), ByteCount.Of(all));
        Assert.Null(ByLight.Of([Saw(Shows.Animal, Verdict.Send)]).Grey);
    }

    [Fact]
    public void The_curve_falls_from_all_found_to_all_dropped()
    {
        var curve = CurvePoint.Of([Saw(Shows.Animal, Verdict.Send, 0.2f), Saw(Shows.Animal, Verdict.Send, 0.6f), Saw(Shows.Nothing, Verdict.Drop, 0.1f), Saw(Shows.Nothing, Verdict.Drop, 0)]);
        Assert.Equal(new CurvePoint(0, 1, 0), curve[0]);
        Assert.Equal(new CurvePoint(0.2, 1, 1), curve.Single(p => p.Threshold == 0.2));
        Assert.Equal(0.5, curve.Single(p => p.Threshold == 0.3).AnimalsFound);
        Assert.Equal(new CurvePoint(1, 0, 1), curve[^1]);
        Assert.All(curve.Zip(curve.Skip(1)), p => Assert.True(p.First.AnimalsFound >= p.Second.AnimalsFound && p.First.EmptiesDropped <= p.Second.EmptiesDropped));
    }

    private static LoadedModel Model(string name, params string[] heldOut)
        => new(ModelCatalog.Load().Models[0] with { Name = name, HeldOut = heldOut }, name);

    [Fact]
    public void Each_site_is_judged_by_a_model_that_has_not_seen_it()
    {
        var chosen = Folds.Choose(["jura", "cct-1", "snow-A1N", "idaho", "snowy"], Model("gate"), [Model("a", "jura"), Model("b", "cct-1", "snow-"), Model("c", "jura")]);
        Assert.Equal(("a", "b", "b"), (chosen["jura"]!.Manifest.Name, chosen["cct-1"]!.Manifest.Name, chosen["snow-A1N"]!.Manifest.Name));
        Assert.Null(chosen["idaho"]);
        Assert.Null(chosen["snowy"]);
    }

    [Fact]
    public void A_gate_that_has_not_seen_a_site_judges_it_itself()
        => Assert.Equal("gate", Folds.Choose(["jura"], Model("gate", "jura"), [Model("a", "jura")])["jura"]!.Manifest.Name);

    [Fact]
    public void Folds_are_read_with_the_files_beside_their_manifest_and_never_by_the_catalog()
    {
        var model = ModelCatalog.Load().Open("gate");
        var fold = Path.Combine(folder, "gate", "folds", "a");
        Directory.CreateDirectory(fold);
        File.Copy(model.Path, Path.Combine(fold, Path.GetFileName(model.Path)));
        var manifest = model.Manifest with { Name = "gate-fold-a", Int8 = null, HeldOut = ["jura"] };
        File.WriteAllBytes(Path.Combine(fold, "manifest.json"), JsonSerializer.SerializeToUtf8Bytes(manifest, JsonSerializerOptions.Web));
        File.Copy(Path.Combine(AppContext.BaseDirectory, "models", "catalog.json"), Path.Combine(folder, "catalog.json"));
        Assert.Equal(Path.Combine(fold, Path.GetFileName(model.Path)), Assert.Single(Folds.Read(Path.Combine(folder, "gate", "folds"), ModelVariant.Int8)).Path);
        Assert.DoesNotContain(ModelCatalog.Load(home: folder).Models, m => m.Name == "gate-fold-a");
        Assert.Contains("--folds", Assert.Throws<UsageException>(() => Folds.Read(Path.Combine(folder, "none"), ModelVariant.Float)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(Path.Combine(fold, Path.GetFileName(model.Path)), [1]);
        Assert.Throws<ModelRefusedException>(() => Folds.Read(Path.Combine(folder, "gate", "folds"), ModelVariant.Float));
    }

    [Fact]
    public async Task A_report_adds_up_and_shows_what_was_lost()
    {
        Put("a/1.jpg", Some.Jpeg(new DateTime(2024, 5, 1, 12, 0, 0), 1));
        Put("a/2.jpg", Some.Jpeg(new DateTime(2024, 5, 1, 12, 0, 5), 2));
        Put("a/3.jpg", Some.Jpeg(new DateTime(2024, 5, 2, 12, 0, 0), 3));
        Put("b/1.jpg", Some.Jpeg(shade: 4));
        Put("b/2.jpg", [1, 2, 3]);
        var elephants = await File.ReadAllBytesAsync(Shared.Data("robustness", "african_elephants.jpg"), TestContext.Current.CancellationToken);
        Put("b/3.jpg", elephants);
        List<LabelledFile> files = [Label("a/1.jpg", "a", Shows.Animal), Label("a/2.jpg", "a", Shows.Nothing), Label("a/3.jpg", "a", Shows.Nothing),
            Label("b/1.jpg", "b", Shows.Nothing), Label("b/2.jpg", "b", Shows.Animal), Label("b/3.jpg", "b", Shows.Animal)];
        var shown = new ShownFrames(Directory.CreateDirectory(Path.Combine(folder, "frames")).FullName);
        var evaluation = new Evaluation(files, new GateOptions(), TimeZoneInfo.Utc, []);
        var model = ModelCatalog.Load([Path.GetDirectoryName(Shared.Model("yolox_nano_416_apache2.onnx"))!]).Open("yolox-nano-coco");
        await Spectre.Console.AnsiConsole.Progress().StartAsync(p => evaluation.RunAsync(model, new HashSet<string> { "a", "b" }, shown, p.AddTask("x"), TestContext.Current.CancellationToken));

        var sites = SiteReports.Of(evaluation, evaluation, _ => ("m", null));
        var (a, b) = (sites[0], sites[1]);
        Assert.Equal((3, 2), (a.Ours.Frames.All.Labelled, a.Ours.Captures.All.Labelled));
        Assert.Equal((new Share(0, 1), new Share(0, 1), new Share(2, 2), new Share(1, 1)),
            (a.Ours.Captures.All.AnimalsFound, a.Ours.Frames.All.AnimalsFound, a.Ours.Frames.All.EmptiesDropped, a.Ours.Captures.All.EmptiesDropped));
        Assert.Equal((3, 1, new Share(1, 1)), (b.Ours.Frames.All.Labelled, b.Ours.Frames.All.NotLookedAt, b.Ours.Frames.All.AnimalsFound));
        Assert.Equal(files.Where(f => f.Site == "b").Sum(f => new FileInfo(f.Path).Length), b.Ours.Bytes.Captured);
        Assert.Equal((long)elephants.Length, b.Ours.Bytes.Sent);
        Assert.Equal((new Share(3, 3), new Share(3, 3)), (a.SameVerdictFrames, b.SameVerdictFrames));
        var lost = Assert.Single(shown.Frames);
        Assert.Equal((ShownFor.Lost, "a"), (lost.For, lost.Site));
        Assert.True(File.Exists(Path.Combine(folder, "frames", lost.Picture!)));
    }

    [Fact]
    public void A_mean_needs_two_sites_with_enough_and_leaves_out_what_was_seen_in_training()
    {
        SiteReport Site(string name, int found, int of, bool? seen = null)
        {
            List<Outcome> all = [.. Enumerable.Range(0, of).Select(i => Saw(Shows.Animal, i < found ? Verdict.Send : Verdict.Drop))];
            return new SiteReport(name, "m", seen, SiteResult.Of(all, all), null, null, null);
        }
        Assert.Empty(SiteReports.Means([Site("a", 5, 5), Site("b", 4, 4)]));
        var mean = Assert.Single(SiteReports.Means([Site("a", 5, 5, false), Site("b", 4, 8, false), Site("c", 0, 4, false), Site("d", 0, 9, true)]));
        Assert.Equal((0.75, "a,b"), (mean.Ours, string.Join(',', mean.OfSites)));
    }

    [Fact]
    public void A_hostile_site_or_file_name_stays_a_text_and_sites_seen_in_training_stand_apart()
    {
        const string Name = "<script>alert(1)</script>";
        List<Outcome> all = [.. Enumerable.Range(0, 6).SelectMany(i => new[] { Saw(Shows.Animal, Verdict.Send), Saw(Shows.Nothing, Verdict.Drop, 0, grey: true) })];
        SiteReport Site(string name, bool seen) => new(name, Name, seen, SiteResult.Of(all, all), SiteResult.Of(all, all), new Share(12, 12), new Share(12, 12));
        var page = new ReportPage(new EvaluationReport("f", Name, [Name], new GateVersion(Name, "1", Name), new GateVersion(Name, "1"), HeldOut: true, [Site(Name, false), Site("known", true)],
            [new SiteMean("animalsFound", 1, 1, [Name, "b"])], [new ShownFrame(Name, Name, "animal", ShownFor.Lost, Name, Name, "lost-001.jpg")], 0)).Write();
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
        var apart = page.IndexOf("take them as seen in training", StringComparison.Ordinal);
        Assert.True(apart > 0 && page.IndexOf(">known<", StringComparison.Ordinal) > apart);
    }

    private LabelledFile Label(string file, string site, Shows shows) => new(Path.Combine(folder, file), file, site, shows);

    private void Put(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
        File.WriteAllBytes(Path.Combine(folder, path), content);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
