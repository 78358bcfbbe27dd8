namespace Lynceus.Scenes;

/// <summary>Proportions of a four-legged animal, metres and degrees.</summary>
internal sealed record Build
{
    /// <summary>Ground to the top of the back over the shoulder and over the hip.</summary>
    public required (float Shoulder, float Hip) Height { get; init; }

    /// <summary>Shoulder joint to hip joint.</summary>
    public required float Length { get; init; }

    /// <summary>Height and width of the trunk at the chest, in the middle and at the rump.</summary>
    public required (float Height, float Width) Chest { get; init; }

    public required (float Height, float Width) Waist { get; init; }

    public required (float Height, float Width) Rump { get; init; }

    public required (float Length, float Angle, float Base, float End) Neck { get; init; }

    /// <summary>Skull to nose, radii of skull and muzzle, and degrees that the head points up.</summary>
    public required (float Length, float Skull, float Muzzle, float Angle) Head { get; init; }

    /// <summary>Length, half width, and degrees away from upright to the side and to the back.</summary>
    public required (float Length, float Width, float Side, float Back) Ear { get; init; }

    /// <summary>Length, radius at root, middle and tip, and degrees up from straight behind.</summary>
    public required (float Length, float Root, float Middle, float Tip, float Angle) Tail { get; init; }

    /// <summary>Radii of thigh, shank and foot.</summary>
    public required (float Thigh, float Shank, float Foot) Leg { get; init; }

    /// <summary>How far the heel juts out behind, metres; 0 for an animal that walks on its soles.</summary>
    public float Hock { get; init; }

    /// <summary>Rise of the back in the middle, metres.</summary>
    public float Arch { get; init; }

    public float Fur { get; init; } = 0.012f;

    /// <summary>Length of antlers, metres, or 0.</summary>
    public float Antlers { get; init; }

    /// <summary>Radius of the eyes, metres.</summary>
    public float Eye { get; init; } = 0.014f;
}

/// <summary>Builds a four-legged animal in a phase of its walk.</summary>
internal static class Quadruped
{
    private const float Degree = MathF.PI / 180;

    /// <summary>The animal at a phase (turns) of its gait; stride 0 stands, 1 walks out.</summary>
    public static Sculpture Stand(Build build, float phase, float stride)
    {
        var body = new Sculpture { Fur = build.Fur };
        var (front, rear) = (build.Length / 2, -build.Length / 2);
        Trunk(body, build, front, rear);
        var chestLow = build.Height.Shoulder - build.Chest.Height;
        for (var side = -1; side <= 1; side += 2)
        {
            var half = side > 0 ? 0 : 0.5f;
            FrontLeg(body, build, front, side * ((build.Chest.Width / 2) - (build.Leg.Thigh * 0.75f)), Step.At(phase + half, stride, chestLow));
            HindLeg(body, build, rear, side * ((build.Rump.Width / 2) - (build.Leg.Thigh * 0.8f)), Step.At(phase + half + 0.27f, stride, chestLow));
        }

        Neck(body, build, front);
        Tail(body, build, rear, phase);
        return body;
    }

    private static void Trunk(Sculpture body, Build b, float front, float rear)
    {
        var middle = ((b.Height.Shoulder + b.Height.Hip) / 2) + b.Arch;
        foreach (var (level, side) in (ReadOnlySpan<(float, float)>)[(0, 0), (0.33f, -1), (0.33f, 1), (0.66f, -1), (0.66f, 1), (1, -0.6f), (1, 0.6f)])
        {
            Node Slice(float x, float top, (float Height, float Width) size)
            {
                var r = MathF.Min(size.Width, size.Height) / 2 * (0.9f - (0.06f * level));
                return new(x, top - r - (level * (size.Height - (2 * r))), side * ((size.Width / 2) - r), r);
            }

            body.Limb(Part.Body, Slice(rear - (b.Rump.Height * 0.22f), b.Height.Hip - (b.Rump.Height * 0.14f), (b.Rump.Height * 0.72f, b.Rump.Width * 0.8f)),
                Slice(rear + (b.Rump.Height * 0.08f), b.Height.Hip, b.Rump), Slice(rear + (b.Length * 0.45f), middle, b.Waist),
                Slice(front - (b.Length * 0.12f), b.Height.Shoulder, b.Chest),
                Slice(front + (b.Chest.Height * 0.22f), b.Height.Shoulder - (b.Chest.Height * 0.12f), (b.Chest.Height * 0.72f, b.Chest.Width * 0.8f)));
        }
    }

