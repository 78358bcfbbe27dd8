using System.Numerics;
using SkiaSharp;

namespace Lynceus.Scenes;

/// <summary>A drawn frame and where its objects are; the caller disposes it.</summary>
public sealed record SceneFrame(SKBitmap Bitmap, IReadOnlyList<SceneBox> Boxes) : IDisposable
{
    /// <summary>The class of the frame: that of its object, or empty.</summary>
    public SceneClass Class => Boxes.Count > 0 ? Boxes[0].Class : SceneClass.Empty;

    public void Dispose() => Bitmap.Dispose();
}

/// <summary>Draws single frames. A pure function: the same camera, spec and number give the same pixels.</summary>
public static class SceneDrawing
{
    /// <summary>Frames of a card's burst, one second apart.</summary>
    public const int BurstLength = 3;

    /// <summary>Frames that a burst may have.</summary>
    public const int LongestBurst = 9;

    /// <summary>Draws a frame of a burst.</summary>
    /// <param name="camera">The site.</param>
    /// <param name="spec">Light, weather and who passes.</param>
    /// <param name="frameNumber">1–9; the passage's place is that of frame 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size outside 64–8192 pixels or a frame number outside 1–9.</exception>
    public static SceneFrame Draw(SceneCamera camera, SceneSpec spec, int frameNumber)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(spec.Width, 64);
        ArgumentOutOfRangeException.ThrowIfLessThan(spec.Height, 64);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(spec.Width, 8192);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(spec.Height, 8192);
        ArgumentOutOfRangeException.ThrowIfLessThan(frameNumber, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frameNumber, LongestBurst);

        var view = new View(camera, spec.Width, spec.Height);
        var light = Light.Of(spec);
        var second = frameNumber - 1f + (spec.Seed % 1000);
        List<SceneBox> boxes = [];
#pragma warning disable CA2000 // the frame goes to the caller, who disposes it
        var frame = new SceneFrame(new Backdrop(camera, spec, view, light, second).Paint(), boxes);
#pragma warning restore CA2000
        using var canvas = new SKCanvas(frame.Bitmap);
        var standing = new Growth(camera, spec, view, light, second).All();
        using var actor = spec.Passage is { } passage ? Actor.Of(passage, spec, view, light, frameNumber - 2) : null;
        if (actor?.Box is { } box)
        {
            boxes.Add(box);
            standing = standing.Append(new Standing(actor.Distance, actor.Draw));
        }

        foreach (var thing in standing.OrderByDescending(thing => thing.Distance))
        {
            thing.Draw(canvas);
        }

        new Air(camera, spec, view, light, frameNumber).Draw(canvas);
        canvas.Flush();
        Sensor.Expose(frame.Bitmap, spec, frameNumber);
        if (camera.HasInfoBar)
        {
            InfoBar.Draw(canvas, camera, spec, spec.Start.AddSeconds(frameNumber - 1));
        }

        return frame;
    }
}

/// <summary>A subject at its place in one frame.</summary>
internal sealed class Actor : IDisposable
{
    private readonly Light _light;
    private readonly SKPoint _foot;
    private readonly Sprite? _sprite;
    private readonly Action<SKCanvas>? _car;
    private readonly float _scale;

    private Actor(Passage passage, SceneSpec spec, View view, Light light, float second)
    {
        var dice = Dice.For(spec.Seed, "actor", passage.Subject);
        var (sin, cos) = MathF.SinCos(passage.Heading * MathF.PI / 180);
        Distance = MathF.Max(view.Nearest * 1.04f, passage.Distance + (second * passage.Speed * sin));
        var right = view.Right(passage.Across, passage.Distance) + (second * passage.Speed * cos);
        (_light, _foot, _scale) = (light, view.Project(right, 0, Distance), view.PixelsPerMetre(Distance));
        SKRect outline;
        if (passage.Subject == Subject.Car)
        {
            var flip = cos < 0 ? -1 : 1;
            var (foot, scale, distance, seed) = (_foot, _scale, Distance, dice.NextBits());
            _car = canvas =>
            {
                canvas.Save();
                canvas.Translate(foot.X, foot.Y);
                canvas.Scale(scale * flip, scale);
                Car.Draw(canvas, light, distance, new Dice(seed));
                canvas.Restore();
            };
            outline = new(_foot.X - (2.2f * _scale), _foot.Y - (1.48f * _scale), _foot.X + (2.2f * _scale), _foot.Y + (0.06f * _scale));
        }
        else
        {
            _sprite = Sculpt(passage, dice, second, view);
            outline = Outline(_sprite);
        }

        outline = SKRect.Intersect(outline, new(0, 0, view.Width, view.PictureHeight));
        if (outline.Width >= 3 && outline.Height >= 3)
        {
            Box = new(Cast.ClassOf(passage.Subject), passage.Subject, Cast.ScientificName(passage.Subject), outline.Left / view.Width, outline.Top / view.Height, outline.Width / view.Width, outline.Height / view.Height);
        }
    }

