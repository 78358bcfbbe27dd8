using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>From the start of <c>edge run</c> to its READY=1, with a model that it knows, as after every restart; beside the same program when it only says its version.</summary>
internal static class StartBench
{
    private static readonly int Starts = Math.Max(3, Sample.Turns(10));

    public static async Task RunAsync(Table table)
    {
        var folder = Sample.Folder();
        var watched = Directory.CreateDirectory(Path.Combine(folder, "ftp")).FullName;
        try
        {
            await ReadyAsync(folder, watched); // the first start tries the model
            var (ready, bare) = (new List<double>(), new List<double>());
            for (var i = 0; i < Starts; i++)
            {
                bare.Add(await VersionAsync());
                ready.Add(await ReadyAsync(folder, watched));
            }
            var (whole, floor) = (Sample.Median(ready), Sample.Median(bare));
            table.AddRow($"start to ready, median of {Starts}", $"{whole:0.00} s", $"{floor:0.00} s edge --version", $"{whole / floor:0.0}", "<= 3 s");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> VersionAsync()
    {
        var started = Stopwatch.GetTimestamp();
        using var edge = Sample.Start(Sample.Program("Edge", "edge"), "--version");
        await edge.WaitForExitAsync();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<double> ReadyAsync(string folder, string watched)
    {
        var path = Path.Combine(folder, "notify");
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(path));
        var start = new ProcessStartInfo(Sample.Program("Edge", "edge"), ["run", "--hub", "bench", "--cloud", "mqtt://127.0.0.1:1", "--data", Path.Combine(folder, "hub"), "--watch", watched])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NOTIFY_SOCKET"] = path;
        var started = Stopwatch.GetTimestamp();
        using var edge = Process.Start(start)!;
        _ = edge.StandardOutput.ReadToEndAsync();
        var errors = edge.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            var message = new byte[4096];
            while (Encoding.UTF8.GetString(message, 0, await systemd.ReceiveAsync(message, patience.Token)) != "READY=1")
            {
                // What else it says comes first.
            }
            return Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        catch (OperationCanceledException)
        {
            edge.Kill();
            throw new InvalidOperationException($"edge run was not ready within two minutes: {await errors}");
        }
        finally
        {
            edge.Kill();
            await edge.WaitForExitAsync();
            File.Delete(path);
        }
    }
}
