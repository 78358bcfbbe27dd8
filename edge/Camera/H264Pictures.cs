using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>Pictures of H.264, by <c>ffmpeg</c>: in by one pipe, out by another, never on the disk.</summary>
internal static class H264Pictures
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>A delimiter and an end of stream: with them the decoder knows that the last picture is whole.</summary>
    private static readonly byte[] EndOfStream = [0, 0, 0, 1, 9, 0xF0, 0, 0, 0, 1, 11];

    /// <summary>A small JPEG of a key frame; null if it cannot be decoded.</summary>
    /// <param name="keyFrame">With its parameter sets.</param>
    /// <param name="side">Pixels of the longer side.</param>
    /// <param name="stop">Ends the decoder.</param>
    public static async Task<byte[]?> FirstAsync(ReadOnlyMemory<byte> keyFrame, int side, CancellationToken stop)
    {
        byte[]? picture = null;
        try
        {
            await DecodeAsync([keyFrame], $"scale={side}:{side}:force_original_aspect_ratio=decrease:force_divisible_by=2", 5, TimeSpan.FromSeconds(10), jpeg =>
            {
                picture ??= jpeg.ToArray();
                return true;
            }, stop);
        }
        catch (Exception e) when (e is VideoFailedException or OperationCanceledException)
        {
            return null;
        }
        return picture;
    }

    /// <summary>The pictures of some of a shot's frames, by their places; places that could not be decoded are absent.</summary>
    public static async Task<IReadOnlyList<byte[]>> SomeAsync(IReadOnlyList<CameraFrame> frames, IReadOnlyList<int> places, CancellationToken stop)
    {
        var pictures = new List<byte[]>(places.Count);
        var chosen = string.Join('+', places.Select(p => string.Create(CultureInfo.InvariantCulture, $"eq(n\\,{p})")));
        await DecodeAsync([.. frames.Take(places[^1] + 1).Select(f => f.Encoded)], $"select={chosen}", 2, Patience, jpeg =>
        {
            pictures.Add(jpeg.ToArray());
            return true;
        }, stop);
        return pictures;
    }

    /// <summary>Every picture of a shot, one after the other, until <paramref name="take"/> has enough. How many there were.</summary>
    public static async Task<int> EachAsync(IReadOnlyList<CameraFrame> frames, Func<ReadOnlyMemory<byte>, bool> take, CancellationToken stop)
    {
        var count = 0;
        await DecodeAsync([.. frames.Select(f => f.Encoded)], "null", 2, Patience, jpeg =>
        {
            count++;
            return take(jpeg);
        }, stop);
        return count;
    }

    private static async Task DecodeAsync(IReadOnlyList<ReadOnlyMemory<byte>> units, string filter, int quality, TimeSpan patience, Func<ReadOnlyMemory<byte>, bool> take, CancellationToken stop)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        enough.CancelAfter(patience);
        using var process = Start(["-v", "error", "-nostdin", "-threads", "1", "-flags", "low_delay", "-f", "h264", "-i", "pipe:0", "-vf", filter, "-fps_mode", "passthrough",
            "-pix_fmt", "yuvj420p", "-c:v", "mjpeg", "-q:v", $"{quality}", "-f", "mjpeg", "pipe:1"]);
        var (input, output, errors) = (process.StandardInput.BaseStream, process.StandardOutput.BaseStream, process.StandardError.BaseStream);
#pragma warning disable CA2025 // both have come to their end in the finally below
        var beside = Task.WhenAll(WriteAsync(input, units), DrainAsync(errors));
#pragma warning restore CA2025
        // A pipe's read does not hear of the token; that the process is gone it does.
        await using var end = enough.Token.Register(() => End(process));
        try
        {
            await ReadAsync(output, take);
        }
        finally
        {
            End(process);
            await beside;
            await process.WaitForExitAsync(CancellationToken.None);
        }
        stop.ThrowIfCancellationRequested();
        if (enough.IsCancellationRequested) throw new VideoFailedException(ImageFailure.Corrupt, $"ffmpeg did not come to an end within {patience.TotalSeconds:0} s");
    }

    private static void End(Process process)
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

    internal static Process Start(string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("ffmpeg", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception)
        {
            throw new VideoFailedException(ImageFailure.NoDecoder, "ffmpeg is not installed: apt-get install ffmpeg");
        }
    }

    private static async Task WriteAsync(Stream input, IReadOnlyList<ReadOnlyMemory<byte>> units)
    {
        try
        {
            foreach (var unit in units) await input.WriteAsync(unit);
            await input.WriteAsync(EndOfStream);
            input.Close();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It has had enough, or broke down: what came out says which.
        }
    }

    private static async Task ReadAsync(Stream output, Func<ReadOnlyMemory<byte>, bool> take)
    {
        var splitter = new MjpegSplitter(Picture.MaxBytes);
        var pictures = new Queue<byte[]>();
        var bytes = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            int n;
            while ((n = await output.ReadAsync(bytes)) > 0)
            {
                splitter.Feed(bytes.AsSpan(0, n), 0, (jpeg, _, _) => pictures.Enqueue(jpeg.ToArray()));
                while (pictures.TryDequeue(out var jpeg))
                {
                    if (!take(jpeg)) return;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static async Task DrainAsync(Stream errors)
    {
        var bytes = new byte[1024];
        try
        {
            while (await errors.ReadAsync(bytes) > 0)
            {
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It is over.
        }
    }
}
