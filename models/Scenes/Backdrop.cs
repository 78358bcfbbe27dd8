using System.Numerics;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Lynceus.Scenes;

/// <summary>Sky, hills, far forest and the ground: everything behind and below what stands in the scene.</summary>
internal sealed class Backdrop(SceneCamera camera, SceneSpec spec, View view, Light light, float second)
{
    private const float Far = 46;
    private readonly float _site = Dice.For(camera.Name, "ground").Between(0, 200);
    private readonly float _sky = Dice.For(spec.Seed, "sky").Between(0, 200);

    public SKBitmap Paint()
    {
        var bitmap = new SKBitmap(view.Width, view.Height, SKColorType.Bgra8888, SKAlphaType.Opaque);
        var pixels = MemoryMarshal.Cast<byte, uint>(bitmap.GetPixelSpan());
        var edge = Skyline();
        for (var y = 0; y < view.Height; y++)
        {
            var row = pixels.Slice(y * view.Width, view.Width);
            if (y > view.Horizon + 1 && view.GroundDistance(y) < Far)
            {
                Ground(row, view.GroundDistance(y));
                continue;
            }

            for (var x = 0; x < row.Length; x++)
            {
                row[x] = Pack(Behind(x, y, edge[x]));
            }
        }

        return bitmap;
    }

    private static uint Pack(Vector3 tone) =>
        0xFF000000u | ((uint)Light.Channel(tone.X) << 16) | ((uint)Light.Channel(tone.Y) << 8) | Light.Channel(tone.Z);

    /// <summary>Tree tops and hill tops for each column: rows above which the next thing behind begins.</summary>
    private (float Trees, float NearHill, float FarHill)[] Skyline()
    {
        var edge = new (float, float, float)[view.Width];
        var unit = view.Height / 960f;
        for (var x = 0; x < edge.Length; x++)
        {
            var u = x / (float)view.Width;
            float spikes = (0.6f * Noise.At((u * 150) + _site, 3)) + (0.5f * Noise.At((u * 61) + _site, 9) * Noise.At((u * 240) + _site, 5)), roll = Noise.Fractal((u * 4) + _site, 1, 3);
            var trees = (camera.Habitat == Habitat.Meadow ? 14 : 60) + (spikes * 52) + (roll * (camera.Habitat == Habitat.Meadow ? 55 : 90));
            edge[x] = (view.Horizon - (trees * unit), view.Horizon - ((60 + (170 * Noise.Fractal((u * 2.4f) + _site + 40, 2, 4))) * unit),
                view.Horizon - ((110 + (240 * Noise.Fractal((u * 1.7f) + _site + 80, 5, 5))) * unit));
        }

        return edge;
    }

    private Vector3 Behind(int x, int y, (float Trees, float NearHill, float FarHill) edge)
    {
        float u = x / (float)view.Width, v = y / (float)view.Height;
        if (camera.Habitat == Habitat.Forest)
        {
            return Wood(u, v);
        }

        if (y > edge.Trees)
        {
            var blotch = 0.55f + (0.75f * Noise.Fractal(u * 170, v * 150, 3));
            return light.Tone(Leaves.Colour(spec, Noise.At((u * 48) + _site, v * 20)) * blotch, 70 + (30 * Noise.At(u * 9, 4)), 0.62f);
        }

        if (camera.Habitat == Habitat.Meadow && y > edge.NearHill)
        {
            return light.Tone(new Vector3(0.30f, 0.38f, 0.22f) * (0.75f + (0.45f * Noise.Fractal(u * 60, v * 90, 3))), 230, 0.8f);
        }

        return camera.Habitat == Habitat.Meadow && y > edge.FarHill
            ? light.Tone(new Vector3(0.32f, 0.36f, 0.34f) * (0.85f + (0.25f * Noise.Fractal(u * 25, v * 40, 3))), 420, 0.85f)
            : Sky(u, v);
    }

    private Vector3 Sky(float u, float v)
    {
        var height = Math.Clamp(v * view.Height / view.Horizon, 0, 1);
        var clear = Vector3.Lerp(light.Zenith, light.Haze, MathF.Pow(height, 1.4f));
        var cloud = Noise.Fractal((u * 3.2f) + _sky + (second * 0.01f), (v * 6) + _sky, 4);
        var cover = Math.Clamp((cloud - (spec.Weather == Weather.Clear ? 0.5f : 0.38f)) * 3, 0, spec.Weather == Weather.Clear ? 0.55f : 0.35f);
        return light.Infrared ? light.Zenith : Vector3.Lerp(clear, spec.Weather == Weather.Clear ? light.Haze * 1.08f : light.Zenith * 0.86f, cover);
    }

