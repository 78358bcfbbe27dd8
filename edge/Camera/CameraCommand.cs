using System.Globalization;

namespace Lynceus.Edge;

/// <summary>The program that gives a camera's stream on its stdout, and its arguments.</summary>
/// <param name="Program">Its name or path.</param>
/// <param name="Arguments">As they are given to it; an address in them may have a password.</param>
internal sealed record CameraCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Of a source that a program serves.</summary>
    public static CameraCommand Of(CameraSource source, CameraOptions options)
    {
        var h264 = options.Codec == "h264";
        var (own, arguments) = source.Kind switch
        {
            SourceKind.Rpicam => ("rpicam-vid", Rpicam(source, options, h264)),
            SourceKind.Device => ("ffmpeg", Device(source, options, h264)),
            SourceKind.Rtsp => ("ffmpeg", Rtsp(source, options, h264)),
            _ => throw new ArgumentOutOfRangeException(nameof(source), source.Kind, "no program serves it"),
        };
        return new CameraCommand(options.Program.Length > 0 ? options.Program : own, arguments);
    }

    private static string[] Rpicam(CameraSource source, CameraOptions options, bool h264) =>
    [
        "--camera", source.Address, "--codec", h264 ? "h264" : "mjpeg", "--inline", "--nopreview", "-t", "0", "-o", "-",
        "--width", Number(options.Width), "--height", Number(options.Height), "--framerate", Number(options.FrameRate), "--flush",
        .. h264 ? (string[])["--intra", Number(options.FrameRate)] : [],
    ];

    private static string[] Device(CameraSource source, CameraOptions options, bool h264) =>
    [
        .. Quiet, "-f", "v4l2", "-input_format", h264 ? "h264" : "mjpeg", "-framerate", Number(options.FrameRate), "-video_size", $"{Number(options.Width)}x{Number(options.Height)}",
        "-i", source.Address, "-map", "0:v:0", "-c", "copy", .. Out(h264),
    ];

    private static string[] Rtsp(CameraSource source, CameraOptions options, bool h264) =>
    [
        .. Quiet, "-rtsp_transport", "tcp", "-i", source.Address, "-map", "0:v:0", "-an",
        // The camera says its parameter sets once, when it connects; every key frame needs them.
        .. h264 ? (string[])["-c", "copy", "-bsf:v", "dump_extra=freq=keyframe"]
            : ["-r", Number(options.FrameRate), "-vf", $"scale={Number(options.Width)}:{Number(options.Height)}", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "4"],
        .. Out(h264),
    ];

    private static string[] Quiet => ["-v", "error", "-nostdin", "-fflags", "nobuffer"];

    private static string[] Out(bool h264) => ["-flush_packets", "1", "-f", h264 ? "h264" : "mjpeg", "pipe:1"];

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
