namespace Lynceus.Cloud;

/// <summary>Forms in which deployments, media and observations leave together.</summary>
internal enum PackageFormat
{
    /// <summary>A Camera Trap Data Package 1.0.2.</summary>
    CamtrapDp,

    /// <summary>A Darwin Core archive, for GBIF.</summary>
    DarwinCore,

    /// <summary>The three tables as Parquet.</summary>
    Parquet,
}

/// <summary>What a form is called, and who writes it.</summary>
internal static class PackageFormats
{
    private static readonly Dictionary<string, PackageFormat> ByName = new(StringComparer.Ordinal)
    {
        ["camtrap-dp"] = PackageFormat.CamtrapDp, ["darwin-core"] = PackageFormat.DarwinCore, ["parquet"] = PackageFormat.Parquet,
    };

    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys];

    public static bool TryParse(string name, out PackageFormat format) => ByName.TryGetValue(name, out format);

    /// <summary>Without a coordinate there is no valid deployment in it.</summary>
    public static bool NeedsPlaces(PackageFormat format) => format == PackageFormat.CamtrapDp;

    /// <summary>Writes all of it; the target is completed.</summary>
    /// <param name="format">Which.</param>
    /// <param name="leaving">What leaves, and the stored files that go along.</param>
    /// <param name="objects">Where they lie.</param>
    /// <param name="level">Of Darwin Core.</param>
    /// <param name="target">Where to.</param>
    /// <param name="now">When it is made.</param>
    /// <param name="ended">Hears how many rows are written.</param>
    /// <param name="cancel">Ends it; what is written by then is no package.</param>
    public static async Task<ExchangeSums> WriteAsync(
        PackageFormat format, (ExchangeSource Source, ExchangeReading Reading) leaving, ObjectFolder objects, DarwinCoreLevel level, ExchangeTarget target, DateTimeOffset now, Action<long> ended, CancellationToken cancel)
    {
        var (source, reading) = leaving;
        var sums = format switch
        {
            PackageFormat.CamtrapDp => CamtrapWriting.Write(source, target, now, ended, cancel),
            PackageFormat.DarwinCore => DarwinCore.Write(source, level, target, now, ended, cancel),
            PackageFormat.Parquet => await ParquetTables.WriteAsync(source, target, ended, cancel),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
        foreach (var (name, sha256) in reading.Packed)
        {
            await using var from = File.OpenRead(objects.PathOf(sha256));
            await using var to = target.Create(name);
            await from.CopyToAsync(to, cancel);
        }
        target.Complete();
        return sums;
    }
}
