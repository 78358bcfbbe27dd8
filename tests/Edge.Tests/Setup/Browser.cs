using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lynceus.Edge.Tests;

/// <summary>A real Chromium without a window, told what to do over its DevTools protocol.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private readonly Process process;
    private readonly string profile;
    private readonly ClientWebSocket socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> asked = new();
    private readonly CancellationTokenSource end = new();
    private int last;

    private Browser(Process process, string profile) => (this.process, this.profile) = (process, profile);

    /// <summary>What the page complained of: errors, and what its policy forbade.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    public static async Task<Browser> StartAsync()
    {
        var program = Programs.Find("chromium") ?? Programs.Find("chromium-browser") ?? Programs.Find("google-chrome");
        if (program is null) Assert.Skip("no Chromium is installed");
        var profile = Some.Folder();
        var start = new ProcessStartInfo(program!) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-port=0", $"--user-data-dir={profile}", "about:blank"]) start.ArgumentList.Add(argument);
        var browser = new Browser(Process.Start(start)!, profile);
        await browser.ConnectAsync();
        return browser;
    }

    private async Task ConnectAsync()
    {
        var file = Path.Combine(profile, "DevToolsActivePort");
        await Some.Until(() => File.Exists(file) && File.ReadAllText(file).Contains('\n', StringComparison.Ordinal), 60);
        var port = (await File.ReadAllLinesAsync(file, end.Token))[0];
        using var http = new HttpClient();
        var pages = JsonNode.Parse(await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/json"), end.Token))!.AsArray();
        await socket.ConnectAsync(new Uri((string)pages.First(p => (string?)p!["type"] == "page")!["webSocketDebuggerUrl"]!), end.Token);
        _ = ListenAsync();
        foreach (var domain in (string[])["Page", "Runtime", "Log"]) await AskAsync($"{domain}.enable");
    }

    public async Task<JsonNode> AskAsync(string method, JsonObject? parameters = null)
    {
        var id = Interlocked.Increment(ref last);
        var answer = asked[id] = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes<JsonNode>(message), WebSocketMessageType.Text, true, end.Token);
        return await answer.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    /// <summary>Runs an expression in the page and gives its value.</summary>
    public async Task<JsonNode?> RunAsync(string script)
        => (await AskAsync("Runtime.evaluate", new JsonObject { ["expression"] = script, ["awaitPromise"] = true, ["returnByValue"] = true, ["userGesture"] = true }))["result"]?["value"]?.DeepClone();

    public async Task UntilAsync(string condition)
    {
        for (var i = 0; i < 200; i++)
        {
            if ((bool?)await RunAsync($"Boolean({condition})") == true) return;
            await Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System, TestContext.Current.CancellationToken);
        }
        Assert.Fail($"never came: {condition}; {string.Join("; ", Complaints)}");
    }

    public async Task LookAsync(int width, int height, bool dark)
    {
        await AskAsync("Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600 });
        await AskAsync("Emulation.setEmulatedMedia", new JsonObject { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" }) });
    }

    public async Task<byte[]> ScreenshotAsync(bool whole)
        => Convert.FromBase64String((string)(await AskAsync("Page.captureScreenshot", new JsonObject { ["format"] = "png", ["captureBeyondViewport"] = whole }))["data"]!);

    private async Task ListenAsync()
    {
        var buffer = new byte[1 << 16];
        using var message = new MemoryStream();
        while (!end.IsCancellationRequested && socket.State == WebSocketState.Open)
        {
            message.SetLength(0);
            WebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer, end.Token);
                message.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Close) return;
            Hear(JsonNode.Parse(message.ToArray())!);
        }
    }

    private void Hear(JsonNode heard)
    {
        if ((int?)heard["id"] is { } id && asked.TryRemove(id, out var waiting)) waiting.SetResult(heard["result"] ?? heard["error"]!);
        else if ((string?)heard["method"] == "Runtime.exceptionThrown") Complaints.Enqueue(heard["params"]!["exceptionDetails"]!.ToJsonString());
        else if ((string?)heard["method"] == "Log.entryAdded" && (string?)heard["params"]!["entry"]!["level"] == "error") Complaints.Enqueue((string)heard["params"]!["entry"]!["text"]!);
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        socket.Dispose();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        end.Dispose();
        Directory.Delete(profile, recursive: true);
    }
}
