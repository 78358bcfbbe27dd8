using System.IO.Compression;

namespace Lynceus.Cloud;

/// <summary>Where a package is written: a ZIP or a folder, one file after the other. It is there when it is whole, and not before.</summary>
internal abstract class ExchangeTarget : IDisposable
{
    /// <summary>A new file; it must be closed before the next.</summary>
    public abstract Stream Create(string name);

    /// <summary>All is written.</summary>
    public abstract void Complete();

    public abstract void Dispose();

    /// <param name="path">A file that ends in .zip, or a folder that is not there yet or empty.</param>
    /// <exception cref="StartException">It is neither.</exception>
    public static ExchangeTarget Of(string path)
    {
        try
        {
            if (path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)) return new ZipFileTarget(path);
            if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())) throw new StartException($"--out {path}: it is there already; name a new folder, or a file that ends in .zip");
            return new FolderTarget(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"--out {path}: {e.Message}");
        }
    }

    /// <summary>A ZIP that goes out while it is written.</summary>
    public static ExchangeTarget Streamed(Stream to) => new ZipTarget(to);

#pragma warning disable CA2213 // to dispose of an archive is to complete it
    private class ZipTarget(Stream to) : ExchangeTarget
    {
        private readonly ZipArchive zip = new(to, ZipArchiveMode.Create, leaveOpen: true);

        public override Stream Create(string name) => new BufferedStream(zip.CreateEntry(name, IsPacked(name) ? CompressionLevel.NoCompression : CompressionLevel.Fastest).Open(), 1 << 16);

        public override void Complete() => zip.Dispose();

        // A ZIP that was not completed is cut off, and nobody takes it for a whole one.
        public override void Dispose()
        {
        }

        private static bool IsPacked(string name) => Path.GetExtension(name).ToUpperInvariant() is ".JPG" or ".JPEG" or ".PNG" or ".WEBP" or ".MP4" or ".MOV" or ".AVI" or ".PARQUET";
    }

    private sealed class ZipFileTarget : ExchangeTarget
    {
        private readonly string path;
        private readonly FileStream file;
        private readonly ZipTarget zip;

        public ZipFileTarget(string path)
        {
            this.path = path;
            file = new FileStream(path + ".tmp", FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
            zip = new ZipTarget(file);
        }

        public override Stream Create(string name) => zip.Create(name);

        public override void Complete()
        {
            zip.Complete();
            file.Dispose();
            File.Move(path + ".tmp", path, overwrite: true);
        }

        public override void Dispose()
        {
            file.Dispose();
            File.Delete(path + ".tmp");
        }
    }

#pragma warning restore CA2213

    private sealed class FolderTarget : ExchangeTarget
    {
        private readonly string path;
        private readonly string temporary;

        public FolderTarget(string path)
        {
            this.path = Path.TrimEndingDirectorySeparator(path);
            temporary = this.path + ".tmp";
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
            Directory.CreateDirectory(temporary);
        }

        public override Stream Create(string name)
        {
            var file = Path.Combine(temporary, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            return new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        }

        public override void Complete()
        {
            if (Directory.Exists(path)) Directory.Delete(path);
            Directory.Move(temporary, path);
        }

        public override void Dispose()
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }
}
