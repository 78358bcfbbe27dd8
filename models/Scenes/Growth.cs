using System.Numerics;
using SkiaSharp;

namespace Lynceus.Scenes;

/// <summary>A thing that stands in the scene: drawn after everything farther away.</summary>
internal readonly record struct Standing(float Distance, Action<SKCanvas> Draw);

/// <summary>Grass, trunks, bushes and conifers of one site. Places and shapes come from the site, sway from the wind.</summary>
internal sealed class Growth(SceneCamera camera, SceneSpec spec, View view, Light light, float second)
{
    public IEnumerable<Standing> All()
    {
        var dice = Dice.For(camera.Name, "growth");
        return [.. Trees(dice), .. Bushes(dice), .. Twigs(dice), .. Grass()];
    }

    /// <summary>Metres that the wind bends something of this height at this place, now.</summary>
    private float Sway(float right, float distance, float height) =>
        spec.Wind * height * 0.28f * (0.35f + MathF.Sin((second * 2.3f) + (right * 0.8f) + (distance * 0.5f) + (spec.Seed % 97)) + (0.4f * MathF.Sin((second * 5.1f) + (right * 2.7f))));

    private IEnumerable<Standing> Trees(Dice dice)
    {
        var (count, nearest) = camera.Habitat switch { Habitat.Forest => (30, 10f), Habitat.Meadow => (13, 17f), _ => (20, 13f) };
        for (var i = 0; i < count; i++)
        {
            var distance = nearest + ((46 - nearest) * MathF.Pow((i + dice.Next()) / count, 1.3f));
            float right = view.Right(dice.Between(-1.25f, 1.25f), distance), girth = dice.Between(0.12f, 0.28f);
            var own = new Dice(dice.NextBits());
            var conifer = camera.Habitat == Habitat.Meadow || (camera.Habitat == Habitat.Road && dice.Chance(0.5f));
            yield return new(distance, canvas =>
            {
                if (conifer)
                {
                    Conifer(canvas, own, right, distance, girth * 24);
                }
                else
                {
                    Trunk(canvas, own, right, distance, girth);
                    for (var crown = 0; crown < (camera.Habitat == Habitat.Road ? 4 : 0); crown++)
                    {
                        Bush(canvas, own, right + (own.Bell() * 0.9f), distance, own.Between(1.3f, 2.2f), own.Between(1.9f, 4.2f));
                    }
                }
            });
        }
    }

    private IEnumerable<Standing> Bushes(Dice dice)
    {
        for (var i = 0; i < 34; i++)
        {
            var distance = 9.5f + (34 * MathF.Sqrt(i / 34f));
            var across = (dice.Chance(0.5f) ? 1 : -1) * dice.Between(distance < 14 ? 0.55f : 0.1f, 1.15f);
            var own = new Dice(dice.NextBits());
            float right = view.Right(across, distance), size = dice.Between(0.4f, 1.1f) * (distance > 20 ? 1.5f : 1);
            if (camera.Habitat != Habitat.Road || MathF.Abs(Roads.Off(right, distance)) > 1.2f)
            {
                yield return new(distance, canvas => Bush(canvas, own, right, distance, size, 0));
            }
        }
    }

    /// <summary>Leafy twigs that hang into the picture from above and move most in the wind.</summary>
    private IEnumerable<Standing> Twigs(Dice dice)
    {
        for (var i = 0; i < (camera.Habitat == Habitat.Meadow ? 0 : 6); i++)
        {
            var distance = dice.Between(4.5f, 8);
            var own = new Dice(dice.NextBits());
            float right = view.Right((i % 2 == 0 ? 1 : -1) * dice.Between(0.35f, 1.1f), distance), top = view.Mount + (view.Horizon * distance / view.Focal);
            yield return new(distance, canvas => Twig(canvas, own, right, distance, top));
        }
    }

    private IEnumerable<Standing> Grass()
    {
        var distance = view.Nearest * 0.88f;
        for (var row = 0; distance < 34; row++, distance *= 1.075f)
        {
            var (own, at) = (Dice.For(camera.Name, "grass", row), distance);
            yield return new(at, canvas => GrassRow(canvas, own, at));
        }
    }

