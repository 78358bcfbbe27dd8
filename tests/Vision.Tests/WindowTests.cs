using Lynceus.Contracts;
using SkiaSharp;

namespace Lynceus.Vision.Tests;

public class WindowTests
{
    /// <summary>EXIF's eight.</summary>
    public static TheoryData<int> Orientations => [.. Enumerable.Range(1, 8)];

    private static Detector Open(DetectorOptions? options = null)
        => new(ModelCatalog.Load([Path.GetDirectoryName(Shared.Model("yolox_nano_416_apache2.onnx"))!]).Open("yolox-nano-coco"), options ?? new DetectorOptions());

    [Theory]
    [MemberData(nameof(Orientations))]
    public void A_window_decoded_by_itself_has_the_pixels_of_the_same_place_in_the_whole_picture(int orientation)
    {
        var jpeg = Some.WithOrientation(Some.Jpeg(640, 320), orientation);
        using var whole = new DecodedPicture();
        using var part = new DecodedPicture();
        Assert.Null(whole.Decode(jpeg, 4096, 4096, out _));
        var window = new Box(0.3f, 0.4f, 0.3f, 0.25f);
        Assert.Null(part.Decode(jpeg, window, 4096, 4096, out _));
        Assert.True(part.Window.IoU(window) > 0.95f, $"{part.Window}");
        Assert.True(part.Height < whole.Height && part.Width < whole.Width);
        var (input, a, b) = (Some.Input(64, 64, Letterbox.Stretch), new float[3 * 64 * 64], new float[3 * 64 * 64]);
        new TensorWriter(input).Write(part.All, a);
        new TensorWriter(input).Write(whole.Part(part.Window).Pixels, b);
        Assert.InRange(a.Zip(b, (x, y) => Math.Abs(x - y)).Max(), 0, 0.05f * 255);
    }

    [Fact]
    public void Every_format_gives_its_windows()
    {
        using var bitmap = Some.Quarters(640, 320);
        using var part = new DecodedPicture();
        foreach (var format in new[] { SKEncodedImageFormat.Png, SKEncodedImageFormat.Webp, SKEncodedImageFormat.Jpeg })
        {
            Assert.Null(part.Decode(Some.Encode(bitmap, format), new Box(0.6f, 0.1f, 0.2f, 0.2f), 64, 64, out _));
            var (pixels, _) = part.Window == DecodedPicture.Whole ? part.Part(new Box(0.6f, 0.1f, 0.2f, 0.2f)) : (part.All, part.Window);
            var tensor = new float[3 * 64 * 64];
            new TensorWriter(Some.Input(64, 64)).Write(pixels, tensor);
            Assert.InRange(tensor[(64 * 16) + 32], 0, 8);
            Assert.InRange(tensor[(64 * 64) + (64 * 16) + 32], 247, 255); // all of it is green
        }
    }

