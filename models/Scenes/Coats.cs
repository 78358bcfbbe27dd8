using System.Numerics;

namespace Lynceus.Scenes;

/// <summary>Colours of fur, feathers and clothes: albedo 0–1 for a point of a subject's surface.</summary>
internal static class Coats
{
    private static readonly Vector3 White = new(0.86f, 0.84f, 0.79f), Black = new(0.07f, 0.065f, 0.06f), Gloss = new(0.05f, 0.04f, 0.035f);

    public static Func<Surface, Vector3> Of(Subject subject, Build build, Dice dice)
    {
        var tint = 1 + (0.12f * dice.Bell());
        return surface => surface.Part switch
        {
            Part.Eye or Part.Nose => Gloss,
            _ => Base(subject, build, surface) * (tint * Strands(surface.At, subject is Subject.Boar or Subject.Bear ? 0.55f : 1)),
        };
    }

    public static Vector3 Bird(Surface s) => s.Part switch
    {
        Part.Eye => Gloss,
        Part.Nose => new(0.80f, 0.55f, 0.25f),
        Part.Leg or Part.Foot => new(0.66f, 0.33f, 0.30f),
        Part.Neck => s.At.Y > 0.28f ? new(0.42f, 0.47f, 0.55f) : s.Normal.Z * s.Normal.Z > 0.25f && s.At.Y > 0.245f ? White : new(0.55f, 0.47f, 0.52f),
        Part.Head => new(0.44f, 0.49f, 0.57f),
        Part.Tail => s.Along > 0.72f ? new(0.13f, 0.13f, 0.15f) : new(0.44f, 0.47f, 0.53f),
        Part.Pack => (s.Along > 0.74f ? new Vector3(0.16f, 0.16f, 0.19f) : new Vector3(0.47f, 0.49f, 0.53f)) * (0.86f + (0.28f * Noise.At(s.At.X * 34, s.At.Y * 90))),
        _ => Vector3.Lerp(new(0.66f, 0.52f, 0.54f), new(0.52f, 0.55f, 0.60f), Math.Clamp((s.At.Y - 0.13f) * 9, 0, 1)),
    };

    private static Vector3 Base(Subject subject, Build b, Surface s)
    {
        var under = Math.Clamp((-s.Normal.Y - 0.15f) * 2.2f, 0, 1);
        var rear = s.At.X < (-b.Length / 2) - (b.Rump.Height * 0.12f);
        return subject switch
        {
            Subject.Deer => Deer(b, s, under, rear),
            Subject.Fox => Fox(s, under),
            Subject.Boar => Boar(b, s),
            Subject.Badger => Badger(b, s, under),
            Subject.Hare => Hare(s, under),
            Subject.Bear => Bear(s),
            _ => WildCat(s, under),
        };
    }

    private static Vector3 Deer(Build b, Surface s, float under, bool rear)
    {
        var brown = new Vector3(0.52f, 0.345f, 0.20f);
        return s.Part switch
        {
            Part.Horn => new(0.50f, 0.41f, 0.30f),
            Part.Foot => new(0.13f, 0.11f, 0.09f),
            Part.Leg => Vector3.Lerp(brown * 0.72f, brown, Math.Clamp(s.At.Y * 1.6f, 0, 1)),
            Part.Tail => new(0.62f, 0.52f, 0.40f),
            Part.Ear => s.Normal.X > 0.2f ? new(0.62f, 0.54f, 0.46f) : brown * 0.85f,
            Part.Muzzle => s.Along > 0.75f ? new(0.22f, 0.17f, 0.14f) : Vector3.Lerp(brown * 0.9f, White, under * 0.8f),
            _ when rear && s.At.Y > b.Height.Hip - 0.38f => new(0.80f, 0.74f, 0.62f),
            _ => Vector3.Lerp(brown * (s.Normal.Y > 0.8f ? 0.8f : 1), new(0.70f, 0.60f, 0.47f), under * 0.8f),
        };
    }

    private static Vector3 Fox(Surface s, float under)
    {
        var red = new Vector3(0.74f, 0.36f, 0.13f);
        return s.Part switch
        {
            Part.Foot => Black,
            Part.Leg => Vector3.Lerp(Black, red, Math.Clamp((s.At.Y - 0.12f) * 11, 0, 1)),
            Part.Tail => s.Along > 0.80f ? White : Vector3.Lerp(red, red * 0.55f, s.Along * 0.7f),
            Part.Ear => s.Along > 0.35f && s.Normal.X < 0.25f ? Black : new(0.55f, 0.38f, 0.24f),
            Part.Muzzle => s.Normal.Y < 0.1f ? White : red,
            Part.Neck or Part.Head => Vector3.Lerp(red, White, Math.Clamp((-s.Normal.Y - 0.05f) * 4, 0, 1) * (s.Part is Part.Neck && s.Along < 0.4f ? 0 : 1)),
            _ => Vector3.Lerp(red, White, under * 0.85f),
        };
    }