    private void GrassRow(SKCanvas canvas, Dice dice, float distance)
    {
        var tall = camera.Habitat switch { Habitat.Meadow => 0.16f, Habitat.Road => 0.12f, _ => 0.08f };
        var count = camera.Habitat == Habitat.Forest ? 90 : 210;
        var site = Dice.For(camera.Name, "tufts").Between(0, 200);
        var blades = Paths(4);
        for (var i = 0; i < count; i++)
        {
            var right = view.Right(dice.Between(-1.05f, 1.05f), distance);
            float lush = Noise.At((right * 1.1f) + site, (distance * 1.1f) + site), lean = dice.Bell() * 0.35f, high = dice.Next();
            if (lush < 0.36f || (camera.Habitat == Habitat.Road && MathF.Abs(Roads.Off(right, distance)) < 0.9f + (0.3f * lush)))
            {
                continue;
            }

            var height = tall * (0.35f + high) * (0.5f + lush);
            var foot = view.Project(right, 0, distance + (0.03f * distance * dice.Next()));
            var tip = view.Project(right + (lean * height) + Sway(right, distance, height), height, distance);
            var (half, bend) = (MathF.Max(0.55f, view.PixelsPerMetre(distance) * 0.0042f), (tip.X - foot.X) * 0.2f);
            var path = blades[(i % 3) + (high > 0.93f ? 1 : 0)];
            path.MoveTo(foot.X - half, foot.Y);
            path.LineTo(foot.X + bend - (half * 0.8f), (foot.Y + tip.Y) / 2);
            path.LineTo(tip);
            path.LineTo(foot.X + bend + (half * 0.8f), (foot.Y + tip.Y) / 2);
            path.LineTo(foot.X + half, foot.Y);
            path.Close();
        }

        Fill(canvas, blades, Leaves.Grass(spec), distance, [0.62f, 0.85f, 1.08f, 1.25f]);
    }

