namespace Lynceus.Edge;

/// <summary>The lock of a data folder: one hub at a time.</summary>
internal static class SpoolHold
{
    /// <summary>Whether a hub runs on this data folder.</summary>
    public static bool IsHeld(string dataFolder)
    {
        var path = Path.Combine(dataFolder, "lock");
        if (!File.Exists(path)) return false;
        try
        {
            using var tried = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Who may not look must take it for held.
            return true;
        }
    }

    /// <summary>A program that this process is just starting (ffmpeg, a model's trial) holds a copy of the lock for the moment until it runs; another hub holds it for good.</summary>
    public static FileStream Take(string dataFolder)
    {
        for (var tries = 20; ; tries--)
        {
            try
            {
                return new FileStream(Path.Combine(dataFolder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (tries > 0)
            {
                CancellationToken.None.WaitHandle.WaitOne(50);
            }
            catch (IOException e)
            {
                throw new IOException($"data folder {dataFolder}: another hub process has it open", e);
            }
        }
    }
}
