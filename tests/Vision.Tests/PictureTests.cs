using Lynceus.Contracts;
using SkiaSharp;

namespace Lynceus.Vision.Tests;

public class PictureTests
{
    /// <summary>The colours of the four corners of an upright picture, by EXIF orientation, when the file holds red, green / blue, white.</summary>
    public static TheoryData<int, string> Corners => new()
    {
        { 1, "R G B W" }, { 2, "G R W B" }, { 3, "W B G R" }, { 4, "B W R G" }, { 5, "R B G W" }, { 6, "B R W G" }, { 7, "W G B R" }, { 8, "G W R B" },
    };

    [Theory]
    [MemberData(nameof(Corners))]
    public void A_picture_of_any_orientation_stands_upright_in_the_tensor(int orientation, string corners)
    {
        using var picture = new DecodedPicture();
        Assert.Null(picture.Decode(Some.Jpeg(64, 32, orientation), 64, 64, out _));
        var input = Some.Input(64, 64);
        var tensor = new float[3 * 64 * 64];
        var writer = new TensorWriter(input);
        writer.Write(picture, tensor);
        var (_, _, w, h) = writer.Placed;
        Assert.Equal(orientation >= 5 ? (32, 64) : (64, 32), ((int)w, (int)h));
        Assert.Equal(corners, string.Join(' ', new[] { At(0.25f, 0.25f), At(0.75f, 0.25f), At(0.25f, 0.75f), At(0.75f, 0.75f) }));

        string At(float x, float y)
        {
            var i = ((int)(y * h) * 64) + (int)(x * w);
            return Name(tensor[i], tensor[4096 + i], tensor[8192 + i]);
        }
    }

    [Theory]
    [MemberData(nameof(Corners))]
    public void A_thumbnail_of_any_orientation_stands_upright(int orientation, string corners)
    {
        using var thumbnail = SKBitmap.Decode(Picture.Thumbnail(Some.Jpeg(640, 320, orientation), 64)!);
        Assert.Equal(orientation >= 5 ? (32, 64) : (64, 32), (thumbnail.Width, thumbnail.Height));
        var (w, h) = (thumbnail.Width, thumbnail.Height);
        Assert.Equal(corners, string.Join(' ', new[] { (w / 4, h / 4), (w * 3 / 4, h / 4), (w / 4, h * 3 / 4), (w * 3 / 4, h * 3 / 4) }
            .Select(p => thumbnail.GetPixel(p.Item1, p.Item2)).Select(c => Name(c.Red, c.Green, c.Blue))));
    }

    [Theory]
    [InlineData(Letterbox.TopLeft, 0, 0, 64, 32)]
    [InlineData(Letterbox.Centre, 0, 16, 64, 32)]
    [InlineData(Letterbox.Stretch, 0, 0, 64, 64)]
    public void The_letterbox_lies_where_the_manifest_says_and_the_rest_is_padding(Letterbox letterbox, int x, int y, int w, int h)
    {
        using var picture = new DecodedPicture();
        Assert.Null(picture.Decode(Some.Jpeg(), 64, 64, out _));
        var writer = new TensorWriter(Some.Input(64, 64, letterbox));
        var tensor = new float[3 * 64 * 64];
        writer.Write(picture, tensor);
        Assert.Equal((x, y, w, h), writer.Placed);
        if (letterbox != Letterbox.Stretch) Assert.Equal(114, tensor[(letterbox == Letterbox.Centre ? 8 : 40) * 64]);
    }

    [Fact]
    public void Channels_and_white_are_as_the_manifest_says()
    {
        using var picture = new DecodedPicture();
        Assert.Null(picture.Decode(Some.Jpeg(), 64, 64, out _));
        var tensor = new float[3 * 64 * 64];
        new TensorWriter(Some.Input(64, 64, channels: ChannelOrder.Bgr, white: 1)).Write(picture, tensor);
        var (blue, green, red) = (tensor[(4 * 64) + 8], tensor[4096 + (4 * 64) + 8], tensor[8192 + (4 * 64) + 8]);
        Assert.True(red > 0.95 && green < 0.05 && blue < 0.05, $"{red} {green} {blue}");
        Assert.Equal(114f / 255, tensor[63 * 64], 5);
    }

    [Fact]
    public void A_picture_after_one_of_another_shape_has_no_rest_of_it()
    {
        var writer = new TensorWriter(Some.Input(64, 64));
        var tensor = new float[3 * 64 * 64];
        using var picture = new DecodedPicture();
        Assert.Null(picture.Decode(Some.Jpeg(64, 64), 64, 64, out _));
        writer.Write(picture, tensor);
        Assert.Null(picture.Decode(Some.Jpeg(64, 32), 64, 64, out _));
        writer.Write(picture, tensor);
        Assert.All(tensor[(33 * 64)..4096], v => Assert.Equal(114, v));
    }

