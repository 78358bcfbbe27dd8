using System.Security.Cryptography;

namespace Lynceus.Journey.Tests;

/// <summary>A card's way to the cloud where only HTTP passes.</summary>
public sealed class HttpsJourneyTests : IAsyncLifetime
{
    /// <summary>What may be on the wire at a cut without an answer: two chunks of the largest size, and the captures' records that are offered again.</summary>
    private const int LostAtACut = (2 * 65536) + (8 * 4096);
    private readonly string folder = Programs.Folder();
    private readonly CloudProcess cloud;
    private readonly CloudProcess other;
    private readonly string card;

    public HttpsJourneyTests()
    {
        cloud = new CloudProcess(Path.Combine(folder, "cloud"));
        other = new CloudProcess(Path.Combine(folder, "other cloud"));
        card = Directory.CreateDirectory(Path.Combine(folder, "jura")).FullName;
    }

    public async ValueTask InitializeAsync()
    {
        Shared.Model("yolox_nano_416_apache2.onnx");
        foreach (var photograph in Directory.GetFiles(Shared.Data("images", "jura-8.2G")).Order().Take(60)) File.Copy(photograph, Path.Combine(card, Path.GetFileName(photograph)));
        await cloud.StartAsync();
    }

    [Fact]
    public async Task A_cloud_that_is_killed_again_and_again_gets_everything_once_and_each_chunk_is_paid_for_once()
    {
        await other.StartAsync();
        using var quiet = new CountingRelay(other.HttpPort);
        var clean = await ReplayAsync("a hub whose cloud lives", quiet.Port);
        Assert.True(clean.Code == 0, clean.Errors);

        using var relay = new CountingRelay(cloud.HttpPort);
        var replay = ReplayAsync("a hub whose cloud dies", relay.Port);
        var kills = 0;
        for (var seen = 0L; !replay.IsCompleted && kills < 8; kills++)
        {
            // Each time a little more has come, so that every kill falls into something under way.
            for (var i = 0; i < 3000 && relay.Up < seen + (quiet.Up / 10) && !replay.IsCompleted; i++) await Task.Delay(10, TestContext.Current.CancellationToken);
            seen = relay.Up;
            await cloud.KillAsync();
            await cloud.StartAsync();
        }
        var killed = await replay;
        Assert.True(killed.Code == 0, killed.Errors);
        Assert.True(kills >= 5, $"only {kills} kills");

        Assert.Equal(await PicturesAsync(other), await PicturesAsync(cloud));
        Assert.NotEmpty(await PicturesAsync(cloud));
        Assert.InRange(relay.Up, 1, quiet.Up + (kills * LostAtACut));
        TestContext.Current.SendDiagnosticMessage($"{kills} kills: {relay.Up} bytes up, {quiet.Up} without");
    }

    private Task<Ended> ReplayAsync(string hub, int port)
        => Programs.RunAsync(Programs.Edge, ["replay", card, "--cloud", $"http://127.0.0.1:{port}", "--hub", "jura", "--data", Path.Combine(folder, hub)]);

    /// <summary>What is there, each with the hash of its bytes as they are served. A file that stands there twice fails.</summary>
    private static async Task<SortedDictionary<string, string>> PicturesAsync(CloudProcess from)
    {
        var pictures = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var media in await from.MediaAsync("&hasContent=true"))
        {
            var bytes = await from.Http.GetByteArrayAsync(new Uri($"/api/v1/media/{media.GetProperty("mediaID").GetString()}/content", UriKind.Relative));
            var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
            Assert.Equal(media.GetProperty("frame").GetProperty("sha256").GetString(), hash);
            pictures.Add(media.GetProperty("filePath").GetString()!, hash);
        }
        return pictures;
    }

    public async ValueTask DisposeAsync()
    {
        await cloud.DisposeAsync();
        await other.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
