using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Lynceus.Cloud.Tests;

/// <summary><c>cloud models</c>, run as people run it.</summary>
public sealed class ModelCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lynceus-models-").FullName;
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Data => Path.Combine(folder, "data");

    private static LoadedModel Gate => ModelCatalog.Load().Open("gate");

    private async Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "cloud"), ["models", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (arguments[0] != "catalog") foreach (var word in new[] { "--data", Data }) start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop);
        return (process.ExitCode, await said, await complained);
    }

    /// <summary>Our gate under another name, as somebody's model.</summary>
    private async Task<string[]> ForeignAsync(string name)
    {
        var manifest = Path.Combine(folder, "manifest.json");
        await File.WriteAllBytesAsync(manifest, ModelCatalog.Write(Gate.Manifest with { Name = name }), Stop);
        return ["--sha256", Gate.Sha256, "--manifest", manifest];
    }

    [Fact]
    public async Task A_model_is_added_listed_tested_used_and_retired()
    {
        var (code, said, error) = await RunAsync(["add", Gate.Path, .. await ForeignAsync("ours")]);
        Assert.True(code == 0, said + error);
        Assert.Contains("10 of 10 seen rightly", said, StringComparison.Ordinal);
        Assert.Equal(["manifest.json", "ours.onnx", "standing.json"], Directory.EnumerateFiles(Path.Combine(Data, "models", "ours")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Single(Directory.EnumerateFileSystemEntries(Path.Combine(Data, "models")));

        var line = Assert.Single((await RunAsync("list")).Out.Split('\n'), l => l.StartsWith("ours ", StringComparison.Ordinal));
        Assert.Matches(@"^ours +\S+ +\S+ +detect +tried +10/10 +[\d.]+ +\d+$", line);
        (code, said, _) = await RunAsync("test", "ours");
        Assert.Equal(0, code);
        Assert.Matches(@"speed +[\d.]+ images/s, 1 thread", said);
        Assert.Matches(@"memory +\d+ MB", said);
        Assert.Equal("ours", new AddedModels(Data).Catalog().Open("ours").Manifest.Name);

        Assert.Equal(0, (await RunAsync("retire", "ours")).Code);
        Assert.Contains("retired", Assert.Single((await RunAsync("list")).Out.Split('\n'), l => l.StartsWith("ours ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain(new AddedModels(Data).Catalog().Models, m => m.Name == "ours");
        Assert.Contains("retired since", Assert.Throws<StartException>(() => CloudCommand.Known("ours", Data)).Message, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("retire", "ours", "--undo")).Code);
        Assert.Equal("ours", CloudCommand.Known("ours", Data));
        (code, _, error) = await RunAsync(["add", Gate.Path, .. await ForeignAsync("ours")]);
        Assert.Equal(2, code);
        Assert.Contains("there is a model ours already", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_sees_what_is_not_there_is_not_added()
    {
        var graph = Graphs.Detector(640, false, false, new Made("out", [10, 10, 20, 20, 0.9f, 0], 1, 1, 6));
        var (file, labels) = (Path.Combine(folder, "blind.onnx"), Path.Combine(folder, "labels.txt"));
        await File.WriteAllBytesAsync(file, graph, Stop);
        await File.WriteAllTextAsync(labels, "animal\nperson\nvehicle\n", Stop);
        string[] described = ["--family", "endToEnd", "--labels", labels, "--name", "blind"];
        var (code, said, error) = await RunAsync(["add", file, "--sha256", Ids.Sha256(graph), .. described]);
        Assert.Equal(1, code);
        Assert.Contains("less than half", error, StringComparison.Ordinal);
        Assert.Contains("badger.jpg: shows an animal", said, StringComparison.Ordinal);
        (code, _, error) = await RunAsync(["add", file, "--sha256", Ids.Sha256(graph), "--family", "yolov8", "--labels", labels, "--name", "blind"]);
        Assert.Equal(1, code);
        Assert.Contains("the manifest says Single[1, 7, N] (3 labels)", error, StringComparison.Ordinal);
        Assert.DoesNotContain("blind", (await RunAsync("list")).Out, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateDirectories(Path.Combine(Data, "models")), _ => true);
    }

    [Theory]
    [InlineData("http://127.0.0.1/x.onnx", "https:// only")]
    [InlineData("ftp://127.0.0.1/x.onnx", "https:// only")]
    [InlineData("https://name:word@127.0.0.1/x.onnx", "without a name or password")]
    [InlineData("file:///etc/passwd", "https:// only")]
    [InlineData("/not/there.onnx", "there is no such file")]
    public async Task A_source_that_is_none_is_refused(string source, string says)
    {
        var (code, _, error) = await RunAsync(["add", source, .. await ForeignAsync("ours")]);
        Assert.Equal(2, code);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_describe_a_model_is_refused_by_its_option()
    {
        var hash = new string('0', 64);
        var labels = Path.Combine(folder, "labels.txt");
        await File.WriteAllTextAsync(labels, "animal\n", Stop);
        foreach (var (arguments, says) in new (string[], string)[]
        {
            (["--sha256", "ABC"], "64 small hex digits"),
            (["--sha256", hash], "--name is needed"),
            (["--sha256", hash, "--name", "x"], "--family is needed"),
            (["--sha256", hash, "--name", "x", "--family", "yolo", "--labels", labels], "none of yoloxGrid, yolov5, yolov8, endToEnd, detr"),
            (["--sha256", hash, "--name", "../x", "--family", "yolov8", "--labels", labels], "--name: '../x'"),
            (["--sha256", hash, "--name", "x", "--family", "yolov8", "--labels", "/not/there"], "--labels /not/there"),
            (["--sha256", hash, "--name", "x", "--family", "yolov8", "--labels", labels, "--size", "100"], "multiple of 32"),
            (["--sha256", hash, "--name", "x", "--family", "yolov8", "--labels", labels, "--threshold", "7"], "sendThreshold"),
        })
        {
            var (code, _, error) = await RunAsync(["add", Gate.Path, .. arguments]);
            Assert.Equal(2, code);
            Assert.Contains(says, error, StringComparison.Ordinal);
        }
        var (wrong, _, other) = await RunAsync("add", Gate.Path, "--sha256", hash, "--name", "x", "--family", "yolov8", "--labels", labels);
        Assert.Equal(2, wrong);
        Assert.Contains("has SHA-256", other, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Data, "models")));
        Assert.Equal(2, (await RunAsync("retire", "nobody")).Code);
        Assert.Equal(2, (await RunAsync("test", "nobody")).Code);
    }

    [Fact]
    public async Task The_catalog_of_models_worth_having_says_licence_source_family_and_what_was_checked()
    {
        var (code, said, _) = await RunAsync("catalog");
        Assert.Equal(0, code);
        foreach (var name in new[] { "megadetector-v5a", "mdv6-apa-rtdetr-c", "mdv6-mit-yolov9-c", "deepfaune-yolov8s", "speciesnet" }) Assert.Contains(name, said, StringComparison.Ordinal);
        Assert.All(WorthHaving.All(), m => Assert.NotEqual("", m.Checked));
    }

    [Fact]
    public async Task A_download_that_was_cut_short_goes_on_where_it_ended_and_a_changed_file_is_thrown_away()
    {
        var bytes = Some.Bytes(3_000_000);
        await using var shop = await ShopAsync(bytes);
        using var http = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true });
        var fetch = new ModelFetch(Path.Combine(folder, "models"), http);
        var address = shop.Urls.Single() + "/model.onnx";

        var cut = await Assert.ThrowsAsync<StartException>(() => fetch.BringAsync(address + "?cut", Ids.Sha256(bytes), Stop));
        Assert.Contains("goes on from there", cut.Message, StringComparison.Ordinal);
        var part = Path.Combine(folder, "models", $".part-{Ids.Sha256(bytes)}");
        Assert.InRange(new FileInfo(part).Length, 1, bytes.Length - 1);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(await fetch.BringAsync(address, Ids.Sha256(bytes), Stop), Stop));
        Assert.Equal(part, await fetch.BringAsync(address, Ids.Sha256(bytes), Stop)); // all of it was here

        Assert.Contains("has SHA-256", (await Assert.ThrowsAsync<StartException>(() => fetch.BringAsync(address, new string('0', 64), Stop))).Message, StringComparison.Ordinal);
        Assert.Contains("404", (await Assert.ThrowsAsync<StartException>(() => fetch.BringAsync(shop.Urls.Single() + "/none", Ids.Sha256(bytes), Stop))).Message, StringComparison.Ordinal);
        Assert.Equal([part], Directory.EnumerateFiles(Path.Combine(folder, "models")));
    }

    /// <summary>An HTTPS server that gives ranges, and with ?cut only a third before the line breaks.</summary>
    private static async Task<WebApplication> ShopAsync(byte[] bytes)
    {
        using var key = ECDsa.Create();
        using var signed = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var certificate = X509CertificateLoader.LoadPkcs12(signed.Export(X509ContentType.Pkcs12), null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        app.MapGet("/model.onnx", async (HttpContext context) =>
        {
            if (!context.Request.Query.ContainsKey("cut")) return Results.Bytes(bytes, enableRangeProcessing: true);
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 3));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return Results.Empty;
        });
        await app.StartAsync(Stop);
        return app;
    }
}
