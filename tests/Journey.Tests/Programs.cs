using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Lynceus.Journey.Tests;

/// <summary>What a program said and how it ended.</summary>
internal sealed record Ended(int Code, string Output, string Errors)
{
    /// <summary>The last line of its output, which is its summary.</summary>
    public JsonElement Summary => JsonDocument.Parse(Output.Trim().Split('\n')[^1]).RootElement;

    public int Count(string name) => Summary.GetProperty(name).GetInt32();
}

/// <summary>The built programs, run as a user runs them.</summary>
internal static class Programs
{
    public static string Path(string project, string name)
        => System.IO.Path.GetFullPath(System.IO.Path.Combine(AppContext.BaseDirectory, "..", "..", project, new DirectoryInfo(AppContext.BaseDirectory).Name, name));

    /// <summary>Of the checkout: where deploy.sh is.</summary>
    public static string Root
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(System.IO.Path.Combine(folder, "deploy.sh"))) folder = System.IO.Path.GetDirectoryName(folder)!;
            return folder;
        }
    }

    public static bool IsInstalled(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(System.IO.Path.Combine(folder, program)));

    public static string Edge => Path("Edge", "edge");

    public static string Cloud => Path("Cloud", "cloud");

    public static string Scenes => Path("Scenes", "scenes");

    public static Process Start(string program, string[] arguments, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? []) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public static async Task<Ended> RunAsync(string program, string[] arguments, Dictionary<string, string>? environment = null, int seconds = 180)
    {
        using var process = Start(program, arguments, environment);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end within {seconds} s:\n{await errors}");
        }
        return new Ended(process.ExitCode, await output, await errors);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static string Folder() => Directory.CreateTempSubdirectory("lynceus-journey-").FullName;
}

/// <summary>A cloud process on ports of its own, that can be killed and started again on the same ones.</summary>
internal sealed class CloudProcess(string data) : IAsyncDisposable
{
    private readonly int http = Programs.FreePort();
    private readonly int mqtt = Programs.FreePort();
    private readonly StringBuilder log = new();
    private Process? process;

    public int HttpPort => http;

    public string Mqtt => $"mqtt://127.0.0.1:{mqtt}";

    public HttpClient Http { get; private set; } = null!;

    public bool IsAlive => process is { HasExited: false };

    public string Log
    {
        get
        {
            lock (log) return log.ToString();
        }
    }

    public async Task StartAsync()
    {
        process = Programs.Start(Programs.Cloud, ["run", "--data", data, "--http", $"127.0.0.1:{http}", "--mqtt", $"127.0.0.1:{mqtt}"]);
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{http}") };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (log) log.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
        var ready = await process.StandardOutput.ReadLineAsync();
        Assert.True(ready?.StartsWith("ready ", StringComparison.Ordinal) == true, $"the cloud is not ready: {ready}\n{Log}");
    }

    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Http.Dispose();
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Http.GetAsync(new Uri(path, UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Every media row, by its file's path.</summary>
    public async Task<List<JsonElement>> MediaAsync(string filter = "")
    {
        var all = new List<JsonElement>();
        for (JsonElement? next = null; ;)
        {
            var page = await GetAsync($"/api/v1/media?limit=200{filter}{(next is { } n ? $"&after={n}" : "")}");
            all.AddRange(page.GetProperty("items").EnumerateArray());
            if (!page.TryGetProperty("next", out var after) || after.ValueKind == JsonValueKind.Null) return all;
            next = after;
        }
    }

    public async Task DetectedAsync()
    {
        for (var i = 0; i < 600; i++)
        {
            if ((await GetAsync("/api/v1/status")).GetProperty("waitingForDetection").GetInt32() == 0) return;
            await Task.Delay(100);
        }
        Assert.Fail($"detection did not come to an end:\n{Log}");
    }

    public async ValueTask DisposeAsync()
    {
        if (IsAlive) await KillAsync();
    }
}
