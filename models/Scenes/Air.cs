using SkiaSharp;

namespace Lynceus.Scenes;

/// <summary>What is between the scene and the sensor: rain, snow, drifting mist, and leaves before the lens.</summary>
internal sealed class Air(SceneCamera camera, SceneSpec spec, View view, Light light, int frameNumber)
{
    public void Draw(SKCanvas canvas)
    {
        var dice = Dice.For(spec.Seed, "air", frameNumber);
        switch (spec.Weather)
        {
            case Weather.Rain:
                Rain(canvas, dice);
                break;
            case Weather.Snow:
                Snow(canvas, dice);
                break;
            case Weather.Mist:
                Mist(canvas);
                break;
            default:
                break;
        }

        LensLeaves(canvas);
    }

    private void Rain(SKCanvas canvas, Dice dice)
    {
        for (var i = 0; i < 170; i++)
        {
            var near = MathF.Pow(dice.Next(), 3);
            float x = dice.Between(0, view.Width), y = dice.Between(-50, view.Height), length = view.Height * (0.015f + (0.07f * near));
            using var paint = new SKPaint { IsAntialias = true, StrokeWidth = view.Width / 1280f * (0.8f + (1.6f * near)), Color = Drop((byte)dice.Between(26, 70)) };
            canvas.DrawLine(x, y, x + (length * 0.3f * spec.Wind), y + length, paint);
        }
    }

    private void Snow(SKCanvas canvas, Dice dice)
    {
        for (var i = 0; i < 260; i++)
        {
            var near = MathF.Pow(dice.Next(), 5);
            var radius = view.Width / 1280f * (1.1f + (7 * near));
            using var paint = new SKPaint { IsAntialias = true, Color = Drop((byte)(200 - (120 * near))) };
            canvas.DrawOval(dice.Between(0, view.Width), dice.Between(0, view.Height), radius, radius * dice.Between(1, 1.7f), paint);
        }
    }

    private void Mist(SKCanvas canvas)
    {
        var dice = Dice.For(spec.Seed, "mist");
        for (var i = 0; i < 5; i++)
        {
            float x = view.Width * (dice.Next() + (frameNumber * 0.012f)), y = view.Horizon + (view.Height * dice.Between(-0.12f, 0.22f)), reach = view.Width * dice.Between(0.2f, 0.5f);
            using var veil = SKShader.CreateRadialGradient(SKPoint.Empty, reach, [Drop(70), Drop(0)], SKShaderTileMode.Clamp);
            using var paint = new SKPaint { Shader = veil };
            canvas.Save();
            canvas.Translate(x, y);
            canvas.Scale(1, 0.28f);
            canvas.DrawCircle(0, 0, reach, paint);
            canvas.Restore();
        }
    }

    /// <summary>A few stems and leaves too near for focus, at the borders only.</summary>
    private void LensLeaves(SKCanvas canvas)
    {
        var dice = Dice.For(camera.Name, "lens");
        var unit = view.Width / 1280f;
        for (var i = 0; i < 5; i++)
        {
            var left = dice.Chance(0.5f);
            float x = (left ? dice.Between(-0.04f, 0.06f) : dice.Between(0.94f, 1.04f)) * view.Width, sway = spec.Wind * 22 * unit * MathF.Sin((frameNumber * 2.1f) + i + spec.Seed % 31);
            using var path = new SKPathBuilder();
            path.MoveTo(x, view.Height * 1.05f);
            path.QuadTo(x, view.Height * 0.85f, x + sway + (dice.Between(-70, 70) * unit), view.Height * dice.Between(0.62f, 0.85f));
            path.QuadTo(x + (26 * unit), view.Height * 0.86f, x + (24 * unit), view.Height * 1.05f);
            using var blade = path.Detach();
            using var paint = new SKPaint { IsAntialias = true, Color = light.Paint(Leaves.Grass(spec) * 0.8f, 1, 0.8f).WithAlpha(215), MaskFilter = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, 7 * unit) };
            canvas.DrawPath(blade, paint);
        }
    }

    private SKColor Drop(byte alpha) => light.Infrared ? new(225, 225, 225, alpha) : Light.Colour(System.Numerics.Vector3.Lerp(light.Haze, System.Numerics.Vector3.One, 0.6f)).WithAlpha(alpha);
}
