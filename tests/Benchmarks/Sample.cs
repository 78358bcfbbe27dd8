using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Lynceus.Benchmarks;

/// <summary>What the measurements share.</summary>
internal static class Sample
{
    /// <summary>A tenth of the turns: enough to see that everything runs, too few for figures.</summary>
    public static bool Short { get; set; }

    public static int Turns(int wanted) => Short ? Math.Max(2, wanted / 10) : wanted;

    public static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>A drawn photograph of a camera, with an animal.</summary>
    public static byte[] Jpeg(int width, int height)
    {
        var folder = Folder();
        using var scenes = Start(Program("Scenes", "scenes"), "frames", folder, "--class", "animal", "--count", "1", "--width", $"{width}", "--height", $"{height}");
        scenes.WaitForExit();
        var jpeg = File.ReadAllBytes(Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories).First());
        Directory.Delete(folder, recursive: true);
        return jpeg;
    }

    /// <summary>A folder that is gone when the measurement is over.</summary>
    public static string Folder() => Directory.CreateTempSubdirectory("lynceus-bench-").FullName;

    /// <summary>The built program of a project, beside this one.</summary>
    public static string Program(string project, string name)
        => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, new DirectoryInfo(AppContext.BaseDirectory).Name, name));

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static Process Start(string program, params string[] arguments)
        => Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    /// <summary>Starts a cloud on free ports and returns it with its addresses.</summary>
    public static async Task<(Process Cloud, string Http, string Mqtt)> StartCloudAsync(string data)
    {
        var cloud = Start(Program("Cloud", "cloud"), "run", "--data", data, "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0");
        cloud.BeginErrorReadLine();
        while (await cloud.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ready ", StringComparison.Ordinal)) return (cloud, line.Split(' ')[1], line.Split(' ')[2]);
        }
        throw new InvalidOperationException("the cloud did not start");
    }

    /// <summary>A line of /proc/PID/status, in KiB.</summary>
    public static long StatusKiB(int process, string field)
        => long.Parse(File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith(field, StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
