using System.Text;
using System.Text.Json;
using Lynceus.Contracts;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class ExportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lynceus-export-").FullName;

    [Theory]
    [InlineData("valid_1.3.json", false)]
    [InlineData("valid_1.4_no_frames_processed.json", true)]
    [InlineData("valid_1.6.json", true)]
    public void A_valid_file_of_MegaDetector_is_read(string name, bool hasVideo)
    {
        var file = MegaDetectorFile.Read(Shared.Data("fixtures", "megadetector", name));
        Assert.Equal("md_v5a.0.1.pt", file.Detector);
        Assert.Equal(hasVideo ? [2, 2, 0, 0, 0] : [2, 0, 0, 0], file.Images.Select(i => i.Detections.Count));
        Assert.Equal("Failure image access", file.Images[^1].Failure);
        if (hasVideo) Assert.Equal(new MegaDetectorDetection("person", 0.774f, new Box(0.11f, 0.21f, 0.31f, 0.41f), 20), file.Images[1].Detections[1]);
    }

    [Theory]
    [InlineData("blank_category_name.json", "detection_categories.3: has no name")]
    [InlineData("failure_with_detections.json", "images[4] (A/bad.jpg): has a failure and detections")]
    [InlineData("int_conf.json", "images[0] (A/img1.jpg).detections[0].conf")]
    [InlineData("missing_detections_no_failure.json", "images[2] (A/empty.jpg).detections: is missing")]
    [InlineData("no_info.json", "info: is missing")]
    [InlineData("unmapped_category.json", "images[0] (A/img1.jpg).detections[0].category")]
    [InlineData("version_number_not_string.json", "info.format_version: must be a text")]
    [InlineData("version_too_old.json", "info.format_version: 1.2 is too old")]
    [InlineData("video_det_no_frame_number.json", "images[1] (A/vid.mp4).detections[0].frame_number")]
    [InlineData("video_no_frame_rate.json", "images[1] (A/vid.mp4).frame_rate")]
    [InlineData("video_no_frames_processed_1.5plus.json", "images[1] (A/vid.mp4).frames_processed")]
    public void An_invalid_file_of_MegaDetector_is_refused_with_the_place_and_what_is_wrong(string name, string said)
        => Assert.Contains(said, Assert.Throws<MegaDetectorFault>(() => MegaDetectorFile.Read(Shared.Data("fixtures", "megadetector", "invalid", name))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("", "is no JSON")]
    [InlineData("[1]", "is no JSON object")]
    [InlineData("{\"info\":{\"format_version\":\"1.6\"},\"detection_categories\":{\"1\":\"animal\"},\"images\":7}", "images: is missing, or no list")]
    [InlineData("{\"info\":{\"format_version\":\"1.6\"},\"detection_categories\":{\"1\":\"animal\"},\"images\":[null]}", "images[0].file")]
    [InlineData("{\"info\":{\"format_version\":\"1.6\"},\"detection_categories\":{\"1\":\"animal\"},\"images\":[{\"file\":\"a.jpg\",\"detections\":[{\"category\":\"1\",\"conf\":0.5,\"bbox\":[0.1,0.2,30.0,0.1]}]}]}", "bbox: must be x, y, width and height in 0 to 1")]
    [InlineData("{\"info\":{\"format_version\":\"1.6\"},\"detection_categories\":{\"1\":\"animal\"},\"images\":[{\"file\":\"a.jpg\",\"detections\":[{\"category\":\"1\",\"conf\":1.5,\"bbox\":[0.1,0.2,0.3,0.1]}]}]}", "conf: must be a fraction")]
    [InlineData("{\"info\":{\"format_version\":\"one\"}}", "'one' is no version")]
    public void A_hostile_file_is_refused_by_name(string json, string said)
    {
        var path = Path.Combine(folder, "results.json");
        File.WriteAllText(path, json);
        Assert.Contains(said, Assert.Throws<MegaDetectorFault>(() => MegaDetectorFile.Read(path)).Message, StringComparison.Ordinal);
        Assert.Throws<MegaDetectorFault>(() => MegaDetectorFile.Read(Path.Combine(folder, "nowhere.json")));
    }

    [Fact]
    public async Task What_is_written_as_MegaDetector_is_read_again_and_failed_empty_and_full_stay_apart()
    {
        var path = await WriteAsync("megadetector", Media);
        var file = MegaDetectorFile.Read(path);
        Assert.Equal(Media.Select(m => m.File), file.Images.Select(i => i.File));
        Assert.Equal(["1.0", "0.25"], Json(path).GetProperty("images")[0].GetProperty("detections").EnumerateArray().Select(d => d.GetProperty("conf").GetRawText()));
        Assert.Equal((0, null as string), (file.Images[1].Detections.Count, file.Images[1].Failure));
        Assert.Equal("corrupt: half of it is missing", file.Images[2].Failure);
        Assert.Equal([("animal", 12), ("vehicle", 24)], file.Images[3].Detections.Select(d => (d.Category, d.Frame!.Value)));
        Assert.Equal("north 1.0, south 2.0", file.Detector);
    }

    [Fact]
    public async Task SpeciesNet_gets_its_own_classes_and_a_failure_is_no_blank()
    {
        var predictions = Json(await WriteAsync("speciesnet", Media)).GetProperty("predictions");
        Assert.Equal([SpeciesNetJson.Animal, SpeciesNetJson.Blank, "failed", SpeciesNetJson.Animal],
            predictions.EnumerateArray().Select(p => p.TryGetProperty("failures", out var failures) && failures[0].GetString() == "DETECTOR" ? "failed" : p.GetProperty("prediction").GetString()));
        Assert.All(predictions.EnumerateArray().Where(p => p.TryGetProperty("prediction", out _)), p => Assert.Equal(7, p.GetProperty("prediction").GetString()!.Split(';').Length));
        Assert.Equal(["animal", "human"], predictions[0].GetProperty("detections").EnumerateArray().Select(d => d.GetProperty("label").GetString()));
    }

    [Fact]
    public async Task Coco_has_boxes_in_pixels_of_pictures_that_it_lists_and_no_videos()
    {
        var coco = Json(await WriteAsync("coco", Media));
        var images = coco.GetProperty("images").EnumerateArray().ToDictionary(i => i.GetProperty("id").GetInt32());
        Assert.Equal(3, images.Count);
        var annotations = coco.GetProperty("annotations").EnumerateArray().ToList();
        Assert.Equal([100.0, 120, 200, 60], annotations[0].GetProperty("bbox").EnumerateArray().Select(s => s.GetDouble()));
        Assert.Equal(12_000, annotations[0].GetProperty("area").GetDouble());
        Assert.All(annotations, a => Assert.True(images.ContainsKey(a.GetProperty("image_id").GetInt32())));
        Assert.All(annotations, a => Assert.Contains(a.GetProperty("category_id").GetInt32(), coco.GetProperty("categories").EnumerateArray().Select(c => c.GetProperty("id").GetInt32())));
        Assert.Contains(images.Values, i => i.TryGetProperty("failure", out _));
    }

    [Fact]
    public async Task A_table_has_a_row_a_media_and_no_text_that_a_spreadsheet_would_run()
    {
        var lines = await File.ReadAllLinesAsync(await WriteAsync("csv", [.. Media, Media[1] with { File = "=cmd|' /C calc'!A0, \"x\".jpg" }]), TestContext.Current.CancellationToken);
        Assert.Equal(6, lines.Length);
        Assert.StartsWith("filePath,mediaID,captureID,deploymentID,hub,cameraID,timestamp,fileMediatype,observationType", lines[0], StringComparison.Ordinal);
        Assert.Contains("2026-05-17T12:00:00+02:00,image/jpeg,animal,,,,1,", lines[1], StringComparison.Ordinal);
        Assert.Contains(",blank,,", lines[2], StringComparison.Ordinal);
        Assert.EndsWith(",corrupt: half of it is missing", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("\"'=cmd", lines[5], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hundred_thousand_media_take_no_more_memory_than_a_few()
    {
        async Task<long> HeldAsync(int n)
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var most = 0L;
            async IAsyncEnumerable<ExportedMedia> Many()
            {
                for (var i = 0; i < n; i++)
                {
                    if (i % 5000 == 0) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
                    yield return Media[i % 3];
                    if (i % 1000 == 0) await Task.Yield();
                }
            }
            await ExportFormats.WriteAsync(ExportFormat.MegaDetector, Many, Stream.Null, TestContext.Current.CancellationToken);
            return most;
        }
        await HeldAsync(1000);
        Assert.InRange(await HeldAsync(100_000), 0, 4_000_000);
    }

    [Fact]
    public async Task Results_leave_a_running_cloud_by_its_API_and_its_folder_by_the_command_line()
    {
        var (models, photograph) = Some.ModelAndPhotograph();
        await using var cloud = await RunningCloud.StartAsync(models: models);
        await using var hub = await cloud.ConnectAsync("ridge");
        foreach (var picture in (byte[][])[photograph, "this is no picture"u8.ToArray()])
        {
            var capture = Some.Capture("ridge", picture);
            await hub.SendAsync(capture);
            for (var offset = 0; offset < picture.Length; offset += Wire.MaxChunkBytes)
                await hub.SendAsync(capture.Media[0].MediaID, offset, picture.AsSpan(offset, Math.Min(Wire.MaxChunkBytes, picture.Length - offset)));
        }
        await Some.UntilAsync("both looked at", async () => (await cloud.GetJsonAsync("/api/v1/status")).GetProperty("observations").GetInt32() == 2);
        var path = Path.Combine(folder, "out.json");
        Assert.Equal(0, await CloudCommand.RunAsync(["export", "megadetector", "--data", cloud.Data, "--out", path, .. await TestRows.ArgumentsAsync(cloud.Data)]));
        var file = MegaDetectorFile.Read(path);
        Assert.Equal(2, file.Images.Count);
        Assert.StartsWith("ridge/", file.Images[0].File, StringComparison.Ordinal);
        Assert.NotEmpty(file.Images[0].Detections);
        Assert.StartsWith("notAnImage", file.Images[1].Failure, StringComparison.Ordinal);
        var served = await cloud.GetAsync("/api/v1/export/megadetector");
        Assert.Equal("lynceus-megadetector.json", served.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), await served.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await cloud.GetAsync("/api/v1/export/excel")).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, (await cloud.GetAsync("/api/v1/export/csv?hub=Not+A+Hub")).StatusCode);
        Assert.Empty((await cloud.GetJsonAsync("/api/v1/export/megadetector?hub=valley")).GetProperty("images").EnumerateArray());
    }

    [Fact]
    public async Task Animals_have_their_names_in_every_format_and_what_a_person_said_is_marked_as_theirs()
    {
        var fox = Media[0] with
        {
            Detections = [Media[0].Detections[0] with { ScientificName = "Vulpes vulpes", VernacularName = "renard roux", NameProbability = 1 }],
            Observations =
            [
                new(ObservationType.Animal) { ScientificName = "Vulpes vulpes", TaxonRank = TaxonRank.Species, VernacularName = "renard roux", Count = 2, Sex = "female", ByHuman = true, By = "Ana", At = Looked, Comment = "=1+1" },
                new(ObservationType.Animal) { ScientificName = "Desmana moschata", TaxonRank = TaxonRank.Species, ByHuman = true, By = "Ana", At = Looked },
            ],
        };
        var unseen = Media[2] with { Model = null, Observations = [new(ObservationType.Blank) { ByHuman = true, By = "Ana", At = Looked }] };
        var path = await WriteAsync("megadetector", [fox, Media[0], unseen]);
        Assert.Equal(3, MegaDetectorFile.Read(path).Images.Count);
        var images = Json(path).GetProperty("images");
        Assert.Equal("[\"1\",1.0]", images[0].GetProperty("detections")[0].GetProperty("classifications")[0].GetRawText());
        Assert.Equal("renard roux", Json(path).GetProperty("classification_categories").GetProperty("1").GetString());
        Assert.Equal(";mammalia;carnivora;canidae;vulpes;vulpes;renard roux", Json(path).GetProperty("classification_category_descriptions").GetProperty("1").GetString());
        Assert.Equal(["Vulpes vulpes", "Desmana moschata"], images[0].GetProperty("observations").EnumerateArray().Select(o => o.GetProperty("scientificName").GetString()));
        Assert.Equal(("human", "Ana", "=1+1"), (images[0].GetProperty("observations")[0].GetProperty("classificationMethod").GetString(), images[0].GetProperty("observations")[0].GetProperty("classifiedBy").GetString(), images[0].GetProperty("observations")[0].GetProperty("observationComments").GetString()));
        Assert.False(images[1].TryGetProperty("observations", out _));

        var predictions = Json(await WriteAsync("speciesnet", [fox, fox with { Observations = [fox.Observations[1]] }, unseen])).GetProperty("predictions");
        Assert.Equal([";mammalia;carnivora;canidae;vulpes;vulpes;renard roux", ";;;;desmana;moschata;", SpeciesNetJson.Blank], predictions.EnumerateArray().Select(p => p.GetProperty("prediction").GetString()));
        Assert.Equal("human", predictions[0].GetProperty("prediction_source").GetString());

        Assert.Equal("Vulpes vulpes", Json(await WriteAsync("coco", [fox])).GetProperty("annotations")[0].GetProperty("scientific_name").GetString());

        var lines = await File.ReadAllLinesAsync(await WriteAsync("csv", [fox, Media[1]]), TestContext.Current.CancellationToken);
        Assert.Equal(4, lines.Length); // two kinds in the first
        Assert.Contains(",animal,Vulpes vulpes,species,renard roux,2,,female,,human,Ana,2026-05-17T10:00:09Z,,\"'=1+1\",", lines[1], StringComparison.Ordinal);
        Assert.Contains(",animal,Desmana moschata,species,,,,,,human,Ana,", lines[2], StringComparison.Ordinal);
        Assert.Contains(",blank,,,,,,,,machine,north 1.0,", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_counts_is_exported_and_what_a_model_said_when_it_is_asked_for()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        var review = new Review(cloud);
        var (said, waiting) = (await review.LookedAtAsync(Some.Seen()), await review.NewAsync());
        await review.NewAsync();
        await review.LabelAsync(said, new { by = "Ana", observations = new object[] { new { observationType = "animal", scientificName = "Meles meles" }, new { observationType = "human" } } });
        await review.LabelAsync(waiting, new { by = "Ana", observations = new[] { new { observationType = "blank" } } });
        async Task<List<string>> RowsAsync(string query) => [.. (await cloud.TextAsync($"/api/v1/export/csv{query}")).Split('\n').Skip(1).Where(l => l.Length > 0)];
        var current = await RowsAsync("?language=fr");
        Assert.Equal(3, current.Count); // two kinds, and the one that only a person has looked at
        Assert.Contains(",animal,Meles meles,species,blaireau européen,", current[0], StringComparison.Ordinal);
        Assert.Contains(",human,,,,,,,,human,Ana,", current[1], StringComparison.Ordinal);
        Assert.EndsWith(",no model has looked at it", current[2], StringComparison.Ordinal);
        Assert.Contains(",animal,,,,1,,,,machine,first 1,", Assert.Single(await RowsAsync("?model=first")), StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, (await cloud.GetAsync("/api/v1/export/csv?language=de")).StatusCode);
    }

    [Theory]
    [InlineData("csv", "--out", "x.csv", "--language", "de")]
    [InlineData("excel", "--out", "x.json")]
    [InlineData("csv", "--out", "{nowhere}/x.csv")]
    [InlineData("csv", "--out", "x.csv", "--hub", "Not A Hub")]
    public async Task A_wrong_argument_is_said_and_leaves_no_file(params string[] arguments)
    {
        RowsSetup.Open(folder).Dispose();
        var before = Directory.GetFiles(folder).Length;
        Assert.Equal(2, await CloudCommand.RunAsync(["export", .. arguments.Select(a => a.Replace("{nowhere}", Path.Combine(folder, "nowhere"), StringComparison.Ordinal)).Select(a => a is "x.csv" or "x.json" ? Path.Combine(folder, a) : a), "--data", folder]));
        Assert.Equal(before, Directory.GetFiles(folder).Length);
        Assert.Equal(2, await CloudCommand.RunAsync(["export", "csv", "--out", "-", "--data", Path.Combine(folder, "empty")]));
    }

    private static readonly DateTime Looked = new(2026, 5, 17, 10, 0, 9, DateTimeKind.Utc);

    private static IReadOnlyList<ExportedMedia> Media { get; } =
    [
        Of("A/renard d'été.jpg", ObservationType.Animal, new(ObservationType.Animal, "fox", 1f, new Box(0.1f, 0.2f, 0.2f, 0.1f)), new(ObservationType.Human, "person", 0.25f, new Box(0, 0, 1, 1))),
        Of("A/empty.jpg", ObservationType.Blank) with { Model = "south 2.0" },
        Of("A/bad.jpg", ObservationType.Unclassified) with { Failure = "corrupt: half of it is missing", Width = null, Height = null },
        Of("A/film.mp4", ObservationType.Animal, new(ObservationType.Animal, "fox", 0.9f, new Box(0, 0, 0.5f, 0.5f), 12), new(ObservationType.Vehicle, "car", 0.8f, new Box(0, 0, 0.5f, 0.5f), 24))
            with { FileMediatype = "video/mp4", Video = new ExportedVideo(24.5, [0, 12, 24]) },
    ];

    private static ExportedMedia Of(string file, ObservationType type, params ExportedDetection[] found) => new()
    {
        File = file, MediaID = "m", CaptureID = Guid.Empty, Hub = "ridge", CameraID = "north", Timestamp = new DateTimeOffset(2026, 5, 17, 12, 0, 0, TimeSpan.FromHours(2)), FileMediatype = "image/jpeg",
        Model = "north 1.0", At = Looked, Width = 1000, Height = 600, Detections = found,
        Observations = [new(type) { Count = type == ObservationType.Animal ? 1 : null, Probability = found.Length > 0 ? found[0].Conf : null, By = "north 1.0", At = Looked }],
    };

    private async Task<string> WriteAsync(string format, IReadOnlyList<ExportedMedia> media)
    {
        var path = Path.Combine(folder, $"out.{format}");
        Assert.True(ExportFormats.TryParse(format, out var chosen));
        await using var file = File.Create(path);
        Assert.Equal(chosen == ExportFormat.Coco ? media.Count(m => m.Video is null) : media.Count, await ExportFormats.WriteAsync(chosen, media.ToAsyncEnumerable, file, TestContext.Current.CancellationToken));
        return path;
    }

    private static JsonElement Json(string path) => JsonDocument.Parse(File.ReadAllText(path, Encoding.UTF8)).RootElement;

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
