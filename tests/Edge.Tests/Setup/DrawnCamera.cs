using System.Runtime.CompilerServices;
using SkiaSharp;

namespace Lynceus.Edge.Tests;

/// <summary>A camera that draws: a light meadow, and something dark that walks through it.</summary>
internal sealed class DrawnCamera(string cameraID) : ICamera
{
    private int glances;

    public string CameraID => cameraID;

    public CameraCondition Condition { get; set; } = new(true, null, 0, 10, 1_000_000, false);

    /// <summary>How many pictures it gave.</summary>
    public int Glances => Volatile.Read(ref glances);

    public Task RunAsync(CancellationToken stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);

    public Task<Shot> ShootAsync(long from, Func<long> until, CancellationToken stop) => Task.FromResult(new Shot("mjpeg", [], "drawn"));

    public async IAsyncEnumerable<CameraFrame> GlanceAsync(double perSecond, [EnumeratorCancellation] CancellationToken stop)
    {
        while (true)
        {
            var n = Interlocked.Increment(ref glances);
            yield return new CameraFrame(TimeProvider.System.GetTimestamp(), TimeProvider.System.GetLocalNow(), Draw(n));
            await Task.Delay(TimeSpan.FromSeconds(1 / perSecond), TimeProvider.System, stop);
        }
    }

    public static byte[] Draw(int n)
    {
        using var bitmap = new SKBitmap(320, 240);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(new SKColor(176, 190, 150));
        using var paint = new SKPaint();
        paint.Color = new SKColor(96, 120, 70);
        canvas.DrawRect(0, 0, 320, 90, paint);
        paint.Color = new SKColor(70, 50, 36);
        var x = 40 + (n * 17 % 220);
        canvas.DrawOval(x, 160, 34, 20, paint);
        canvas.DrawOval(x + 36, 142, 12, 10, paint);
        foreach (var leg in (int[])[-24, -10, 12, 26]) canvas.DrawRect(x + leg, 172, 5, 30, paint);
        canvas.Flush();
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 80);
        return data.ToArray();
    }
}
