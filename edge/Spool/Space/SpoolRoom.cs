namespace Lynceus.Edge;

/// <summary>The card, as far as the spool has to know it.</summary>
internal sealed class SpoolRoom
{
    /// <summary>A card that others have filled to the last byte has no room for the shorter record of a capture that gives something up, nor for the count of it: this is it.</summary>
    private const int BallastBytes = 256 * 1024;
    private readonly DriveInfo card;
    private readonly string ballast;

    public SpoolRoom(string dataFolder, SpoolOptions options)
    {
        card = new DriveInfo(Path.GetFullPath(dataFolder));
        ballast = Path.Combine(dataFolder, "ballast");
        var (size, most) = (card.TotalSize, options.MaxMegabytes * 1_000_000L);
        Limit = (long)(size * options.CardShare);
        if (most > 0) Limit = Math.Min(Limit, most);
        Leave = (long)(size * options.FreeShare);
    }

    /// <summary>Bytes that all captures together may take.</summary>
    public long Limit { get; }

    /// <summary>Bytes that stay free, whoever fills the rest.</summary>
    public long Leave { get; }

    /// <summary>Bytes that the card has free now.</summary>
    public long Free => card.AvailableFreeSpace;

    /// <summary>
    /// Throws the ballast off where there is next to nothing free, and takes it in again when there is. A card that does neither now says so to what is to be stored; the hub does without.
    /// </summary>
    public void Ballast(long free)
    {
        try
        {
            if (free < BallastBytes) ThrowBallastOff();
            else if (free > 4 * BallastBytes && new FileInfo(ballast) is not { Exists: true, Length: BallastBytes }) File.WriteAllBytes(ballast, new byte[BallastBytes]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Half of it may be there: the next time it is written whole, or goes.
        }
    }

    public void ThrowBallastOff() => File.Delete(ballast);

    /// <summary>So much may go beyond what is needed, while it costs nothing.</summary>
    public long More => Math.Min(Limit / 64, 64_000_000);

    /// <summary>So much may lie in <c>quarantine/</c>, and as much in <c>refused/</c>.</summary>
    public long Aside => Limit / 20;
}
