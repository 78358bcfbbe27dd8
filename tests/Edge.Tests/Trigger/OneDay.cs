using System.Device.Gpio;
using System.Diagnostics;
using System.Globalization;
using Lynceus.Scenes;
using Lynceus.Vision;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SkiaSharp;

namespace Lynceus.Edge.Tests;

/// <summary>
/// A hub's day in virtual time: the real sensor, trap, gate, spool and counts, with a pin and a camera that are played. It says how much memory it holds after a quarter of
/// its triggers and at the end. Runs as a process of its own, so that nothing else is measured.
/// </summary>
internal static class OneDay
{
    private const int Triggers = 2000;

    public static async Task<int> RunAsync(string folder)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        using var pins = new VirtualPins(time);
        using var gpio = new GpioController(pins);
        using var board = new BoardPins(() => gpio, time);
        var (spool, effort) = (Some.Spool(folder), Some.Effort(folder, time));
        using var gate = new Gate(ModelCatalog.Load().Open("gate"), new GateOptions { Profile = Profile.Thrifty, Threads = 1 });
        var (identity, feed, liveness) = (new HubIdentity(new HubOptions { Name = "hub", Data = folder }, spool.Seq.Epoch, gate.Version, time), new HubFeed(), new Liveness());
        var options = new CameraOptions { CameraID = "north", Source = "replay:nowhere", Clip = new ClipOptions { Frames = 2, Video = false } };
        var camera = new ScriptedCamera("north", Picture(deer: false), time);
        var trap = new CameraTrap(options, camera, [new PirSensor(board, new PirOptions { Pin = 17 }, time, _ => { })], new Schedule([], TimeZoneInfo.Utc, null),
            new TrapSurroundings(identity, TimeZoneInfo.Utc, new HubNow(), feed, liveness, (c, held) => effort.CountSuppressed("hub", null, c, identity.Epoch, gate.Version, held), time, NullLoggerFactory.Instance));
        var intake = new Intake(gate, spool, effort, identity);
        var taken = 0;
        using var loop = new CaptureLoop([new Counted(trap, () => Interlocked.Increment(ref taken))], intake, new CaptureSurroundings(liveness, feed, new HubNow()), time, NullLogger<CaptureLoop>.Instance);
        using var stop = new CancellationTokenSource();
        var uplink = CarryAsync(spool, effort, stop.Token);
        await loop.StartAsync(stop.Token);

        var (random, deer, early, missed) = (new Random(11), Picture(deer: true), (Managed: 0L, Resident: 0L), 0);
        for (var i = 1; i <= Triggers; i++)
        {
            camera.Picture = i % 40 == 0 ? deer : Picture(deer: false);
            // Played time may pass before a busy machine has run what waits for it, and a trigger then falls into the pause after the clip before: animals come by again.
            var patience = Stopwatch.StartNew();
            for (var again = false; Volatile.Read(ref taken) < i; again = true)
            {
                if (again) missed++;
                if (patience.Elapsed > TimeSpan.FromMinutes(1))
                {
                    Console.Error.WriteLine($"trigger {i}: no clip within a minute; the trap has taken {taken}, and missed {missed} at first");
                    return 1;
                }
                pins.Change(17, true);
                time.Advance(TimeSpan.FromMilliseconds(200));
                pins.Change(17, false);
                for (var s = 0; s < 8; s++) time.Advance(TimeSpan.FromSeconds(1));
                for (var wait = Stopwatch.StartNew(); Volatile.Read(ref taken) < i && wait.Elapsed < TimeSpan.FromSeconds(5);) await Task.Delay(1);
            }
            time.Advance(TimeSpan.FromSeconds(10 + (random.NextDouble() * 50)));
            if (i == Triggers / 4) early = Held();
        }
        var late = Held();
        await loop.StopAsync(CancellationToken.None);
        await stop.CancelAsync();
        await uplink;
        var hours = (time.GetUtcNow() - new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero)).TotalHours;
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{hours:0.0} {taken} {early.Managed} {late.Managed} {early.Resident} {late.Resident} {Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Count()} {spool.Pending} {missed}"));
        spool.Dispose();
        effort.Dispose();
        return 0;
    }

    /// <summary>Bytes that are held: by the collector, and by the process, when all that can go has gone.</summary>
    private static (long Managed, long Resident) Held()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        return (GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
    }

    /// <summary>In the uplink's place: the cloud has everything at once.</summary>
    private static async Task CarryAsync(Spool spool, EffortCounts effort, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var capture = await spool.TakeAsync(stop);
                if (Spool.Damage(capture, await File.ReadAllBytesAsync(capture.RecordPath, stop), out var record) is { } damage) throw new InvalidDataException(damage);
                spool.Forget(capture, record!);
                foreach (var report in effort.Pending) effort.Acknowledge(report.EffortID, report.Revision);
            }
        }
        catch (OperationCanceledException)
        {
            // The day is over.
        }
    }

    private static byte[] Picture(bool deer)
    {
        var spec = new SceneSpec(7, 480, 360, new DateTimeOffset(2026, 6, 3, 11, 0, 0, TimeSpan.FromHours(2)), Weather.Overcast, 0.2f, 15);
        if (!deer && empty is not null) return empty;
        using var frame = SceneDrawing.Draw(SceneCamera.All[0], deer ? spec with { Passage = new Passage(Subject.Deer, 4, 0.2f, 10, 0.5f) } : spec, 2);
        using var jpeg = frame.Bitmap.Encode(SKEncodedImageFormat.Jpeg, 85);
        return deer ? jpeg.ToArray() : empty = jpeg.ToArray();
    }

    private static byte[]? empty;

    /// <summary>Says when a clip was taken.</summary>
    private sealed class Counted(CameraTrap trap, Action taken) : ITrigger
    {
        public string Name => trap.Name;

        public async IAsyncEnumerable<Clip> ClipsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
        {
            await foreach (var clip in trap.ClipsAsync(stop)) yield return clip with { OnTaken = taken };
        }
    }
}
