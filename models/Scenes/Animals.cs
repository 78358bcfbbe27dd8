namespace Lynceus.Scenes;

/// <summary>The builds of the four-legged animals, after the usual measures of grown ones.</summary>
internal static class Animals
{
    public static Build Of(Subject subject, Dice dice) => subject switch
    {
        Subject.Deer => dice.Chance(0.45f) ? Grazing(Deer) : Deer with { Antlers = dice.Chance(0.5f) ? 0.55f : 0 },
        Subject.Fox => Fox,
        Subject.Boar => Boar,
        Subject.Badger => Badger,
        Subject.Hare => Hare,
        Subject.Bear => Bear,
        _ => WildCat,
    };

    private static Build Deer { get; } = new()
    {
        Height = (1.12f, 1.12f), Length = 0.92f, Chest = (0.50f, 0.34f), Waist = (0.43f, 0.36f), Rump = (0.44f, 0.34f), Neck = (0.52f, 52, 0.17f, 0.095f),
        Head = (0.34f, 0.092f, 0.05f, -24), Ear = (0.19f, 0.045f, 52, 28), Tail = (0.15f, 0.035f, 0.035f, 0.018f, -62), Leg = (0.088f, 0.034f, 0.038f),
        Hock = 0.10f, Fur = 0.010f, Eye = 0.020f,
    };

    private static Build Fox { get; } = new()
    {
        Height = (0.40f, 0.40f), Length = 0.42f, Chest = (0.19f, 0.13f), Waist = (0.15f, 0.13f), Rump = (0.17f, 0.13f), Neck = (0.15f, 38, 0.075f, 0.06f),
        Head = (0.19f, 0.062f, 0.023f, -14), Ear = (0.105f, 0.032f, 18, 6), Tail = (0.40f, 0.032f, 0.062f, 0.028f, -24), Leg = (0.042f, 0.018f, 0.021f),
        Hock = 0.055f, Fur = 0.012f, Eye = 0.012f,
    };

    private static Build Boar { get; } = new()
    {
        Height = (0.86f, 0.76f), Length = 0.72f, Chest = (0.52f, 0.36f), Waist = (0.47f, 0.36f), Rump = (0.44f, 0.32f), Neck = (0.26f, -8, 0.20f, 0.175f),
        Head = (0.42f, 0.145f, 0.068f, -30), Ear = (0.13f, 0.045f, 34, 10), Tail = (0.24f, 0.02f, 0.013f, 0.022f, -74), Leg = (0.082f, 0.036f, 0.036f),
        Hock = 0.06f, Fur = 0.02f, Arch = 0.02f, Eye = 0.019f,
    };

    private static Build Badger { get; } = new()
    {
        Height = (0.31f, 0.34f), Length = 0.40f, Chest = (0.21f, 0.21f), Waist = (0.24f, 0.25f), Rump = (0.24f, 0.23f), Neck = (0.12f, 4, 0.098f, 0.08f),
        Head = (0.20f, 0.073f, 0.034f, -18), Ear = (0.035f, 0.02f, 40, 10), Tail = (0.14f, 0.035f, 0.034f, 0.016f, -34), Leg = (0.056f, 0.038f, 0.032f),
        Hock = 0.012f, Fur = 0.018f, Arch = 0.02f, Eye = 0.010f,
    };

    private static Build Hare { get; } = new()
    {
        Height = (0.235f, 0.27f), Length = 0.215f, Chest = (0.15f, 0.13f), Waist = (0.19f, 0.16f), Rump = (0.23f, 0.18f), Neck = (0.095f, 52, 0.07f, 0.055f),
        Head = (0.115f, 0.056f, 0.034f, -16), Ear = (0.165f, 0.026f, 14, 16), Tail = (0.06f, 0.035f, 0.03f, 0.012f, 10), Leg = (0.05f, 0.022f, 0.024f),
        Hock = 0.05f, Fur = 0.008f, Arch = 0.035f, Eye = 0.011f,
    };

    private static Build Bear { get; } = new()
    {
        Height = (1.04f, 0.98f), Length = 0.92f, Chest = (0.60f, 0.50f), Waist = (0.60f, 0.54f), Rump = (0.60f, 0.50f), Neck = (0.32f, 6, 0.27f, 0.20f),
        Head = (0.42f, 0.19f, 0.098f, -14), Ear = (0.12f, 0.062f, 36, 0), Tail = (0.08f, 0.05f, 0.04f, 0.03f, -50), Leg = (0.165f, 0.105f, 0.088f),
        Hock = 0.03f, Fur = 0.024f, Eye = 0.022f,
    };

    private static Build WildCat { get; } = new()
    {
        Height = (0.36f, 0.365f), Length = 0.36f, Chest = (0.165f, 0.13f), Waist = (0.15f, 0.135f), Rump = (0.175f, 0.135f), Neck = (0.11f, 42, 0.07f, 0.062f),
        Head = (0.10f, 0.076f, 0.038f, -4), Ear = (0.075f, 0.032f, 26, 2), Tail = (0.34f, 0.024f, 0.030f, 0.026f, -42), Leg = (0.048f, 0.026f, 0.028f),
        Hock = 0.04f, Fur = 0.009f, Eye = 0.014f,
    };

    private static Build Grazing(Build build) => build with
    {
        Neck = build.Neck with { Length = build.Neck.Length * 1.16f, Angle = -44 },
        Head = build.Head with { Angle = -62 },
        Ear = build.Ear with { Side = 62, Back = 60 },
    };
}