    public float Distance { get; }

    /// <summary>What of it can be seen within the picture, or null.</summary>
    public SceneBox? Box { get; }

    public static Actor Of(Passage passage, SceneSpec spec, View view, Light light, float second) => new(passage, spec, view, light, second);

    public void Dispose() => _sprite?.Dispose();

    public void Draw(SKCanvas canvas)
    {
        if (_sprite is null)
        {
            _car!(canvas);
            return;
        }

        Shadow(canvas, _sprite);
        var (left, top) = (MathF.Round(_foot.X) + _sprite.Left, MathF.Round(_foot.Y) + _sprite.Top);
        canvas.DrawBitmap(_sprite.Bitmap, left, top, SKSamplingOptions.Default);
        foreach (var eye in _light.Infrared ? _sprite.Eyes : [])
        {
            var radius = MathF.Max(1.3f, 0.014f * _scale);
            using var glow = new SKPaint { IsAntialias = true, Color = new(255, 255, 255, 120), MaskFilter = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, radius * 1.2f) };
            using var shine = new SKPaint { IsAntialias = true, Color = new(250, 250, 250) };
            canvas.DrawCircle(left + eye.X, top + eye.Y, radius * 2, glow);
            canvas.DrawCircle(left + eye.X, top + eye.Y, radius, shine);
        }
    }

    private Sprite Sculpt(Passage passage, Dice dice, float second, View view)
    {
        var stride = passage.Speed > 0.05f ? Math.Clamp(0.55f + (passage.Speed * 0.35f), 0, 1) : 0.12f;
        var tilt = MathF.Min(0.35f, (view.Mount - 0.4f) / Distance);
        Sculpture body;
        Func<Surface, Vector3> coat;
        float Phase(float stepLength) => dice.Next() + (second * passage.Speed / stepLength);
        switch (passage.Subject)
        {
            case Subject.Person:
                (body, coat) = (People.Walk(Phase(1.5f), stride * 0.95f, dice.Chance(0.5f)), People.Clothes(dice));
                break;
            case Subject.Bird:
                (body, coat) = (Birds.Stand(Phase(0.2f), stride), Coats.Bird);
                break;
            default:
                var build = Animals.Of(passage.Subject, dice);
                body = Quadruped.Stand(build, Phase((build.Height.Shoulder - build.Chest.Height + 0.05f) * 1.9f), stride);
                coat = Coats.Of(passage.Subject, build, dice);
                break;
        }

        return Sprite.Of(body, _scale, passage.Heading, tilt, _light, Distance, coat);
    }

    private void Shadow(SKCanvas canvas, Sprite sprite)
    {
        var width = sprite.Bitmap.Width;
        var depth = MathF.Max(2, _scale * 0.09f);
        using var paint = new SKPaint
        {
            IsAntialias = true,
            Color = _light.Paint(new(0.05f, 0.05f, 0.04f), Distance, 0.6f).WithAlpha((byte)(_light.Sunny ? 150 : 95)),
            MaskFilter = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, depth * 0.55f),
        };
        var aside = _light.Sunny ? -_light.SunDirection.X * width * 0.25f : 0;
        canvas.DrawOval(_foot.X + sprite.Left + (width / 2f) + aside, _foot.Y, width * 0.42f, depth, paint);
    }

    private SKRect Outline(Sprite sprite)
    {
        var pixels = sprite.Bitmap.GetPixelSpan();
        var row = sprite.Bitmap.RowBytes;
        int left = int.MaxValue, top = int.MaxValue, right = -1, bottom = -1;
        for (var y = 0; y < sprite.Bitmap.Height; y++)
        {
            for (var x = 0; x < sprite.Bitmap.Width; x++)
            {
                if (pixels[(y * row) + (x * 4) + 3] > 127)
                {
                    (left, right, top, bottom) = (Math.Min(left, x), Math.Max(right, x), Math.Min(top, y), Math.Max(bottom, y));
                }
            }
        }

        var corner = new SKPoint(MathF.Round(_foot.X) + sprite.Left, MathF.Round(_foot.Y) + sprite.Top);
        return right < 0 ? SKRect.Empty : new(corner.X + left, corner.Y + top, corner.X + right + 1, corner.Y + bottom + 1);
    }
}
