using System.Globalization;

namespace Lynceus.Edge;

/// <summary>What the board tells of itself, from the files of the kernel. What is not there is null.</summary>
/// <param name="root">Where the system's files begin: <c>/</c>, or a drawn tree.</param>
internal sealed class Board(string root)
{
    private readonly Throttling throttling = new();

    /// <summary>A file of the kernel, or null if it is not there, cannot be read or is longer than such a file is.</summary>
    internal static string? Text(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            Span<byte> bytes = stackalloc byte[4096];
            return System.Text.Encoding.UTF8.GetString(bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)]).Trim('\n', '\r', ' ', '\0');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Where a program lies, or null.</summary>
    internal static string? Program(string root, string name)
        => ((string[])["usr/bin", "bin", "usr/local/bin", "opt/vc/bin"]).Select(folder => Path.Combine(root, folder, name)).FirstOrDefault(File.Exists);

    /// <summary>The processor's temperature: of the zone that says it is the processor's, else of the first.</summary>
    public double? CpuCelsius()
    {
        var zones = Folders(Path.Combine(root, "sys/class/thermal")).Where(z => Path.GetFileName(z).StartsWith("thermal_zone", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        var cpu = zones.Find(z => Text(Path.Combine(z, "type")) is { } type && (type.Contains("cpu", StringComparison.OrdinalIgnoreCase) || type.Contains("x86_pkg", StringComparison.Ordinal))) ?? zones.FirstOrDefault();
        return cpu is not null && int.TryParse(Text(Path.Combine(cpu, "temp")), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var thousandths)
            && thousandths is > -100_000 and < 200_000 ? thousandths / 1000.0 : null;
    }

    /// <summary>The processor is or was slowed since the start, in words; null if it was not, or nothing tells.</summary>
    public async Task<string?> ThrottledAsync(CancellationToken stop)
    {
        if (Program(root, "vcgencmd") is { } vcgencmd && Throttling.Parse(await Ask.ProgramAsync(vcgencmd, ["get_throttled"], stop)) is { } said) throttling.Saw(said);
        else if (Throttling.Parse(Text(Path.Combine(root, "sys/devices/platform/soc/soc:firmware/get_throttled"))) is { } read) throttling.Saw(read);
        return throttling.Words;
    }

    internal static IEnumerable<string> Folders(string path)
    {
        try
        {
            return Directory.Exists(path) ? Directory.GetDirectories(path) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
