using System.Globalization;
using System.Text;
using System.Text.Json;
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
public sealed record VideoStill(double Seconds, byte[] Jpeg);

/// <summary>A video that could not be read, and why.</summary>
public sealed class VideoFailedException(ImageFailure failure, string detail) : Exception(detail)
{
    public ImageFailure Failure { get; } = failure;
}

/// <summary>Stills of a video, by the system's <c>ffmpeg</c>. They come through a pipe and never touch the disk.</summary>
public static class Video
{
    private static readonly string[] Endings = [".mp4", ".mov", ".avi", ".m4v", ".mkv", ".3gp", ".mts", ".mpg", ".wmv"];

    /// <summary>A video that says it has more pixels is not decoded: 8K, four times what any camera trap films.</summary>
    private const string MaxPixels = "34000000";

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
            "stream=avg_frame_rate:format=duration:format_tags=creation_time", "-of", "json", Input(path)], PipeTarget.ToStringBuilder(json), errors, stop);
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
        await RunAsync("ffmpeg", ["-v", "error", "-nostdin", "-protocol_whitelist", "file,pipe", "-threads", "1", "-max_pixels", MaxPixels, "-i", Input(path), "-map", "0:v:0", "-an",
            "-vf", $"fps={rate}:start_time=0:round=near", "-frames:v", limit, "-pix_fmt", "yuvj420p", "-q:v", "3", "-f", "image2pipe", "-c:v", "mjpeg", "pipe:1"],
            PipeTarget.ToStream(jpegs), errors, stop);
        var stills = Split(jpegs.ToArray()).Select((jpeg, i) => new VideoStill(i / pace, jpeg)).ToList();
        return stills.Count > 0 ? stills : throw new VideoFailedException(ImageFailure.Corrupt, Reason(errors, "not one frame of it could be decoded"));
    }

    /// <summary>
    /// Cuts a row of JPEGs apart. Within a JPEG's data a byte FF is always followed by 00 or a restart marker, so FF D9 is its end;
    /// ffmpeg's JPEGs carry no smaller JPEG inside.
    /// </summary>
    internal static IEnumerable<byte[]> Split(byte[] row)
    {
        var start = 0;
        for (var at = 2; at < row.Length; at++)
        {
            if (row[at - 1] != 0xFF || row[at] != 0xD9) continue;
            yield return row[start..(at + 1)];
            start = at + 1;
        }
    }

    private static async Task RunAsync(string program, string[] arguments, PipeTarget output, StringBuilder errors, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            await Cli.Wrap(program).WithArguments(arguments).WithValidation(CommandResultValidation.None)
                .WithStandardOutputPipe(output).WithStandardErrorPipe(PipeTarget.ToStringBuilder(errors)).ExecuteAsync(patience.Token);
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

    private static double Number(JsonElement parent, string name)
        => parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var v)
            && double.TryParse(v.GetString(), CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number > 0 ? number : 0;

    private static double Rate(JsonElement stream)
    {
        if (!stream.TryGetProperty("avg_frame_rate", out var text) || text.GetString()?.Split('/') is not [var above, var below]) return 0;
        return double.TryParse(above, CultureInfo.InvariantCulture, out var a) && double.TryParse(below, CultureInfo.InvariantCulture, out var b) && b > 0 ? a / b : 0;
    }
}