    [Fact]
    public void A_small_elephant_is_found_in_the_window_and_its_box_lies_where_it_is_in_the_whole()
    {
        using var detector = Open();
        using var photograph = SKBitmap.Decode(Shared.Data("robustness", "african_elephants.jpg"));
        using var far = new SKBitmap(new SKImageInfo(4000, 3000, SKColorType.Rgba8888, SKAlphaType.Opaque));
        far.Erase(new SKColor(120, 125, 110));
        using (var canvas = new SKCanvas(far))
        using (var image = SKImage.FromBitmap(photograph))
            canvas.DrawImage(image, SKRect.Create(2000, 1500, 400, 400f * photograph.Height / photograph.Width), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        var encoded = Some.Encode(far, SKEncodedImageFormat.Jpeg);
        using var opened = new DecodedPicture();
        Assert.Null(detector.Open(encoded, opened));
        var look = detector.Detect(opened, encoded, new Box(0.49f, 0.49f, 0.12f, 0.16f));
        var elephant = look.Detections[0];
        Assert.Equal("elephant", elephant.Label);
        Assert.InRange(elephant.Conf, 0.5f, 1);
        Assert.InRange(elephant.Bbox.X * 4000, 1995, 2400);
        Assert.InRange(elephant.Bbox.Y * 3000, 1495, 1800);
        Assert.DoesNotContain(detector.Detect(opened).Detections, d => d.Label == "elephant" && d.Conf > 0.5f);
    }

    [Fact]
    public void A_look_a_window_and_its_luminance_allocate_less_than_four_kilobytes()
    {
        using var detector = Open();
        var encoded = File.ReadAllBytes(Shared.Data("robustness", "blank.jpg"));
        using var opened = new DecodedPicture();
        var luma = new Luma();
        void Frame()
        {
            detector.Open(encoded, opened);
            luma.Read(opened);
            detector.Detect(opened);
            detector.Detect(opened, encoded, new Box(0.4f, 0.4f, 0.2f, 0.2f));
        }
        for (var i = 0; i < 5; i++) Frame();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++) Frame();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 20, 0, 4096);
    }

    [Theory]
    [InlineData("african_elephants")]
    [InlineData("african_elephants_bw")]
    [InlineData("african_elephants_cmyk")]
    [InlineData("african_elephants_truncated_file")]
    [InlineData("african_elephants_with_exif_orientation")]
    [InlineData("blank")]
    public void Whatever_a_file_is_like_its_luminance_and_its_windows_come_out(string name)
    {
        using var detector = Open();
        var encoded = File.ReadAllBytes(Shared.Data("robustness", name + ".jpg"));
        using var opened = new DecodedPicture();
        Assert.Null(detector.Open(encoded, opened));
        var luma = new Luma();
        luma.Read(opened);
        Assert.Equal(Luma.SizeFor(opened.UprightWidth, opened.UprightHeight), (luma.Width, luma.Height));
        Assert.Equal(name.EndsWith("_bw", StringComparison.Ordinal), luma.Infrared);
        foreach (var window in new[] { new Box(0, 0, 1, 1), new Box(0.9f, 0.9f, 0.3f, 0.3f), new Box(0.5f, 0.5f, 0, 0), new Box(float.NaN, -3, float.NaN, 0.1f) })
        {
            var look = detector.Detect(opened, encoded, window);
            Assert.Null(look.Failure);
            Assert.All(look.Detections, d => Assert.True(d.Bbox.IsInside));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(800, 100)]
    [InlineData(100, 800)]
    [InlineData(4000, 500)]
    public void A_picture_of_any_shape_has_a_luminance_and_windows(int width, int height)
    {
        using var detector = Open();
        var encoded = Some.NoiseJpeg(width, height);
        using var opened = new DecodedPicture();
        Assert.Null(detector.Open(encoded, opened));
        var luma = new Luma();
        luma.Read(opened);
        Assert.InRange(luma.Cells.Length, 1, Luma.MaxCells);
        Assert.Null(detector.Detect(opened, encoded, new Box(0.4f, 0.4f, 0.1f, 0.1f)).Failure);
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void The_luminance_stands_upright(int orientation)
    {
        using var upright = SKBitmap.Decode(Picture.Thumbnail(Some.Jpeg(640, 320, orientation), 640, 100));
        using var opened = new DecodedPicture();
        Assert.Null(opened.Decode(Some.Jpeg(640, 320, orientation), 416, 416, out _));
        var luma = new Luma();
        luma.Read(opened);
        Assert.Equal(orientation > 4, luma.Height > luma.Width);
        foreach (var (x, y) in new[] { (0.25f, 0.25f), (0.75f, 0.25f), (0.25f, 0.75f), (0.75f, 0.75f) })
        {
            var pixel = upright.GetPixel((int)(x * upright.Width), (int)(y * upright.Height));
            var wanted = (0.299f * pixel.Red) + (0.587f * pixel.Green) + (0.114f * pixel.Blue);
            Assert.InRange(luma.Cells[((int)(y * luma.Height) * luma.Width) + (int)(x * luma.Width)], wanted - 4, wanted + 4);
        }
    }

    private static Detection Seen(float conf, float x, float y, float w, float h, string label = "deer")
        => new() { ObservationType = ObservationType.Animal, Label = label, Conf = conf, Bbox = new Box(x, y, w, h) };

    private static readonly Box Window = new(0.4f, 0.4f, 0.2f, 0.2f);

    [Fact]
    public void What_both_looks_saw_is_one_object_with_the_better_score_and_the_windows_place()
    {
        var one = Assert.Single(Sightings.Merge([Seen(0.3f, 0.45f, 0.45f, 0.1f, 0.1f)], Window, [Seen(0.6f, 0.455f, 0.455f, 0.1f, 0.1f)]));
        Assert.Equal((0.6f, 0.455f), (one.Conf, one.Bbox.X));
        Assert.Equal(0.8f, Assert.Single(Sightings.Merge([Seen(0.8f, 0.45f, 0.45f, 0.1f, 0.1f)], Window, [Seen(0.6f, 0.455f, 0.455f, 0.1f, 0.1f)])).Conf);
    }

    [Fact]
    public void What_the_windows_border_cuts_belongs_to_the_whole_that_the_picture_shows()
    {
        var one = Assert.Single(Sightings.Merge([Seen(0.3f, 0.3f, 0.42f, 0.25f, 0.15f)], Window, [Seen(0.6f, 0.4f, 0.42f, 0.14f, 0.15f)]));
        Assert.Equal((0.6f, 0.3f), (one.Conf, one.Bbox.X));
        Assert.Single(Sightings.Merge([], Window, [Seen(0.6f, 0.4f, 0.42f, 0.14f, 0.15f)]));
    }

    [Fact]
    public void Another_label_or_another_place_is_another_object()
    {
        Assert.Equal(2, Sightings.Merge([Seen(0.3f, 0.45f, 0.45f, 0.1f, 0.1f)], Window, [Seen(0.6f, 0.45f, 0.45f, 0.1f, 0.1f, "person")]).Count);
        Assert.Equal([0.6f, 0.3f], Sightings.Merge([Seen(0.3f, 0.1f, 0.1f, 0.1f, 0.1f)], Window, [Seen(0.6f, 0.45f, 0.45f, 0.1f, 0.1f)]).Select(d => d.Conf));
        // A calf before its mother, whole in the window, stays.
        Assert.Equal(2, Sightings.Merge([Seen(0.3f, 0.3f, 0.3f, 0.4f, 0.4f)], Window, [Seen(0.6f, 0.45f, 0.45f, 0.05f, 0.05f)]).Count);
    }
}
