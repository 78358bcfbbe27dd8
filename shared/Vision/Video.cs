using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using CliWrap;

namespace Lynceus.Vision;

/// <summary>What a video says of itself.</summary>
/// <param name="Seconds">How long it lasts; 0 if it does not say.</param>
/// <param name="FrameRate">Frames a second; 0 if it does not say.</param>
/// <param name="Created">QuickTime creation time, UTC by the standard, often local time in trail cameras; null if it has none.</param>
public sealed record VideoInfo(double Seconds, double FrameRate, DateTimeOffset? Created);

/// <summary>A still of a video.</summary>
/// <param name="Seconds">From the video's start.</param>
/// <param name="Jpeg">The still.</param>
public sealed record VideoStill(double Seconds, byte[] Jpeg)
{
    /// <summary>Seconds of a processor that decoding took up to here; null where nobody can tell.</summary>
    public double? Processor { get; init; }
}

/// <summary>A video that could not be read, and why.</summary>
public sealed class VideoFailedException(ImageFailure failure, string detail) : Exception(detail)
{
    public ImageFailure Failure { get; } = failure;
}

/// <summary>Stills of a video, by the system's <c>ffmpeg</c>. They come through a pipe and never touch the disk.</summary>
public static partial class Video
{
    private static readonly string[] Endings = [".mp4", ".mov", ".avi", ".m4v", ".mkv", ".3gp", ".mts", ".mpg", ".wmv"];

    /// <summary>A video that says it has more pixels is not decoded: 8K, four times what any camera trap films.</summary>
    private const string MaxPixels = "34000000";

    /// <summary>ffmpeg's measure of how much of a frame is new, 0–1: a cut or a flash, not an animal that walks by.</summary>
    private const double SceneChange = 0.4;

    /// <summary>A video that says it is longer is not believed.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(6);

    private static readonly string[] Guarded = ["-nostdin", "-protocol_whitelist", "file,pipe", "-threads", "1", "-max_pixels", MaxPixels];
    private static readonly string[] AsJpegs = ["-pix_fmt", "yuvj420p", "-q:v", "3", "-f", "image2pipe", "-c:v", "mjpeg", "pipe:1"];

