using System.ComponentModel;
using System.Diagnostics;
using SkiaSharp;

namespace Lynceus.Edge;

/// <summary>A shot as an MP4 file: its frames as the camera gave them, each at the time at which it came.</summary>
internal static class ClipFile
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Writes and syncs it. Throws <see cref="IOException"/> with the reason if that cannot be done; what was written then is no video.</summary>
    public static async Task WriteAsync(Shot shot, string path, TimeProvider time, CancellationToken stop)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        enough.CancelAfter(Patience);
        using var process = Start(path);
        var errors = new LastWords();
        await using (enough.Token.Register(() => Kill(process)))
        {
            var (input, said) = (process.StandardInput.BaseStream, process.StandardError.BaseStream);
#pragma warning disable CA2025 // it comes to its end with the process
            var listening = ListenAsync(said, errors);
#pragma warning restore CA2025
            try
            {
                await WriteAsync(shot, input, time, enough.Token);
                input.Close();
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // It ended before it had all: its exit code says so.
                Kill(process);
            }
            await process.WaitForExitAsync(CancellationToken.None);
            await listening;
        }
        stop.ThrowIfCancellationRequested();
        if (process.ExitCode != 0) throw new IOException($"ffmpeg could not write the video{(errors.Last is { } last ? $": {last}" : "")}");
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }

    private static async Task WriteAsync(Shot shot, Stream to, TimeProvider time, CancellationToken stop)
    {
        var (h264, first) = (shot.Codec == "h264", shot.Frames[0]);
        var (width, height) = h264 ? (0, 0) : Size(first.Encoded.Span);
        var configuration = h264 ? Nal.Configuration(first.Encoded.Span) ?? throw new IOException("its first frame has no parameter sets") : [];
        await to.WriteAsync(Matroska.Head(h264 ? "V_MPEG4/ISO/AVC" : "V_MJPEG", configuration, width, height), stop);
        var times = Times(shot.Frames, time);
        for (var i = 0; i < shot.Frames.Count; i++)
        {
            var frame = shot.Frames[i];
            var lasts = i + 1 < times.Count ? times[i + 1] - times[i] : times.Count > 1 ? Math.Max(1, times[^1] / (times.Count - 1)) : 100;
            await to.WriteAsync(Matroska.Frame(h264 ? Nal.Prefixed(frame.Encoded.Span) : frame.Encoded.Span, times[i], lasts, frame.IsKey), stop);
        }
    }

    /// <summary>Milliseconds from the first frame, each more than the one before.</summary>
    internal static List<long> Times(IReadOnlyList<CameraFrame> frames, TimeProvider time)
    {
        var times = new List<long>(frames.Count);
        foreach (var frame in frames)
        {
            var ms = (long)Math.Round(time.GetElapsedTime(frames[0].Timestamp, frame.Timestamp).TotalMilliseconds);
            times.Add(times.Count > 0 ? Math.Max(times[^1] + 1, ms) : 0);
        }
        return times;
    }

    private static (int Width, int Height) Size(ReadOnlySpan<byte> jpeg)
    {
        using var data = SKData.CreateCopy(jpeg);
        using var codec = SKCodec.Create(data) ?? throw new IOException("its first frame is no picture");
        return (codec.Info.Width, codec.Info.Height);
    }

    private static Process Start(string path)
    {
        string[] arguments = ["-v", "error", "-nostdin", "-y", "-f", "matroska", "-i", "pipe:0", "-map", "0:v:0", "-c", "copy", "-movflags", "+faststart", "-f", "mp4", "file:" + Path.GetFullPath(path)];
        try
        {
            return Process.Start(new ProcessStartInfo("ffmpeg", arguments) { RedirectStandardInput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception)
        {
            throw new IOException("ffmpeg is not installed: apt-get install ffmpeg");
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private static async Task ListenAsync(Stream said, LastWords errors)
    {
        var bytes = new byte[1024];
        try
        {
            while (await said.ReadAsync(bytes) is > 0 and var n) errors.Add(bytes.AsSpan(0, n));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It is over.
        }
    }
}
