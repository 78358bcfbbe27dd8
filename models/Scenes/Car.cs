using System.Numerics;
using SkiaSharp;

namespace Lynceus.Scenes;

/// <summary>An estate car from the side, 4.4 m long, drawn in metres with its nose to the right.</summary>
internal static class Car
{
    public const float Length = 4.4f;

    public static void Draw(SKCanvas canvas, Light light, float distance, Dice dice)
    {
        var paint = dice.Pick(new Vector3(0.70f, 0.11f, 0.10f), new(0.16f, 0.28f, 0.52f), new(0.78f, 0.79f, 0.80f), new(0.20f, 0.21f, 0.23f), new(0.27f, 0.36f, 0.26f));
        SKColor Tone(Vector3 albedo, float shade = 1) => light.Paint(albedo, distance, shade);
        using var shadow = new SKPaint { IsAntialias = true, Color = Tone(new(0.03f)).WithAlpha(190), MaskFilter = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, 0.09f) };
        canvas.DrawOval(0, 0.02f, 2.2f, 0.14f, shadow);
        using var body = Outline((-2.15f, 0.42f), (-2.18f, 0.75f), (-2.12f, 0.98f), (-1.92f, 1.36f), (-1.55f, 1.47f), (0.05f, 1.50f), (0.45f, 1.42f), (1.15f, 1.0f), (1.85f, 0.88f), (2.12f, 0.74f), (2.18f, 0.45f), (2.1f, 0.28f), (-2.1f, 0.28f));
        using var gloss = SKShader.CreateLinearGradient(new(0, -1.5f), new(0, -0.25f),
            [Tone(Vector3.Lerp(paint, Vector3.One, 0.35f), 1.1f), Tone(paint, 1.0f), Tone(Vector3.Lerp(paint, Vector3.One, 0.2f), 1.02f), Tone(paint, 0.75f), Tone(paint, 0.35f)],
            [0, 0.36f, 0.46f, 0.6f, 1], SKShaderTileMode.Clamp);
        using var fill = new SKPaint { IsAntialias = true, Shader = gloss };
        canvas.DrawPath(body, fill);
        using var glass = SKShader.CreateLinearGradient(new(0, -1.45f), new(0.3f, -0.95f),
            [Tone(new(0.45f, 0.52f, 0.56f)), Tone(new(0.10f, 0.12f, 0.14f)), Tone(new(0.20f, 0.24f, 0.26f))], [0, 0.45f, 1], SKShaderTileMode.Clamp);
        using var pane = new SKPaint { IsAntialias = true, Shader = glass };
        foreach (var window in (ReadOnlySpan<(float, float)[]>)
            [[(-1.92f, 1.02f), (-1.78f, 1.36f), (-1.22f, 1.40f), (-1.22f, 1.0f)], [(-1.14f, 1.0f), (-1.14f, 1.41f), (-0.32f, 1.42f), (-0.32f, 1.0f)], [(-0.24f, 1.0f), (-0.24f, 1.42f), (0.12f, 1.41f), (0.78f, 1.02f), (0.74f, 0.99f)]])
        {
            using var shape = Outline(window);
            canvas.DrawPath(shape, pane);
        }

        using var seam = new SKPaint { IsAntialias = true, Color = Tone(paint, 0.4f), StrokeWidth = 0.016f, IsStroke = true };
        canvas.DrawLine(-0.28f, -1.0f, -0.26f, -0.38f, seam);
        canvas.DrawLine(-1.18f, -1.0f, -1.2f, -0.5f, seam);
        canvas.DrawLine(0.8f, -1.0f, 0.78f, -0.38f, seam);
        canvas.DrawLine(-2.0f, -0.5f, 2.1f, -0.46f, seam);
        canvas.DrawLine(-0.55f, -0.88f, -0.38f, -0.88f, seam);
        canvas.DrawLine(0.48f, -0.88f, 0.65f, -0.88f, seam);
        Spot(canvas, Tone(new(0.9f, 0.9f, 0.85f), 1.2f), 1.83f, 0.70f, 0.24f, 0.11f);
        Spot(canvas, Tone(new(0.65f, 0.08f, 0.06f)), -2.16f, 0.82f, 0.14f, 0.28f);
        Spot(canvas, Tone(paint, 0.7f), 0.62f, 0.98f, 0.2f, 0.13f);
        foreach (var x in (ReadOnlySpan<float>)[-1.32f, 1.36f])
        {
            Wheel(canvas, Tone, x);
        }
    }

    private static void Wheel(SKCanvas canvas, Func<Vector3, float, SKColor> tone, float x)
    {
        foreach (var (radius, albedo) in (ReadOnlySpan<(float, float)>)[(0.40f, 0.025f), (0.335f, 0.075f), (0.225f, 0.62f), (0.195f, 0.30f)])
        {
            using var ring = new SKPaint { IsAntialias = true, Color = tone(new(albedo), 1) };
            canvas.DrawCircle(x, -0.335f, radius, ring);
        }

        using var spoke = new SKPaint { IsAntialias = true, Color = tone(new(0.66f), 1), StrokeWidth = 0.05f };
        for (var i = 0; i < 5; i++)
        {
            var (sin, cos) = MathF.SinCos((i * 1.2566f) + x);
            canvas.DrawLine(x, -0.335f, x + (0.2f * cos), -0.335f + (0.2f * sin), spoke);
        }
    }

    private static void Spot(SKCanvas canvas, SKColor colour, float x, float up, float width, float height)
    {
        using var paint = new SKPaint { IsAntialias = true, Color = colour };
        canvas.DrawRoundRect(x, -up - (height / 2), width, height, 0.04f, 0.04f, paint);
    }

    private static SKPath Outline(params ReadOnlySpan<(float X, float Up)> points)
    {
        using var builder = new SKPathBuilder();
        builder.MoveTo(Towards(points[0], points[^1]));
        for (var i = 0; i < points.Length; i++)
        {
            var (corner, before, next) = (points[i], points[(i + points.Length - 1) % points.Length], points[(i + 1) % points.Length]);
            builder.LineTo(Towards(corner, before));
            builder.QuadTo(new(corner.X, -corner.Up), Towards(corner, next));
        }

        builder.Close();
        return builder.Detach();
    }

    /// <summary>Where the rounding of a corner begins on the side to its neighbour.</summary>
    private static SKPoint Towards((float X, float Up) corner, (float X, float Up) neighbour) =>
        new(corner.X + (0.3f * (neighbour.X - corner.X)), -corner.Up - (0.3f * (neighbour.Up - corner.Up)));
}