    private void Trunk(SKCanvas canvas, Dice dice, float right, float distance, float girth)
    {
        float lean = dice.Bell() * 0.035f, bow = dice.Bell() * 0.006f;
        SKPoint On(float side, float up) => view.Project(right + (lean * up) + (bow * up * up) + (side * girth * (1.12f - (0.05f * up) + (0.5f * MathF.Exp(-up * 5)))), up, distance);
        using var outline = new SKPathBuilder();
        outline.MoveTo(On(-1, 0));
        for (var up = 0.15f; up < 12; up += up < 1 ? 0.15f : 1)
        {
            outline.LineTo(On(-1, up));
        }

        for (var up = 12f; up > 0; up -= up <= 1 ? 0.15f : 1)
        {
            outline.LineTo(On(1, up));
        }

        outline.LineTo(On(1, 0));
        using var path = outline.Detach();
        var bark = Vector3.Lerp(new(0.30f, 0.25f, 0.20f), new(0.46f, 0.43f, 0.38f), dice.Next());
        SKPoint left = On(-1, 1), rightEdge = On(1, 1);
        var sun = light.SunDirection.X;
        using var round = SKShader.CreateLinearGradient(left, rightEdge,
            [light.Paint(bark, distance, 0.55f - (0.25f * sun)), light.Paint(bark, distance, 1.0f - (0.2f * sun)), light.Paint(bark, distance, 0.95f + (0.1f * sun)), light.Paint(bark, distance, 0.5f + (0.3f * sun))],
            [0, 0.35f, 0.7f, 1], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { IsAntialias = true, Shader = round };
        canvas.DrawPath(path, paint);
        canvas.Save();
        canvas.ClipPath(path, SKClipOperation.Intersect, true);
        var cracks = Paths(2);
        for (var i = 0; i < 110; i++)
        {
            float side = dice.Between(-1, 1), up = dice.Between(0, 5.5f), length = dice.Between(0.1f, 0.5f), half = MathF.Max(0.4f, view.PixelsPerMetre(distance) * 0.008f);
            SKPoint from = On(side, up), to = On(side + (0.1f * dice.Bell()), up + length);
            var crack = cracks[i & 1];
            crack.MoveTo(from.X - half, from.Y);
            crack.LineTo(to);
            crack.LineTo(from.X + half, from.Y);
            crack.Close();
        }

        Fill(canvas, cracks, bark, distance, [0.5f, 1.15f]);
        canvas.Restore();
    }

    private void Bush(SKCanvas canvas, Dice dice, float right, float distance, float size, float foot)
    {
        var leaves = Paths(4);
        var winter = spec.Start.Month is < 4 or > 11;
        for (var i = 0; i < (winter ? 200 : 480); i++)
        {
            float angle = dice.Next() * MathF.PI * 2, reach = MathF.Sqrt(dice.Next()) * (0.55f + (0.9f * Noise.At((angle * 1.9f) + (right * 3), distance))), up = Math.Max(0.03f, 0.48f + (0.5f * MathF.Sin(angle) * reach)), aside = MathF.Cos(angle) * reach * 0.8f;
            var at = view.Project(right + (aside * size) + (Sway(right + aside, distance, size) * up * 0.4f), foot + (up * size * 1.25f), distance);
            float half = MathF.Max(0.8f, view.PixelsPerMetre(distance) * dice.Between(0.025f, 0.05f) * MathF.Max(1, size * 1.1f)), turn = dice.Next() * MathF.PI;
            var (sin, cos) = MathF.SinCos(turn);
            var path = leaves[Math.Clamp((int)((up * 2.6f) + (aside * light.SunDirection.X) + dice.Between(-0.4f, 1.1f)), 0, 3)];
            Leaf(path, at.X, at.Y, half, sin, cos);
        }

        Fill(canvas, leaves, Leaves.Colour(spec, dice.Next()), distance, [0.42f, 0.68f, 0.92f, 1.15f]);
    }

    private void Twig(SKCanvas canvas, Dice dice, float right, float distance, float top)
    {
        var leaves = Paths(4);
        var density = view.PixelsPerMetre(distance);
        using var wood = new SKPaint { IsAntialias = true, Color = light.Paint(new(0.24f, 0.19f, 0.15f), distance, 0.7f), StrokeWidth = MathF.Max(1, density * 0.007f) };
        for (var branch = 0; branch < 5; branch++)
        {
            float length = dice.Between(0.35f, 0.75f), slope = dice.Between(-1.3f, 1.3f), droop = dice.Between(0.3f, 0.7f);
            SKPoint On(float along) => view.Project(
                right + (slope * length * along) + (Sway(right + slope, distance, 0.9f) * along), top + 0.1f - (droop * length * along * (0.4f + (0.6f * along))), distance);
            for (var i = 0; i < 8; i++)
            {
                canvas.DrawLine(On(i / 8f), On((i + 1) / 8f), wood);
            }

            for (var i = 0; i < (spec.Start.Month is < 4 or > 11 ? 6 : 44); i++)
            {
                var at = On(dice.Between(0.1f, 1.02f));
                var (sin, cos) = MathF.SinCos(dice.Between(0, MathF.PI));
                float half = density * dice.Between(0.02f, 0.036f), x = at.X + (density * 0.045f * dice.Bell()), y = at.Y + (density * 0.04f * dice.Bell());
                Leaf(leaves[dice.Below(4)], x, y, half, sin, cos);
            }
        }

        Fill(canvas, leaves, Leaves.Colour(spec, dice.Next()), distance, [0.40f, 0.62f, 0.85f, 1.1f]);
    }

    private static void Leaf(SKPathBuilder path, float x, float y, float half, float sin, float cos)
    {
        path.MoveTo(x - (half * cos), y - (half * sin));
        path.QuadTo(x - (half * 0.6f * sin), y + (half * 0.6f * cos), x + (half * cos), y + (half * sin));
        path.QuadTo(x + (half * 0.6f * sin), y - (half * 0.6f * cos), x - (half * cos), y - (half * sin));
        path.Close();
    }

    private void Conifer(SKCanvas canvas, Dice dice, float right, float distance, float height)
    {
        var boughs = Paths(3);
        for (var level = 0; level < 26; level++)
        {
            var up = (0.06f + (0.93f * level / 26f)) * height;
            var reach = height * 0.2f * MathF.Pow(1 - (level / 26.5f), 0.85f);
            for (var bough = 0; bough < 9; bough++)
            {
                float side = dice.Between(-1, 1), span = reach * dice.Between(0.6f, 1.1f), sway = Sway(right, distance, up) * 0.12f;
                SKPoint root = view.Project(right + sway, up + (span * 0.35f), distance), tip = view.Project(right + sway + (side * span), up - (span * dice.Between(0.05f, 0.4f)), distance);
                var thick = view.PixelsPerMetre(distance) * span * 0.16f;
                var path = boughs[Math.Clamp((int)(1.5f + (side * light.SunDirection.X) + dice.Bell()), 0, 2)];
                path.MoveTo(root.X, root.Y - thick);
                path.LineTo(tip);
                for (var t = 0.8f; t > 0; t -= 0.2f)
                {
                    path.LineTo(root.X + ((tip.X - root.X) * t), root.Y + ((tip.Y - root.Y) * t) + (thick * dice.Between(0.3f, 1.9f)));
                }

                path.Close();
            }
        }

        using var trunk = new SKPaint { IsAntialias = true, Color = light.Paint(new(0.26f, 0.21f, 0.17f), distance, 0.7f), StrokeWidth = view.PixelsPerMetre(distance) * height * 0.025f };
        canvas.DrawLine(view.Project(right, 0, distance), view.Project(right, height * 0.8f, distance), trunk);
        Fill(canvas, boughs, new(0.21f, 0.29f, 0.17f), distance, [0.62f, 0.9f, 1.2f]);
    }

    private static SKPathBuilder[] Paths(int count) => [.. Enumerable.Range(0, count).Select(_ => new SKPathBuilder())];

    private void Fill(SKCanvas canvas, SKPathBuilder[] builders, Vector3 albedo, float distance, float[] shades)
    {
        for (var i = 0; i < builders.Length; i++)
        {
            using var paint = new SKPaint { IsAntialias = true, Color = light.Paint(albedo, distance, shades[i]) };
            using var path = builders[i].Detach();
            canvas.DrawPath(path, paint);
            builders[i].Dispose();
        }
    }
}
