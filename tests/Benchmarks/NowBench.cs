using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Spectre.Console;

namespace Lynceus.Benchmarks;

/// <summary>
/// What somebody waits for who uploads one picture or one video to a cloud that runs: from the first byte sent to the first boxes on the stream that the page listens to. The cloud is a
/// process of its own with its usual model and its usual disk, and nothing is left out.
/// </summary>
internal static class NowBench
{
    private const int VideoSeconds = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(Table table)
    {
        var folder = Sample.Folder();
        var shared = Frames.Shared(60, 640);
        var pictures = shared.Count > 0 ? shared : Frames.Draw(Path.Combine(folder, "drawn"), 40, 1280, 960, 640);
        var (cloud, address, _) = await Sample.StartCloudAsync(Directory.CreateDirectory(Path.Combine(folder, "cloud")).FullName);
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri(address), Timeout = Patience };
            var boxes = new Boxes(http);
            await WarmAsync(http, pictures[0].Path, boxes);
            var waits = new List<double>();
            for (var i = 0; i < Sample.Turns(100); i++)
                waits.Add(await UploadAsync(http, [.. await File.ReadAllBytesAsync(pictures[i % pictures.Count].Path), .. BitConverter.GetBytes(i)], $"{i}.jpg", boxes));
            waits.Sort();
            table.AddRow(Text($"{waits.Count} pictures one after the other ({(shared.Count > 0 ? "real" : "drawn")})"), Text($"p50 {At(waits, 0.5):0} ms, p95 {At(waits, 0.95):0} ms, most {waits[^1]:0} ms"), "", "", "p95 <= 2 s");
            var video = Video(folder, [.. pictures.Select(p => p.Path)]);
            table.AddRow(Text($"a video of {VideoSeconds} s, {video.Length / 1e6:0.0} MB, another picture every half second"), Text($"first boxes after {await UploadAsync(http, video, "v.mp4", boxes) / 1000:0.00} s"), "", "", "<= 10 s");
            boxes.End();
        }
        finally
        {
            cloud.Kill(entireProcessTree: true);
            await cloud.WaitForExitAsync();
            cloud.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }

    // The model is open, and has looked once.
    private static async Task WarmAsync(HttpClient http, string picture, Boxes boxes)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            using var status = JsonDocument.Parse(await http.GetStringAsync(new Uri("/api/v1/status", UriKind.Relative)));
            if (status.RootElement.TryGetProperty("model", out _)) break;
            await Task.Delay(100);
        }
        await UploadAsync(http, await File.ReadAllBytesAsync(picture), "warm.jpg", boxes);
    }

    /// <summary>Milliseconds from the first byte to the first boxes.</summary>
    private static async Task<double> UploadAsync(HttpClient http, byte[] file, string name, Boxes boxes)
    {
        using var body = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("application/offset+octet-stream") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/uploads") { Content = body };
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Length", file.Length.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("Upload-Metadata", $"filename {Convert.ToBase64String(Encoding.UTF8.GetBytes(name))}");
        var start = Stopwatch.GetTimestamp();
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        var came = await boxes.OfAsync(answer.Headers.GetValues("Lynceus-Capture").Single());
        return Stopwatch.GetElapsedTime(start, came).TotalMilliseconds;
    }

    private static byte[] Video(string folder, IReadOnlyList<string> pictures)
    {
        var frames = Directory.CreateDirectory(Path.Combine(folder, "frames")).FullName;
        for (var i = 0; i < 2 * VideoSeconds; i++) File.Copy(pictures[i % pictures.Count], Path.Combine(frames, $"{i:00}.jpg"));
        var file = Path.Combine(folder, "video.mp4");
        using var ffmpeg = Process.Start(new ProcessStartInfo("ffmpeg", ["-v", "error", "-framerate", "2", "-i", Path.Combine(frames, "%02d.jpg"), "-vf", "scale=1280:720", "-r", "25", "-c:v", "libx264", "-pix_fmt", "yuv420p", file]))!;
        ffmpeg.WaitForExit();
        return File.ReadAllBytes(file);
    }

    private static double At(List<double> sorted, double part) => sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(part * sorted.Count) - 1)];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>The stream of boxes: when those of each capture came.</summary>
    private sealed class Boxes
    {
        private readonly ConcurrentDictionary<string, TaskCompletionSource<long>> came = new();
        private readonly CancellationTokenSource over = new();

        public Boxes(HttpClient http) => _ = ReadAsync(http);

        public Task<long> OfAsync(string capture) => Of(capture).Task.WaitAsync(Patience);

        public void End() => over.Cancel();

        private TaskCompletionSource<long> Of(string capture) => came.GetOrAdd(capture, _ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));

        private async Task ReadAsync(HttpClient http)
        {
            try
            {
                await using var stream = await http.GetStreamAsync(new Uri("/api/v1/media/boxes/stream", UriKind.Relative), over.Token);
                await foreach (var item in SseParser.Create(stream).EnumerateAsync(over.Token))
                {
                    if (item.EventType != "boxes") continue;
                    using var seen = JsonDocument.Parse(item.Data);
                    Of(seen.RootElement.GetProperty("mediaID").GetString()!.Split('/')[0]).TrySetResult(Stopwatch.GetTimestamp());
                }
            }
            catch (OperationCanceledException)
            {
                // The measurement is over.
            }
        }
    }
}
