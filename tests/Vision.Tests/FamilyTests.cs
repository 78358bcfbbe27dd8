using Lynceus.Contracts;

namespace Lynceus.Vision.Tests;

/// <summary>Each output family on small graphs with its signature: 64 × 64 pixels, three labels, one known box per picture.</summary>
public sealed class FamilyTests : IDisposable
{
    internal const int Side = 64;
    private readonly string folder = Directory.CreateTempSubdirectory("lynceus-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    internal static ModelManifest Manifest(OutputFamily family) => new()
    {
        Name = "made",
        Version = "1",
        File = "made.onnx",
        Sha256 = new string('0', 64),
        Licence = "Apache-2.0",
        Source = "made by a test",
        Roles = ["detect"],
        Input = Some.Input(Side, Side, Letterbox.Stretch, white: 1),
        Family = family,
        Labels = ["animal", "person", "vehicle"],
        ObservationTypes = new Dictionary<string, ObservationType> { ["person"] = ObservationType.Human, ["vehicle"] = ObservationType.Vehicle },
        SendThreshold = 0.2f,
        KeepThreshold = 0.1f,
        PersonThreshold = 0.2f,
        VehicleThreshold = 0.2f,
        BlurThreshold = 0.1f,
    };

    private Detector Open(OutputFamily family, byte[] graph, int batch = 1, bool ahead = false)
    {
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, graph);
        return new Detector(new LoadedModel(Manifest(family), path), new DetectorOptions { Batch = batch, Ahead = ahead });
    }

    private string Refusal(OutputFamily family, byte[] graph) => Assert.Throws<ModelRefusedException>(() => Open(family, graph).Dispose()).Message;

    /// <summary>A person at 16–48 × 8–40 of 64, with a score that falls with the picture's brightness, the same once more beside it, and a weak animal.</summary>
    internal static byte[] Graph(OutputFamily family, bool freeBatch = false, float score = 0.8f) => family switch
    {
        OutputFamily.Yolov5 => Graphs.Detector(Side, freeBatch, false, new Made("out", [32, 24, 32, 32, score, 0.1f, 1, 0, 33, 24, 32, 32, score, 0.1f, 0.9f, 0, 10, 10, 8, 8, 0.01f, 1, 0, 0], 1, 3, 8) { Dimmed = i => i % 8 == 4 }),
        OutputFamily.Yolov8 => Graphs.Detector(Side, freeBatch, false, new Made("out", [32, 33, 10, 24, 24, 10, 32, 32, 8, 32, 32, 8, 0.1f, 0.1f, 0.01f, score, score * 0.9f, 0, 0, 0, 0], 1, 7, 3) { Dimmed = i => i >= 12 }),
        OutputFamily.EndToEnd => Graphs.Detector(Side, freeBatch, false, new Made("out", [16, 8, 48, 40, score, 1, 6, 6, 14, 14, 0.01f, 0, 0, 0, 0, 0, 0, 0], 1, 3, 6) { Dimmed = i => i % 6 == 4 }),
        OutputFamily.Detr => Graphs.Detector(Side, freeBatch, true,
            new Made("labels", [1, 0], 1, 2) { WholeNumbers = true }, new Made("boxes", [0.25f, 0.125f, 0.75f, 0.625f, 0, 0, 0.1f, 0.1f], 1, 2, 4), new Made("scores", [score, 0.01f], 1, 2) { Dimmed = _ => true }),
        _ => throw new ArgumentOutOfRangeException(nameof(family)),
    };

    public static TheoryData<OutputFamily> Families => [OutputFamily.Yolov5, OutputFamily.Yolov8, OutputFamily.EndToEnd, OutputFamily.Detr];

