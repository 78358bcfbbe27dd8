using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lynceus.FakeCamera;

/// <summary>Plays an order on the standard output.</summary>
internal static class Play
{
    private const int NoiseBytes = 100_000;

    public static async Task<int> RunAsync(string[] arguments)
    {
        Order order;
        try
        {
            order = Order.Read(arguments);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
        if (order.Help)
        {
            Console.WriteLine(Order.Text);
            return 0;
        }
        if (order.PidFile is { } pidFile) await File.WriteAllTextAsync(pidFile, $"{Environment.ProcessId}");
        using var term = order.IgnoreTerm ? PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true) : null;
        if (order.ExitAtOnce >= 0)
        {
            await Console.Error.WriteLineAsync("ERROR: *** no cameras available ***");
            return order.ExitAtOnce;
        }
        if (order.Child) return await AsChildAsync(arguments);
        if (order.ErrorFlood) _ = Task.Run(Flood);
        await Task.Delay(TimeSpan.FromSeconds(order.SlowStart), TimeProvider.System);
        if (order.Silent) await ForeverAsync();
        try
        {
            return order.H264 ? await H264Async(order) : await OwnFramesAsync(order);
        }
        catch (IOException)
        {
            return 0; // nobody reads any more
        }
    }

    /// <summary>The console's own stream does not say that nobody reads any more.</summary>
    private static async Task<int> OwnFramesAsync(Order order)
    {
        await using var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return await FramesAsync(order, output);
    }

    private static async Task<int> FramesAsync(Order order, Stream output)
    {
        var (reel, random, watch) = (new Reel(order.Width, order.Height), new Random(7), Stopwatch.StartNew());
        var own = order.Frames is { } folder ? [.. Directory.EnumerateFiles(folder, "*.jpg").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)] : Array.Empty<byte[]>();
        var small = new Reel(Math.Max(64, order.Width / 2), Math.Max(64, order.Height / 2));
        for (var n = 0; ; n++)
        {
            var jpeg = own.Length > 0 ? own[n % own.Length] : Picture(order, order.WrongSizeFrom >= 0 && n >= order.WrongSizeFrom ? small : reel, n);
            if (order.DieAfter == n)
            {
                await Console.Error.WriteLineAsync("ERROR: the camera was unplugged");
                return 1;
            }
            if (order.HangAfter == n) await ForeverAsync();
            if (order.OnlyGarbage || order.GarbageAt == n) await output.WriteAsync(Noise(random));
            if (order.ZeroAt == n) await output.WriteAsync(new byte[NoiseBytes]);
            if (order.HugeAt == n) await HugeAsync(output, jpeg, order.HugeMegabytes);
            if (!order.OnlyGarbage) await output.WriteAsync(order.HalfAt == n ? jpeg.AsMemory(0, jpeg.Length / 2) : jpeg);
            await output.FlushAsync();
            if (order.Speed <= 0) continue;
            var due = TimeSpan.FromSeconds((n + 1) / order.FrameRate / order.Speed) - watch.Elapsed;
            if (due > TimeSpan.Zero) await Task.Delay(due, TimeProvider.System);
        }
    }

    private static byte[] Picture(Order order, Reel reel, int n)
    {
        if (order.PersonAt == n) return reel.Person();
        if (order.InfraredFrom >= 0 && n >= order.InfraredFrom) return reel.Infrared(n);
        if (n < order.Ramp) return reel.Dim(n, Math.Round((n + 1.0) / (order.Ramp + 1), 2));
        return order.Animal ? reel.Animal(n) : reel.Empty(n);
    }

    /// <summary>ffmpeg makes the stream and has this process's own output.</summary>
    private static async Task<int> H264Async(Order order)
    {
        var rate = order.FrameRate.ToString(CultureInfo.InvariantCulture);
        string[] arguments = ["-v", "error", "-f", "mjpeg", "-framerate", rate, "-i", "pipe:0", "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency",
            "-g", rate, "-pix_fmt", "yuv420p", "-flush_packets", "1", "-f", "h264", "pipe:1"];
        using var ffmpeg = Process.Start(new ProcessStartInfo("ffmpeg", arguments) { RedirectStandardInput = true })!;
        var code = await FramesAsync(order, ffmpeg.StandardInput.BaseStream);
        ffmpeg.StandardInput.Close();
        await ffmpeg.WaitForExitAsync();
        return code;
    }

    private static async Task<int> AsChildAsync(string[] arguments)
    {
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments.Where(a => a != "--child")))!;
        await child.WaitForExitAsync();
        return child.ExitCode;
    }

    private static async Task HugeAsync(Stream output, byte[] jpeg, int megabytes)
    {
        await output.WriteAsync(jpeg.AsMemory(0, jpeg.Length - 2));
        var pixels = new byte[1024 * 1024];
        Array.Fill(pixels, (byte)0x55);
        for (var i = 0; i < megabytes; i++) await output.WriteAsync(pixels);
        await output.WriteAsync(new byte[] { 0xFF, 0xD9 });
    }

    private static byte[] Noise(Random random)
    {
        var noise = new byte[NoiseBytes];
        random.NextBytes(noise);
        return noise;
    }

    private static void Flood()
    {
        for (var n = 0; ; n++) Console.Error.Write($"[{n}] frame dropped, frame dropped, frame dropped\r");
    }

    private static Task ForeverAsync() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
}
