using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using CliWrap;
using Lynceus.Contracts;
using Lynceus.Edge;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>
/// Captures a second, each with one picture of 30 KB: added to the spool (fsync), over MQTT, ingested, committed to SQLite and receipted, between real processes.
/// The baseline is mosquitto_pub to mosquitto_sub through Mosquitto with the same bytes at QoS 1, which keeps nothing.
/// </summary>
internal static class LinkBench
{
    private static readonly int Captures = Sample.Turns(2000);
    private static readonly int WarmUp = Sample.Turns(500);
    private const int PictureBytes = 30_000;

    public static async Task RunAsync(Table table)
    {
        var (whole, adding) = await OursAsync();
        var what = $"{Captures} captures of {PictureBytes} B, spool to SQLite";
        try
        {
            var bare = await MosquittoAsync();
            table.AddRow(what, $"{Captures / whole:0}/s ({2 * Captures / whole:0} messages/s)", $"{Captures / bare:0}/s mosquitto_pub to mosquitto_sub", $"{bare / whole:0.00}", "");
        }
        catch (Win32Exception e)
        {
            table.AddRow(what, $"{Captures / whole:0}/s ({2 * Captures / whole:0} messages/s)", $"skipped: {e.Message.EscapeMarkup()}", "", "");
        }
        var raw = RawAdd();
        table.AddRow("  added to the spool, link at work", $"{Captures / adding:0}/s", $"{Captures / raw:0}/s bare write, fsync, rename, fsync of folders", $"{raw / adding:0.00}", "");
    }

    private static async Task<(double Whole, double Adding)> OursAsync()
    {
        var folder = Sample.Folder();
        var (cloud, _, mqtt) = await Sample.StartCloudAsync(Path.Combine(folder, "cloud"));
        using var stop = new CancellationTokenSource();
        try
        {
            using var spool = new Spool(Path.Combine(folder, "hub"), NullLogger<Spool>.Instance);
            using var effort = new EffortCounts(Path.Combine(folder, "hub"), TimeProvider.System, NullLogger<EffortCounts>.Instance);
            var hub = new HubOptions { Name = "bench", Data = folder };
            var identity = new HubIdentity(hub, spool.Seq.Epoch, new GateVersion("bench", "1"), TimeProvider.System);
            var uplink = UplinkSetup.Create(new UplinkParts(spool, effort, identity, hub, new UplinkOptions { Cloud = mqtt, InFlight = 32 }));
            var running = uplink.RunAsync(stop.Token);
            // The first captures pay for the compiling of both programs.
            for (var i = 0; i < WarmUp; i++) Add(spool, identity, -1 - i);
            while (spool.Pending > 0) await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Captures; i++) Add(spool, identity, i);
            var adding = Stopwatch.GetElapsedTime(started).TotalSeconds;
            while (spool.Pending > 0) await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
            var whole = Stopwatch.GetElapsedTime(started).TotalSeconds;
            await stop.CancelAsync();
            await running;
            return (whole, adding);
        }
        finally
        {
            cloud.Kill();
            await cloud.WaitForExitAsync();
            cloud.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Add(Spool spool, HubIdentity identity, int i)
    {
        var id = Ids.NewCapture(TimeProvider.System);
        using var adding = spool.Begin(id)!;
        var at = TimeProvider.System.GetUtcNow();
        adding.Commit(new CaptureRecord
        {
            CaptureID = id, Hub = identity.Hub, CameraID = "bench", BootId = identity.BootId, Epoch = identity.Epoch, Seq = adding.Seq, ClockQuality = ClockQuality.Ntp,
            Trigger = "pir", EventStart = at, EventEnd = at, Verdict = Verdict.Send, Reason = "animal", Score = 0.5f, Gate = new GateVersion("bench", "1"),
            Media =
            [
                new MediaRecord
                {
                    MediaID = Ids.Media(id, "1"), Timestamp = at, FilePath = "1.jpg", FileMediatype = "image/jpeg", Detections = [],
                    Tiers = [adding.Write(Ids.Media(id, "1"), Tier.Frame, Picture(i), "image/jpeg")],
                },
            ],
        });
    }

    private static byte[] Picture(int i)
    {
        var bytes = new byte[PictureBytes];
        new Random(i).NextBytes(bytes);
        return bytes;
    }

    /// <summary>What a capture costs a disk at the least: the same files, synced in the same way, and nothing else.</summary>
    private static double RawAdd()
    {
        var folder = Sample.Folder();
        var sidecar = new byte[900];
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Captures; i++)
        {
            var capture = Path.Combine(folder, i.ToString(CultureInfo.InvariantCulture));
            Directory.CreateDirectory(capture);
            DurableFile.WriteSynced(Path.Combine(capture, "1.frame"), Picture(i));
            DurableFile.Write(Path.Combine(capture, "record.json"), sidecar);
            DurableFile.SyncFolder(folder);
        }
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Directory.Delete(folder, recursive: true);
        return seconds;
    }

    private static async Task<double> MosquittoAsync()
    {
        var port = Sample.FreePort().ToString(CultureInfo.InvariantCulture);
        var folder = Sample.Folder();
        var settings = Path.Combine(folder, "mosquitto.conf");
        await File.WriteAllTextAsync(settings, $"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n");
        using var broker = Sample.Start("mosquitto", "-c", settings);
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        try
        {
            // One line a message; the letters carry no line feed and are as many as a picture has bytes.
            var lines = Path.Combine(folder, "lines");
            await File.WriteAllLinesAsync(lines, Enumerable.Range(0, Captures).Select(i => Convert.ToHexString(Picture(i).AsSpan(0, PictureBytes / 2))));
            var hearing = Cli.Wrap("mosquitto_sub").WithArguments(["-p", port, "-q", "1", "-t", "bench", "-C", $"{Captures}"]).WithStandardOutputPipe(PipeTarget.Null).ExecuteAsync();
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
            var started = Stopwatch.GetTimestamp();
            await Cli.Wrap("mosquitto_pub").WithArguments(["-p", port, "-q", "1", "-t", "bench", "-l"]).WithStandardInputPipe(PipeSource.FromFile(lines)).ExecuteAsync();
            await hearing;
            return Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        finally
        {
            broker.Kill();
            await broker.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}
