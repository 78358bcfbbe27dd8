using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge.Tests;

public class ZoomPlanTests
{
    private static readonly InputSpec Input = new() { Name = "images", Width = 416, Height = 416, Channels = ChannelOrder.Bgr, White = 255, Letterbox = Letterbox.TopLeft, Pad = 114 };

    private static IReadOnlyList<Box> Windows(int width, int height, params Box[] regions) => ZoomPlan.Windows(regions, width, height, Input);

    [Fact]
    public void An_animal_of_20_pixels_gets_a_window_that_shows_it_pixel_for_pixel()
    {
        var window = Assert.Single(Windows(2048, 1536, new Box(0.5f, 0.5f, 20f / 2048, 20f / 1536)));
        Assert.Equal((416, 416), ((int)MathF.Round(window.W * 2048), (int)MathF.Round(window.H * 1536)));
        // In the whole picture it had four of the model's pixels across, here twenty: five times as many.
        Assert.Equal(4.9f, 2048f / 416, 1);
    }

    [Fact]
    public void A_window_is_twice_its_region_and_lies_around_it()
    {
        var window = Assert.Single(Windows(4096, 3072, new Box(0.5f, 0.5f, 0.1f, 0.1f)));
        Assert.InRange(window.W, 0.199f, 0.201f);
        Assert.InRange(window.X + (window.W / 2), 0.549f, 0.551f);
    }

    [Fact]
    public void A_region_in_a_corner_has_a_window_within_the_picture()
        => Assert.True(Assert.Single(Windows(2048, 1536, new Box(0.99f, 0.99f, 0.01f, 0.01f))) is { IsInside: true, X: > 0.7f, Y: > 0.7f });

    [Fact]
    public void What_is_large_and_what_a_small_picture_shows_in_full_needs_no_window()
    {
        Assert.Empty(Windows(2048, 1536, new Box(0.1f, 0.1f, 0.5f, 0.4f)));
        Assert.Empty(Windows(500, 400, new Box(0.1f, 0.1f, 0.05f, 0.05f)));
        Assert.Empty(Windows(1, 1, new Box(0, 0, 1, 1)));
        Assert.Empty(Windows(2048, 1536));
    }

    [Fact]
    public void Neighbours_share_a_window_and_there_are_two_at_most()
    {
        Assert.Single(Windows(2048, 1536, new Box(0.5f, 0.5f, 0.02f, 0.02f), new Box(0.53f, 0.53f, 0.02f, 0.02f)));
        Assert.Equal(2, Windows(2048, 1536, new Box(0.1f, 0.1f, 0.02f, 0.02f), new Box(0.5f, 0.5f, 0.02f, 0.02f), new Box(0.9f, 0.9f, 0.02f, 0.02f)).Count);
    }

    [Theory]
    [InlineData(3200, 400)]
    [InlineData(400, 3200)]
    public void A_long_picture_has_windows_within_it(int width, int height)
        => Assert.All(Windows(width, height, new Box(0.5f, 0.5f, 0.01f, 0.01f), new Box(0, 0, 0.01f, 0.5f)), w => Assert.True(w.IsInside && w.W > 0 && w.H > 0));
}