    private static void FrontLeg(Sculpture body, Build b, float x, float z, Step step)
    {
        var (thigh, shank, foot) = b.Leg;
        float top = b.Height.Shoulder - (b.Chest.Height * 0.55f), elbow = b.Height.Shoulder - (b.Chest.Height * 0.98f), wrist = elbow * 0.47f;
        body.Limb(Part.Leg, new Node(x + 0.02f, top, z, thigh * 1.25f), new(x - (thigh * 0.6f) + (step.Reach * 0.12f), elbow + (thigh * 0.3f), z, thigh * 0.85f),
            new(x + (step.Reach * 0.55f) + (step.Lift * 0.5f), wrist + (step.Lift * 0.8f), z, shank * 1.12f),
            new(x + (step.Reach * 0.95f) - (step.Lift * 0.4f), (foot * 2.2f) + step.Lift, z, shank * 0.82f));
        Foot(body, b, x + step.Reach - (step.Lift * 0.4f), step.Lift, z);
    }

    private static void HindLeg(Sculpture body, Build b, float x, float z, Step step)
    {
        var (thigh, shank, foot) = b.Leg;
        float top = b.Height.Hip - (b.Rump.Height * 0.5f), knee = b.Height.Hip - (b.Rump.Height * 0.98f), heel = knee * 0.56f;
        body.Limb(Part.Leg, new Node(x - 0.01f, top, z, thigh * 1.55f), new(x + (b.Hock * 0.75f) + (step.Reach * 0.2f), knee + (thigh * 0.2f), z, thigh * 1.02f),
            new(x - b.Hock + (step.Reach * 0.6f), heel + (step.Lift * 0.7f), z, shank * 1.15f),
            new(x - (b.Hock * 0.55f) + (step.Reach * 0.95f), (foot * 2.2f) + step.Lift, z, shank * 0.85f));
        Foot(body, b, x - (b.Hock * 0.5f) + step.Reach, step.Lift, z);
    }

    private static void Foot(Sculpture body, Build b, float x, float lift, float z)
    {
        var foot = b.Leg.Foot;
        body.Limb(Part.Foot, new Node(x - (foot * 0.2f), (foot * 2.2f) + lift, z, b.Leg.Shank * 0.85f), new(x + (foot * 0.3f), (foot * 0.9f) + lift, z, foot * 0.9f),
            new(x + (foot * 1.1f), (foot * 0.7f) + lift, z, foot * 0.7f));
    }

    private static void Neck(Sculpture body, Build b, float front)
    {
        var (length, angle, root, end) = b.Neck;
        var (sin, cos) = MathF.SinCos(angle * Degree);
        float baseX = front + (b.Chest.Height * 0.08f), baseY = b.Height.Shoulder - (b.Chest.Height * 0.38f);
        float x = baseX + (length * cos), y = baseY + (length * sin);
        body.Limb(Part.Neck, new Node(baseX - (root * 0.7f), baseY, 0, root * 0.8f), new(baseX + (length * cos * 0.45f), baseY + (length * sin * 0.48f), 0, (root + end) / 2), new(x, y, 0, end));
        var (skull, muzzle) = (b.Head.Skull, b.Head.Muzzle);
        var (headSin, headCos) = MathF.SinCos(b.Head.Angle * Degree);
        Node On(float along, float up, float side, float r) =>
            new(x + (b.Head.Length * along * headCos) - (up * headSin), y + (b.Head.Length * along * headSin) + (up * headCos), side, r);
        body.Limb(Part.Head, On(-0.05f, skull * 0.15f, 0, skull * 0.95f), On(0.22f, skull * 0.15f, 0, skull), On(0.45f, 0, 0, (skull + muzzle) * 0.48f));
        body.Limb(Part.Muzzle, On(0.40f, -muzzle * 0.2f, 0, (skull * 0.45f) + (muzzle * 0.45f)), On(0.7f, -muzzle * 0.35f, 0, muzzle * 1.08f), On(0.92f, -muzzle * 0.4f, 0, muzzle * 0.86f));
        var nose = On(1.0f, -muzzle * 0.1f, 0, muzzle * 0.42f);
        body.Ball(Part.Nose, nose.X, nose.Y, nose.Z, nose.R);
        for (var side = -1; side <= 1; side += 2)
        {
            var eye = On(0.34f, skull * 0.40f, side * skull * 0.88f, b.Eye);
            body.Ball(Part.Eye, eye.X, eye.Y, eye.Z, eye.R);
            Ear(body, b, On(0.02f, skull * 0.72f, side * skull * 0.58f, 0), side);
            if (b.Antlers > 0)
            {
                Antler(body, On(0.12f, skull * 0.9f, side * skull * 0.4f, 0), b.Antlers, side);
            }
        }
    }