    private static byte[] Grey(byte value)
    {
        using var bitmap = new SkiaSharp.SKBitmap(new SkiaSharp.SKImageInfo(128, 128, SkiaSharp.SKColorType.Rgba8888, SkiaSharp.SKAlphaType.Opaque));
        bitmap.Erase(new SkiaSharp.SKColor(value, value, value));
        return Some.Encode(bitmap, SkiaSharp.SKEncodedImageFormat.Png);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_box_comes_out_in_its_place_with_its_label_and_once(OutputFamily family)
    {
        using var detector = Open(family, Graph(family));
        var look = detector.Detect(Grey(255));
        Assert.Null(look.Failure);
        var found = Assert.Single(look.Detections);
        Assert.Equal(("person", ObservationType.Human), (found.Label, found.ObservationType));
        Assert.Equal(0.8f, found.Conf, 3);
        Assert.True(found.Bbox.IoU(new Box(0.25f, 0.125f, 0.5f, 0.5f)) > 0.999f, $"{found.Bbox}");
        Assert.Equal(0.4f, Assert.Single(detector.Detect(Grey(128)).Detections).Conf, 2);
        Assert.Empty(detector.Detect(Grey(0)).Detections);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_batch_gives_what_each_picture_gives_alone_whether_the_model_takes_several_or_one(OutputFamily family)
    {
        ReadOnlyMemory<byte>[] pictures = [Grey(255), Grey(200), "no picture"u8.ToArray(), Grey(0), Grey(128), Grey(90), Some.Jpeg()];
        using var one = Open(family, Graph(family), batch: 3);
        using var several = Open(family, Graph(family, freeBatch: true), batch: 3);
        using var ahead = Open(family, Graph(family, freeBatch: true), batch: 2, ahead: true);
        using var oneAhead = Open(family, Graph(family), ahead: true);
        Assert.Equal((1, 3, 2, 1), (one.Batch, several.Batch, ahead.Batch, oneAhead.Batch));
        var alone = pictures.Select(p => several.Detect(p.Span)).ToList();
        foreach (var looks in new[] { one.Detect(pictures), several.Detect(pictures), several.Detect(pictures), ahead.Detect(pictures), ahead.Detect(pictures), oneAhead.Detect(pictures) })
        {
            Assert.Equal(alone.Select(l => (l.Failure, l.Width, l.Height)), looks.Select(l => (l.Failure, l.Width, l.Height)));
            Assert.Equal(alone.SelectMany(l => l.Detections), looks.SelectMany(l => l.Detections));
        }
        Assert.Equal(ImageFailure.NotAnImage, alone[2].Failure);
    }

    [Fact]
    public void No_pictures_are_no_looks()
    {
        using var detector = Open(OutputFamily.Yolov8, Graph(OutputFamily.Yolov8, freeBatch: true), batch: 4);
        Assert.Empty(detector.Detect(Array.Empty<ReadOnlyMemory<byte>>()));
        Assert.Equal(ImageFailure.Empty, Assert.Single(detector.Detect([ReadOnlyMemory<byte>.Empty])).Failure);
    }

    [Fact]
    public void An_export_for_one_picture_that_folds_its_batch_away_is_read_and_looked_at_one_by_one()
    {
        using var detector = Open(OutputFamily.Detr, Graphs.Detector(Side, freeBatch: true, false,
            new Made("labels", [2], 1) { WholeNumbers = true, Free = 0 }, new Made("boxes", [0, 0, 32, 64], 1, 4) { Free = 0 }, new Made("scores", [0.6f], 1) { Free = 0 }), batch: 4);
        Assert.Equal(1, detector.Batch);
        var found = Assert.Single(detector.Detect(Grey(10)).Detections);
        Assert.Equal(("vehicle", new Box(0, 0, 0.5f, 1)), (found.Label, found.Bbox));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_score_above_one_is_one_and_weights_that_give_no_numbers_are_refused(OutputFamily family)
    {
        using var detector = Open(family, Graph(family, score: float.MaxValue));
        Assert.Empty(detector.Detect(Grey(0)).Detections);
        Assert.Equal(1f, detector.Detect(Grey(255)).Detections[0].Conf);
        Assert.Contains("numbers that are none", Refusal(family, Graph(family, score: float.NaN)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_tells_scores_and_boxes_that_are_no_numbers()
    {
        var found = new Candidates();
        Assert.False(Yolov5Rows.Read([1, 1, 1, 1, float.NaN, 1], 1, 0.1f, found));
        Assert.False(Yolov5Rows.Read([1, 1, 1, 1, 1, float.NaN], 1, 0.1f, found));
        Assert.False(Yolov8Columns.Read([1, 1, 1, 1, 1, 1, 1, 1, 0.5f, float.NaN], 1, 0.1f, found));
        Assert.Equal(Outputs.NoNumbers, EndToEndRows.Read([1, 1, 1, 1, float.NaN, 0], 1, 0.1f, found));
        Assert.Equal(Outputs.NoNumbers, DetrSets.Read(new Labels([0], [], []), [1, 1, 1, 1], [float.NaN], 1, 0.1f, found));
        found.Clear();
        Assert.Null(EndToEndRows.Read([1, float.NaN, 1, 1, 0.5f, 0], 1, 0.1f, found));
        Assert.True(found.Broken);
    }

    [Fact]
    public void A_label_that_the_manifest_does_not_have_is_a_failure()
    {
        var found = new Candidates();
        Assert.Contains("label 7, and its manifest has 3", EndToEndRows.Read([0, 0, 1, 1, 0.5f, 7], 3, 0.1f, found), StringComparison.Ordinal);
        Assert.NotNull(EndToEndRows.Read([0, 0, 1, 1, 0.5f, float.NaN], 3, 0.1f, found));
        Assert.NotNull(DetrSets.Read(new Labels([-1], [], []), [0, 0, 1, 1], [0.5f], 3, 0.1f, found));
        Assert.Null(DetrSets.Read(new Labels([], [2], []), [0, 0, 1, 1], [0.5f], 3, 0.1f, found));
        Assert.Null(DetrSets.Read(new Labels([], [], [99]), [0, 0, 1, 1], [0.01f], 3, 0.1f, found)); // what is not believed may have any label
        Assert.NotNull(DetrSets.Read(new Labels([1, 1], [], []), [0, 0, 1, 1], [0.5f], 3, 0.1f, found));
        Assert.Equal(1, found.Items.Length);
    }

    [Fact]
    public void Boxes_outside_the_picture_are_none_and_those_across_its_border_are_cut()
    {
        using var detector = Open(OutputFamily.EndToEnd, Graphs.Detector(Side, false, false, new Made("out",
            [-20, 8, 32, 40, 0.9f, 0, 70, 70, 90, 90, 0.8f, 0, 40, 40, 30, 30, 0.7f, 0, -1e30f, -1e30f, 1e30f, 1e30f, 0.6f, 1, 5, 5, 5, 5, 0.5f, 2], 1, 5, 6)));
        var found = detector.Detect(Grey(9)).Detections;
        Assert.Equal([(0.9f, new Box(0, 0.125f, 0.5f, 0.5f)), (0.6f, new Box(0, 0, 1, 1))], found.Select(d => (d.Conf, d.Bbox)));
        Assert.All(found, d => Assert.True(d.Bbox.IsInside));
    }

    [Fact]
    public void A_graph_that_finds_nothing_at_all_gives_an_empty_frame()
    {
        using var detector = Open(OutputFamily.Detr, Graphs.Detector(Side, false, false,
            new Made("labels", [], 1, 0) { WholeNumbers = true }, new Made("boxes", [], 1, 0, 4), new Made("scores", [], 1, 0)));
        var look = detector.Detect(Grey(50));
        Assert.Equal((null, 0), (look.Failure, look.Detections.Count));
    }

    [Fact]
    public void Outputs_of_another_shape_name_or_type_are_refused_with_both()
    {
        Assert.Contains("Single[1, 7, 3], the manifest says Single[1, N, 8] (3 labels)", Refusal(OutputFamily.Yolov5, Graph(OutputFamily.Yolov8)), StringComparison.Ordinal);
        Assert.Contains("Single[1, 3, 8], the manifest says Single[1, 7, N] (3 labels)", Refusal(OutputFamily.Yolov8, Graph(OutputFamily.Yolov5)), StringComparison.Ordinal);
        Assert.Contains("Single[1, N, 6]", Refusal(OutputFamily.EndToEnd, Graph(OutputFamily.Yolov5)), StringComparison.Ordinal);
        Assert.Contains("has 1 outputs (out); family Detr has 3", Refusal(OutputFamily.Detr, Graph(OutputFamily.EndToEnd)), StringComparison.Ordinal);
        Assert.Contains("has 2 inputs (images, orig_target_sizes)", Refusal(OutputFamily.Yolov5, Graph(OutputFamily.Detr)), StringComparison.Ordinal);
        Assert.Contains("its output is Int64[1, 3, 6]", Refusal(OutputFamily.EndToEnd, Graphs.Detector(Side, false, false, new Made("out", new float[18], 1, 3, 6) { WholeNumbers = true })), StringComparison.Ordinal);
        Assert.Contains("has no output called labels, only classes", Refusal(OutputFamily.Detr, Graphs.Detector(Side, false, false,
            new Made("classes", [1], 1, 1) { WholeNumbers = true }, new Made("boxes", [0, 0, 1, 1], 1, 1, 4), new Made("scores", [1], 1, 1))), StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_a_run_shows_to_be_of_another_shape_or_too_much_is_refused_too()
    {
        Assert.Contains("the model gave Single[1, 2, 5]", Refusal(OutputFamily.EndToEnd, Graphs.Detector(Side, true, false, new Made("out", new float[10], 1, 2, 5) { Free = 2 })), StringComparison.Ordinal);
        Assert.Contains("a side of at most 1000000", Refusal(OutputFamily.EndToEnd, Graphs.Detector(Side, false, false, new Made("out", new float[6_000_006], 1, 1_000_001, 6))), StringComparison.Ordinal);
        Assert.Contains("a side of at most 1000000", Refusal(OutputFamily.EndToEnd, Graphs.Detector(Side, true, false, new Made("out", new float[6_000_006], 1, 1_000_001, 6) { Free = 1 })), StringComparison.Ordinal);
    }
}
