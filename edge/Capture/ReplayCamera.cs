using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>A camera that takes its pictures from a folder, in a circle: the whole hub on a desk, with a sensor and without a lens. They are taken into memory, as from any camera.</summary>
internal sealed class ReplayCamera(string folder, HubIdentity identity, TimeProvider time)
{
    private int next;

    /// <summary>Takes a burst. Throws <see cref="IOException"/> if the folder has no photographs.</summary>
    /// <param name="cameraID">Its name.</param>
    /// <param name="count">How many pictures.</param>
    /// <param name="sinceTrigger">How long ago the sensor's edge was.</param>
    public Clip Take(string cameraID, int count, TimeSpan sinceTrigger)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => CardFile.IsMedia(f) && !Vision.Video.IsVideo(f)).Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0) throw new IOException($"replay camera {cameraID}: no photographs in {folder}");
        var triggered = time.GetLocalNow() - sinceTrigger;
        var frames = new List<Frame>(count);
        for (var i = 1; i <= count; i++)
        {
            var bytes = File.ReadAllBytes(files[next++ % files.Count]);
            frames.Add(new MemoryFrame(bytes) { Number = $"{i}", Time = triggered, FilePath = $"{i}.jpg", FileMediatype = "image/jpeg", Bytes = bytes.Length });
        }
        return new Clip
        {
            CaptureID = Ids.NewCapture(time),
            CameraID = cameraID,
            Trigger = "pir",
            ClockQuality = ClockQuality.Unset,
            MonotonicMs = identity.MonotonicMs - (long)sinceTrigger.TotalMilliseconds,
            Frames = frames,
            OnOwnersCard = false,
        };
    }
}
