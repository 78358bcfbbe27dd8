using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>A camera for a source.</summary>
internal static class Cameras
{
    /// <summary>Opens a camera; it does nothing until it is run. Throws <see cref="ValidationException"/> for a source that is none.</summary>
    public static ICamera Open(CameraOptions options, TimeProvider time, ILoggerFactory logs)
    {
        var source = CameraSource.Read(options.Source)
            ?? throw new ValidationException($"Cameras: the Source of {options.CameraID} is none that is known: rpicam, rpicam:N, /dev/videoN, rtsp://... or replay:FOLDER");
        return source.Kind == SourceKind.Replay
            ? new FolderCamera(options, source.Address, time, logs.CreateLogger<FolderCamera>())
            : new ProcessCamera(options, source, time, logs.CreateLogger<ProcessCamera>());
    }
}
