namespace Lynceus.Edge;

/// <summary>What captures take on the card.</summary>
internal static class SpoolSpace
{
    /// <summary>ext4 and f2fs give a file whole blocks of 4 KiB. Where they are smaller a file takes less than it is counted for.</summary>
    public const int Block = 4096;

    /// <summary>Bytes that a file takes: whole blocks.</summary>
    public static long Whole(long bytes) => (bytes + Block - 1) / Block * Block;
}
