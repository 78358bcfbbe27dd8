using System.IO.Compression;

namespace Lynceus.Cloud;

/// <summary>The files of a package: a folder's, or a ZIP's, whose package may lie in one folder within. No name leads out of it, and nothing is unpacked to disk.</summary>
internal sealed class CamtrapFiles : IDisposable
{
    public const string Descriptor = "datapackage.json";

    /// <summary>Of one file, unpacked.</summary>
    private const long MostBytes = 64L << 30;

    /// <summary>Tables shrink well, but none to less than this part.</summary>
    private const int MostRatio = 250;
    private const long RatioFrom = 64L << 20;

    private readonly string? folder;
    private readonly ZipArchive? zip;
    private readonly string within = "";

    private CamtrapFiles(string folder) => this.folder = folder;

    private CamtrapFiles(ZipArchive zip, string within) => (this.zip, this.within) = (zip, within);

    /// <param name="path">A folder, its <c>datapackage.json</c>, or a ZIP.</param>
    /// <exception cref="CamtrapFaultException">There is no package.</exception>
    public static CamtrapFiles Open(string path)
    {
        try
        {
            if (Directory.Exists(path)) return new CamtrapFiles(Path.GetFullPath(path));
            if (!File.Exists(path)) throw new CamtrapFaultException(path, "there is no such file or folder");
            return Path.GetFileName(path) == Descriptor ? new CamtrapFiles(Path.GetDirectoryName(Path.GetFullPath(path))!) : OpenZip(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CamtrapFaultException(path, e.Message);
        }
    }

    /// <exception cref="CamtrapFaultException">It is not there, its name leads out of the package, or it is larger than the limits.</exception>
    public Stream OpenFile(string name)
    {
        if (Uri.TryCreate(name, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https") throw new CamtrapFaultException(Descriptor, $"{name} lies elsewhere; fetch it, and write its name here");
        if (FileNames.Fault(name) is { } fault) throw new CamtrapFaultException(Descriptor, $"'{Printable.Of(name)}': {fault}");
        // One that is cut off would end without a word, and its last rows with it.
        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) throw new CamtrapFaultException(name, $"it is packed by itself; unpack it, and write its new name into {Descriptor}");
#pragma warning disable CA2000 // it closes the one within
        return new LimitedStream(name, zip is null ? FromFolder(name) : FromZip(name), MostBytes);
#pragma warning restore CA2000
    }

    public void Dispose() => zip?.Dispose();

    private static CamtrapFiles OpenZip(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        ZipArchive? archive = null;
        try
        {
            ZipDirectory.Check(file);
            archive = new ZipArchive(file, ZipArchiveMode.Read);
            var descriptors = archive.Entries.Where(e => e.Name == Descriptor && e.FullName.Count(c => c == '/') <= 1).ToList();
            if (descriptors.Count != 1) throw new CamtrapFaultException(path, descriptors.Count == 0 ? $"there is no {Descriptor} in it" : $"there are {descriptors.Count} packages in it; unpack it and name one");
            var files = new CamtrapFiles(archive, descriptors[0].FullName[..^Descriptor.Length]);
            (archive, file) = (null, null);
            return files;
        }
        catch (ImportRefusedException e)
        {
            throw new CamtrapFaultException(path, e.Message);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ArgumentException or OverflowException)
        {
            throw new CamtrapFaultException(path, $"the ZIP cannot be read: {e.Message}");
        }
        finally
        {
            archive?.Dispose();
            file?.Dispose();
        }
    }

    private FileStream FromFolder(string name)
    {
        var path = Path.Combine(folder!, name);
        try
        {
            if (Links.On(folder!, name) is not null) throw new CamtrapFaultException(name, "a link; links are not followed");
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CamtrapFaultException(name, e is FileNotFoundException or DirectoryNotFoundException ? "it is not in the package" : e.Message);
        }
    }

    private ZipEntryStream FromZip(string name)
    {
        var entry = zip!.GetEntry(within + name) ?? throw new CamtrapFaultException(name, "it is not in the package");
        if (entry.IsEncrypted) throw new CamtrapFaultException(name, "it needs a password; unpack it first");
        if (entry.Length > RatioFrom && entry.Length / MostRatio > entry.CompressedLength) throw new CamtrapFaultException(name, $"{entry.CompressedLength} bytes unpack to {entry.Length}; more than {MostRatio} times as many are not taken");
        try
        {
            return new ZipEntryStream(entry.Open(), entry.Crc32);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
        {
            throw new CamtrapFaultException(name, $"it cannot be unpacked: {e.Message}");
        }
    }

    /// <summary>Ends by name what never ends, and names what cannot be unpacked.</summary>
    private sealed class LimitedStream(string name, Stream inner, long most) : ReadStream(inner)
    {
        private long read;

        public override int Read(Span<byte> buffer)
        {
            try
            {
                var n = Within.Read(buffer);
                if ((read += n) > most) throw new CamtrapFaultException(name, $"it has more than {most >> 30} GB");
                return n;
            }
            catch (Exception e) when (e is InvalidDataException or ImportRefusedException or IOException)
            {
                throw new CamtrapFaultException(name, $"it cannot be read to its end: {e.Message}");
            }
        }
    }
}
