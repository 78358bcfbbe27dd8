using System.Security.Cryptography;
using System.Text.Json;
using Lynceus.Contracts;

namespace Lynceus.Cloud.Tests;

/// <summary>The project's own detector on its golden frames, and classifiers that are made here and always say the same.</summary>
public sealed class SpeciesTests : IDisposable
{
    private static readonly string Models = Path.Combine(AppContext.BaseDirectory, "models");
    private static readonly byte[] Badger = File.ReadAllBytes(Path.Combine(Models, "golden", "badger-near.jpg"));
    private readonly string folder = Directory.CreateTempSubdirectory("lynceus-species-").FullName;

    [Fact]
    public async Task An_animal_has_its_name_in_both_languages_with_its_taxon_and_rank()
    {
        await using var cloud = await StartAsync(Made("Meles meles", 0.9f));
        var media = await LookedAtAsync(cloud, Badger);
        var observation = media.GetProperty("observation");
        Assert.Equal("animal", observation.GetProperty("observationType").GetString());
        Assert.Equal("Meles meles", observation.GetProperty("scientificName").GetString());
        Assert.Equal("meles-meles", observation.GetProperty("taxonID").GetString());
        Assert.Equal("species", observation.GetProperty("taxonRank").GetString());
        Assert.Equal("European badger", observation.GetProperty("vernacularNames").GetProperty("eng").GetString());
        Assert.Equal("blaireau européen", observation.GetProperty("vernacularNames").GetProperty("fra").GetString());
        Assert.Equal(0.9f, observation.GetProperty("classificationProbability").GetSingle());
        Assert.EndsWith("+made-1", observation.GetProperty("classifiedBy").GetString(), StringComparison.Ordinal);
        var detection = media.GetProperty("detections").EnumerateArray().First();
        Assert.Equal(("animal", "Meles meles", 0.9f), (detection.GetProperty("observationType").GetString(), detection.GetProperty("scientificName").GetString(), detection.GetProperty("nameProbability").GetSingle()));
    }

    [Theory]
    [InlineData("US-CA", "Puma concolor", "species")]
    [InlineData("CH", "Felidae", "family")]
    public async Task What_does_not_occur_there_is_named_by_what_it_belongs_to(string country, string name, string rank)
    {
        await using var cloud = await StartAsync(Made("Puma concolor", 0.9f), country);
        var observation = (await LookedAtAsync(cloud, Badger)).GetProperty("observation");
        Assert.Equal((name, rank), (observation.GetProperty("scientificName").GetString(), observation.GetProperty("taxonRank").GetString()));
    }

    [Fact]
    public async Task Where_its_camera_is_said_to_stand_goes_before_where_the_cloud_is()
    {
        await using var cloud = await StartAsync(Made("Puma concolor", 0.9f), "CH");
        await cloud.Queue.RunAsync(new PlaceWrite(PlaceOf.Camera("ridge", "north"), new Place("US", "US-CA"), DateTime.UtcNow), TestContext.Current.CancellationToken);
        Assert.Equal("Puma concolor", (await LookedAtAsync(cloud, Badger)).GetProperty("observation").GetProperty("scientificName").GetString());
    }

    [Fact]
    public async Task Who_is_not_sure_names_nothing_and_the_animal_stays_one()
    {
        await using var cloud = await StartAsync(Made("Meles meles", 0.6f));
        var observation = (await LookedAtAsync(cloud, Badger)).GetProperty("observation");
        Assert.Equal("animal", observation.GetProperty("observationType").GetString());
        Assert.False(observation.TryGetProperty("scientificName", out _));
    }

    [Fact]
    public async Task Another_classifier_does_not_look_again_unasked_and_what_the_first_said_stays()
    {
        var data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
        await using (var cloud = await StartAsync(Made("Meles meles", 0.9f), data: data)) await LookedAtAsync(cloud, Badger);
        await using var again = await StartAsync(Made("Vulpes vulpes", 0.9f, version: "2"), data: data);
        await LookedAtAsync(again, await File.ReadAllBytesAsync(Path.Combine(Models, "golden", "badger.jpg"), TestContext.Current.CancellationToken));
        Assert.Equal(1, (await again.GetJsonAsync("/api/v1/status")).GetProperty("lookedAtByOthers").GetInt32());
        using var db = again.Rows();
        var said = db.Observations.Where(o => o.Source == LookedBy.Cloud).OrderBy(o => o.Id).Select(o => new { o.Version, o.ScientificName }).ToList();
        Assert.Equal(["Meles meles", "Vulpes vulpes"], said.Select(s => s.ScientificName));
        Assert.Equal(2, said.Select(s => s.Version).Distinct().Count());
    }

    [Fact]
    public async Task A_classifier_that_is_damaged_names_nothing_and_stops_nobody()
    {
        var manifest = Made("Meles meles", 0.9f);
        await File.AppendAllTextAsync(Path.Combine(folder, "1.onnx"), "x", TestContext.Current.CancellationToken);
        await using var cloud = await StartAsync(manifest);
        var observation = (await LookedAtAsync(cloud, Badger)).GetProperty("observation");
        Assert.Equal("animal", observation.GetProperty("observationType").GetString());
        Assert.DoesNotContain("made", observation.GetProperty("classifiedBy").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--country", "ZZ")]
    [InlineData("--country", "Switzerland")]
    [InlineData("--classifier", "/no/such/classifier.json")]
    public async Task A_place_or_a_classifier_that_there_is_not_is_refused_at_the_start(string option, string value)
        => Assert.Equal(2, await CloudCommand.RunAsync(["run", "--data", folder, option, value]));

    private static async Task<JsonElement> LookedAtAsync(RunningCloud cloud, byte[] photograph)
    {
        var capture = Some.Capture(frames: photograph);
        await using var hub = await cloud.ConnectAsync("ridge");
        await hub.SendAsync(capture);
        for (var offset = 0; offset < photograph.Length; offset += Wire.MaxChunkBytes)
            await hub.SendAsync(capture.Media[0].MediaID, offset, photograph.AsSpan(offset, Math.Min(Wire.MaxChunkBytes, photograph.Length - offset)));
        await Some.UntilAsync("looked at", async () => (await cloud.MediaAsync())[0].TryGetProperty("observation", out var o) && o.GetProperty("source").GetString() == "cloud");
        return (await cloud.MediaAsync())[0];
    }

    private static Task<RunningCloud> StartAsync(string classifier, string? country = null, string? data = null)
        => RunningCloud.StartAsync(data, [Models], s => s with { Classifier = classifier, Country = Place.TryParse(country, out var place) ? place : null });

    /// <summary>Says this of everything; the rest of the score is a crow's.</summary>
    private string Made(string name, float score, string version = "1")
    {
        var graph = Graphs.Detector(64, freeBatch: false, targetSizes: false, new Made("scores", [score, 1 - score], 1, 2));
        File.WriteAllBytes(Path.Combine(folder, $"{version}.onnx"), graph);
        var manifest = Path.Combine(folder, $"{version}.json");
        File.WriteAllText(manifest, $$"""
            {
              "name": "made", "version": "{{version}}", "float": { "file": "{{version}}.onnx", "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(graph))}}" },
              "licence": "Apache-2.0", "source": "this test",
              "input": { "name": "images", "width": 64, "height": 64, "channels": "bgr", "white": 255, "letterbox": "centre", "pad": 114 },
              "margin": 1.2, "labels": ["{{name}}", "Corvus corax"], "cutOffs": {}
            }
            """);
        return manifest;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