    /// <summary>A file that begins to hang the decoder is given up after this time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static bool IsVideo(string path) => Endings.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>Reads duration and rate. Throws <see cref="VideoFailedException"/>.</summary>
    public static async Task<VideoInfo> ProbeAsync(string path, CancellationToken stop)
    {
        RefuseEmpty(path);
        var json = new StringBuilder();
        var errors = new StringBuilder();
        await RunAsync("ffprobe", ["-v", "error", "-protocol_whitelist", "file", "-select_streams", "v:0", "-show_entries",
            "stream=avg_frame_rate:format=duration:format_tags=creation_time", "-of", "json", Input(path)], PipeTarget.ToStringBuilder(json), PipeTarget.ToStringBuilder(errors), stop);
        try
        {
            using var document = JsonDocument.Parse(json.ToString());
            if (!document.RootElement.TryGetProperty("streams", out var streams) || streams.GetArrayLength() == 0)
                throw new VideoFailedException(ImageFailure.NotAnImage, Reason(errors, "there is no picture track in it"));
            var format = document.RootElement.TryGetProperty("format", out var f) ? f : default;
            var created = format.ValueKind == JsonValueKind.Object && format.TryGetProperty("tags", out var tags) && tags.TryGetProperty("creation_time", out var time)
                && DateTimeOffset.TryParse(time.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : (DateTimeOffset?)null;
            return new VideoInfo(Number(format, "duration"), Rate(streams[0]), created);
        }
        catch (JsonException)
        {
            throw new VideoFailedException(ImageFailure.Corrupt, Reason(errors, "ffprobe could not read it"));
        }
    }

    /// <summary>
    /// Stills at an even pace, at most <paramref name="most"/> of them. A video that breaks off gives the stills before the break.
    /// Throws <see cref="VideoFailedException"/> if there is not one.
    /// </summary>
    /// <param name="path">The video's file.</param>
    /// <param name="info">What <see cref="ProbeAsync"/> said.</param>
    /// <param name="perSecond">Stills a second; fewer if the video would then give more than <paramref name="most"/>.</param>
    /// <param name="most">1 or more.</param>
    /// <param name="stop">Ends the decoder.</param>
    public static async Task<IReadOnlyList<VideoStill>> StillsAsync(string path, VideoInfo info, double perSecond, int most, CancellationToken stop)
    {
        RefuseEmpty(path);
        var pace = info.Seconds * perSecond > most ? most / info.Seconds : perSecond;
        var rate = pace.ToString("0.######", CultureInfo.InvariantCulture);
        var limit = most.ToString(CultureInfo.InvariantCulture);
        var errors = new StringBuilder();
        using var jpegs = new MemoryStream();
        // round=up would skip the first second; eof_action keeps the only frame of a video that is shorter than a step.
        await RunAsync("ffmpeg", ["-v", "error", .. Guarded, "-i", Input(path), "-map", "0:v:0", "-an",
            "-vf", $"fps={rate}:start_time=0:round=near", "-frames:v", limit, .. AsJpegs],
            PipeTarget.ToStream(jpegs), PipeTarget.ToStringBuilder(errors), stop);
        var stills = Split(jpegs.ToArray()).Select((jpeg, i) => new VideoStill(i / pace, jpeg)).ToList();
        return stills.Count > 0 ? stills : throw new VideoFailedException(ImageFailure.Corrupt, Reason(errors, "not one frame of it could be decoded"));
    }

    /// <summary>
    /// Frames at an even pace and, besides, where the scene changes; each as soon as it is decoded, with the time that the video gives it. One that breaks off ends there.
    /// Throws <see cref="VideoFailedException"/> if there is not one.
    /// </summary>
    /// <param name="path">The video's file.</param>
    /// <param name="info">What <see cref="ProbeAsync"/> said.</param>
    /// <param name="perSecond">Frames a second; fewer if the video would then give more than <paramref name="most"/>.</param>
    /// <param name="most">1 or more; scene changes may add as many again.</param>
    /// <param name="stop">Ends the decoder.</param>
    public static async IAsyncEnumerable<VideoStill> FramesAsync(string path, VideoInfo info, double perSecond, int most, [EnumeratorCancellation] CancellationToken stop = default)
    {
        RefuseEmpty(path);
        // A header may say anything: what no camera films is as good as nothing said.
        var seconds = info.Seconds <= Longest.TotalSeconds ? info.Seconds : 0;
        var step = Math.Max(1 / perSecond, seconds / most);
        var choose = string.Create(CultureInfo.InvariantCulture, $"select='isnan(prev_selected_t)+gte(t-prev_selected_t,{step - 0.001:0.####})+gt(scene,{SceneChange})*gte(t-prev_selected_t,{step / 4:0.####})',showinfo");
        var errors = new StringBuilder();
        var (times, frames) = (Channel.CreateUnbounded<double>(), Channel.CreateBounded<VideoStill>(2));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        int? decoder = null;
        var decoding = DecodeAsync();
        try
        {
            var any = false;
            await foreach (var frame in frames.Reader.ReadAllAsync(stop))
            {
                any = true;
                yield return frame;
            }
            await decoding;
            if (!any) throw new VideoFailedException(ImageFailure.Corrupt, Reason(errors, "not one frame of it could be decoded"));
        }
        finally
        {
            await end.CancelAsync();
            await decoding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task DecodeAsync()
        {
            try
            {
                await RunAsync("ffmpeg", ["-v", "info", "-hide_banner", "-nostats", .. Guarded, "-i", Input(path), "-map", "0:v:0", "-an",
                    "-vf", choose, "-fps_mode", "passthrough", "-frames:v", (2 * most).ToString(CultureInfo.InvariantCulture), .. AsJpegs],
                    PipeTarget.Create(ReadAsync), PipeTarget.ToDelegate(Hear), end.Token, id => decoder = id);
                frames.Writer.TryComplete();
            }
            catch (Exception e)
            {
                frames.Writer.TryComplete(e);
            }
        }

        void Hear(string line)
        {
            if (!line.StartsWith("[Parsed_showinfo", StringComparison.Ordinal)) errors.AppendLine(line);
            else if (ShownTime().Match(line) is { Success: true } time) times.Writer.TryWrite(double.Parse(time.ValueSpan, CultureInfo.InvariantCulture));
        }

        // The filter tells a frame's time before the encoder gives the frame.
        async Task ReadAsync(Stream jpegs, CancellationToken cancel)
        {
            var (row, buffer) = (new List<byte>(), new byte[64 * 1024]);
            for (int n; (n = await jpegs.ReadAsync(buffer, cancel)) > 0;)
            {
                var before = Math.Max(2, row.Count);
                row.AddRange(buffer.AsSpan(0, n));
                for (var at = EndOf(CollectionsMarshal.AsSpan(row), before); at > 0; at = EndOf(CollectionsMarshal.AsSpan(row), 2))
                {
                    var jpeg = row[..at].ToArray();
                    row.RemoveRange(0, at);
                    await frames.Writer.WriteAsync(new VideoStill(await times.Reader.ReadAsync(cancel), jpeg) { Processor = decoder is { } id ? ProcessorTime.Of(id) : null }, cancel);
                }
            }
        }
    }

    /// <summary>The frame at a time of <see cref="FramesAsync"/>; the first if there is none. Throws <see cref="VideoFailedException"/> if not one can be decoded.</summary>
    public static async Task<byte[]> FrameAtAsync(string path, double seconds, CancellationToken stop)
    {
        RefuseEmpty(path);
        var errors = new StringBuilder();
        foreach (var at in (double[])[Math.Max(0, seconds - 0.001), 0])
        {
            using var jpeg = new MemoryStream();
            await RunAsync("ffmpeg", ["-v", "error", .. Guarded, "-ss", at.ToString("0.000", CultureInfo.InvariantCulture), "-i", Input(path),
                "-map", "0:v:0", "-an", "-frames:v", "1", .. AsJpegs], PipeTarget.ToStream(jpeg), PipeTarget.ToStringBuilder(errors), stop);
            if (jpeg.Length > 0) return jpeg.ToArray();
        }
        throw new VideoFailedException(ImageFailure.Corrupt, Reason(errors, "not one frame of it could be decoded"));
    }

    /// <summary>
    /// Cuts a row of JPEGs apart. Within a JPEG's data a byte FF is always followed by 00 or a restart marker, so FF D9 is its end;
    /// ffmpeg's JPEGs carry no smaller JPEG inside.
    /// </summary>
    internal static IEnumerable<byte[]> Split(byte[] row)
    {
        var start = 0;
        for (var end = EndOf(row, 2); end > 0; end = EndOf(row, start + 1))
        {
            yield return row[start..end];
            start = end;
        }
    }

    /// <summary>Behind the first JPEG that ends at or after a place; 0 if none does.</summary>
    private static int EndOf(ReadOnlySpan<byte> row, int from)
    {
        for (var at = from; at < row.Length; at++)
        {
            if (row[at - 1] == 0xFF && row[at] == 0xD9) return at + 1;
        }
        return 0;
    }

    private static async Task RunAsync(string program, string[] arguments, PipeTarget output, PipeTarget errors, CancellationToken stop, Action<int>? started = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            var running = Cli.Wrap(program).WithArguments(arguments).WithValidation(CommandResultValidation.None)
                .WithStandardOutputPipe(output).WithStandardErrorPipe(errors).ExecuteAsync(patience.Token);
            started?.Invoke(running.ProcessId);
            await running;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new VideoFailedException(ImageFailure.Corrupt, $"{program} did not come to an end within {Patience.TotalMinutes} minutes");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new VideoFailedException(ImageFailure.NoDecoder, $"{program} is not installed: apt-get install ffmpeg");
        }
    }

    private static void RefuseEmpty(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists) throw new VideoFailedException(ImageFailure.Unreadable, "it is not there");
        if (file.Length == 0) throw new VideoFailedException(ImageFailure.Empty, "the file has no bytes");
    }

    /// <summary>With the protocol named, a file's name cannot be taken for an option or an address.</summary>
    private static string Input(string path) => "file:" + Path.GetFullPath(path);

    private static string Reason(StringBuilder errors, string otherwise)
    {
        var last = errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
        return last is null ? otherwise : $"{otherwise}: {(last.Length > 200 ? last[..200] : last)}";
    }

    [GeneratedRegex(@"(?<= pts_time:)\d+(\.\d+)?")]
    private static partial Regex ShownTime();

    private static double Number(JsonElement parent, string name)
        => parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var v)
            && double.TryParse(v.GetString(), CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number > 0 ? number : 0;

    private static double Rate(JsonElement stream)
    {
        if (!stream.TryGetProperty("avg_frame_rate", out var text) || text.GetString()?.Split('/') is not [var above, var below]) return 0;
        return double.TryParse(above, CultureInfo.InvariantCulture, out var a) && double.TryParse(below, CultureInfo.InvariantCulture, out var b) && b > 0 ? a / b : 0;
    }
}
