namespace Lynceus.Cloud;

/// <summary><c>cloud export</c> of a package, from the data folder itself; a cloud may run on it meanwhile.</summary>
internal static class PackageExport
{
    public static async Task<int> RunAsync(PackageFormat format, Func<LynceusDb> rows, string data, string to, ExchangeChoice choice, DarwinCoreLevel level, CancellationToken cancel)
    {
        if (to == "-") throw new StartException("--out: a package is a folder, or a file that ends in .zip");
        await using var db = rows();
        Events.Fresh(db);
        var now = TimeProvider.System.GetUtcNow();
        var leaving = ExchangeReading.Of(db, choice, now, PackageFormats.NeedsPlaces(format));
        try
        {
            using var target = ExchangeTarget.Of(to);
            using var bar = new StepBar(null);
            var sums = await PackageFormats.WriteAsync(format, leaving, new ObjectFolder(data), level, target, now, bar.Ended, cancel);
            bar.Dispose();
            await Console.Error.WriteLineAsync(format == PackageFormat.DarwinCore
                ? $"{sums.Observations} occurrences at {sums.Deployments} deployments written to {to}"
                : $"{sums.Deployments} deployments, {sums.Media} media and {sums.Observations} observations written to {to}");
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"--out {to}: {e.Message}");
        }
    }
}
