using System.Net.Http.Json;
using System.Text.Json;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Lynceus.Cloud.Tests;

/// <summary>A real cloud in this process: broker, rows, objects and HTTP, in a folder of its own and on free ports.</summary>
internal sealed class RunningCloud : IAsyncDisposable
{
    // What a hostile test provokes is asserted, not read in the log.
    static RunningCloud() => Environment.SetEnvironmentVariable("Logging__LogLevel__Default", "None");

    private readonly bool ownsData;
    private readonly WebApplication app;
    private readonly DataLock only;

    private RunningCloud(CloudSettings settings, WebApplication app, DataLock only, bool ownsData)
    {
        (Settings, this.app, this.only, this.ownsData) = (settings, app, only, ownsData);
        Http = new HttpClient { BaseAddress = new Uri(CloudHost.HttpAddress(app).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)) };
    }

    public CloudSettings Settings { get; }
    public string Data => Settings.Data;
    public HttpClient Http { get; }
    public int MqttPort => Get<EmbeddedBroker>().Port;
    public int MqttsPort => Get<EmbeddedBroker>().TlsPort!.Value;

    /// <summary>By the name in its certificate.</summary>
    public string HttpsAddress => CloudHost.HttpsAddress(app)!.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
    public WriteQueue Queue => Get<WriteQueue>();

    /// <param name="data">Null for a new folder, which goes when the cloud stops.</param>
    /// <param name="models">Folders with models; none unless a test asks for detection.</param>
    /// <param name="settings">Changes to the usual settings.</param>
    public static async Task<RunningCloud> StartAsync(string? data = null, IReadOnlyList<string>? models = null, Func<CloudSettings, CloudSettings>? settings = null)
    {
        var chosen = new CloudSettings
        {
            Data = data ?? Directory.CreateTempSubdirectory("lynceus-cloud-").FullName,
            Http = Address("127.0.0.1:0"),
            Mqtt = Address("127.0.0.1:0"),
            ModelFolders = models ?? [],
        };
        chosen = settings?.Invoke(chosen) ?? chosen;
        chosen = chosen with { Db = chosen.Db ?? await TestRows.OfAsync(chosen.Data) };
        var only = DataLock.Take(chosen.Data);
        var app = CloudHost.Build(chosen);
        await CloudHost.StartAsync(app, chosen, TestContext.Current.CancellationToken);
        return new RunningCloud(chosen, app, only, ownsData: data is null);
    }

    public static BindAddress Address(string text) => BindAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text);

    public T Get<T>()
        where T : notnull
        => app.Services.GetRequiredService<T>();

    public LynceusDb Rows() => RowsSetup.Open(Data, Settings.Db);

    public Task<Hub> ConnectAsync(string hub, string? clientId = null, string? password = null, HubState? will = null)
        => Hub.ConnectAsync(MqttPort, hub, clientId, password, will);

    /// <summary>Over TLS, with what <c>cloud hubs add</c> wrote.</summary>
    public Task<Hub> ConnectAsync(string hub, HubPem pem, string? clientId = null, HubState? will = null)
        => Hub.ConnectAsync(MqttsPort, hub, clientId, will: will, change: pem.Tls);

    public async Task<JsonElement> GetJsonAsync(string path) => await Http.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    public Task<byte[]> BytesAsync(string path) => Http.GetByteArrayAsync(new Uri(path, UriKind.Relative));

    public Task<string> TextAsync(string path) => Http.GetStringAsync(new Uri(path, UriKind.Relative));

    public async Task<IReadOnlyList<JsonElement>> MediaAsync(string query = "") => [.. (await GetJsonAsync("/api/v1/media" + query)).GetProperty("items").EnumerateArray()];

    /// <summary>The value at /metrics of the line that begins so; 0 if there is none.</summary>
    public async Task<double> MetricAsync(string start, string? containing = null)
    {
        var text = await TextAsync("/metrics");
        var line = text.Split('\n').FirstOrDefault(l => l.StartsWith(start, StringComparison.Ordinal) && (containing is null || l.Contains(containing, StringComparison.Ordinal)));
        return line is null ? 0 : double.Parse(line.Split(' ')[1]);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        only.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (!ownsData) return;
        Directory.Delete(Data, recursive: true);
        await TestRows.DropAsync(Data);
    }
}
