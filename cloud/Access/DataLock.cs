namespace Lynceus.Cloud;

/// <summary>One cloud to a data folder: the file is held open, and the system lets go of it however the process ends.</summary>
internal sealed class DataLock : IDisposable
{
    private readonly FileStream file;

    private DataLock(FileStream file) => this.file = file;

    /// <summary>Throws <see cref="StartException"/> if another cloud has the folder.</summary>
    public static DataLock Take(string data)
    {
        try
        {
            Lynceus.Contracts.DurableFile.CreateFolder(Path.GetFullPath(data));
            return new DataLock(new FileStream(Path.Combine(data, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (File.Exists(Path.Combine(data, "lock")))
        {
            throw new StartException($"another cloud is running on the data folder {data} ({e.Message})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"--data {data}: {e.Message}");
        }
    }

    /// <summary>Null if another cloud has the folder.</summary>
    public static DataLock? TryTake(string data)
    {
        try
        {
            return new DataLock(new FileStream(Path.Combine(data, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (File.Exists(Path.Combine(data, "lock")))
        {
            return null;
        }
    }

    public void Dispose() => file.Dispose();
}

/// <summary>Why the program does not start, in one line for people.</summary>
internal sealed class StartException(string message) : Exception(message);
