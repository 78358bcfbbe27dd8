using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lynceus.Edge;

/// <summary>A camera for a source.</summary>
internal static class Cameras
{
    /// <summary>Opens a camera; it does nothing until it is run. Throws <see cref="ValidationException"/> for a source that is none.</summary>
    public static ICamera Open(CameraOptions options, TimeProvider time, ILoggerFactory logs)
    {
        var source = CameraSource.Read(options.Source)
            ?? throw new ValidationException($"Cameras: the Source of {options.CameraID} is none that is known: {CameraSource.Known}");
        return source.Kind == SourceKind.Replay
            ? new FolderCamera(options, source.Address, time, logs.CreateLogger<FolderCamera>())
            : new ProcessCamera(options, source, time, logs.CreateLogger<ProcessCamera>());
    }

    /// <summary>Starts a camera, waits for its first picture and ends it; gives its size in bytes. Throws <see cref="IOException"/> with its trouble if it breaks before.</summary>
    public static async Task<int> FirstPictureAsync(CameraOptions options, TimeProvider time, CancellationToken stop)
    {
        var camera = Open(options, time, NullLoggerFactory.Instance);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = camera.RunAsync(enough.Token);
        try
        {
            while (true)
            {
                var shot = await camera.ShootAsync(long.MinValue, time.GetTimestamp, stop);
                if (shot.Frames.Count > 0) return shot.Frames[^1].Encoded.Length;
                if (camera.Condition is { Restarts: > 0, Trouble: { } trouble }) throw new IOException(trouble);
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, stop);
            }
        }
        finally
        {
            await enough.CancelAsync();
            await running;
        }
    }
}
