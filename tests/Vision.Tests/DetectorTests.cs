using Lynceus.Contracts;

namespace Lynceus.Vision.Tests;

public sealed class DetectorTests : IDisposable
{
    private const string Nano = "yolox_nano_416_apache2.onnx";
    private readonly string folder = Directory.CreateTempSubdirectory("lynceus-").FullName;

    private static Detector Open(DetectorOptions? options = null)
    {
        var path = Shared.Model(Nano);
        return new Detector(ModelCatalog.Load([Path.GetDirectoryName(path)!]).Open("yolox-nano-coco"), options ?? new DetectorOptions());
    }

    [Fact]
    public void It_finds_the_elephants_whatever_the_file_is_like()
    {
        using var detector = Open();
        var upright = detector.Detect(File.ReadAllBytes(Shared.Data("robustness", "african_elephants.jpg"))).Detections[0];
        Assert.Equal("elephant", upright.Label);
        foreach (var variant in new[] { "_bw", "_cmyk", "_with_exif_orientation" })
        {
            var look = detector.Detect(File.ReadAllBytes(Shared.Data("robustness", $"african_elephants{variant}.jpg")));
            Assert.Null(look.Failure);
            var found = Assert.Single(look.Detections, d => d.Label == "elephant" && d.Bbox.IoU(upright.Bbox) > 0.8f);
            Assert.InRange(found.Conf, 0.5f, 1f);
        }
    }

    [Fact]
    public void A_truncated_photograph_is_looked_at_as_far_as_it_goes_and_marked()
    {
        using var detector = Open();
        var look = detector.Detect(File.ReadAllBytes(Shared.Data("robustness", "african_elephants_truncated_file.jpg")));
        Assert.True(look.Truncated);
        Assert.Null(look.Failure);
        Assert.NotEmpty(look.Detections);
    }

    [Fact]
    public void A_broken_picture_between_good_ones_changes_nothing()
    {
        using var detector = Open();
        var good = File.ReadAllBytes(Shared.Data("robustness", "american_black_bear.jpg"));
        var before = detector.Detect(good);
        Assert.Equal(ImageFailure.NotAnImage, detector.Detect("no picture"u8).Failure);
        Assert.Equal(ImageFailure.TooManyPixels, detector.Detect(Some.WithSides(Some.Jpeg(), 30_000, 30_000)).Failure);
        Assert.Equal(before.Detections, detector.Detect(good).Detections);
    }

    [Fact]
    public void A_look_allocates_less_than_four_kilobytes()
    {
        using var detector = Open();
        var picture = File.ReadAllBytes(Shared.Data("robustness", "blank.jpg"));
        for (var i = 0; i < 5; i++) detector.Detect(picture);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++) detector.Detect(picture);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 20, 0, 4096);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 8)]
    [InlineData(1024, 128)]
    [InlineData(128, 1024)]
    [InlineData(4000, 2)]
    [InlineData(1280, 960)]
    public void A_frame_of_one_colour_passes_whatever_its_sides_and_nothing_is_seen(int width, int height)
    {
        using var detector = new Detector(ModelCatalog.Load().Open("gate"), new DetectorOptions());
        foreach (var colour in new[] { SkiaSharp.SKColors.Black, SkiaSharp.SKColors.White, new SkiaSharp.SKColor(90, 110, 70) })
        {
            using var bitmap = new SkiaSharp.SKBitmap(new SkiaSharp.SKImageInfo(width, height, SkiaSharp.SKColorType.Rgba8888, SkiaSharp.SKAlphaType.Opaque));
            bitmap.Erase(colour);
            var look = detector.Detect(Some.Encode(bitmap, SkiaSharp.SKEncodedImageFormat.Jpeg));
            Assert.Equal((null, width, height), (look.Failure, look.Width, look.Height));
            Assert.All(look.Detections, d => Assert.True(d.Bbox.IsInside));
            Assert.DoesNotContain(look.Detections, d => d.Conf >= detector.Model.SendThreshold);
        }
    }

    [Fact]
    public void A_model_whose_hash_is_wrong_is_refused_by_name()
    {
        var bytes = File.ReadAllBytes(Shared.Model(Nano));
        bytes[^1] ^= 1;
        File.WriteAllBytes(Path.Combine(folder, Nano), bytes);
        var refused = Assert.Throws<ModelRefusedException>(() => ModelCatalog.Load([folder]).Open("yolox-nano-coco"));
        Assert.Contains("yolox-nano-coco", refused.Message, StringComparison.Ordinal);
        Assert.Contains("SHA-256", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_is_missing_says_where_it_was_looked_for_and_where_it_is_from()
    {
        var refused = Assert.Throws<ModelRefusedException>(() => ModelCatalog.Load([folder]).Open("yolox-nano-coco"));
        Assert.Contains(folder, refused.Message, StringComparison.Ordinal);
        Assert.Contains(ModelCatalog.SearchPathVariable, refused.Message, StringComparison.Ordinal);
        Assert.Contains("YOLOX", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_nobody_knows_is_refused_with_the_names_that_are_known()
        => Assert.Contains("yolox-nano-coco", Assert.Throws<ModelRefusedException>(() => ModelCatalog.Load([folder]).Open("megadetector-v9")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_model_of_another_shape_is_refused_with_both_shapes()
    {
        var other = Shared.Model("yolov8n_int8_640_agpl.onnx");
        var manifest = ModelCatalog.Load([folder]).Models.Single(m => m.Name == "yolox-nano-coco");
        var refused = Assert.Throws<ModelRefusedException>(() => new Detector(new LoadedModel(manifest, other), new DetectorOptions()));
        Assert.Contains("640", refused.Message, StringComparison.Ordinal);
        Assert.Contains("416", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused()
    {
        var path = Path.Combine(folder, "x.onnx");
        File.WriteAllText(path, "no model");
        var manifest = ModelCatalog.Load([folder]).Models.Single(m => m.Name == "yolox-nano-coco");
        Assert.Contains("cannot be loaded", Assert.Throws<ModelRefusedException>(() => new Detector(new LoadedModel(manifest, path), new DetectorOptions())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_label_that_is_neither_person_nor_vehicle_counts_as_an_animal()
    {
        var manifest = ModelCatalog.Load([folder]).Models.Single(m => m.Name == "yolox-nano-coco");
        Assert.Equal(ObservationType.Human, manifest.TypeOf(0));
        Assert.Equal(ObservationType.Vehicle, manifest.TypeOf(2));
        Assert.Equal(71, Enumerable.Range(0, 80).Count(i => manifest.TypeOf(i) == ObservationType.Animal));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
