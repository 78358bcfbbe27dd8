using System.Numerics;
using SkiaSharp;

namespace Lynceus.Scenes;

/// <summary>How a surface looks from the camera: sun, sky, haze, or the camera's own infrared flash. Colours are 0–1, display gamma.</summary>
internal sealed class Light
{
    /// <summary>Towards the sun, in view space: x right, y up, z to the camera.</summary>
    public Vector3 SunDirection { get; private init; }

    public Vector3 Sun { get; private init; }

    public Vector3 Ambient { get; private init; }

    public Vector3 Haze { get; private init; }

    public Vector3 Zenith { get; private init; }

    /// <summary>Metres at which haze has taken 63 % of a surface's own colour.</summary>
    public float Visibility { get; private init; }

    public bool Infrared { get; private init; }

    /// <summary>Whether surfaces throw sharp shadows.</summary>
    public bool Sunny => Sun.X > 0.3f && !Infrared;

    public static Light Of(SceneSpec spec)
    {
        if (spec.Infrared)
        {
            return new Light
            {
                Infrared = true, SunDirection = Vector3.Normalize(new(0.05f, 0.25f, 1)), Haze = new(spec.Weather == Weather.Mist ? 0.30f : 0.03f),
                Visibility = spec.Weather == Weather.Mist ? 14 : 60, Zenith = new(0.015f), Ambient = new(0.25f), Sun = new(0.85f),
            };
        }

        var half = DayLength.Hours(spec.Start.DayOfYear) / 2;
        var hours = spec.Start.TimeOfDay.TotalHours - 12.5;
        var height = MathF.Max(0.05f, (float)Math.Cos(hours / half * Math.PI / 2)); // 0 at the ends of the day, 1 at noon
        var low = 1 - MathF.Min(1, height * 1.9f);
        var direction = Vector3.Normalize(new((float)(-hours / half) * 0.9f, 0.25f + (0.8f * height), 0.35f));
        var bright = 0.72f + (0.30f * MathF.Sqrt(height));
        return spec.Weather switch
        {
            Weather.Clear => new Light
            {
                SunDirection = direction, Visibility = 170, Sun = Vector3.Lerp(new(0.80f, 0.76f, 0.68f), new(0.85f, 0.52f, 0.27f), low) * bright,
                Ambient = Vector3.Lerp(new(0.46f, 0.50f, 0.56f), new(0.38f, 0.40f, 0.52f), low) * bright,
                Haze = Vector3.Lerp(new(0.77f, 0.84f, 0.90f), new(0.93f, 0.76f, 0.62f), low) * bright,
                Zenith = Vector3.Lerp(new(0.36f, 0.55f, 0.80f), new(0.44f, 0.48f, 0.68f), low) * bright,
            },
            Weather.Mist => Dull(direction, new(0.80f, 0.82f, 0.83f), 0.96f, bright, 26),
            Weather.Rain => Dull(direction, new(0.66f, 0.70f, 0.74f), 0.86f, bright, 55),
            Weather.Snow => Dull(direction, new(0.82f, 0.84f, 0.88f), 0.96f, bright, 42),
            _ => Dull(direction, new(0.83f, 0.86f, 0.89f), 0.98f, bright, 140),
        };
    }

    /// <summary>The colour of a surface of this albedo at this distance (metres), lit by this share of the full light.</summary>
    public Vector3 Tone(Vector3 albedo, float distance, float shade = 1)
    {
        var lit = Infrared
            ? Grey(albedo) * shade * (Flash(distance) * (0.82f - (0.022f * MathF.Min(distance, 14))))
            : albedo * (Ambient + (Sun * 0.75f)) * shade;
        return Vector3.Lerp(Haze * (Infrared ? Flash(distance) : 1), lit, MathF.Exp(-distance / Visibility));
    }

    public SKColor Paint(Vector3 albedo, float distance, float shade = 1) => Colour(Tone(albedo, distance, shade));

    /// <summary>Share of the infrared flash that comes back from a distance: full to 3 m, half at 13 m.</summary>
    public static float Flash(float distance) => 1 / (1 + MathF.Pow(MathF.Max(0, distance - 2.5f) / 10.5f, 1.6f));

    /// <summary>What an infrared sensor sees of a daylight colour: leaves and fur are bright in it.</summary>
    public static Vector3 Grey(Vector3 colour) => new(MathF.Min(1, 0.10f + (colour.X * 0.55f) + (colour.Y * 0.60f)));

    public static SKColor Colour(Vector3 tone) => new(Channel(tone.X), Channel(tone.Y), Channel(tone.Z));

    public static byte Channel(float value) => (byte)Math.Clamp((value * 255) + 0.5f, 0, 255);

    private static Light Dull(Vector3 direction, Vector3 sky, float ambient, float bright, float visibility) => new()
    {
        SunDirection = Vector3.Normalize(new(direction.X * 0.2f, 1, 0.35f)), Visibility = visibility, Sun = new Vector3(0.24f) * bright,
        Ambient = new Vector3(ambient * 0.93f, ambient * 0.97f, ambient) * bright, Haze = sky * bright, Zenith = sky * bright * 0.93f,
    };
}