    private static void Ear(Sculpture body, Build b, Node at, int side)
    {
        var (length, width, toSide, toBack) = b.Ear;
        float z = MathF.Sin(toSide * Degree) * side, up = MathF.Cos(toSide * Degree) * MathF.Cos(toBack * Degree), x = -MathF.Sin(toBack * Degree);
        Node On(float along, float r) => new(at.X + (x * length * along), at.Y + (up * length * along), at.Z + (z * length * along), r);
        body.Limb(Part.Ear, On(0, width * 0.75f), On(0.4f, width), On(0.75f, width * 0.66f), On(1, width * 0.18f));
    }

    private static void Antler(Sculpture body, Node at, float length, int side)
    {
        Node On(float x, float y, float z, float r) => new(at.X + (x * length), at.Y + (y * length), at.Z + (z * length * side), r * length);
        body.Limb(Part.Horn, On(0, 0, 0, 0.035f), On(-0.18f, 0.35f, 0.22f, 0.028f), On(-0.12f, 0.7f, 0.36f, 0.022f), On(0.06f, 1, 0.32f, 0.008f));
        body.Limb(Part.Horn, On(-0.03f, 0.08f, 0.06f, 0.026f), On(0.18f, 0.16f, 0.12f, 0.018f), On(0.3f, 0.32f, 0.14f, 0.006f));
        body.Limb(Part.Horn, On(-0.17f, 0.45f, 0.27f, 0.024f), On(0.05f, 0.52f, 0.34f, 0.016f), On(0.18f, 0.66f, 0.36f, 0.006f));
    }

    private static void Tail(Sculpture body, Build b, float rear, float phase)
    {
        var (length, root, middle, tip, angle) = b.Tail;
        float x = rear - (b.Rump.Height * 0.33f), y = b.Height.Hip - (b.Rump.Height * 0.24f), sway = 0.12f * length * MathF.Sin(phase * 2 * MathF.PI);
        var (sin, cos) = MathF.SinCos(angle * Degree);
        Node On(float along, float rise, float r) => new(x - (length * along * cos), y + (length * along * sin) + (rise * length), sway * along, r);
        body.Limb(Part.Tail, On(0, 0, root), On(0.35f, -0.05f, middle), On(0.7f, -0.06f, middle), On(1, 0.02f, tip));
    }
}

/// <summary>Where one foot is in its step: metres ahead of its joint, and metres lifted.</summary>
internal readonly record struct Step(float Reach, float Lift)
{
    /// <summary>Two thirds of a step the foot is pushed back along the ground, then it swings forward lifted.</summary>
    public static Step At(float phase, float stride, float legLength)
    {
        var turn = phase - MathF.Floor(phase);
        var swing = (turn - 0.64f) / 0.36f;
        var reach = turn < 0.64f ? 0.5f - (turn / 0.64f) : -0.5f * MathF.Cos(swing * MathF.PI);
        var lift = turn < 0.64f ? 0 : MathF.Sin(swing * MathF.PI);
        return new(reach * stride * legLength * 0.85f, lift * stride * legLength * 0.2f);
    }
}
