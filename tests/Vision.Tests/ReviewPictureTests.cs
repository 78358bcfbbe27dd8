using Lynceus.Contracts;
using SkiaSharp;

namespace Lynceus.Vision.Tests;

public class ReviewPictureTests
{
    private static byte[] Plain(int width, int height, SKColor colour, Action<SKCanvas>? draw = null)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Erase(colour);
        using var canvas = new SKCanvas(bitmap);
        draw?.Invoke(canvas);
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 85);
        return data.ToArray();
    }

    [Fact]
    public void Its_longer_side_is_bounded_and_a_small_one_is_not_enlarged()
    {
        using var large = ReviewPicture.Open(Plain(1600, 200, SKColors.Gray), 800)!;
        using var small = ReviewPicture.Open(Plain(40, 30, SKColors.Gray), 800)!;
        Assert.Equal((800, 100, 40, 30), (large.Width, large.Height, small.Width, small.Height));
    }

    [Fact]
    public void A_mark_is_drawn_where_its_box_is_and_written_above_it()
    {
        using var picture = ReviewPicture.Open(Plain(800, 600, SKColors.Gray), 800)!;
        using var drawn = SKBitmap.Decode(picture.Draw([new Mark(MarkKind.Animal, new Box(0.5f, 0.5f, 0.25f, 0.25f), 0.42f)], quality: 95));
        Assert.True(drawn.GetPixel(400, 400).Red > 200 && drawn.GetPixel(400, 400).Blue < 150);
        Assert.True(drawn.GetPixel(402, 285).Red > 200);
        Assert.InRange(drawn.GetPixel(500, 350).Red, 120, 136);
        Assert.InRange(drawn.GetPixel(100, 100).Red, 120, 136);
    }

    [Theory]
    [InlineData(-0.5f, -0.5f, 3f, 3f)]
    [InlineData(0, 0, 0, 0)]
    [InlineData(float.NaN, 0, 1, 1)]
    public void A_box_that_is_no_box_does_no_harm(float x, float y, float w, float h)
    {
        using var picture = ReviewPicture.Open(Plain(500, 1, SKColors.Gray), 800)!;
        Assert.NotEmpty(picture.Draw([new Mark(MarkKind.Person, new Box(x, y, w, h), 0.5f)]));
    }

    [Fact]
    public void Infrared_has_no_colours_or_one_tint_and_a_logo_in_its_bar_does_not_change_that()
    {
        void Scene(SKCanvas canvas)
        {
            for (var i = 0; i < 20; i++)
            {
                using var paint = new SKPaint { Color = new SKColor((byte)(i * 12), (byte)(i * 12), (byte)(i * 12)) };
                canvas.DrawRect(i * 32, 0, 32, 480, paint);
            }
            using var logo = new SKPaint { Color = SKColors.Red };
            canvas.DrawRect(0, 460, 200, 20, logo);
        }
        using var infrared = ReviewPicture.Open(Plain(640, 480, SKColors.Black, Scene), 640)!;
        using var tinted = ReviewPicture.Open(Plain(640, 480, new SKColor(120, 90, 130)), 640)!;
        using var day = ReviewPicture.Open(Plain(640, 480, SKColors.SkyBlue, c => c.DrawRect(0, 240, 640, 240, new SKPaint { Color = SKColors.DarkGreen })), 640)!;
        Assert.Equal((true, true, false), (infrared.IsGrey, tinted.IsGrey, day.IsGrey));
    }

    [Theory]
    [InlineData("african_elephants_bw.jpg", true)]
    [InlineData("ocelot.jpg", false)]
    [InlineData("human.jpg", false)]
    public void Real_photographs_are_grey_or_not(string file, bool grey)
    {
        using var picture = ReviewPicture.Open(File.ReadAllBytes(Shared.Data("robustness", file)), 400)!;
        Assert.Equal(grey, picture.IsGrey);
    }
}
