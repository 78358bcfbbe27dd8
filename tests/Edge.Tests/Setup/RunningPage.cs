using System.Net;
using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lynceus.Edge.Tests;

/// <summary>The setup page of a hub on a real port, with a camera that draws.</summary>
internal sealed class RunningPage : IAsyncDisposable
{
    public const string Code = "RIDGE-42";
    private readonly SetupServer server;
    private readonly SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false };

    private RunningPage(string folder, SetupOptions options, TimeProvider time, Action<string>? take)
    {
        Folder = folder;
        Camera = new DrawnCamera("ridge");
        File.WriteAllText(Path.Combine(folder, "hub.json"), $$"""{ "Hub": { "Name": "hub", "Data": "{{folder}}" }, "Cameras": [{ "CameraID": "ridge", "Source": "rpicam" }] }""");
        Settings = SettingsSources.Of(Path.Combine(folder, "hub.json"), []);
        server = new SetupServer(options, folder, () => new Station
        {
            Identity = Some.Identity(),
            Cameras = [new StationCamera(Camera, new LivePicture(Camera, TimeProvider.System))],
            Now = Now,
            Feed = Feed,
            Waiting = () => 3,
            Look = new LiveLook(ModelCatalog.Load().Open("gate"), Some.Thresholds),
            Captures = new LastCaptures(folder),
            Settings = new OwnSettings(Settings, folder),
            Link = new LinkTest(new UplinkOptions { Cloud = "mqtt://127.0.0.1:9" }, "hub", TimeProvider.System, TimeSpan.FromSeconds(5)),
            Take = take is null ? null : new TakeNow(take),
            Time = TimeProvider.System,
        }, time, NullLoggerFactory.Instance);
        Http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60) };
    }

    public string Folder { get; }
    public DrawnCamera Camera { get; }
    public HubNow Now { get; } = new();
    public HubFeed Feed { get; } = new();
    public IReadOnlyList<SettingsSource> Settings { get; }
    public SetupServer Server => server;
    public HttpClient Http { get; }
    public string Origin => $"http://127.0.0.1:{server.Listening!.Port}";

    public static async Task<RunningPage> StartAsync(string folder, SetupOptions? options = null, TimeProvider? time = null, Action<string>? take = null)
    {
        var page = new RunningPage(folder, options ?? new SetupOptions { Enabled = true, Listen = "127.0.0.1:0", Code = Code }, time ?? TimeProvider.System, take);
        await page.server.StartAsync(TestContext.Current.CancellationToken);
        if (options?.Enabled != false) await Some.Until(() => page.server.Listening is not null);
        return page;
    }

    public Task<HttpResponseMessage> LoginAsync(string code, string? origin = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Origin + "/login") { Content = new FormUrlEncodedContent([new("code", code)]) };
        request.Headers.Add("Origin", origin ?? Origin);
        return Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Gives the code and keeps the session for what follows.</summary>
    public async Task OpenAsync()
    {
        using var response = await LoginAsync(Code);
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Http.DefaultRequestHeaders.Add("Cookie", response.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
    }

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(new Uri(Origin + path), TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> PostAsync(string path, string? json = null, string? origin = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Origin + path) { Content = new StringContent(json ?? "", System.Text.Encoding.UTF8, json is null ? "text/plain" : "application/json") };
        if (origin is not { Length: 0 }) request.Headers.Add("Origin", origin ?? Origin);
        return Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await server.StopAsync(CancellationToken.None);
        server.Dispose();
        Http.Dispose();
        handler.Dispose();
    }

    /// <summary>A kept capture with one picture, as the spool leaves it.</summary>
    public static Guid Keep(string folder, bool blurred, params Detection[] seen)
    {
        var id = Guid.CreateVersion7();
        var place = Directory.CreateDirectory(Path.Combine(folder, "kept", $"{Directory.CreateDirectory(Path.Combine(folder, "kept")).GetDirectories().Length:D12}_{id:D}")).FullName;
        var record = Some.Record(id, 1, Verdict.Keep, null);
        record = record with { Media = [record.Media[0] with { Blurred = blurred, Detections = seen }] };
        File.WriteAllBytes(Path.Combine(place, "record.json"), Wire.Write(record));
        File.WriteAllBytes(Path.Combine(place, "1.kept.jpg"), DrawnCamera.Draw(3));
        return id;
    }
}
