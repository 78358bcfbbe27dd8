using System.Numerics;

namespace Lynceus.Scenes;

/// <summary>A walking person with hair or cap, jacket, trousers, shoes and perhaps a pack.</summary>
internal static class People
{
    public static Sculpture Walk(float phase, float stride, bool pack)
    {
        var body = new Sculpture { Fur = 0.004f };
        body.Limb(Part.Jacket, new Node(0, 0.86f, 0, 0.145f), new(0, 1.00f, 0, 0.135f), new(0.01f, 1.20f, 0, 0.150f), new(0.005f, 1.36f, 0, 0.135f), new(0, 1.44f, 0, 0.075f));
        for (var side = -1; side <= 1; side += 2)
        {
            body.Limb(Part.Jacket, new Node(0, 0.9f, side * 0.06f, 0.12f), new(0, 1.15f, side * 0.075f, 0.125f), new(0, 1.37f, side * 0.11f, 0.085f));
            var turn = MathF.Sin((phase + (side > 0 ? 0 : 0.5f)) * 2 * MathF.PI) * stride;
            var lift = MathF.Max(0, MathF.Cos((phase + (side > 0 ? 0 : 0.5f)) * 2 * MathF.PI)) * stride;
            Leg(body, side, turn, lift);
            Arm(body, side, -turn);
        }

        body.Limb(Part.Neck, new Node(0, 1.40f, 0, 0.058f), new(0.015f, 1.53f, 0, 0.06f));
        body.Limb(Part.Head, new Node(0.02f, 1.55f, 0, 0.075f), new(0.018f, 1.60f, 0, 0.092f), new(0.005f, 1.66f, 0, 0.096f));
        body.Limb(Part.Hair, new Node(-0.03f, 1.61f, 0, 0.094f), new(-0.014f, 1.675f, 0, 0.100f), new(0.01f, 1.695f, 0, 0.094f));
        body.Ball(Part.Neck, 0.112f, 1.595f, 0, 0.017f);
        if (pack)
        {
            body.Limb(Part.Pack, new Node(-0.19f, 1.02f, -0.05f, 0.12f), new(-0.2f, 1.2f, -0.03f, 0.13f), new(-0.17f, 1.36f, 0, 0.09f));
            body.Limb(Part.Pack, new Node(-0.19f, 1.02f, 0.05f, 0.12f), new(-0.2f, 1.2f, 0.03f, 0.13f), new(-0.17f, 1.36f, 0, 0.09f));
        }

        return body;
    }

    public static Func<Surface, Vector3> Clothes(Dice dice)
    {
        var jacket = dice.Pick(new Vector3(0.62f, 0.12f, 0.10f), new(0.12f, 0.25f, 0.50f), new(0.24f, 0.33f, 0.17f), new(0.80f, 0.48f, 0.10f), new(0.15f, 0.16f, 0.19f));
        var trousers = dice.Pick(new Vector3(0.16f, 0.19f, 0.30f), new(0.22f, 0.20f, 0.17f), new(0.38f, 0.33f, 0.25f));
        var hair = dice.Pick(new Vector3(0.13f, 0.09f, 0.06f), new(0.30f, 0.21f, 0.12f), new(0.55f, 0.50f, 0.45f));
        var skin = dice.Pick(new Vector3(0.80f, 0.60f, 0.48f), new(0.58f, 0.40f, 0.29f), new(0.36f, 0.24f, 0.17f));
        return s => s.Part switch
        {
            Part.Leg => trousers * Folds(s.At),
            Part.Foot => new(0.14f, 0.11f, 0.09f),
            Part.Hair => hair,
            Part.Pack => new Vector3(0.28f, 0.26f, 0.22f) * Folds(s.At),
            Part.Jacket => (MathF.Abs(s.At.Z) < 0.008f && s.At.X > 0.05f ? jacket * 0.6f : jacket) * Folds(s.At),
            _ => skin,
        };
    }

