using System.Diagnostics;
using System.Security.Cryptography;
using Lynceus.Contracts;
using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>
/// <c>cloud import</c> of many small files, then of the same again. Beside it what no import can do without: the same bytes read, hashed, written and synced
/// by as many at once, with no rows, no times and no folders of their own.
/// </summary>
internal static class ImportBench
{
    private const int AtOnce = 8;

    /// <summary>As on a card: files in a folder.</summary>
    private const int InFolder = 1000;

    public static async Task RunAsync(Table table)
    {
        var files = Sample.Short ? 2_000 : 50_000;
        var (card, data, bare) = (Sample.Folder(), Sample.Folder(), Sample.Folder());
        var bytes = Fill(card, files);
        var floor = await BareAsync(card, bare);
        Directory.Delete(bare, recursive: true);
        var first = await ImportAsync(card, data, files, added: true);
        table.AddRow($"{files:N0} files of {bytes / 1000.0:0.0} KB", $"{files / first.Seconds:N0} files/s, {first.Seconds:0.0} s", $"{files / floor:N0} bare", $"{floor / first.Seconds:0.00}", "");
        table.AddRow("  memory at most", $"{first.MiB:0} MiB", "", "", "");
        var again = await ImportAsync(card, data, files, added: false);
        table.AddRow("the same again", $"{files / again.Seconds:N0} files/s, {again.Seconds:0.0} s", "", "", "");
        table.AddRow("  memory at most", $"{again.MiB:0} MiB", "", "", "");
        Directory.Delete(Path.Combine(data, "imports"), recursive: true);
        var read = await ImportAsync(card, data, files, added: false);
        table.AddRow("and without its journal", $"{files / read.Seconds:N0} files/s, {read.Seconds:0.0} s", "", "", "");
        Directory.Delete(card, recursive: true);
        Directory.Delete(data, recursive: true);
    }

    private static int Fill(string card, int files)
    {
        var picture = Sample.Jpeg(320, 240);
        for (var i = 0; i < files; i++)
        {
            var folder = Path.Combine(card, $"camera-{i / InFolder:00}");
            if (i % InFolder == 0) Directory.CreateDirectory(folder);
            File.WriteAllBytes(Path.Combine(folder, $"IMG_{i:00000}.JPG"), [.. picture, .. BitConverter.GetBytes(i)]);
        }
        return picture.Length + sizeof(int);
    }

    /// <returns>Seconds.</returns>
    private static async Task<double> BareAsync(string card, string to)
    {
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Directory.EnumerateFiles(card, "*", SearchOption.AllDirectories), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (file, cancel) =>
        {
            var bytes = await File.ReadAllBytesAsync(file, cancel);
            DurableFile.WriteSynced(Path.Combine(to, Convert.ToHexStringLower(SHA256.HashData(bytes))), bytes);
        });
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<(double Seconds, double MiB)> ImportAsync(string card, string data, int files, bool added)
    {
        var started = Stopwatch.GetTimestamp();
        using var import = Sample.Start(Sample.Program("Cloud", "cloud"), "import", card, "--data", data);
        var said = import.StandardOutput.ReadToEndAsync();
        var complaints = import.StandardError.ReadToEndAsync();
        var most = 0L;
        while (!import.HasExited)
        {
            try
            {
                most = Math.Max(most, Sample.StatusKiB(import.Id, "VmHWM"));
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                break; // it has just ended
            }
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
        await import.WaitForExitAsync();
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (import.ExitCode != 0 || !(await said).StartsWith(added ? $"{files} added" : $"0 added (0 bytes), {files} already there", StringComparison.Ordinal))
            throw new InvalidOperationException($"the import said: {await said}{await complaints}");
        return (took, most / 1024.0);
    }
}
