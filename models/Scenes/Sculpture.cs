using System.Numerics;

namespace Lynceus.Scenes;

/// <summary>What a ball of a sculpture belongs to; coats colour by it.</summary>
internal enum Part : byte
{
    Body,
    Neck,
    Head,
    Muzzle,
    Nose,
    Ear,
    Leg,
    Foot,
    Tail,
    Horn,
    Eye,
    Hair,
    Jacket,
    Pack,
}

/// <summary>A point of a limb: metres in the subject's own space (x ahead, y up, z to its right) and the radius there.</summary>
internal readonly record struct Node(float X, float Y, float Z, float R);

/// <summary>A ball of a limb; <c>Along</c> runs from 0 at the limb's root to 1 at its end.</summary>
internal readonly record struct Ball(Vector3 Centre, float R, Part Part, float Along);

/// <summary>A body made of overlapping balls along smooth limbs. Union of balls gives outline and depth, from any side.</summary>
internal sealed class Sculpture
{
    private readonly List<Ball> _balls = [];

    public IReadOnlyList<Ball> Balls => _balls;

    /// <summary>Length of the fur that roughens the outline, metres.</summary>
    public float Fur { get; init; }

    public void Ball(Part part, float x, float y, float z, float r) => _balls.Add(new(new(x, y, z), r, part, 0.5f));

    /// <summary>A limb through the nodes, as a Catmull-Rom spline of position and radius.</summary>
    public void Limb(Part part, params ReadOnlySpan<Node> nodes)
    {
        for (var i = 0; i + 1 < nodes.Length; i++)
        {
            Node before = nodes[Math.Max(0, i - 1)], from = nodes[i], to = nodes[i + 1], after = nodes[Math.Min(nodes.Length - 1, i + 2)];
            var length = Vector3.Distance(new(from.X, from.Y, from.Z), new(to.X, to.Y, to.Z));
            var steps = Math.Clamp((int)(length / (0.13f * MathF.Max(0.002f, (from.R + to.R) / 2))), 3, 40);
            for (var step = i == 0 ? 0 : 1; step <= steps; step++)
            {
                var t = step / (float)steps;
                Vector4 at = Spline(Four(before), Four(from), Four(to), Four(after), t);
                _balls.Add(new(new(at.X, at.Y, at.Z), MathF.Max(0.001f, at.W), part, (i + t) / (nodes.Length - 1)));
            }
        }
    }

    private static Vector4 Four(Node node) => new(node.X, node.Y, node.Z, node.R);

    private static Vector4 Spline(Vector4 p0, Vector4 p1, Vector4 p2, Vector4 p3, float t) =>
        0.5f * ((2 * p1) + ((p2 - p0) * t) + (((2 * p0) - (5 * p1) + (4 * p2) - p3) * t * t) + (((3 * p1) - p0 - (3 * p2) + p3) * t * t * t));
}
