using System.Globalization;
using Lynceus.Contracts;
using Lynceus.Edge;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>
/// A camera that is always on: how soon a frame is on the disk after a trigger, and what the waiting costs. The camera is the tests' fake one, so its own work is in no figure;
/// the gate's look and the post-roll are not in them either.
/// </summary>
internal static class CameraBench
{
    private const int Width = 1280, Height = 720, FrameRate = 10, RingMegabytes = 32;
    private static readonly TimeProvider Time = TimeProvider.System;
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(Math.Max(10, Sample.Turns(60)));

    public static async Task RunAsync(Table table)
    {
        var folder = Sample.Folder();
        try
        {
            // The floor first: what a process that only copies the same stream takes.
            var floor = await CopyingAsync(folder);
            var residentBefore = Sample.StatusKiB(Environment.ProcessId, "VmRSS");
            using var stop = new CancellationTokenSource();
            var camera = Cameras.Open(Options(), Time, NullLoggerFactory.Instance);
            var running = camera.RunAsync(stop.Token);
            while (!camera.Condition.Running) await Task.Delay(TimeSpan.FromMilliseconds(50), Time);
            await Task.Delay(TimeSpan.FromSeconds(6), Time);

            var (before, began) = (OwnSeconds(), Time.GetTimestamp());
            await Task.Delay(Watch, Time);
            var idle = (OwnSeconds() - before) / Time.GetElapsedTime(began).TotalMinutes;
            var resident = Sample.StatusKiB(Environment.ProcessId, "VmRSS") - residentBefore;
            table.AddRow($"CPU seconds a minute of stream, {Width} x {Height}, {FrameRate} a second, ring running", $"{idle:0.00} s", $"{floor:0.00} s (ffmpeg -c copy)", $"{idle / floor:0.00}", "");
            table.AddRow("resident memory that a camera adds, with decoder and compiled code", $"{resident / 1024.0:0} MiB", $"{camera.Condition.RingBytes / 1048576.0:0.0} MiB in the ring of {RingMegabytes}", "", "");

            await TriggersAsync(table, camera, folder);
            await FinishingAsync(table, camera, folder);
            await stop.CancelAsync();
            await running;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static CameraOptions Options() => new()
    {
        CameraID = "bench", Source = "rpicam", Program = Sample.Program("FakeCamera", "fake-camera"), Width = Width, Height = Height, FrameRate = FrameRate, RingMegabytes = RingMegabytes, SettleSeconds = 0,
    };

    /// <summary>From a trigger to the first frame of its clip, synced in the spool, against the same bytes written and synced bare.</summary>
    private static async Task TriggersAsync(Table table, ICamera camera, string folder)
    {
        using var spool = new Spool(Path.Combine(folder, "data"), NullLogger<Spool>.Instance);
        var (options, identity) = (Options(), new HubIdentity(new HubOptions { Name = "bench", Data = folder }, "e", new GateVersion("none", "0"), Time));
        var (whole, bare, random) = (new List<double>(), new List<double>(), new Random(3));
        for (var i = 0; i < Sample.Turns(300); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20 + random.Next(100)), Time);
            var trigger = Time.GetTimestamp();
            var shot = await camera.ShootAsync(trigger - (2 * Time.TimestampFrequency), () => trigger, CancellationToken.None);
            var stills = await ClipStills.OfAsync(shot, options.Clip.Frames, trigger, PowerMode.Full, identity, Time, CancellationToken.None);
            var encoded = ((MemoryFrame)stills[0]).Encoded;
            using (var adding = spool.Begin(Ids.NewCapture(Time))!)
            {
                adding.Write("x/1", Tier.Frame, encoded, "image/jpeg");
                whole.Add(Time.GetElapsedTime(trigger).TotalMilliseconds);
            }
            var started = Time.GetTimestamp();
            DurableFile.WriteSynced(Path.Combine(folder, "bare"), encoded);
            bare.Add(Time.GetElapsedTime(started).TotalMilliseconds);
        }
        table.AddRow("trigger to first frame on disk, median", $"{Sample.Median(whole):0.00} ms", $"{Sample.Median(bare):0.00} ms (write, fsync)", $"{Sample.Median(whole) / Sample.Median(bare):0.00}", "");
        table.AddRow($"  the same, 99th of 100 ({whole.Count} triggers)", $"{Late(whole):0.00} ms", $"{Late(bare):0.00} ms", $"{Late(whole) / Late(bare):0.00}", "");
    }

