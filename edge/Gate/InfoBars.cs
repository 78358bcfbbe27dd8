using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>
/// The strips of text that cameras burn into the top or bottom of a picture. Their digits change with every frame and are no change of the scene.
/// Text that is printed over the picture itself has no strip; its places become restless and are learned as such.
/// </summary>
/// <param name="Top">Rows of the grid at its top that are no picture.</param>
/// <param name="Bottom">Rows at its bottom.</param>
internal readonly record struct InfoBars(int Top, int Bottom)
{
    /// <summary>A strip covers at most this share of the height.</summary>
    private const float Highest = 0.12f;

    /// <summary>A strip is black or white: so many grey levels from either end at most.</summary>
    private const int FromEnd = 24;

    /// <summary>At least this share of a strip's row is empty strip.</summary>
    private const float Ground = 0.3f;

    /// <summary>Text stands out by so many grey levels.</summary>
    private const int Ink = 48;

    /// <summary>Words a row of text has at least: a bright animal before a black sky is one thing, or two.</summary>
    private const int Words = 3;

    public InfoBars Or(InfoBars other) => new(Math.Max(Top, other.Top), Math.Max(Bottom, other.Bottom));

    /// <summary>What one frame shows.</summary>
    public static InfoBars In(Luma grid)
    {
        var most = (int)(grid.Height * Highest);
        return new(Rows(grid, most, fromTop: true), Rows(grid, most, fromTop: false));
    }

    /// <summary>Rows from the border to the last one with text, and one more, since a strip need not end where a row does.</summary>
    private static int Rows(Luma grid, int most, bool fromTop)
    {
        var (last, ends, white) = (0, false, false);
        for (var i = 0; i < most && !ends; i++)
        {
            var row = grid.Cells.Slice((fromTop ? i : grid.Height - 1 - i) * grid.Width, grid.Width);
            var (isStrip, hasText, isWhite) = Look(row);
            ends = !isStrip;
            if (!isStrip || !hasText) continue;
            last = i + 1;
            white |= isWhite;
        }
        // Black strips may go over into a black night. White ones end: else it is snow with grass in it.
        return last == 0 || (white && !ends) ? 0 : last + 1;
    }

    private static (bool IsStrip, bool HasText, bool IsWhite) Look(ReadOnlySpan<byte> row)
    {
        var (dark, light) = (0, 0);
        foreach (var cell in row)
        {
            if (cell <= FromEnd) dark++;
            else if (cell >= 255 - FromEnd) light++;
        }
        var ground = Math.Max(dark, light);
        if (ground < Ground * row.Length) return (false, false, false);
        var (words, gap) = (0, 3);
        foreach (var cell in row)
        {
            var ink = dark >= light ? cell > FromEnd + Ink : cell < 255 - FromEnd - Ink;
            if (ink && gap >= 3) words++;
            gap = ink ? 0 : gap + 1;
        }
        return (true, words >= Words, light > dark);
    }
}