    [Theory]
    [InlineData(2048, 1536, 512)]
    [InlineData(960, 720, 480)]
    [InlineData(416, 312, 416)]
    [InlineData(8000, 6000, 1000)]
    public void A_JPEG_is_decoded_at_the_smallest_scale_that_is_large_enough(int width, int height, int decoded)
    {
        using var picture = new DecodedPicture();
        Assert.Null(picture.Decode(Some.Jpeg(width, height), 416, 416, out _));
        Assert.Equal((decoded, width, height), (picture.Width, picture.UprightWidth, picture.UprightHeight));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Other_formats_are_decoded_too(SKEncodedImageFormat format)
    {
        using var bitmap = Some.Quarters();
        using var picture = new DecodedPicture();
        Assert.Null(picture.Decode(Some.Encode(bitmap, format), 64, 64, out _));
        Assert.Equal((64, 32), (picture.Width, picture.Height));
    }

    public static TheoryData<string, byte[], ImageFailure> Hostile => new()
    {
        { "no bytes", [], ImageFailure.Empty },
        { "text", "this is a text and no picture"u8.ToArray(), ImageFailure.NotAnImage },
        { "a JPEG's first bytes", Some.Jpeg()[..4], ImageFailure.NotAnImage },
        { "30,000 × 30,000 pixels", Some.WithSides(Some.Jpeg(), 30_000, 30_000), ImageFailure.TooManyPixels },
        { "zeros", new byte[1000], ImageFailure.NotAnImage },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_file_that_is_no_picture_is_a_failure_with_a_name(string what, byte[] file, ImageFailure failure)
    {
        using var picture = new DecodedPicture();
        Assert.Equal(failure, picture.Decode(file, 416, 416, out var detail));
        Assert.True(detail.Length > 0, what);
        Assert.Null(Picture.Thumbnail(file, 64));
    }

    [Fact]
    public void A_truncated_JPEG_is_decoded_as_far_as_it_goes_and_marked()
    {
        var whole = Some.NoiseJpeg(640, 480);
        using var picture = new DecodedPicture();
        Assert.Null(picture.Decode(whole.AsSpan(0, whole.Length / 2), 640, 480, out _));
        Assert.True(picture.Truncated);
        Assert.Null(picture.Decode(whole, 640, 480, out _));
        Assert.False(picture.Truncated);
    }

    [Fact]
    public void A_thousand_damaged_pictures_harm_nobody()
    {
        var random = new Random(7);
        var whole = Some.Jpeg(200, 100);
        using var picture = new DecodedPicture();
        for (var i = 0; i < 1_000; i++)
        {
            var damaged = whole.ToArray();
            for (var hits = random.Next(1, 12); hits > 0; hits--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            picture.Decode(damaged.AsSpan(0, random.Next(damaged.Length)), 416, 416, out _);
        }
    }

    [Fact]
    public void Blurred_people_cannot_be_seen_and_the_rest_stays()
    {
        var jpeg = Some.WithOrientation(Some.NoiseJpeg(400, 400), 1);
        var blurred = Picture.Blur(jpeg, [new Box(0.25f, 0.25f, 0.5f, 0.5f)])!;
        using var before = SKBitmap.Decode(jpeg);
        using var after = SKBitmap.Decode(blurred);
        Assert.True(Detail(after, 120, 280) < Detail(before, 120, 280) / 10, $"{Detail(after, 120, 280)} of {Detail(before, 120, 280)}");
        Assert.InRange(Detail(after, 0, 70) / Detail(before, 0, 70), 0.9, 1.1);
        Assert.Equal(-1, blurred.AsSpan().IndexOf("Exif"u8));
    }

    [Fact]
    public void A_box_that_reaches_over_the_edge_is_blurred_up_to_it()
        => Assert.NotNull(Picture.Blur(Some.NoiseJpeg(50, 50), [new Box(0.9f, 0.9f, 0.1f, 0.1f), new Box(0, 0, 0.001f, 0.001f), new Box(0, 0, 1, 1)]));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(800, 100)]
    [InlineData(1, 3000)]
    public void A_picture_of_odd_sides_passes(int width, int height)
    {
        using var picture = new DecodedPicture();
        Assert.Null(picture.Decode(Some.Jpeg(width, height), 416, 416, out _));
        new TensorWriter(Some.Input(416, 416)).Write(picture, new float[3 * 416 * 416]);
        Assert.NotNull(Picture.Thumbnail(Some.Jpeg(width, height), 320));
    }

    private static string Name(float red, float green, float blue)
        => (red > 128, green > 128, blue > 128) switch { (true, true, true) => "W", (true, false, false) => "R", (false, true, false) => "G", (false, false, true) => "B", _ => $"({red:0},{green:0},{blue:0})" };

    /// <summary>Mean difference of neighbouring pixels in a square.</summary>
    private static double Detail(SKBitmap picture, int from, int to)
    {
        double sum = 0;
        for (var y = from; y < to; y++)
        {
            for (var x = from; x < to; x++) sum += Math.Abs(picture.GetPixel(x, y).Green - picture.GetPixel(x + 1, y).Green);
        }
        return sum / ((to - from) * (to - from));
    }
}
