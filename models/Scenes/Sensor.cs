using System.Numerics;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Lynceus.Scenes;

/// <summary>A cheap camera's optics and sensor: vignette, the flash's hot spot, exposure, slight blur, noise.</summary>
internal static class Sensor
{
    private static readonly sbyte[] Grain = Roll();

    public static void Expose(SKBitmap bitmap, SceneSpec spec, int frameNumber)
    {
        var pixels = MemoryMarshal.Cast<byte, uint>(bitmap.GetPixelSpan());
        var dice = Dice.For(spec.Seed, "sensor", frameNumber);
        var passingCloud = spec.Weather == Weather.Clear && Dice.For(spec.Seed, "cloud").Chance(0.25f) ? 0.16f : 0.025f;
        var gain = 1 + (passingCloud * dice.Between(-1, 1));
        var noise = spec.Infrared ? 0.05f : spec.Weather == Weather.Clear ? 0.016f : 0.020f;
        Span<uint> above = new uint[bitmap.Width];
        for (var y = 0; y < bitmap.Height; y++)
        {
            var row = pixels.Slice(y * bitmap.Width, bitmap.Width);
            Soften(row, above, spec.Infrared);
            var grain = (int)(dice.NextBits() & 0x3FFFF);
            var v = ((y / (float)bitmap.Height) - 0.52f) * 1.3f;
            for (var x = 0; x < row.Length; x++)
            {
                var u = ((x / (float)bitmap.Width) - 0.5f) * 1.5f;
                var off = (u * u) + (v * v);
                var fall = gain * (spec.Infrared ? 1.36f / (1 + (2.0f * off)) : 1 - (0.26f * off));
                row[x] = Read(row[x], fall, noise, Grain.AsSpan((grain + (x * 3)) & 0x3FFFF, 3), spec.Infrared);
            }
        }
    }

    private static uint Read(uint pixel, float fall, float noise, ReadOnlySpan<sbyte> grain, bool infrared)
    {
        var tone = new Vector3((pixel >> 16) & 255, (pixel >> 8) & 255, pixel & 255) * (fall / 255);
        var strength = noise * (infrared ? 0.6f : 0.9f) / 40;
        tone += infrared ? new Vector3(grain[0] * strength) : new Vector3(grain[0] + (0.5f * grain[1]), grain[0], grain[0] + (0.5f * grain[2])) * strength;
        return 0xFF000000u | ((uint)Light.Channel(Roll(tone.X)) << 16) | ((uint)Light.Channel(Roll(tone.Y)) << 8) | Light.Channel(Roll(tone.Z));
    }

    /// <summary>Highlights roll off instead of clipping hard.</summary>
    private static float Roll(float tone) => tone < 0.8f ? tone : 0.8f + (0.2f * (1 - MathF.Exp(-(tone - 0.8f) / 0.2f)));

    /// <summary>Mixes each pixel with its left and upper neighbour: half a pixel of blur, or nearly one at night.</summary>
    private static void Soften(Span<uint> row, Span<uint> above, bool infrared)
    {
        var before = row[0];
        for (var x = 0; x < row.Length; x++)
        {
            var own = row[x];
            var mixed = Average(own, Average(before, above[x] == 0 ? own : above[x]));
            (before, above[x]) = infrared ? (mixed, mixed) : (own, own);
            row[x] = mixed;
        }
    }

    private static uint Average(uint a, uint b) => (((a ^ b) & 0xFEFEFEFEu) >> 1) + (a & b);

    private static sbyte[] Roll()
    {
        var dice = new Dice(0xC0FFEE);
        var grain = new sbyte[0x40000 + 4];
        for (var i = 0; i < grain.Length; i++)
        {
            grain[i] = (sbyte)Math.Clamp(dice.Bell() * 40, -127, 127);
        }

        return grain;
    }
}
