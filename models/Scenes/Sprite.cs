using System.Numerics;
using SkiaSharp;

namespace Lynceus.Scenes;

/// <summary>A point of a surface in the subject's own space, for its coat to colour.</summary>
internal readonly record struct Surface(Part Part, float Along, Vector3 At, Vector3 Normal);

/// <summary>A sculpture seen from one side: the depth of its balls, smoothed normals, a coat, light.</summary>
internal sealed class Sprite : IDisposable
{
    private readonly float _scale, _cos, _sin, _tilt;
    private readonly int _width, _height;
    private readonly float[] _depth, _alpha, _along;
    private readonly Vector3[] _normal;
    private readonly Part[] _part;

    private Sprite(Sculpture sculpture, float scale, float heading, float tilt)
    {
        (_scale, _tilt) = (scale, tilt);
        (_sin, _cos) = MathF.SinCos(heading * MathF.PI / 180);
        float left = float.MaxValue, top = float.MaxValue, right = float.MinValue, bottom = float.MinValue;
        foreach (var ball in sculpture.Balls)
        {
            var at = Seen(ball.Centre);
            var r = (ball.R + sculpture.Fur) * scale;
            (left, right) = (MathF.Min(left, at.X - r), MathF.Max(right, at.X + r));
            (top, bottom) = (MathF.Min(top, at.Y - r), MathF.Max(bottom, at.Y + r));
        }

        (Left, Top) = ((int)MathF.Floor(left) - 2, (int)MathF.Floor(top) - 2);
        (_width, _height) = ((int)(right - Left) + 4, (int)(bottom - Top) + 4);
        var size = _width * _height;
        (_depth, _alpha, _along, _normal, _part) = (new float[size], new float[size], new float[size], new Vector3[size], new Part[size]);
        Array.Fill(_depth, float.MinValue);
        var rough = Roughness(sculpture.Fur * scale);
        foreach (var ball in sculpture.Balls)
        {
            Stamp(ball, rough);
        }
    }

    /// <summary>Where the bitmap's corner lies, in pixels from the subject's origin on the ground.</summary>
    public int Left { get; }

    public int Top { get; }

    public SKBitmap Bitmap { get; private set; } = new();

    /// <summary>Where eyes can be seen, in the bitmap's pixels.</summary>
    public List<SKPoint> Eyes { get; } = [];

    /// <summary>Renders the sculpture at `scale` pixels per metre, its heading in degrees, seen from above by `tilt` (radians).</summary>
    public static Sprite Of(Sculpture sculpture, float scale, float heading, float tilt, Light light, float distance, Func<Surface, Vector3> coat)
    {
        var sprite = new Sprite(sculpture, scale, heading, tilt);
        var shelter = sprite.Smooth();
        sprite.Shade(shelter, light, distance, coat);
        foreach (var eye in sculpture.Balls.Where(ball => ball.Part == Part.Eye))
        {
            var at = sprite.Seen(eye.Centre);
            int x = (int)at.X - sprite.Left, y = (int)at.Y - sprite.Top;
            if (sprite._part[(y * sprite._width) + x] == Part.Eye)
            {
                sprite.Eyes.Add(new(at.X - sprite.Left, at.Y - sprite.Top));
            }
        }

        return sprite;
    }

    public void Dispose() => Bitmap.Dispose();

    private Vector3 Seen(Vector3 p)
    {
        float x = (p.X * _cos) + (p.Z * _sin), z = (p.Z * _cos) - (p.X * _sin);
        return new(x * _scale, -(p.Y - (z * _tilt)) * _scale, z * _scale);
    }

    private Vector3 Own(Vector3 seen)
    {
        float x = seen.X / _scale, z = seen.Z / _scale, y = (-seen.Y / _scale) + (z * _tilt);
        return new((x * _cos) - (z * _sin), y, (x * _sin) + (z * _cos));
    }

    private float[] Roughness(float fur)
    {
        var rough = new float[_width * _height];
        for (var i = 0; fur > 0.3f && i < rough.Length; i++)
        {
            int x = i % _width, y = i / _width;
            var fine = MathF.Min(0.6f, 2.2f / fur);
            rough[i] = fur * ((1.1f * Noise.At((x * fine) + (y * 0.2f * fine), (y * fine) - (x * 0.2f * fine))) + (0.5f * Noise.At(x * 0.1f, y * 0.1f)) - 0.8f);
        }

        return rough;
    }

