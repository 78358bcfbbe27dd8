using Lynceus.Scenes;
using SkiaSharp;

namespace Lynceus.Scenes_Tests;

public sealed class SceneDrawingTests
{
    private static readonly SceneSpec Noon = new(11, 320, 240, new DateTimeOffset(2026, 6, 3, 12, 0, 0, TimeSpan.FromHours(2)), Weather.Clear, 0.3f, 18);

    public static TheoryData<string, Subject> EveryPassage() =>
        [.. SceneCamera.All.SelectMany(camera => Enum.GetValues<Subject>().Where(subject => subject != Subject.None).Select(subject => (camera.Name, subject)))];

    [Theory]
    [MemberData(nameof(EveryPassage))]
    public void A_box_lies_inside_its_picture_and_around_what_was_drawn(string site, Subject subject)
    {
        var camera = SceneCamera.All.Single(camera => camera.Name == site);
        using var empty = SceneDrawing.Draw(camera, Noon, 2);
        foreach (var across in (ReadOnlySpan<float>)[-0.9f, 0, 0.4f])
        {
            using var frame = SceneDrawing.Draw(camera, Noon with { Passage = new(subject, 6, across, 20, 0.4f) }, 2);
            var box = Assert.Single(frame.Boxes);
            Assert.Equal(subject, box.Subject);
            Assert.True(box is { X: >= 0, Y: >= 0, Width: > 0, Height: > 0 } && box.X + box.Width <= 1.0001f && box.Y + box.Height <= 1.0001f, $"{box}");
            Assert.True(Changed(frame.Bitmap, empty.Bitmap, box) > 0.15, $"{subject} at {across}: the box is {Changed(frame.Bitmap, empty.Bitmap, box):P0} object");
        }
    }

    [Fact]
    public void An_empty_frame_has_no_box()
    {
        using var frame = SceneDrawing.Draw(SceneCamera.All[0], Noon, 1);
        Assert.Empty(frame.Boxes);
        Assert.Equal(SceneClass.Empty, frame.Class);
    }

    [Fact]
    public void What_has_left_the_picture_has_no_box()
    {
        using var frame = SceneDrawing.Draw(SceneCamera.All[0], Noon with { Passage = new(Subject.Fox, 4, 3, 0, 0.4f) }, 2);
        Assert.Empty(frame.Boxes);
    }

    [Fact]
    public void A_walker_moves_along_its_heading_through_the_burst()
    {
        var spec = Noon with { Passage = new(Subject.Deer, 6, 0, 180, 0.8f) };
        var middles = Enumerable.Range(1, 3).Select(number =>
        {
            using var frame = SceneDrawing.Draw(SceneCamera.All[0], spec, number);
            return frame.Boxes[0].X + (frame.Boxes[0].Width / 2);
        }).ToList();
        Assert.True(middles[0] > middles[1] && middles[1] > middles[2], string.Join(", ", middles));
    }

    [Fact]
    public void The_info_bar_never_covers_a_box()
    {
        var track = SceneCamera.All.Single(camera => camera.HasInfoBar);
        foreach (var number in (ReadOnlySpan<int>)[1, 2, 3])
        {
            using var frame = SceneDrawing.Draw(track, Noon with { Passage = new(Subject.Bear, 1.9f, 0.1f, 300, 0.3f) }, number);
            var box = Assert.Single(frame.Boxes);
            var barTop = 1 - (11 / 240f);
            Assert.True(box.Y + box.Height <= barTop + 0.0001f, $"{box.Y + box.Height} reaches into the bar at {barTop}");
            Assert.Equal(new SKColor(8, 8, 8), frame.Bitmap.GetPixel(160, 239));
        }
    }

    [Fact]
    public void Night_is_infrared_and_has_no_colour()
    {
        var night = Noon with { Start = Noon.Start.AddHours(13), Passage = new(Subject.Fox, 4, 0, 0, 0.4f) };
        Assert.True(night.Infrared);
        Assert.False(Noon.Infrared);
        using var frame = SceneDrawing.Draw(SceneCamera.All[0], night, 1);
        Assert.All(frame.Bitmap.Pixels, pixel => Assert.True(pixel.Red == pixel.Green && pixel.Green == pixel.Blue, $"{pixel}"));
    }

    [Fact]
    public void A_gust_changes_little_of_a_burst_and_the_site_stays()
    {
        var windy = Noon with { Weather = Weather.Overcast, Wind = 0.6f };
        using var first = SceneDrawing.Draw(SceneCamera.All[1], windy, 1);
        using var second = SceneDrawing.Draw(SceneCamera.All[1], windy, 2);
        var changed = Changed(first.Bitmap, second.Bitmap, new(SceneClass.Empty, Subject.None, null, 0, 0, 1, 1));
        Assert.InRange(changed, 0.002, 0.35);
    }

    [Theory]
    [InlineData(0, 240, 1)]
    [InlineData(320, 63, 1)]
    [InlineData(320, 8193, 1)]
    [InlineData(320, 240, 0)]
    [InlineData(320, 240, 10)]
    public void A_size_or_number_out_of_range_is_refused(int width, int height, int number) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SceneDrawing.Draw(SceneCamera.All[0], Noon with { Width = width, Height = height }, number));

    /// <summary>Share of the box's pixels that differ by more than noise would make them.</summary>
    private static double Changed(SKBitmap one, SKBitmap other, SceneBox box)
    {
        int changed = 0, all = 0;
        for (var y = (int)(box.Y * one.Height); y < (int)((box.Y + box.Height) * one.Height); y++)
        {
            for (var x = (int)(box.X * one.Width); x < (int)((box.X + box.Width) * one.Width); x++, all++)
            {
                SKColor a = one.GetPixel(x, y), b = other.GetPixel(x, y);
                changed += Math.Abs(a.Red - b.Red) + Math.Abs(a.Green - b.Green) + Math.Abs(a.Blue - b.Blue) > 48 ? 1 : 0;
            }
        }

        return changed / (double)Math.Max(1, all);
    }
}
