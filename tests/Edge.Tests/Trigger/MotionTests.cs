using Lynceus.Scenes;
using Lynceus.Vision;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SkiaSharp;

namespace Lynceus.Edge.Tests;

/// <summary>Motion in drawn pictures of a camera that gives two a second.</summary>
public sealed class MotionTests
{
    private readonly FakeTimeProvider time = new();
    private readonly MotionSensor sensor;

    public MotionTests() => sensor = new MotionSensor(new ScriptedCamera("north", [], time), new MotionOptions { Enabled = true }, time, NullLogger<MotionSensor>.Instance);

    private static readonly SceneSpec Noon = new(7, 320, 240, new DateTimeOffset(2026, 6, 3, 11, 0, 0, TimeSpan.FromHours(2)), Weather.Overcast, 0.2f, 15);

    private static Luma Drawn(SceneSpec spec, int frame = 2, float light = 1, bool grey = false)
    {
        using var drawn = SceneDrawing.Draw(SceneCamera.All[0], spec, frame);
        using var adjusted = new SKBitmap(drawn.Bitmap.Info);
        using (var canvas = new SKCanvas(adjusted))
        using (var paint = new SKPaint
        {
            ColorFilter = grey ? SKColorFilter.CreateColorMatrix([.3f * light, .6f * light, .1f * light, 0, 0, .3f * light, .6f * light, .1f * light, 0, 0, .3f * light, .6f * light, .1f * light, 0, 0, 0, 0, 0, 1, 0])
            : SKColorFilter.CreateColorMatrix([light, 0, 0, 0, 0, 0, light, 0, 0, 0, 0, 0, light, 0, 0, 0, 0, 0, 1, 0])
        })
            canvas.DrawBitmap(drawn.Bitmap, 0, 0, new SKSamplingOptions(SKFilterMode.Nearest), paint);
        using var jpeg = adjusted.Encode(SKEncodedImageFormat.Jpeg, 85);
        using var picture = new DecodedPicture();
        Assert.Null(picture.Decode(jpeg.ToArray(), 320, 320, out _));
        var luma = new Luma();
        luma.Read(picture);
        return luma;
    }

    private bool See(Luma luma)
    {
        time.Advance(TimeSpan.FromSeconds(0.5));
        return sensor.Moves(luma, time.GetTimestamp());
    }

    private int Pulses(int pictures, Func<int, Luma> picture) => Enumerable.Range(0, pictures).Count(i => See(picture(i)));

    [Fact]
    public void A_still_scene_sets_nothing_off_and_an_animal_that_walks_in_does()
    {
        Assert.Equal(0, Pulses(60, i => Drawn(Noon, 1 + (i % 5))));
        var deer = Noon with { Passage = new Passage(Subject.Deer, 5, 0.2f, 10, 0.5f) };
        Assert.InRange(Pulses(5, i => Drawn(deer, 1 + i)), 2, 5);
    }

    [Fact]
    public void A_cloud_before_the_sun_sets_nothing_off()
    {
        Assert.Equal(0, Pulses(60, i => Drawn(Noon, 1 + (i % 5))));
        Assert.Equal(0, Pulses(10, i => Drawn(Noon, 1 + (i % 5), light: 0.7f)));
    }

    [Fact]
    public void The_switch_to_infrared_sets_nothing_off()
    {
        Assert.Equal(0, Pulses(60, i => Drawn(Noon, 1 + (i % 5))));
        Assert.Equal(0, Pulses(40, i => Drawn(Noon, 1 + (i % 5), light: 0.5f, grey: true)));
    }

    [Fact]
    public void What_stays_becomes_usual()
    {
        Assert.Equal(0, Pulses(60, i => Drawn(Noon, 1 + (i % 5))));
        var boar = Drawn(Noon with { Passage = new Passage(Subject.Boar, 4, 0.2f, 10, 0.5f) });
        Assert.InRange(Pulses(20, _ => boar), 1, 20);
        Pulses(2 * 60 * 4, _ => boar);
        Assert.Equal(0, Pulses(20, _ => boar));
    }
}
