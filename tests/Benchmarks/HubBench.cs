using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>What the hub's process takes of a small machine: memory while it replays a card to a real cloud, and the processor while it waits.</summary>
internal static class HubBench
{
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(Sample.Turns(30));

    public static async Task RunAsync(Table table)
    {
        var folder = Sample.Folder();
        var card = Path.Combine(folder, "card");
        using (var scenes = Sample.Start(Sample.Program("Scenes", "scenes"), "card", card, "--captures", $"{Sample.Turns(30)}", "--width", "2048", "--height", "1536"))
        {
            _ = scenes.StandardOutput.ReadToEndAsync();
            _ = scenes.StandardError.ReadToEndAsync();
            await scenes.WaitForExitAsync();
        }
        var (cloud, _, mqtt) = await Sample.StartCloudAsync(Path.Combine(folder, "cloud"));
        try
        {
            table.AddRow("resident memory while replaying 2048 x 1536", $"{await ReplayAsync(card, mqtt, Path.Combine(folder, "hub")) / 1024.0:0} MiB", "", "", "<= 250 MiB");
            var (share, resident) = await IdleAsync(Directory.CreateDirectory(Path.Combine(folder, "ftp")).FullName, mqtt, Path.Combine(folder, "idle"));
            table.AddRow($"processor while idle, over {Watch.TotalSeconds:0} s", $"{share * 100:0.00} % of a core", "", "", "<= 0.5 %");
            table.AddRow("resident memory while idle", $"{resident / 1024.0:0} MiB", "", "", "");
        }
        finally
        {
            cloud.Kill();
            await cloud.WaitForExitAsync();
            cloud.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<long> ReplayAsync(string card, string mqtt, string data)
    {
        using var edge = Sample.Start(Sample.Program("Edge", "edge"), "replay", card, "--cloud", mqtt, "--hub", "bench", "--data", data);
        _ = edge.StandardOutput.ReadToEndAsync();
        _ = edge.StandardError.ReadToEndAsync();
        var most = 0L;
        while (!edge.HasExited)
        {
            try
            {
                most = Math.Max(most, Sample.StatusKiB(edge.Id, "VmHWM"));
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                break; // it ended while we asked
            }
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
        return most;
    }

    private static async Task<(double Share, long Resident)> IdleAsync(string watched, string mqtt, string data)
    {
        using var edge = Sample.Start(Sample.Program("Edge", "edge"), "run", "--watch", watched, "--cloud", mqtt, "--hub", "idle", "--data", data);
        _ = edge.StandardOutput.ReadToEndAsync();
        _ = edge.StandardError.ReadToEndAsync();
        await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System);
        var (before, started) = (ProcessorSeconds(edge.Id), Stopwatch.GetTimestamp());
        await Task.Delay(Watch, TimeProvider.System);
        var share = (ProcessorSeconds(edge.Id) - before) / Stopwatch.GetElapsedTime(started).TotalSeconds;
        var resident = Sample.StatusKiB(edge.Id, "VmRSS");
        edge.Kill();
        await edge.WaitForExitAsync();
        return (share, resident);
    }

    /// <summary>User and system time of a process, from /proc/PID/stat; a tick is a hundredth of a second on Linux.</summary>
    private static double ProcessorSeconds(int process)
    {
        var fields = File.ReadAllText($"/proc/{process}/stat").Split(' ');
        return (long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture)) / 100.0;
    }
}
