using Lynceus.Contracts;
using SkiaSharp;

namespace Lynceus.Vision.Tests;

public sealed class StillEncoderTests : IDisposable
{
    private readonly StillEncoder encoder = new();

    private static (int Width, int Height, SKEncodedImageFormat Format) Read(byte[] still)
    {
        using var codec = SKCodec.Create(new MemoryStream(still));
        Assert.Equal(SKEncodedOrigin.TopLeft, codec.EncodedOrigin);
        Assert.Equal(-1, still.AsSpan().IndexOf("Exif"u8));
        using var decoded = SKBitmap.Decode(still);
        return (decoded.Width, decoded.Height, codec.EncodedFormat);
    }

    private void Open(byte[] encoded, Box? animal = null, int frameBytes = 40_000) => Assert.True(encoder.Open(encoded, animal, frameBytes, out var detail) is null, detail);

    [Theory]
    [InlineData("Jpeg", SKEncodedImageFormat.Jpeg)]
    [InlineData("Webp", SKEncodedImageFormat.Webp)]
    public void One_picture_gives_a_thumbnail_a_crop_and_a_frame_each_within_its_bytes(string codec, SKEncodedImageFormat format)
    {
        var how = Enum.Parse<StillCodec>(codec);
        Open(Some.Texture(1600, 1200), new Box(0.5f, 0.5f, 0.1f, 0.1f));
        var (thumbnail, crop, frame) = (encoder.Thumbnail(how, 3000)!, encoder.Crop(how, 15_000)!, encoder.Frame(how, 40_000)!);
        Assert.All([(thumbnail, 3000), (crop, 15_000), (frame, 40_000)], t => Assert.InRange(t.Item1.Length, 1, t.Item2));
        Assert.All([thumbnail, crop, frame], t => Assert.Equal(format, Read(t).Format));
        Assert.InRange(Math.Max(Read(thumbnail).Width, Read(thumbnail).Height), 160, StillEncoder.ThumbnailSide);
        Assert.InRange(Read(crop).Width, 160, StillEncoder.CropSide);
        Assert.Equal(4f / 3, (float)Read(frame).Width / Read(frame).Height, 0.02);
        Assert.InRange(Read(frame).Width, 900, 1600);
    }

    [Theory]
    [InlineData("Jpeg", 100_000)]
    [InlineData("Jpeg", 12_000)]
    [InlineData("Webp", 100_000)]
    [InlineData("Webp", 12_000)]
    public void A_frame_uses_the_bytes_it_has_and_no_more(string codec, int bytes)
    {
        Open(Some.NoiseJpeg(1200, 900), frameBytes: bytes);
        Assert.InRange(encoder.Frame(Enum.Parse<StillCodec>(codec), bytes)!.Length, bytes / 3, bytes);
    }

    [Theory]
    [InlineData("Jpeg")]
    [InlineData("Webp")]
    public void Where_even_the_smallest_is_too_large_it_is_the_smallest(string codec)
    {
        Open(Some.NoiseJpeg(640, 480), frameBytes: 10);
        var frame = encoder.Frame(Enum.Parse<StillCodec>(codec), 10)!;
        Assert.InRange(frame.Length, 11, 3000);
        Assert.Equal(StillSize.Least, Read(frame).Width);
    }

    [Fact]
    public void A_small_picture_is_not_enlarged()
    {
        Open(Some.Jpeg(64, 32), new Box(0, 0, 1, 1));
        Assert.All([encoder.Thumbnail(StillCodec.Webp, 3000), encoder.Crop(StillCodec.Webp, 15_000), encoder.Frame(StillCodec.Webp, 40_000)], s => Assert.Equal((64, 32), (Read(s!).Width, Read(s!).Height)));
    }

    [Theory]
    [MemberData(nameof(PictureTests.Corners), MemberType = typeof(PictureTests))]
    public void Whole_and_crop_of_any_orientation_stand_upright(int orientation, string corners)
    {
        var expected = corners.Split(' ');
        Open(Some.Jpeg(640, 320, orientation), new Box(0.51f, 0.51f, 0.25f, 0.25f));
        using var frame = SKBitmap.Decode(encoder.Frame(StillCodec.Jpeg, 40_000));
        Assert.Equal(orientation >= 5 ? (320, 640) : (640, 320), (frame.Width, frame.Height));
        Assert.Equal(expected, new[] { (1, 1), (3, 1), (1, 3), (3, 3) }.Select(p => Colour(frame, frame.Width * p.Item1 / 4, frame.Height * p.Item2 / 4)));
        using var crop = SKBitmap.Decode(encoder.Crop(StillCodec.Jpeg, 15_000));
        Assert.Equal(expected[3], Colour(crop, crop.Width * 3 / 4, crop.Height * 3 / 4));
        // The box lies in the lower right quarter, near the middle: its margin shows the others.
        Assert.Equal(expected[0], Colour(crop, 2, 2));
    }

