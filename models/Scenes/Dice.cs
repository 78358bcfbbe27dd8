using System.Globalization;

namespace Lynceus.Scenes;

/// <summary>Draws without putting back; refilled and shuffled when empty, so that nothing is rare by chance.</summary>
internal sealed class Bag<T>(Dice dice, IReadOnlyList<T> all)
{
    private readonly List<T> _left = [];

    public T Draw()
    {
        _left.AddRange(_left.Count == 0 ? all : []);
        var place = dice.Below(_left.Count);
        var drawn = _left[place];
        _left.RemoveAt(place);
        return drawn;
    }
}

/// <summary>SplitMix64: reproducible chance. The same seed and words give the same throws on every machine.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Dice that depend on each of the words and on nothing else.</summary>
    public static Dice For(params ReadOnlySpan<object> words)
    {
        var hash = 14695981039346656037UL; // FNV-1a
        foreach (var word in words)
        {
            foreach (var letter in Convert.ToString(word, CultureInfo.InvariantCulture) + "|")
            {
                hash = (hash ^ letter) * 1099511628211UL;
            }
        }

        return new Dice(hash);
    }

    /// <summary>0 ≤ value &lt; 1.</summary>
    public float Next() => (NextBits() >> 40) / (float)(1 << 24);

    public float Between(float low, float high) => low + ((high - low) * Next());

    public int Below(int limit) => (int)(Next() * limit);

    public bool Chance(float probability) => Next() < probability;

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    /// <summary>About normal, mean 0 and standard deviation 1.</summary>
    public float Bell() => (Next() + Next() + Next() + Next() - 2) * 1.732f;

    public ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15UL;
        var bits = _state;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9UL;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBUL;
        return bits ^ (bits >> 31);
    }
}