    /// <summary>The depth of a wood: blotches of leaves that let more sky through the higher one looks.</summary>
    private Vector3 Wood(float u, float v)
    {
        float large = Noise.Fractal((u * 14) + _site, (v * 13) + _site, 4), fine = Noise.Fractal((u * 120) + (second * 0.15f * spec.Wind), v * 110, 2);
        var leaf = light.Tone(Leaves.Colour(spec, large), 24 + (30 * large), 0.34f + (0.5f * large * fine) + (0.26f * (1 - (v * 3.1f))));
        var gap = Math.Clamp((large + (fine * 0.35f) - 0.52f - (v * 1.0f)) * 5, 0, 1);
        var stem = Noise.At((u * 70) + _site, v * 1.5f) * Noise.At((u * 23) + _site, 7);
        var undergrowth = light.Tone(Leaves.Colour(spec, fine) * (0.5f + (0.5f * fine)), 38, 0.62f);
        leaf = Vector3.Lerp(leaf * (stem > 0.42f ? 0.62f : 1), undergrowth, Math.Clamp(((v * view.Height / view.Horizon) - 0.82f + (0.3f * (large - 0.5f))) * 7, 0, 1));
        return Vector3.Lerp(leaf, light.Infrared ? light.Zenith : light.Haze, gap * (light.Infrared ? 0.8f : 0.9f));
    }

    private void Ground(Span<uint> row, float distance)
    {
        var density = view.PixelsPerMetre(distance);
        float Fade(float frequency) => Math.Clamp(((density / frequency) - 1.2f) * 0.5f, 0, 1);
        float medium = Fade(3), fine = Fade(12), finest = Fade(46);
        var shadowDrift = spec.Wind * 0.5f * MathF.Sin((second * 1.7f) + 1);
        for (var x = 0; x < row.Length; x++)
        {
            float right = (x - (view.Width / 2f)) / density, wx = right + _site, wz = distance;
            var broad = Noise.Fractal(wx * 0.4f, wz * 0.4f, 2);
            var grain = 0.42f + (0.16f * (1 - medium)) + (0.36f * medium * Noise.At(wx * 3, wz * 3)) + (0.13f * (1 - fine)) + (0.27f * fine * Noise.At(wx * 13, wz * 12))
                + (0.1f * (1 - finest)) + (0.22f * finest * Noise.At(wx * 47, wz * 40));
            var shade = grain;
            if (light.Sunny && camera.Habitat != Habitat.Meadow)
            {
                shade *= 0.62f + (0.62f * Math.Clamp((Noise.Fractal((wx * 1.3f) + shadowDrift, (wz * 0.9f) + 30, 3) - 0.44f) * 9, 0, 1));
            }

            row[x] = Pack(light.Tone(Soil(wx, wz, right, broad), distance, shade));
        }
    }

    private Vector3 Soil(float wx, float wz, float right, float broad)
    {
        var cover = Vector3.Lerp(Leaves.Grass(spec) * 0.78f, new(0.36f, 0.29f, 0.20f), Math.Clamp((broad - 0.45f) * (camera.Habitat == Habitat.Forest ? 5 : 2.4f), 0, 1));
        if (camera.Habitat == Habitat.Road && Math.Abs(Roads.Off(right, wz)) is var off && off < 1)
        {
            var gravel = new Vector3(0.56f, 0.50f, 0.42f) * (0.9f + (0.2f * broad));
            cover = Vector3.Lerp(gravel, cover, Math.Clamp((off - 0.8f + (0.3f * broad)) * 5, 0, 1));
        }

        if (camera.Habitat == Habitat.Forest && MathF.Abs(wz - 9.2f - (0.16f * right) - (0.5f * MathF.Sin(right * 0.6f))) < 0.8f)
        {
            var ripple = Noise.Fractal((wx * 1.5f) + (second * 0.8f), wz * 14, 2);
            cover = Vector3.Lerp(new(0.15f, 0.17f, 0.15f), new(0.75f, 0.80f, 0.82f), Math.Clamp((ripple - 0.42f) * 2.5f, 0, 1));
        }

        var snow = spec.Weather == Weather.Snow ? Math.Clamp((Noise.Fractal(wx * 1.1f, wz * 1.1f, 3) - 0.22f) * 5, 0, 0.94f) : 0;
        return Vector3.Lerp(cover, new(0.86f, 0.88f, 0.92f), snow);
    }
}

/// <summary>The road that crosses the view of a road camera.</summary>
internal static class Roads
{
    /// <summary>0 on the crown of the road, ±1 at its borders, by metres right of the axis and distance.</summary>
    public static float Off(float right, float distance) => (distance - 8.6f - (0.05f * right)) / 2.1f;
}

/// <summary>Colours of what grows, by season.</summary>
internal static class Leaves
{
    public static Vector3 Colour(SceneSpec spec, float variety)
    {
        var green = Vector3.Lerp(new(0.20f, 0.30f, 0.12f), new(0.38f, 0.47f, 0.19f), variety);
        return spec.Start.Month switch
        {
            10 or 11 => Vector3.Lerp(green, Vector3.Lerp(new(0.48f, 0.27f, 0.10f), new(0.64f, 0.48f, 0.15f), variety), 0.65f),
            12 or 1 or 2 or 3 => Vector3.Lerp(green, new(0.33f, 0.28f, 0.21f), 0.75f),
            _ => green,
        };
    }

    public static Vector3 Grass(SceneSpec spec) => spec.Start.Month is > 3 and < 9 ? new(0.40f, 0.47f, 0.20f) : new(0.47f, 0.44f, 0.25f);
}
