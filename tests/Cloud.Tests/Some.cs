using Lynceus.Contracts;

namespace Lynceus.Cloud.Tests;

/// <summary>Things of the wire, right in every field; a test changes what it is about.</summary>
internal static class Some
{
    /// <summary>A folder with a model, and a real photograph of an animal. Skips the test where they are not.</summary>
    public static (IReadOnlyList<string> Models, byte[] Photograph) ModelAndPhotograph()
        => ([Path.GetDirectoryName(Shared.Model("yolox_nano_416_apache2.onnx"))!], File.ReadAllBytes(Directory.EnumerateFiles(Shared.Data("images", "animl"), "*.JPG").Order(StringComparer.Ordinal).First()));

    private static long seq;

    public static readonly DateTimeOffset Noon = new(2026, 5, 17, 12, 0, 0, TimeSpan.FromHours(2));

    public static byte[] Bytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static CaptureRecord Capture(string hub = "ridge", params byte[][] frames)
    {
        var id = Ids.NewCapture(TimeProvider.System);
        return new CaptureRecord
        {
            CaptureID = id,
            Hub = hub,
            CameraID = "north",
            BootId = Guid.NewGuid(),
            Epoch = "card-1",
            Seq = Interlocked.Increment(ref seq),
            ClockQuality = ClockQuality.Ntp,
            CaptureMethod = CaptureMethod.ActivityDetection,
            Trigger = "pir",
            EventStart = Noon,
            EventEnd = Noon.AddSeconds(3),
            Verdict = Verdict.Send,
            Reason = "animal",
            Score = 0.8f,
            Gate = new GateVersion("gate", "1", "default"),
            Media = [.. frames.Select((frame, i) => Media(id, $"{i + 1}", frame))],
        };
    }

    public static MediaRecord Media(Guid captureID, string n, byte[]? frame, params Detection[] seen) => new()
    {
        MediaID = Ids.Media(captureID, n),
        Timestamp = Noon,
        FilePath = $"frame-{n}.jpg",
        FileMediatype = "image/jpeg",
        Width = 640,
        Height = 480,
        Detections = seen.Length > 0 ? seen : [Seen()],
        Tiers = frame is null ? [] : [new TierRecord(Tier.Frame, frame.Length, Ids.Sha256(frame), "image/jpeg")],
    };

    public static Detection Seen(ObservationType type = ObservationType.Animal, float conf = 0.8f, string label = "bear")
        => new() { ObservationType = type, Label = label, Conf = conf, Bbox = new Box(0.1f, 0.2f, 0.3f, 0.4f) };

    /// <summary>A capture whose pixels stay on the card.</summary>
    public static CaptureRecord Kept(string hub = "ridge", string reason = "person", params Detection[] seen)
    {
        var capture = Capture(hub);
        return capture with { Verdict = Verdict.Keep, Reason = reason, Media = [Media(capture.CaptureID, "1", frame: null, seen.Length > 0 ? seen : [Seen(ObservationType.Human, 0.9f, "person")])] };
    }

    public static EffortRecord Effort(long revision, int triggers, string hub = "ridge") => new()
    {
        EffortID = Ids.Effort(hub, "north", Noon, "card-1"),
        Hub = hub,
        CameraID = "north",
        Hour = Noon,
        Source = "card-1",
        Revision = revision,
        Triggers = triggers,
        Suppressed = 1,
        Sent = 2,
        Kept = 3,
        Dropped = triggers - 5,
        Audited = 0,
        Drops = new Dictionary<string, int> { ["empty"] = triggers - 5 },
        Gate = new GateVersion("gate", "1"),
    };

    public static HubHealth Health(long seq, string epoch = "card-1", string hub = "ridge")
        => new() { Hub = hub, BootId = Guid.NewGuid(), Epoch = epoch, Seq = seq, Time = Noon, ClockQuality = ClockQuality.Ntp, NextInSeconds = 3600, BatteryVolts = 12.6 };

    public static HubState State(bool online, long seq, string epoch = "card-1", string hub = "ridge")
        => new() { Hub = hub, Online = online, BootId = Guid.NewGuid(), Epoch = epoch, Seq = seq, SoftwareVersion = "0.1.0", Model = "gate", ModelVersion = "1" };

    /// <summary>Waits until something is so; fails with the words if it does not become so.</summary>
    public static async Task UntilAsync(string what, Func<Task<bool>> isSo, int seconds = 60)
    {
        var patience = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(patience).TotalSeconds < seconds, $"{what}: not so after {seconds} s");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