    private static double Late(List<double> values) => values.Order().ElementAt((int)Math.Ceiling(values.Count * 0.99) - 1);

    /// <summary>From frames in memory to a synced MP4, against ffmpeg's stream copy of that file into another, synced as well.</summary>
    private static async Task FinishingAsync(Table table, ICamera camera, string folder)
    {
        var now = Time.GetTimestamp();
        var shot = await camera.ShootAsync(now - (2 * Time.TimestampFrequency), () => now + (5 * Time.TimestampFrequency), CancellationToken.None);
        var (ours, bare) = (new List<double>(), new List<double>());
        var (clip, copy) = (Path.Combine(folder, "clip.mp4"), Path.Combine(folder, "copy.mp4"));
        for (var i = 0; i < Sample.Turns(20); i++)
        {
            var started = Time.GetTimestamp();
            await ClipFile.WriteAsync(shot, clip, Time, CancellationToken.None);
            ours.Add(Time.GetElapsedTime(started).TotalMilliseconds);
            started = Time.GetTimestamp();
            using (var ffmpeg = Sample.Start("ffmpeg", "-v", "error", "-nostdin", "-y", "-i", clip, "-c", "copy", "-movflags", "+faststart", copy)) await ffmpeg.WaitForExitAsync();
            using (var file = File.OpenHandle(copy, FileMode.Open, FileAccess.ReadWrite)) RandomAccess.FlushToDisk(file);
            bare.Add(Time.GetElapsedTime(started).TotalMilliseconds);
        }
        table.AddRow($"a clip of {shot.Frames.Count} frames ({new FileInfo(clip).Length / 1048576.0:0.0} MiB) as MP4", $"{Sample.Median(ours):0} ms", $"{Sample.Median(bare):0} ms (ffmpeg, file to file)", $"{Sample.Median(ours) / Sample.Median(bare):0.00}", "");
    }

    /// <summary>Processor seconds that ffmpeg takes for a minute of the stream when it copies it to nowhere.</summary>
    private static async Task<double> CopyingAsync(string folder)
    {
        var fifo = Path.Combine(folder, "stream");
        using (var mkfifo = Sample.Start("mkfifo", fifo)) await mkfifo.WaitForExitAsync();
        using var ffmpeg = Sample.Start("ffmpeg", "-v", "error", "-nostdin", "-f", "mjpeg", "-i", fifo, "-c", "copy", "-f", "null", "-");
        var line = string.Join(' ', CameraCommand.Of(new CameraSource(SourceKind.Rpicam, "0"), Options()).Arguments);
        using var camera = Sample.Start("sh", "-c", $"exec {Sample.Program("FakeCamera", "fake-camera")} {line} > {fifo}");
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(6), Time);
            var (before, began) = (Seconds(ffmpeg.Id), Time.GetTimestamp());
            await Task.Delay(Watch, Time);
            return (Seconds(ffmpeg.Id) - before) / Time.GetElapsedTime(began).TotalMinutes;
        }
        finally
        {
            camera.Kill();
            ffmpeg.Kill();
            await camera.WaitForExitAsync();
            await ffmpeg.WaitForExitAsync();
        }
    }

    private static double OwnSeconds() => Seconds(Environment.ProcessId);

    /// <summary>User and system time of a process with all its threads, those that have ended too, in ticks of a hundredth of a second.</summary>
    private static double Seconds(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0;
    }
}