    [Theory]
    [InlineData(0.5f, 0.5f, 0.1f, 0.1f, 0.43f, 0.41f, 0.24f, 0.28f)]
    [InlineData(0f, 0f, 0.1f, 0.2f, 0f, 0f, 0.24f, 0.28f)]
    [InlineData(0.9f, 0.9f, 0.1f, 0.1f, 0.86f, 0.813f, 0.14f, 0.187f)]
    [InlineData(0.1f, 0.1f, 0.8f, 0.2f, 0f, 0f, 1f, 1f)]
    public void A_crop_is_a_square_around_the_box_and_lies_in_the_picture(float x, float y, float w, float h, float cropX, float cropY, float cropW, float cropH)
    {
        var around = CropWindow.Around(new Box(x, y, w, h), 1600, 1200);
        Assert.True(around.IsInside);
        if (around is { W: < 1, H: < 1 }) Assert.Equal(around.W * 1600, around.H * 1200, 0.5);
        Assert.True(around.Overlap(new Box(x, y, w, h)) > w * h * 0.99);
        Assert.InRange(around.X, cropX - 0.06f, cropX + 0.06f);
        Assert.InRange(around.Y, cropY - 0.06f, cropY + 0.06f);
        Assert.InRange(around.W, cropW - 0.1f, cropW + 0.1f);
        Assert.InRange(around.H, cropH - 0.1f, cropH + 0.1f);
    }

    [Theory]
    [InlineData(float.NaN, 0f, 0.5f, 0.5f)]
    [InlineData(0f, 0f, 0f, 0.5f)]
    [InlineData(0.9f, 0.9f, 5f, 5f)]
    [InlineData(-1f, 0f, 0.5f, 0.5f)]
    [InlineData(0f, 0f, float.PositiveInfinity, 1f)]
    public void A_box_that_is_none_gives_no_crop(float x, float y, float w, float h)
    {
        Open(Some.Jpeg(640, 320), new Box(x, y, w, h));
        Assert.Null(encoder.Crop(StillCodec.Webp, 15_000));
        Assert.NotNull(encoder.Thumbnail(StillCodec.Webp, 3000));
    }

    [Theory]
    [MemberData(nameof(PictureTests.Hostile), MemberType = typeof(PictureTests))]
    public void A_file_that_is_no_picture_is_a_failure_with_a_name(string what, byte[] file, ImageFailure failure)
    {
        Assert.Equal(failure, encoder.Open(file, null, 40_000, out var detail));
        Assert.True(detail.Length > 0, what);
        Assert.Throws<InvalidOperationException>(() => encoder.Thumbnail(StillCodec.Jpeg, 3000));
    }

    [Fact]
    public void After_a_file_that_is_no_picture_nothing_of_the_one_before_is_given_out()
    {
        Open(Some.Jpeg(640, 320), new Box(0.2f, 0.2f, 0.2f, 0.2f));
        Assert.Equal(ImageFailure.NotAnImage, encoder.Open("no picture"u8, new Box(0.2f, 0.2f, 0.2f, 0.2f), 0, out _));
        Assert.Throws<InvalidOperationException>(() => encoder.Frame(StillCodec.Jpeg, 40_000));
        Open(Some.Jpeg(640, 320));
        Assert.Null(encoder.Crop(StillCodec.Jpeg, 15_000));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3000, 1)]
    [InlineData(1, 3000)]
    [InlineData(800, 100)]
    public void A_picture_of_odd_sides_passes(int width, int height)
    {
        Open(Some.Jpeg(width, height), new Box(0.4f, 0.4f, 0.2f, 0.2f));
        foreach (var codec in Enum.GetValues<StillCodec>())
            Assert.All([encoder.Thumbnail(codec, 3000), encoder.Crop(codec, 15_000), encoder.Frame(codec, 40_000)], s => Assert.True(Read(s!).Width > 0));
    }

    [Fact]
    public void A_truncated_picture_is_encoded_as_far_as_it_goes()
    {
        var whole = Some.NoiseJpeg(640, 480);
        Open(whole[..(whole.Length / 2)]);
        Assert.True(encoder.Truncated);
        Assert.Equal(320, Read(encoder.Thumbnail(StillCodec.Webp, 30_000)!).Width);
    }

    [Fact]
    public void Damaged_pictures_harm_nobody()
    {
        var random = new Random(7);
        var whole = Some.Jpeg(200, 100);
        for (var i = 0; i < 300; i++)
        {
            var damaged = whole.ToArray();
            for (var hits = random.Next(1, 12); hits > 0; hits--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (encoder.Open(damaged.AsSpan(0, random.Next(damaged.Length)), new Box(0.1f, 0.1f, 0.3f, 0.3f), 2000, out _) is null) Assert.NotNull(encoder.Frame(StillCodec.Webp, 2000));
        }
    }

    [Fact]
    public void A_capture_allocates_little_besides_its_stills()
    {
        var jpeg = Some.Texture(1600, 1200);
        long All()
        {
            Open(jpeg, new Box(0.5f, 0.5f, 0.1f, 0.1f));
            var bytes = encoder.Thumbnail(StillCodec.Webp, 3000)!.Length + encoder.Crop(StillCodec.Webp, 15_000)!.Length + encoder.Frame(StillCodec.Webp, 40_000)!.Length;
            encoder.Release();
            return bytes;
        }
        _ = All();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var stills = All();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before - stills, 0, 16_384);
    }

    private static string Colour(SKBitmap picture, int x, int y)
    {
        var c = picture.GetPixel(x, y);
        return (c.Red > 128, c.Green > 128, c.Blue > 128) switch { (true, true, true) => "W", (true, false, false) => "R", (false, true, false) => "G", (false, false, true) => "B", _ => $"{c}" };
    }

    public void Dispose() => encoder.Dispose();
}
