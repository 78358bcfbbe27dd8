using System.Buffers.Binary;
using System.Security.Cryptography;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>
/// What one camera usually sees, on a small grid: by day and by night apart. Frames of another size begin it anew.
/// It is read and taught by <see cref="Changes"/>; belongs to one thread at a time.
/// </summary>
internal sealed class Background
{
    /// <summary>Bytes of a saved one at most: 3.5 a cell.</summary>
    public const int MostBytes = 65536;

    /// <summary>A picture in colour whose mean is below this was taken by flash, grey levels.</summary>
    private const float DarkMean = 60;

    private const uint Magic = 0x4C594247; // "LYBG"
    private const byte Version = 1;
    private const int Head = 16;
    private const int Tail = 4;

    /// <summary>Cells a row, rows; 0 before the first frame.</summary>
    public int Width { get; private set; }
    public int Height { get; private set; }

    public CellHistory Day { get; private set; } = new(0);

    /// <summary>By infrared, or, of a camera that has a white flash, in the dark.</summary>
    public CellHistory Night { get; private set; } = new(0);

    private bool hasInfrared;

    /// <summary>Usual large deviation of each cell within a burst, grey levels: high where leaves move.</summary>
    public float[] Unrest { get; private set; } = [];

    /// <summary>Clips in a row in which nearly nothing was as usual.</summary>
    public int Strange { get; set; }

    /// <summary>Strips of text that this camera burns in.</summary>
    public InfoBars Bars { get; private set; }

    private InfoBars lastSeen;

    /// <summary>A strip counts for good when two clips in a row showed it.</summary>
    public void Notice(InfoBars seen)
    {
        Bars = Bars.Or(new InfoBars(Math.Min(seen.Top, lastSeen.Top), Math.Min(seen.Bottom, lastSeen.Bottom)));
        lastSeen = seen;
    }

    /// <summary>Which history a frame belongs to. A camera that has shown infrared has no white flash: its dark frames in colour are dusk.</summary>
    public bool IsNight(Luma grid) => grid.Infrared || (!hasInfrared && grid.Mean < DarkMean);

    public CellHistory In(bool night) => night ? Night : Day;

    /// <summary>What was learned of the dark before the first infrared frame was dusk, and is forgotten.</summary>
    public void NoticeInfrared()
    {
        if (!hasInfrared) Night = new CellHistory(Width * Height);
        hasInfrared = true;
    }

    /// <summary>Begins anew if these frames have another size.</summary>
    public void Fit(int width, int height)
    {
        if ((width, height) == (Width, Height)) return;
        (Width, Height, Strange) = (width, height, 0);
        (Bars, lastSeen, hasInfrared) = (default, default, false);
        (Day, Night, Unrest) = (new CellHistory(width * height), new CellHistory(width * height), new float[width * height]);
        Array.Fill(Unrest, CellHistory.UsualNoise);
    }

    /// <summary>The camera looks elsewhere: both lights are learned anew.</summary>
    public void Restart()
    {
        var (width, height) = (Width, Height);
        Width = 0;
        Fit(width, height);
    }

    /// <summary>Both lights' values and deviations, without their second values; a checksum stands at the end.</summary>
    public byte[] Save()
    {
        var cells = Width * Height;
        var saved = new byte[LengthFor(cells)];
        var at = saved.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(at, Magic);
        at[4] = Version;
        (at[5], at[6]) = ((byte)Day.Clips, (byte)Night.Clips);
        (at[7], at[12], at[13]) = ((byte)Bars.Top, (byte)Bars.Bottom, (byte)(hasInfrared ? 1 : 0));
        BinaryPrimitives.WriteUInt16LittleEndian(at[8..], (ushort)Width);
        BinaryPrimitives.WriteUInt16LittleEndian(at[10..], (ushort)Height);
        at = at[Head..];
        foreach (var history in (ReadOnlySpan<CellHistory>)[Day, Night])
        {
            for (var i = 0; i < cells; i++) at[i] = (byte)Math.Clamp(MathF.Round(history.Value[i]), 0, 255);
            at = at[cells..];
        }
        foreach (var noise in (ReadOnlySpan<float[]>)[Day.Deviation, Night.Deviation, Unrest])
        {
            for (var i = 0; i < cells; i++) at[i / 2] |= (byte)(NoiseStep.Of(noise[i]) << (4 * (i % 2)));
            at = at[((cells + 1) / 2)..];
        }
        SHA256.HashData(saved.AsSpan(0, saved.Length - Tail)).AsSpan(0, Tail).CopyTo(at);
        return saved;
    }

    /// <summary>Reads what <see cref="Save"/> wrote. Null, with the reason, if it is damaged or of another version: then the camera is learned anew.</summary>
    public static Background? Load(ReadOnlySpan<byte> saved, out string fault)
    {
        fault = Fault(saved);
        if (fault.Length > 0) return null;
        var loaded = new Background();
        loaded.Fit(BinaryPrimitives.ReadUInt16LittleEndian(saved[8..]), BinaryPrimitives.ReadUInt16LittleEndian(saved[10..]));
        (loaded.Bars, loaded.hasInfrared) = (new InfoBars(saved[7], saved[12]), saved[13] == 1);
        var cells = loaded.Width * loaded.Height;
        var noises = saved[(Head + (2 * cells))..];
        var half = (cells + 1) / 2;
        for (var i = 0; i < cells; i++)
        {
            loaded.Day.Restore(i, saved[Head + i], NoiseStep.Level(noises, i));
            loaded.Night.Restore(i, saved[Head + cells + i], NoiseStep.Level(noises[half..], i));
            loaded.Unrest[i] = NoiseStep.Level(noises[(2 * half)..], i);
        }
        loaded.Day.Restored(saved[5]);
        loaded.Night.Restored(saved[6]);
        return loaded;
    }

    private static int LengthFor(int cells) => Head + (2 * cells) + (3 * ((cells + 1) / 2)) + Tail;

    private static string Fault(ReadOnlySpan<byte> saved)
    {
        if (saved.Length < Head + Tail) return $"{saved.Length} bytes are too few for a background";
        if (saved.Length > MostBytes) return $"{saved.Length} bytes are too many; a background has at most {MostBytes}";
        if (BinaryPrimitives.ReadUInt32LittleEndian(saved) != Magic) return "it does not begin like a background";
        if (saved[4] != Version) return $"it is of version {saved[4]}; this program reads {Version}";
        var cells = BinaryPrimitives.ReadUInt16LittleEndian(saved[8..]) * BinaryPrimitives.ReadUInt16LittleEndian(saved[10..]);
        if (cells > Luma.MaxCells || saved.Length != LengthFor(cells)) return $"{cells} cells do not fit its {saved.Length} bytes";
        if (cells > 0 && saved[7] + saved[12] >= BinaryPrimitives.ReadUInt16LittleEndian(saved[10..])) return "its text strips cover the whole picture";
        return SHA256.HashData(saved[..^Tail]).AsSpan(0, Tail).SequenceEqual(saved[^Tail..]) ? "" : "its checksum is wrong: it was damaged";
    }

    /// <summary>A deviation in four bits: sixteen steps, each a third larger than the one before, 0.5–34 grey levels.</summary>
    private static class NoiseStep
    {
        public static int Of(float level) => Math.Clamp((int)MathF.Round(MathF.Log(MathF.Max(level, 0.5f) / 0.5f) / MathF.Log(1.325f)), 0, 15);

        public static float Level(ReadOnlySpan<byte> nibbles, int cell) => 0.5f * MathF.Pow(1.325f, (nibbles[cell / 2] >> (4 * (cell % 2))) & 15);
    }
}