    private static Vector3 Bear(Surface s)
    {
        var brown = Vector3.Lerp(new(0.17f, 0.115f, 0.08f), new(0.34f, 0.235f, 0.15f), Math.Clamp(s.At.Y * 1.3f, 0, 1));
        return s.Part is Part.Muzzle ? Vector3.Lerp(brown, new(0.50f, 0.38f, 0.26f), Math.Clamp(s.Along * 1.6f, 0, 1)) : brown;
    }

    private static Vector3 Boar(Build b, Surface s) => s.Part switch
    {
        Part.Muzzle when s.Along > 0.85f => new(0.40f, 0.31f, 0.27f),
        Part.Ear => new(0.15f, 0.13f, 0.11f),
        _ => Vector3.Lerp(new(0.11f, 0.095f, 0.085f), new(0.37f, 0.31f, 0.245f), Math.Clamp((s.At.Y / b.Height.Shoulder * 1.6f) - 0.5f, 0, 1)),
    };

    private static Vector3 Badger(Build b, Surface s, float under)
    {
        var grey = Vector3.Lerp(new(0.50f, 0.48f, 0.45f), new(0.16f, 0.15f, 0.14f), under);
        if (s.Part is not (Part.Head or Part.Muzzle or Part.Ear))
        {
            return s.Part is Part.Foot ? new(0.09f, 0.085f, 0.08f) : s.Part is Part.Leg ? Vector3.Lerp(new(0.09f, 0.085f, 0.08f), grey, Math.Clamp((s.At.Y - 0.13f) * 14, 0, 1)) : s.Part is Part.Tail ? new(0.62f, 0.60f, 0.55f) : grey;
        }

        var aside = MathF.Abs(s.At.Z) / b.Head.Skull;
        return s.Part is Part.Ear ? (s.Along > 0.6f ? White : Black) : aside is > 0.30f and < 0.85f && s.Normal.Y > -0.25f ? Black : White;
    }

    private static Vector3 Hare(Surface s, float under)
    {
        var brown = new Vector3(0.53f, 0.415f, 0.28f) * (0.85f + (0.3f * Noise.At(s.At.X * 110, s.At.Y * 160)));
        return s.Part switch
        {
            Part.Tail => s.Normal.Y > 0.35f ? Black : White,
            Part.Ear => s.Along > 0.82f ? Black : brown * 0.95f,
            _ => Vector3.Lerp(brown, White, under),
        };
    }

    private static Vector3 WildCat(Surface s, float under)
    {
        var grey = Vector3.Lerp(new(0.56f, 0.49f, 0.40f), new(0.74f, 0.68f, 0.58f), under);
        var bars = s.Part switch
        {
            Part.Tail => MathF.Sin(s.Along * 26) > 0.4f || s.Along > 0.86f ? 0.7f : 0,
            Part.Leg => Math.Clamp((MathF.Sin(s.At.Y * 130) - 0.3f) * 0.7f, 0, 0.3f),
            Part.Body or Part.Neck => Math.Clamp((MathF.Sin((s.At.X * 105) + (7 * Noise.At(s.At.X * 9, s.At.Y * 16))) - 0.1f) * 0.6f, 0, 0.30f) * (1 - under),
            Part.Head => MathF.Sin(s.At.Z * 210) > 0.35f && s.Normal.Y > 0.2f ? 0.45f : 0,
            _ => 0,
        };
        return Vector3.Lerp(s.Part is Part.Muzzle && s.Normal.Y < 0.2f ? White : grey, new(0.17f, 0.14f, 0.11f), bars);
    }

    /// <summary>Fur strands that run back and down, and larger blotches; about 0.75–1.25.</summary>
    private static float Strands(Vector3 at, float fineness)
    {
        float along = (at.X * 0.94f) + (at.Y * 0.34f), across = ((at.Y * 0.94f) - (at.X * 0.34f) + (at.Z * 0.5f)) * fineness;
        return 0.75f + (0.20f * Noise.At(along * 26 * fineness, across * 120)) + (0.14f * Noise.At(along * 60, across * 260)) + (0.16f * Noise.At(along * 7, across * 16));
    }
}
