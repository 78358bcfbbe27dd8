namespace Lynceus.Scenes;

/// <summary>Smooth value noise in 0–1, the same on every machine and in every run.</summary>
internal static class Noise
{
    private const int Side = 256;
    private static readonly float[] Table = Fill();

    /// <summary>One octave at (x, y); it repeats after 256 units and changes over one unit.</summary>
    public static float At(float x, float y)
    {
        float floorX = MathF.Floor(x), floorY = MathF.Floor(y);
        float u = x - floorX, v = y - floorY;
        u = u * u * (3 - (2 * u));
        v = v * v * (3 - (2 * v));
        int left = (int)floorX & (Side - 1), top = ((int)floorY & (Side - 1)) * Side;
        int right = (left + 1) & (Side - 1), bottom = (top + Side) & ((Side * Side) - 1);
        var upper = Table[top + left] + (u * (Table[top + right] - Table[top + left]));
        var lower = Table[bottom + left] + (u * (Table[bottom + right] - Table[bottom + left]));
        return upper + (v * (lower - upper));
    }

    /// <summary>Octaves of halving size and weight, still 0–1.</summary>
    public static float Fractal(float x, float y, int octaves)
    {
        float sum = 0, weight = 0.5f, total = 0;
        for (var octave = 0; octave < octaves; octave++)
        {
            sum += weight * At(x, y);
            total += weight;
            (x, y, weight) = ((x * 2.03f) + 17.1f, (y * 2.03f) + 5.7f, weight / 2);
        }

        return sum / total;
    }

    private static float[] Fill()
    {
        var dice = new Dice(0x5EED);
        var table = new float[Side * Side];
        for (var i = 0; i < table.Length; i++)
        {
            table[i] = dice.Next();
        }

        return table;
    }
}
