using Lynceus.Contracts;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class DetectionTests
{
    [Fact]
    public async Task A_frame_is_looked_at_once_by_a_model_also_across_restarts()
    {
        var (models, photograph) = Some.ModelAndPhotograph();
        var data = Directory.CreateTempSubdirectory("lynceus-cloud-").FullName;
        for (var start = 0; start < 3; start++)
        {
            await using var cloud = await RunningCloud.StartAsync(data, start == 0 ? [] : models); // the first has no model: the frame waits
            if (start == 0)
            {
                await SendAsync(cloud, photograph);
                Assert.Equal(1, (await cloud.GetJsonAsync("/api/v1/status")).GetProperty("waitingForDetection").GetInt32());
                continue;
            }
            await Some.UntilAsync("looked at", async () => (await cloud.MediaAsync())[0].TryGetProperty("observation", out _));
            using var db = cloud.Rows();
            var run = Assert.Single(db.Runs.Where(r => r.Source == LookedBy.Cloud));
            Assert.Equal((RunStatus.Done, 1), (run.Status, db.Observations.Count()));
            Assert.True(run.Width > 0 && run.Milliseconds > 0);
        }
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task What_cannot_be_decoded_is_unclassified_with_the_reason_and_the_next_is_looked_at()
    {
        var (models, photograph) = Some.ModelAndPhotograph();
        await using var cloud = await RunningCloud.StartAsync(models: models);
        await SendAsync(cloud, "this is no picture"u8.ToArray());
        await SendAsync(cloud, photograph);
        await Some.UntilAsync("both looked at", async () => (await cloud.GetJsonAsync("/api/v1/status")).GetProperty("observations").GetInt32() == 2);
        var media = await cloud.MediaAsync();
        Assert.Equal("unclassified", media[1].GetProperty("observation").GetProperty("observationType").GetString());
        Assert.StartsWith("notAnImage", media[1].GetProperty("observation").GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal("failed", media[1].GetProperty("look").GetProperty("status").GetString());
        Assert.Equal("done", media[0].GetProperty("look").GetProperty("status").GetString());
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await cloud.GetAsync($"/api/v1/media/{media[1].GetProperty("mediaID")}/thumbnail")).StatusCode);
    }

    [Fact]
    public async Task A_thumbnail_of_a_photograph_is_a_small_jpeg_and_kept()
    {
        var (_, photograph) = Some.ModelAndPhotograph();
        await using var cloud = await RunningCloud.StartAsync();
        var mediaID = await SendAsync(cloud, photograph);
        var thumbnail = await cloud.BytesAsync($"/api/v1/media/{mediaID}/thumbnail?width=320");
        Assert.Equal([0xff, 0xd8], thumbnail[..2]);
        Assert.InRange(thumbnail.Length, 1000, 25_000);
        Assert.True(File.Exists(Path.Combine(cloud.Data, "thumbnails", "320", Ids.Sha256(photograph)[..2], Ids.Sha256(photograph) + ".jpg")));
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, (await cloud.GetAsync($"/api/v1/media/{mediaID}/thumbnail?width=321")).StatusCode);
    }

    [Theory]
    [InlineData("animal 0.9@0, animal 0.5@0.02, animal 0.4@0.5", 0.1f, ObservationType.Animal, 2, 0.9f)]
    [InlineData("animal 0.9, human 0.3", 0.1f, ObservationType.Animal, 1, 0.9f)]
    [InlineData("human 0.3@0, human 0.2@0.6, animal 0.25", 0.1f, ObservationType.Human, 2, 0.3f)]
    [InlineData("vehicle 0.6, vehicle 0.05", 0.1f, ObservationType.Vehicle, 1, 0.6f)]
    [InlineData("animal 0.09", 0.1f, ObservationType.Blank, null, null)]
    [InlineData("", 0.1f, ObservationType.Blank, null, null)]
    public void The_best_detection_names_the_observation_and_its_kind_is_counted(string found, float threshold, ObservationType type, int? count, float? probability)
    {
        var detections = found.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(d => d.Split(' ', '@'))
            .Select(d => Some.Seen(Enum.Parse<ObservationType>(d[0], true), float.Parse(d[1])) with { Bbox = new Box(d.Length > 2 ? float.Parse(d[2]) : 0, 0, 0.3f, 0.3f) });
        Assert.Equal(new Says(type, count, probability, Reason: null), ObservationRule.From(detections, _ => threshold));
    }

    private static async Task<string> SendAsync(RunningCloud cloud, byte[] frame)
    {
        await using var hub = await cloud.ConnectAsync("ridge");
        var capture = Some.Capture("ridge", frame);
        await hub.SendAsync(capture);
        for (var offset = 0; offset < frame.Length; offset += Wire.MaxChunkBytes)
            Assert.True((await hub.SendAsync(capture.Media[0].MediaID, offset, frame.AsSpan(offset, Math.Min(Wire.MaxChunkBytes, frame.Length - offset)))).IsSuccess);
        return capture.Media[0].MediaID;
    }
}
