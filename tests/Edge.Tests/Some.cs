using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.Extensions.Logging.Abstractions;
using SkiaSharp;

namespace Lynceus.Edge.Tests;

/// <summary>Test data, with only what a test cares about spelled out.</summary>
internal static class Some
{
    public static readonly GateVersion Gate = new("gate", "1");

    public static readonly Thresholds Thresholds = new(Send: 0.1f, Keep: 0.05f, Person: 0.3f, Vehicle: 0.3f, Blur: 0.2f);

    public static string Folder() => Directory.CreateTempSubdirectory("lynceus-").FullName;

    public static Spool Spool(string folder) => new(folder, NullLogger<Spool>.Instance);

    public static EffortCounts Effort(string folder, TimeProvider? time = null) => new(folder, time ?? TimeProvider.System, NullLogger<EffortCounts>.Instance);

    public static HubIdentity Identity(string epoch = "e1") => new(new HubOptions { Name = "hub", Data = "x" }, epoch, Gate, TimeProvider.System);

    /// <summary>Waits until something has happened.</summary>
    public static async Task Until(Func<bool> happened, int seconds = 60)
    {
        for (var i = 0; i < seconds * 100 && !happened(); i++) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(happened(), "it did not happen in time");
    }

    public static byte[] Bytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Adds a capture with one picture to a spool and returns its id.</summary>
    public static Guid Add(Spool spool, byte[] picture, Verdict verdict = Verdict.Send, Guid? captureID = null)
    {
        var id = captureID ?? Guid.CreateVersion7();
        using var adding = spool.Begin(id) ?? throw new InvalidOperationException("already there");
        var tier = verdict == Verdict.Send ? adding.Write(Ids.Media(id, "1"), Tier.Frame, picture, "image/jpeg") : null;
        adding.Commit(Record(id, adding.Seq, verdict, tier));
        return id;
    }

    public static CaptureRecord Record(Guid id, long seq, Verdict verdict, TierRecord? tier) => new()
    {
        CaptureID = id, Hub = "hub", CameraID = "ridge", BootId = Guid.Empty, Epoch = "e1", Seq = seq, ClockQuality = ClockQuality.Ntp, Trigger = "pir",
        EventStart = DateTimeOffset.UnixEpoch, EventEnd = DateTimeOffset.UnixEpoch, Verdict = verdict, Reason = "animal", Gate = Gate,
        Media = [new MediaRecord { MediaID = Ids.Media(id, "1"), Timestamp = DateTimeOffset.UnixEpoch, FilePath = "1.jpg", FileMediatype = "image/jpeg", Detections = [], Tiers = tier is null ? [] : [tier] }],
    };

    public static Detection Seen(ObservationType type, float conf, Box? box = null, string label = "thing")
        => new() { ObservationType = type, Label = label, Conf = conf, Bbox = box ?? new Box(0.4f, 0.4f, 0.2f, 0.2f) };

    public static Look Look(params Detection[] detections) => new() { Width = 100, Height = 100, Detections = detections };

    public static Clip Clip(params Frame[] frames) => new() { CaptureID = Guid.CreateVersion7(), CameraID = "ridge", Trigger = "pir", ClockQuality = ClockQuality.Ntp, Frames = frames, OnOwnersCard = false };

    public static MemoryFrame Frame(byte[] encoded, string number = "1")
        => new(encoded) { Number = number, Time = DateTimeOffset.UnixEpoch, FilePath = $"{number}.jpg", FileMediatype = "image/jpeg", Bytes = encoded.Length };

    public static Decision Decision(Verdict verdict, string reason = "empty") => new(new Vote(verdict, reason, 0, Rule.NothingSeen), null, [], new Why(Rule.NothingSeen, 0, 0, 0, [], Thresholds));

    /// <summary>A JPEG whose EXIF says when it was taken.</summary>
    public static byte[] Jpeg(DateTime? taken = null, byte shade = 0)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(32, 32, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Erase(new SKColor(shade, (byte)(255 - shade), 90));
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        var jpeg = data.ToArray();
        return taken is { } t ? [.. jpeg[..2], .. Exif($"{t:yyyy:MM:dd HH:mm:ss}"), .. jpeg[2..]] : jpeg;
    }

    /// <summary>An EXIF segment with nothing but DateTimeOriginal (EXIF 2.32, tag 0x9003).</summary>
    private static byte[] Exif(string time) =>
    [
        0xFF, 0xE1, 0, 72, .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8,
        0, 1, 0x87, 0x69, 0, 4, 0, 0, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0,
        0, 1, 0x90, 0x03, 0, 2, 0, 0, 0, 20, 0, 0, 0, 44, 0, 0, 0, 0,
        .. System.Text.Encoding.ASCII.GetBytes(time), 0,
    ];

    /// <summary>A gate with the model that lies beside the project.</summary>
    public static Gate Model(GateOptions? options = null, CameraMemory? memory = null) => new(Nano(), options ?? new GateOptions(), memory);

    public static LoadedModel Nano() => ModelCatalog.Load([Path.GetDirectoryName(Shared.Model("yolox_nano_416_apache2.onnx"))!]).Open("yolox-nano-coco");

    /// <summary>A JPEG of one colour.</summary>
    public static byte[] Plain(int width, int height, byte shade = 128)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        bitmap.Erase(new SKColor(shade, shade, shade));
        return Encode(bitmap);
    }

    /// <summary>A picture enlarged to these sides, and, if wanted, a part of another one somewhere in it.</summary>
    public static byte[] Composed(byte[] ground, int width, int height, byte[]? other = null, Box from = default, Box to = default)
    {
        using var below = SKBitmap.Decode(ground);
        using var canvasBitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(canvasBitmap);
        Draw(below, new SKRect(0, 0, below.Width, below.Height), new SKRect(0, 0, width, height));
        if (other is not null)
        {
            using var above = SKBitmap.Decode(other);
            Draw(above, Part(from, above.Width, above.Height), Part(to, width, height));
        }
        canvas.Flush();
        return Encode(canvasBitmap);

        void Draw(SKBitmap bitmap, SKRect source, SKRect target)
        {
            using var image = SKImage.FromBitmap(bitmap);
            canvas.DrawImage(image, source, target, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear), null);
        }

        static SKRect Part(Box box, int width, int height) => SKRect.Create(box.X * width, box.Y * height, box.W * width, box.H * height);
    }

    private static byte[] Encode(SKBitmap bitmap)
    {
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return data.ToArray();
    }
}
