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

    [Fact]
    public void A_frame_that_is_the_background_is_never_a_change()
    {
        // Whatever the scene, however many clips, and whatever was learned before.
        foreach (var seed in Enumerable.Range(0, 20))
        {
            var (changes, background, random) = (new Changes(), new Background(), new Random(seed));
            for (var i = random.Next(3); i > 0; i--) changes.Learn([Grid(Scene(seed + 100))], background, []);
            for (var i = 0; i < 24; i++)
            {
                changes.Learn([Grid(Scene(seed))], background, []);
                if (i >= 20) Assert.Empty(One(changes, background, Scene(seed)).Regions);
            }
            Assert.True(One(changes, background, Scene(seed)).Known);
        }
    }

    [Fact]
    public void Digits_in_a_strip_of_text_are_no_change()
    {
        var (changes, background, random) = (new Changes(), new Background(), new Random(3));
        byte[] Printed(int noise)
        {
            var cells = Noisy(Scene(), noise);
            cells.AsSpan(0, 5 * Width).Fill(2);
            for (var y = 1; y < 4; y++)
            {
                for (var x = 4; x < 60; x++) cells[(y * Width) + x] = (byte)(x % 9 > 5 ? 2 : random.Next(60, 250));
            }
            return cells;
        }
        for (var i = 0; i < 8; i++) changes.Learn([Grid(Printed(i))], background, []);
        Assert.Equal((5, 0), (background.Bars.Top, background.Bars.Bottom));
        for (var i = 20; i < 30; i++) Assert.Empty(One(changes, background, Printed(i)).Regions);
        Assert.Single(One(changes, background, With(Printed(40), 50, 7, 4, 4, 60)).Regions);
        // Every frame of a burst has other digits.
        Assert.All(changes.Of([Grid(Printed(41)), Grid(Printed(42)), Grid(Printed(43))], new Background()), c => Assert.Empty(c.Regions));
    }

    [Fact]
    public void Overexposed_snow_with_grass_in_it_is_no_strip_of_text()
    {
        var cells = Scene();
        for (var y = Height - 40; y < Height; y++)
        {
            for (var x = 0; x < Width; x++) cells[(y * Width) + x] = (byte)(x % 11 < 2 ? 90 : 255);
        }
        Assert.Equal(default, InfoBars.In(Grid(cells)));
    }

    [Fact]
    public void Infrared_has_a_history_of_its_own()
    {
        var changes = new Changes();
        var background = Learned(changes);
        var night = Lit(Scene(8), 0.4f, 0);
        Assert.False(One(changes, background, night, infrared: true).Known);
        for (var i = 0; i < 6; i++) changes.Learn([Grid(Noisy(night, i), infrared: true)], background, []);
        Assert.Empty(One(changes, background, Noisy(night, 50), infrared: true).Regions);
        Assert.Empty(One(changes, background, Noisy(Scene(), 51)).Regions);
        // A clip in which the camera switches: each frame is compared with those of its own light.
        var clip = new[] { Grid(Noisy(Scene(), 52)), Grid(Noisy(Scene(), 53)), Grid(Noisy(night, 54), infrared: true), Grid(Noisy(night, 55), infrared: true) };
        Assert.All(changes.Of(clip, background), c => Assert.Equal((ChangeBasis.History, 0), (c.Basis, c.Regions.Count)));
    }

    [Fact]
    public void A_ramp_of_light_and_a_settling_exposure_are_no_change()
    {
        var changes = new Changes();
        var background = Learned(changes);
        var clip = Enumerable.Range(0, 5).Select(i => Grid(Lit(Noisy(Scene(), 60 + i), 0.5f + (0.17f * i), 5 - i))).ToList();
        Assert.All(changes.Of(clip, background), c => Assert.Empty(c.Regions));
        Assert.All(changes.Of(clip, new Background()), c => Assert.Empty(c.Regions));
        // A cloud's shadow that falls off across the picture.
        var shaded = Noisy(Scene(), 70).Select((c, i) => (byte)(c * (1 - (0.3f * (i % Width) / Width)))).ToArray();
        Assert.Empty(One(changes, background, shaded).Regions);
    }

    [Fact]
    public void Leaves_that_wave_every_day_are_learned_and_an_animal_beside_them_is_not()
    {
        var (changes, background, random) = (new Changes(), new Background(), new Random(5));
        byte[] Windy(int noise) => Enumerable.Range(0, 12).Aggregate(Noisy(Scene(), noise), (cells, i) => With(cells, 100 + random.Next(-3, 4) + (2 * (i % 4)), 20 + (3 * (i / 4)), 2, 3, random.Next(-60, 60)));
        for (var i = 0; i < 24; i++) changes.Learn([Grid(Windy(i))], background, []);
        var quiet = Enumerable.Range(0, 20).Count(i => One(changes, background, Windy(100 + i)).Regions.Count == 0);
        Assert.InRange(quiet, 15, 20);
        Assert.Contains(One(changes, background, With(Windy(200), 40, 60, 5, 4, 45)).Regions, r => r.IoU(new Box(40f / Width, 60f / Height, 5f / Width, 4f / Height)) > 0.3f);
    }

    [Fact]
    public void A_camera_that_was_turned_is_learned_anew_after_three_clips()
    {
        var changes = new Changes();
        var background = Learned(changes);
        Assert.False(One(changes, background, Scene(1234)).Known);
        for (var i = 0; i < 6; i++) changes.Learn([Grid(Noisy(Scene(1234), i))], background, []);
        var change = One(changes, background, Noisy(Scene(1234), 99));
        Assert.Equal((ChangeBasis.History, 0), (change.Basis, change.Regions.Count));
    }

    [Fact]
    public void Frames_of_another_size_begin_anew_and_a_frame_that_differs_from_its_clip_is_unknown()
    {
        var changes = new Changes();
        var background = Learned(changes);
        var small = new Luma();
        small.Set(10, 4, new byte[40], false);
        Assert.False(changes.Of([small], background)[0].Known);
        Assert.Equal([true, false, false], changes.Of([Grid(Scene()), small, null], background).Select(c => c.Known));
        changes.Learn([small], background, []);
        Assert.Equal((10, 4, 1), (background.Width, background.Height, background.Night.Clips)); // all of it is black
    }

    [Fact]
    public void What_is_known_to_stand_there_is_not_learned()
    {
        var (changes, background) = (new Changes(), new Background());
        for (var i = 0; i < 4; i++) changes.Learn([Grid(Noisy(Scene(), i))], background, []);
        for (var i = 0; i < 20; i++) changes.Learn([Grid(With(Noisy(Scene(), i), 60, 60, 10, 8, 60))], background, [new Box(58f / Width, 58f / Height, 14f / Width, 12f / Height)]);
        Assert.Single(One(changes, background, With(Noisy(Scene(), 99), 60, 60, 10, 8, 60)).Regions);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 256)]
    [InlineData(256, 1)]
    [InlineData(256, 32)]
    [InlineData(2, 3)]
    public void A_frame_of_any_shape_or_of_one_colour_passes(int width, int height)
    {
        var (changes, background) = (new Changes(), new Background());
        foreach (var shade in new byte[] { 0, 255, 90, 90, 91, 0, 255 })
        {
            var grid = new Luma();
            grid.Set(width, height, Enumerable.Repeat(shade, width * height).ToArray(), false);
            changes.Of([grid], background);
            changes.Of([grid, grid], background);
            changes.Of([grid, grid, grid], background);
            changes.Learn([grid, grid], background, [new Box(0.5f, 0.5f, 0.9f, 0.9f)]);
        }
        Assert.NotNull(Background.Load(background.Save(), out _));
    }

    [Fact]
    public void A_clip_of_three_frames_allocates_less_than_four_kilobytes_a_frame()
    {
        var changes = new Changes();
        var background = Learned(changes);
        var clip = Enumerable.Range(0, 3).Select(i => (Luma?)Grid(With(Noisy(Scene(), i), 20 + (30 * i), 60, 8, 6, 50))).ToList();
        void Clip()
        {
            changes.Of(clip, background);
            changes.Learn(clip, background, []);
        }
        Clip();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Clip();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 3, 0, 1024);
    }

    [Fact]
    public void A_damaged_background_is_refused_with_its_reason_and_never_throws()
    {
        var saved = Learned(new Changes()).Save();
        foreach (var (damage, reason) in new (Func<byte[]>, string)[]
        {
            (() => [], "too few"), (() => saved[..^1], "do not fit"), (() => [.. saved, 0], "do not fit"), (() => new byte[Background.MostBytes + 1], "too many"),
            (() => [0, .. saved[1..]], "does not begin"), (() => [.. saved[..4], 9, .. saved[5..]], "version 9"), (() => [.. saved[..500], (byte)(saved[500] ^ 1), .. saved[501..]], "checksum"),
        })
        {
            Assert.Null(Background.Load(damage(), out var fault));
            Assert.Contains(reason, fault, StringComparison.Ordinal);
        }
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var copy = saved[..random.Next(saved.Length + 1)];
            for (var k = random.Next(4); k > 0 && copy.Length > 0; k--) copy[random.Next(Math.Min(copy.Length, 40))] = (byte)random.Next(256);
            if (!copy.AsSpan().SequenceEqual(saved)) Assert.Null(Background.Load(copy, out _));
        }
    }
}