    private static void Leg(Sculpture body, int side, float turn, float lift)
    {
        float z = side * 0.095f, foot = turn * 0.36f, rise = lift * 0.10f;
        body.Limb(Part.Leg, new Node(0, 0.88f, z, 0.105f), new((turn * 0.17f) + (lift * 0.07f), 0.50f, z, 0.072f), new(foot - (lift * 0.10f), 0.12f + rise, z, 0.05f));
        body.Limb(Part.Foot, new Node(foot - (lift * 0.12f) - 0.03f, 0.055f + rise, z, 0.05f), new(foot - (lift * 0.1f) + 0.14f, 0.04f + (rise * 0.8f), z, 0.04f));
    }

    private static void Arm(Sculpture body, int side, float turn)
    {
        body.Limb(Part.Jacket, new Node(0, 1.38f, side * 0.175f, 0.068f), new(-0.02f + (turn * 0.13f), 1.13f, side * 0.225f, 0.052f),
            new(0.05f + (turn * 0.28f), 0.90f + (MathF.Abs(turn) * 0.06f), side * 0.215f, 0.042f));
        body.Ball(Part.Neck, 0.07f + (turn * 0.30f), 0.85f + (MathF.Abs(turn) * 0.07f), side * 0.21f, 0.046f);
    }

    private static float Folds(Vector3 at) => 0.8f + (0.28f * Noise.Fractal((at.X * 9) + (at.Z * 7), at.Y * 11, 2)) + (0.1f * Noise.At(at.X * 50, at.Y * 60));
}

/// <summary>A wood pigeon on the ground.</summary>
internal static class Birds
{
    public static Sculpture Stand(float phase, float stride)
    {
        var body = new Sculpture { Fur = 0.003f };
        var nod = stride * 0.012f * MathF.Sin(phase * 4 * MathF.PI);
        body.Limb(Part.Body, new Node(-0.13f, 0.15f, 0, 0.035f), new(-0.05f, 0.16f, 0, 0.075f), new(0.04f, 0.185f, 0, 0.083f), new(0.09f, 0.225f, 0, 0.055f));
        body.Limb(Part.Neck, new Node(0.085f, 0.215f, 0, 0.056f), new(0.115f + nod, 0.27f, 0, 0.037f), new(0.128f + nod, 0.305f, 0, 0.03f));
        body.Limb(Part.Head, new Node(0.128f + nod, 0.315f, 0, 0.031f), new(0.145f + nod, 0.318f, 0, 0.028f));
        body.Limb(Part.Nose, new Node(0.17f + nod, 0.315f, 0, 0.010f), new(0.198f + nod, 0.308f, 0, 0.0045f));
        body.Limb(Part.Tail, new Node(-0.11f, 0.155f, 0, 0.04f), new(-0.2f, 0.125f, 0, 0.034f), new(-0.29f, 0.095f, 0, 0.03f));
        for (var side = -1; side <= 1; side += 2)
        {
            body.Ball(Part.Eye, 0.15f + nod, 0.324f, side * 0.025f, 0.0065f);
            body.Limb(Part.Pack, new Node(0.06f, 0.20f, side * 0.055f, 0.045f), new(-0.03f, 0.18f, side * 0.06f, 0.045f), new(-0.12f, 0.155f, side * 0.04f, 0.03f),
                new(-0.19f, 0.13f, side * 0.02f, 0.012f));
            var step = Step.At(phase + (side > 0 ? 0 : 0.5f), stride, 0.1f);
            body.Limb(Part.Leg, new Node(0.02f, 0.13f, side * 0.035f, 0.022f), new(0.0f + (step.Reach * 0.5f), 0.06f + step.Lift, side * 0.035f, 0.009f), new(0.01f + step.Reach, 0.012f + step.Lift, side * 0.035f, 0.007f));
            body.Limb(Part.Foot, new Node(step.Reach - 0.02f, 0.008f + step.Lift, side * 0.035f, 0.007f), new(step.Reach + 0.045f, 0.008f + step.Lift, side * 0.035f, 0.006f));
        }

        return body;
    }
}
