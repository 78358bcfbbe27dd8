using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud.Tests;

/// <summary>What hubs sent, as packages.</summary>
[Trait("Rows", "any")]
public sealed class PackageTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lynceus-package-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_hubs_sent_leaves_as_a_valid_package_with_open_ends_closed_and_people_kept_private()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        using (var set = await cloud.Http.PutAsJsonAsync(new Uri("/api/v1/deployments/oak", UriKind.Relative), new { hub = "ridge", cameraID = "north", deploymentStart = Some.Noon.AddDays(-1), latitude = 46.51234, longitude = 5.98765, project = "hills" }, Stop)) Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        var (animal, person) = (await SendAsync(cloud, 1, Some.Seen()), await SendAsync(cloud, 2, Some.Seen(ObservationType.Human, 0.9f, "person")));
        var review = new Review(cloud);
        await review.LabelAsync(animal.Media[0].MediaID, new { by = "Ana", observations = new[] { new { observationType = "animal", scientificName = "Meles meles" } } });
        await review.LabelAsync(person.Media[0].MediaID, new { by = "Ana", observations = new[] { new { observationType = "animal", scientificName = "Canis familiaris" } } }); // and who leads it was seen
        var dropped = Some.Kept("ridge", "animal", Some.Seen()) with { Verdict = Verdict.Drop };
        await cloud.Queue.RunAsync(new CaptureWrite(dropped, Some.Noon.UtcDateTime) { News = cloud.Get<News>() }, Stop);
        var before = TimeProvider.System.GetUtcNow();
        var whole = await FetchAsync(cloud, "camtrap-dp?project=hills&packMedia=true&events=true&coordinatePrecision=0.01");
        Assert.Equal([], TableSchema.Faults(whole));
        using var package = CamtrapPackage.Open(whole);
        var contents = CamtrapCheck.Of(package, _ => { }, Stop);
        Assert.Equal([], contents.Faults.Named.Select(f => f.ToString()));
        var deployment = Assert.Single(contents.Deployments);
        Assert.Equal(("oak", "46.51", "5.99", "788"), (deployment["deploymentID"], deployment["latitude"], deployment["longitude"], deployment["coordinateUncertainty"]));
        Assert.InRange(deployment.Time("deploymentEnd")!.Value, before.AddSeconds(-1), before.AddMinutes(1));
        var media = package.Rows(CamtrapTable.Media, new CamtrapFaults()).ToDictionary(m => m["mediaID"]);
        Assert.Equal([animal.Media[0].MediaID, person.Media[0].MediaID], media.Keys.OrderBy(k => k != animal.Media[0].MediaID));
        Assert.Equal(["true", "false"], [media[animal.Media[0].MediaID]["filePublic"], media[person.Media[0].MediaID]["filePublic"]]);
        Assert.Equal(Some.Bytes(10, 1), await File.ReadAllBytesAsync(Path.Combine(whole, media[animal.Media[0].MediaID]["filePath"]), Stop));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(whole, "media"), "*", SearchOption.AllDirectories));
        var observations = package.Rows(CamtrapTable.Observations, new CamtrapFaults()).ToList();
        Assert.Equal(3, observations.Count(o => o["observationLevel"] == "event"));
        Assert.Equal(2, observations.Count(o => o["observationLevel"] == "media"));
        Assert.All(observations.Where(o => o["observationLevel"] == "media"), o => Assert.NotEmpty(o["eventID"]));
        Assert.Contains(observations, o => o["observationLevel"] == "event" && o["eventID"] == observations.First(m => m["mediaID"] == animal.Media[0].MediaID)["eventID"]);
        var plain = await FetchAsync(cloud, "camtrap-dp?project=hills");
        using var frames = CamtrapPackage.Open(plain);
        var without = Assert.Single(frames.Rows(CamtrapTable.Observations, new CamtrapFaults()), o => o["observationLevel"] == "event");
        Assert.Equal(("", "machine", CamtrapCell.Of(Some.Noon)), (without["mediaID"], without["classificationMethod"], without["eventStart"]));
        Assert.Equal([], TableSchema.Faults(plain));
        Assert.Contains("1 deployment at 1 location", await File.ReadAllTextAsync(Path.Combine(whole, "README.md"), Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Packages_stream_over_http_and_say_what_is_wrong_with_a_wish()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        await SendAsync(cloud, 1, Some.Seen());
        foreach (var format in (string[])["camtrap-dp?onlyPlaced=true", "darwin-core?level=media", "parquet"])
        {
            using var answer = await cloud.Http.GetAsync(new Uri($"/api/v1/export/{format}", UriKind.Relative), Stop);
            Assert.Equal((HttpStatusCode.OK, "application/zip"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            await using var zip = new ZipArchive(new MemoryStream(await answer.Content.ReadAsByteArrayAsync(Stop)));
            Assert.True(zip.Entries.Count >= 3, format);
        }
        foreach (var (query, said) in ((string, string)[])[
            ("camtrap-dp", "have no coordinates"), ("camtrap-dp?coordinatePrecision=7", "coordinatePrecision: must be"), ("camtrap-dp?mediaUrl=ftp://x", "mediaUrl: must be"), ("parquet?project=nobody", "project: there is no project 'nobody'"),
            ("parquet?deployment=nowhere", "deployment: there is no deployment 'nowhere'"), ("darwin-core?level=planet", "level: must be"), ("parquet?from=2026-05-17T12:00:00Z&to=2026-05-17T12:00:00Z", "to: must be later")])
        {
            using var answer = await cloud.Http.GetAsync(new Uri($"/api/v1/export/{query}", UriKind.Relative), Stop);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains(said, (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // A capture whose frame is stored.
    private static async Task<CaptureRecord> SendAsync(RunningCloud cloud, int seed, params Detection[] seen)
    {
        var bytes = Some.Bytes(10, seed);
        var sha256 = Ids.Sha256(bytes);
        var record = Some.Capture("ridge", bytes);
        record = record with { EventStart = Some.Noon.AddHours(seed), EventEnd = Some.Noon.AddHours(seed), Media = [Some.Media(record.CaptureID, "1", bytes, seen) with { Timestamp = Some.Noon.AddHours(seed) }] };
        await cloud.Queue.RunAsync(new CaptureWrite(record, Some.Noon.UtcDateTime) { News = cloud.Get<News>() }, Stop);
        cloud.Get<ObjectFolder>().Store([new ObjectToStore(sha256, bytes)]);
        await using var db = cloud.Rows();
        await db.Tiers.Where(t => t.Sha256 == sha256).ExecuteUpdateAsync(set => set.SetProperty(t => t.StoredAt, Some.Noon.UtcDateTime).SetProperty(t => t.Offset, 10), Stop);
        return record;
    }

    private async Task<string> FetchAsync(RunningCloud cloud, string query)
    {
        var to = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        await using var zip = new ZipArchive(new MemoryStream(await cloud.Http.GetByteArrayAsync(new Uri($"/api/v1/export/{query}", UriKind.Relative), Stop)));
        await zip.ExtractToDirectoryAsync(to, Stop);
        return to;
    }
}
