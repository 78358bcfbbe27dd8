using Lynceus.Vision;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>A camera that is always on and takes its pictures from a folder, in a circle, at the frame rate: the whole hub on a desk, without a lens.</summary>
internal sealed partial class FolderCamera(CameraOptions options, string folder, TimeProvider time, ILogger<FolderCamera> log) : ICamera
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private const int MostConvertedSide = 4096;
    private readonly CameraFeed feed = new(options, time);

    public string CameraID => options.CameraID;

    public CameraCondition Condition => feed.Condition;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
            feed.Begin();
            var light = feed.WatchLightAsync(over.Token);
            try
            {
                while (!stop.IsCancellationRequested) await CircleAsync(stop);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                feed.Broke(e.Message);
                LogBroke(CameraID, e.Message, Pause.TotalSeconds);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            finally
            {
                await over.CancelAsync();
                await light;
            }
            await Task.Delay(Pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        feed.Ended();
    }

    public Task<Shot> ShootAsync(long from, Func<long> until, CancellationToken stop) => feed.ShootAsync(from, until, stop);

    public IAsyncEnumerable<CameraFrame> GlanceAsync(double perSecond, CancellationToken stop) => feed.GlanceAsync(perSecond, stop);

    private async Task CircleAsync(CancellationToken stop)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => CardFile.IsMedia(f) && !Video.IsVideo(f)).Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0) throw new IOException($"there are no photographs in {folder}: put some there, or see the camera's Source");
        var given = false;
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / options.FrameRate), time);
        foreach (var file in files)
        {
            if (Jpeg(await File.ReadAllBytesAsync(file, stop)) is { } jpeg)
            {
                feed.Add(jpeg, isKey: true, time.GetTimestamp());
                given = true;
            }
            await pace.WaitForNextTickAsync(stop);
        }
        if (!given) throw new IOException($"none of the photographs in {folder} can be read");
    }

    /// <summary>A JPEG is given as it is, all else as one.</summary>
    private static byte[]? Jpeg(byte[] photograph) => photograph.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? photograph : Picture.Thumbnail(photograph, MostConvertedSide, 92);

    [LoggerMessage(LogLevel.Warning, "{CameraID}: {Why}. It is tried again in {Seconds:0} s")]
    private partial void LogBroke(string cameraID, string why, double seconds);
}