    private void Stamp(Ball ball, float[] rough)
    {
        var at = Seen(ball.Centre);
        float cx = at.X - Left, cy = at.Y - Top, radius = ball.R * _scale;
        var reach = (int)(radius + 3 + (radius * 0.2f));
        for (var y = Math.Max(0, (int)cy - reach); y <= Math.Min(_height - 1, (int)cy + reach); y++)
        {
            for (var x = Math.Max(0, (int)cx - reach); x <= Math.Min(_width - 1, (int)cx + reach); x++)
            {
                var i = (y * _width) + x;
                float dx = x + 0.5f - cx, dy = y + 0.5f - cy, r = MathF.Max(0.35f, radius + (ball.Part is Part.Eye or Part.Nose ? 0 : MathF.Min(rough[i], radius)));
                float square = (dx * dx) + (dy * dy), outer = r + 0.5f;
                if (square >= outer * outer)
                {
                    continue;
                }

                var z = MathF.Sqrt(MathF.Max(0, (radius * radius) - square)); // the smooth ball: rough fur only frays the outline
                _alpha[i] = MathF.Max(_alpha[i], Math.Clamp(outer - MathF.Sqrt(square), 0, 1));
                if (at.Z + z > _depth[i])
                {
                    _depth[i] = at.Z + z;
                    _normal[i] = new Vector3(dx, -dy, z) / MathF.Max(r, 0.5f);
                    (_part[i], _along[i]) = (ball.Part, ball.Along);
                }
            }
        }
    }

    /// <summary>Softens normals over about 2 cm of fur, and tells how sheltered each pixel lies behind nearer ones (0 open – 1 deep).</summary>
    private float[] Smooth()
    {
        var around = Math.Clamp((int)(_scale * 0.02f), 1, 9);
        Blur(_normal, around, horizontal: true);
        Blur(_normal, around, horizontal: false);
        var nearness = new Vector3[_depth.Length];
        for (var i = 0; i < nearness.Length; i++)
        {
            nearness[i] = new(_alpha[i] > 0 ? _depth[i] : 0, 0, 0);
        }

        around = Math.Clamp((int)(_scale * 0.05f), 1, 24);
        Blur(nearness, around, horizontal: true);
        Blur(nearness, around, horizontal: false);
        return [.. _depth.Select((depth, i) => Math.Clamp((nearness[i].X - depth) / (_scale * 0.13f), 0, 1))];
    }

    private void Blur(Vector3[] field, int around, bool horizontal)
    {
        int lines = horizontal ? _height : _width, length = horizontal ? _width : _height, step = horizontal ? 1 : _width;
        var line = new Vector3[length];
        for (var l = 0; l < lines; l++)
        {
            var start = horizontal ? l * _width : l;
            var sum = Vector3.Zero;
            var count = 0;
            for (var i = -around; i < length; i++)
            {
                if (i + around < length && _alpha[start + ((i + around) * step)] > 0)
                {
                    sum += field[start + ((i + around) * step)];
                    count++;
                }

                if (i - around - 1 >= 0 && _alpha[start + ((i - around - 1) * step)] > 0)
                {
                    sum -= field[start + ((i - around - 1) * step)];
                    count--;
                }

                if (i >= 0)
                {
                    line[i] = count > 0 ? sum / count : Vector3.Zero;
                }
            }

            for (var i = 0; i < length; i++)
            {
                field[start + (i * step)] = line[i];
            }
        }
    }

    private void Shade(float[] shelter, Light light, float distance, Func<Surface, Vector3> coat)
    {
        Bitmap = new SKBitmap(_width, _height, SKColorType.Bgra8888, SKAlphaType.Premul);
        var pixels = new uint[_alpha.Length];
        var clarity = MathF.Exp(-distance / light.Visibility);
        var flash = Light.Flash(distance);
        for (var i = 0; i < pixels.Length; i++)
        {
            if (_alpha[i] <= 0)
            {
                continue;
            }

            var normal = _normal[i].LengthSquared() > 1e-6f ? Vector3.Normalize(_normal[i]) : Vector3.UnitZ;
            var at = Own(new((i % _width) + Left + 0.5f, (i / _width) + Top + 0.5f, _depth[i]));
            var albedo = coat(new(_part[i], _along[i], at, normal));
            var shadow = 1 - (0.6f * shelter[i]);
            var facing = MathF.Max(0, Vector3.Dot(normal, light.SunDirection));
            var tone = light.Infrared
                ? Light.Grey(albedo) * flash * (0.35f + (0.64f * facing * facing)) * shadow
                : albedo * ((light.Ambient * (0.86f + (0.22f * normal.Y))) + (light.Sun * facing)) * shadow;
            tone = Vector3.Lerp(light.Haze * (light.Infrared ? flash : 1), tone, clarity);
            var a = _alpha[i];
            pixels[i] = ((uint)Light.Channel(a) << 24) | ((uint)Light.Channel(MathF.Min(1, tone.X) * a) << 16)
                | ((uint)Light.Channel(MathF.Min(1, tone.Y) * a) << 8) | Light.Channel(MathF.Min(1, tone.Z) * a);
        }

        System.Runtime.InteropServices.MemoryMarshal.AsBytes(pixels.AsSpan()).CopyTo(Bitmap.GetPixelSpan());
    }
}
