using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class PlaceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deployments_place_goes_before_its_cameras_and_that_before_the_clouds()
    {
        Assert.True(Place.TryParse("FR", out var france));
        await using var cloud = await RunningCloud.StartAsync(settings: s => Work.Idle(s) with { Country = france });
        var media = await new Work(cloud, TimeProvider.System).MediaAsync(3);
        await using (var db = cloud.Rows())
        {
            foreach (var (i, row) in db.Captures.OrderBy(c => c.Id).ToList().Index()) (row.DeploymentID, row.CameraID) = (i == 0 ? "jura-3" : null, i < 2 ? "north" : "south");
            await db.SaveChangesAsync(Stop);
        }
        var places = cloud.Get<Places>();
        Assert.Equal(["FR", "FR", "FR"], (await places.OfAsync(media, Stop)).OrderBy(p => p.Key).Select(p => $"{p.Value}"));
        Assert.Equal(HttpStatusCode.OK, await PutAsync(cloud, "deployments/jura-3", "che"));
        Assert.Equal(HttpStatusCode.OK, await PutAsync(cloud, "cameras/ridge/north", "US-CA"));
        Assert.Equal(["CH", "US-CA", "FR"], (await places.OfAsync(media, Stop)).OrderBy(p => p.Key).Select(p => $"{p.Value}"));
        Assert.Equal(["US-CA", "CH"], (await cloud.GetJsonAsync("/api/v1/places")).GetProperty("items").EnumerateArray().Select(p => p.GetProperty("place").GetString()!));
        using (var gone = await cloud.Http.DeleteAsync(new Uri("/api/v1/places/deployments/jura-3", UriKind.Relative), Stop)) Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        using (var gone = await cloud.Http.DeleteAsync(new Uri("/api/v1/places/deployments/jura-3", UriKind.Relative), Stop)) Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal(["US-CA", "US-CA", "FR"], (await places.OfAsync(media, Stop)).OrderBy(p => p.Key).Select(p => $"{p.Value}"));
    }

    [Fact]
    public async Task A_place_is_set_listed_and_removed_by_command()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        string[] rows = ["--data", cloud.Data, .. await TestRows.ArgumentsAsync(cloud.Data)];
        Assert.Equal(0, await CloudCommand.RunAsync(["places", "set", "jura-3", "CH", .. rows]));
        Assert.Equal(0, await CloudCommand.RunAsync(["places", "set", "jura-3", "FR", .. rows]));
        Assert.Equal(0, await CloudCommand.RunAsync(["places", "set", "ridge/north", "DE", "--camera", .. rows]));
        Assert.Equal(0, await CloudCommand.RunAsync(["places", "list", .. rows]));
        await using (var db = cloud.Rows()) Assert.Equal([("jura-3", "", "FR"), ("", "north", "DE")], db.Places.OrderBy(p => p.Id).AsEnumerable().Select(p => (p.DeploymentID, p.CameraID, p.Code)));
        Assert.Equal(0, await CloudCommand.RunAsync(["places", "remove", "jura-3", .. rows]));
        foreach (var wrong in (string[][])[["remove", "jura-3"], ["set", "jura-3", "Switzerland"], ["set", "ridge", "CH", "--camera"], ["set", "Not A Hub/north", "CH", "--camera"], ["set", "", "CH"], ["set", new string('x', 10_000), "CH"]])
            Assert.Equal(2, await CloudCommand.RunAsync(["places", .. wrong, .. rows]));
    }

    [Theory]
    [InlineData("deployments/jura-3", "ZZ", "place")]
    [InlineData("deployments/jura-3", null, "place")]
    [InlineData("deployments/jura-3", "CH; DROP TABLE \"Place\"", "place")]
    [InlineData("cameras/No%20Hub/north", "CH", "hub")]
    [InlineData("deployments/%07", "CH", "deploymentID")]
    public async Task What_is_no_place_is_refused_by_the_fields_name(string of, string? place, string field)
    {
        await using var cloud = await RunningCloud.StartAsync(settings: Work.Idle);
        using var answer = await cloud.Http.PutAsJsonAsync(new Uri($"/api/v1/places/{of}", UriKind.Relative), new { place }, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith(field + ":", (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> PutAsync(RunningCloud cloud, string of, string place)
    {
        using var answer = await cloud.Http.PutAsJsonAsync(new Uri($"/api/v1/places/{of}", UriKind.Relative), new { place }, Stop);
        return answer.StatusCode;
    }
}
