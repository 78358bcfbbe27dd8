using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge.Tests;

public class ChangeTests
{
    private const int Width = 156, Height = 117;

    /// <summary>A scene with shapes of its own, the same for a seed.</summary>
    private static byte[] Scene(int seed = 7)
    {
        var random = new Random(seed);
        var cells = new byte[Width * Height];
        Array.Fill(cells, (byte)90);
        for (var i = 0; i < 60; i++)
        {
            var (x, y, w, h, shade) = (random.Next(Width), random.Next(Height), random.Next(3, 40), random.Next(3, 30), random.Next(40, 190));
            for (var v = y; v < Math.Min(Height, y + h); v++) cells.AsSpan((v * Width) + x, Math.Min(w, Width - x)).Fill((byte)shade);
        }
        return cells;
    }

    private static Luma Grid(byte[] cells, bool infrared = false)
    {
        var luma = new Luma();
        luma.Set(Width, Height, cells, infrared);
        return luma;
    }

    /// <summary>A little sensor noise.</summary>
    private static byte[] Noisy(byte[] cells, int seed)
    {
        var random = new Random(seed);
        return [.. cells.Select(c => (byte)Math.Clamp(c + random.Next(-2, 3), 0, 255))];
    }

    private static byte[] Lit(byte[] cells, float gain, float offset) => [.. cells.Select(c => (byte)Math.Clamp((c * gain) + offset, 0, 255))];

    private static byte[] With(byte[] cells, int x, int y, int w, int h, int by)
    {
        var copy = cells.ToArray();
        for (var v = y; v < y + h; v++)
        {
            for (var u = x; u < x + w; u++) copy[(v * Width) + u] = (byte)Math.Clamp(copy[(v * Width) + u] + by, 0, 255);
        }
        return copy;
    }

    private static Background Learned(Changes changes, int clips = 8, bool infrared = false)
    {
        var background = new Background();
        for (var i = 0; i < clips; i++) changes.Learn([Grid(Noisy(Scene(), i), infrared)], background, []);
        return background;
    }

    private static FrameChange One(Changes changes, Background background, byte[] cells, bool infrared = false) => changes.Of([Grid(cells, infrared)], background)[0];

    [Fact]
    public void Without_history_a_single_frame_says_nothing() => Assert.False(One(new Changes(), new Background(), Scene()).Known);

    [Fact]
    public void What_was_always_there_is_no_change()
    {
        var changes = new Changes();
        var background = Learned(changes);
        var change = One(changes, background, Noisy(Scene(), 99));
        Assert.Equal(ChangeBasis.History, change.Basis);
        Assert.Empty(change.Regions);
    }

    [Theory]
    [InlineData(20, 30, 40)]
    [InlineData(150, 110, 60)]
    [InlineData(0, 0, -60)]
    public void A_small_animal_is_found_where_it_is(int x, int y, int by)
    {
        var changes = new Changes();
        var background = Learned(changes);
        var region = Assert.Single(One(changes, background, With(Noisy(Scene(), 99), x, y, 2, 2, by)).Regions);
        Assert.True(region.IoU(new Box((float)x / Width, (float)y / Height, 2f / Width, 2f / Height)) > 0.2f, $"{region}");
    }

    [Theory]
    [InlineData(1.3f, 0)]
    [InlineData(0.6f, 10)]
    [InlineData(1, 30)]
    public void Other_light_is_no_change_and_hides_no_animal(float gain, float offset)
    {
        var changes = new Changes();
        var background = Learned(changes);
        Assert.Empty(One(changes, background, Lit(Noisy(Scene(), 99), gain, offset)).Regions);
        Assert.Single(One(changes, background, Lit(With(Noisy(Scene(), 99), 50, 60, 6, 4, 50), gain, offset)).Regions);
    }

    [Fact]
    public void What_moves_through_a_burst_is_found_without_history()
    {
        var changes = new Changes();
        var clip = Enumerable.Range(0, 3).Select(i => Grid(With(Noisy(Scene(), i), 20 + (30 * i), 60, 8, 6, 50))).ToList();
        var found = changes.Of(clip, new Background());
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(ChangeBasis.Burst, found[i].Basis);
            Assert.True(Assert.Single(found[i].Regions).IoU(new Box((20f + (30 * i)) / Width, 60f / Height, 8f / Width, 6f / Height)) > 0.3f);
        }
    }

    [Fact]
    public void A_saved_background_says_the_same_and_is_small()
    {
        var changes = new Changes();
        var background = Learned(changes);
        var saved = background.Save();
        Assert.InRange(saved.Length, 1, Background.MostBytes);
        var loaded = Background.Load(saved, out var fault);
        Assert.Equal("", fault);
        Assert.Empty(One(changes, loaded!, Noisy(Scene(), 99)).Regions);
        Assert.Equal(One(changes, background, With(Scene(), 50, 60, 6, 4, 50)).Regions, One(changes, loaded!, With(Scene(), 50, 60, 6, 4, 50)).Regions);
        Assert.Equal(saved, loaded!.Save());
    }
}
