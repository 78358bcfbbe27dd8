using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Lynceus.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Edge.Tests;

public sealed class SetupPageTests : IDisposable
{
    private readonly string folder = Some.Folder();

    [Fact]
    public async Task Without_the_code_there_is_nothing_but_the_form_that_asks_for_it()
    {
        await using var page = await RunningPage.StartAsync(folder);
        using var door = await page.GetAsync("/");
        var html = await door.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("Code of this hub", html, StringComparison.Ordinal);
        Assert.DoesNotContain("hub's GPS", html, StringComparison.Ordinal);
        foreach (var path in (string[])["/api/now", "/api/feed", "/api/captures", "/api/cameras/0/picture", "/setup.js", "/nothing"])
        {
            using var refused = await page.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
        using var take = await page.PostAsync("/api/cameras/0/take");
        Assert.Equal(HttpStatusCode.Unauthorized, take.StatusCode);
        Assert.Equal(0, page.Camera.Glances);
    }

    [Fact]
    public async Task The_page_runs_nothing_but_its_own_and_remembers_nothing()
    {
        await using var page = await RunningPage.StartAsync(folder);
        await page.OpenAsync();
        var total = 0;
        foreach (var path in SetupAssets.Names.Where(n => n != "setup.html" && n != "setup-code.html").Select(n => "/" + n).Prepend("/"))
        {
            using var response = await page.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var policy = response.Headers.GetValues("Content-Security-Policy").Single();
            Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.True(response.Headers.CacheControl!.NoStore);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            total += Encoding.UTF8.GetByteCount(text);
            Assert.DoesNotContain("https://", text, StringComparison.Ordinal);
            foreach (var way in (string[])["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "style=\""]) Assert.DoesNotContain(way, text, StringComparison.Ordinal);
        }
        Assert.InRange(total, 10_000, 150_000);
    }

    [Fact]
    public async Task The_cookie_is_out_of_reach_for_scripts_and_other_sites_and_ends_with_the_page()
    {
        await using var page = await RunningPage.StartAsync(folder);
        using var response = await page.LoginAsync("ridge 42");
        var cookie = response.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        page.Http.DefaultRequestHeaders.Add("Cookie", "lynceus-setup=" + new string('0', 64));
        using var forged = await page.GetAsync("/api/now");
        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
    }

    [Theory]
    [InlineData("http://elsewhere.example")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("")]
    public async Task What_another_page_sends_changes_nothing(string origin)
    {
        var taken = 0;
        await using var page = await RunningPage.StartAsync(folder, take: _ => taken++);
        using var login = origin.Length > 0 ? await page.LoginAsync(RunningPage.Code, origin) : null;
        Assert.True(login is null || login.StatusCode == HttpStatusCode.Forbidden);
        await page.OpenAsync();
        using var take = await page.PostAsync("/api/cameras/0/take", origin: origin);
        using var save = await page.PostAsync("/api/station", """{ "station": "theirs" }""", origin);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, 0), (take.StatusCode, save.StatusCode, taken));
        using var get = await page.GetAsync("/api/cameras/0/take");
        Assert.NotEqual(HttpStatusCode.Accepted, get.StatusCode);
        Assert.False(File.Exists(Path.Combine(folder, "settings.json")));
    }

    [Fact]
    public async Task After_five_wrong_codes_even_the_right_one_must_wait()
    {
        await using var page = await RunningPage.StartAsync(folder);
        for (var i = 0; i < 5; i++)
        {
            using var wrong = await page.LoginAsync($"wrong-{i}");
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }
        using var right = await page.LoginAsync(RunningPage.Code);
        Assert.Equal(HttpStatusCode.TooManyRequests, right.StatusCode);
        Assert.False(right.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Large_bodies_and_bad_json_are_refused_and_the_page_goes_on()
    {
        await using var page = await RunningPage.StartAsync(folder);
        await page.OpenAsync();
        foreach (var json in (string[])["", "null", "[]", "{", "{\"station\":5}", "{\"unknown\":1}", "{\"cameras\":[null]}", "{\"cameras\":[{}]}", "{\"latitude\":NaN}", "{\"latitude\":1e999}"])
        {
            using var bad = await page.PostAsync("/api/station", json);
            Assert.True(bad.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity, $"{json}: {bad.StatusCode}");
        }
        using var large = await page.PostAsync("/api/station", "{\"station\":\"" + new string('x', 100_000) + "\"}");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        using var text = await page.PostAsync("/api/station");
        Assert.Equal(HttpStatusCode.BadRequest, text.StatusCode);
        using var delete = await page.Http.DeleteAsync(new Uri(page.Origin), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, delete.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await page.GetAsync("/api/now")).StatusCode);
    }

    [Fact]
    public async Task What_is_no_http_does_no_harm()
    {
        await using var page = await RunningPage.StartAsync(folder);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, page.Server.Listening!.Port, TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync(Some.Bytes(50_000), TestContext.Current.CancellationToken);
        }
        using var response = await page.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task The_live_picture_comes_at_a_bounded_rate_and_stops_when_nobody_looks()
    {
        await using var page = await RunningPage.StartAsync(folder);
        await page.OpenAsync();
        using var first = await page.GetAsync("/api/cameras/0/picture");
        var after = first.Headers.GetValues("X-Frame").Single();
        using var second = await page.GetAsync($"/api/cameras/0/picture?after={after}");
        Assert.NotEqual(after, second.Headers.GetValues("X-Frame").Single());
        Assert.Equal("image/jpeg", second.Content.Headers.ContentType?.MediaType);
        // Many who look at once share one stream.
        var before = page.Camera.Glances;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => (await page.GetAsync("/api/cameras/0/picture?after=1")).Dispose()));
        Assert.InRange(page.Camera.Glances - before, 0, 10);
        using var none = await page.GetAsync("/api/cameras/7/picture");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task What_the_detector_sees_is_told_with_its_place()
    {
        await using var page = await RunningPage.StartAsync(folder);
        await page.OpenAsync();
        using var response = await page.GetAsync("/api/cameras/0/sight");
        var sight = JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), SetupJson.Default.LiveSight)!;
        Assert.All(sight.Boxes, b => Assert.True(b.Box.IsInside));
    }

    [Fact]
    public async Task What_happens_is_told_as_it_happens()
    {
        await using var page = await RunningPage.StartAsync(folder);
        await page.OpenAsync();
        page.Feed.Say(new HubEvent(DateTimeOffset.UnixEpoch, "ridge", "verdict", "before", null));
        await using var stream = await page.Http.GetStreamAsync(new Uri(page.Origin + "/api/feed"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        Assert.Equal("event: old", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Contains("before", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        // The listener is there a moment after the old ones were written.
        using var saying = new Timer(_ => page.Feed.Say(new HubEvent(DateTimeOffset.UnixEpoch, "ridge", "trigger", "<b>\nnow", null)), null, 0, 200);
        string? line;
        do line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        while (line != "event: now");
        Assert.Contains("\\n", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clip_is_taken_by_a_touch()
    {
        var taken = new List<string>();
        await using var page = await RunningPage.StartAsync(folder, take: taken.Add);
        await page.OpenAsync();
        using var response = await page.PostAsync("/api/cameras/0/take");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("ridge", Assert.Single(taken));
    }

    [Fact]
    public async Task Name_position_and_height_are_kept_and_read_at_the_next_start()
    {
        await using var page = await RunningPage.StartAsync(folder);
        await page.OpenAsync();
        using var saved = await page.PostAsync("/api/station", """{ "station": "Ridge", "latitude": 46.5, "longitude": 8.25, "cameras": [{ "cameraID": "ridge", "heightMetres": 1.2, "headingDegrees": 270 }] }""");
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
        var next = HubSettings.Of(SettingsSources.Of(Path.Combine(folder, "hub.json"), []));
        Assert.Equal(("Ridge", 46.5, 8.25, 1.2, 270), (next.Hub.Station, next.Hub.Latitude, next.Hub.Longitude, next.Cameras[0].HeightMetres, next.Cameras[0].HeadingDegrees));
        using var more = await page.PostAsync("/api/station", """{ "station": "Ridge 2" }""");
        next = HubSettings.Of(SettingsSources.Of(Path.Combine(folder, "hub.json"), []));
        Assert.Equal(("Ridge 2", 1.2), (next.Hub.Station, next.Cameras[0].HeightMetres));
    }

    [Theory]
    [InlineData("""{ "latitude": 91 }""", "Hub:Latitude is 91; at most 90 is taken")]
    [InlineData("""{ "cameras": [{ "cameraID": "ridge", "headingDegrees": -5 }] }""", "HeadingDegrees is -5; at least 0 is needed")]
    [InlineData("""{ "cameras": [{ "cameraID": "../../etc" }] }""", "There is no camera ../../etc")]
    public async Task What_the_check_does_not_take_is_not_written(string json, string said)
    {
        await using var page = await RunningPage.StartAsync(folder);
        await page.OpenAsync();
        using var response = await page.PostAsync("/api/station", json);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains(said, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "settings.json")));
    }

    [Fact]
    public async Task A_stored_picture_is_shown_if_nobody_can_be_recognised_in_it()
    {
        var animal = RunningPage.Keep(folder, false, Some.Seen(ObservationType.Animal, 0.8f));
        var blurred = RunningPage.Keep(folder, true, Some.Seen(ObservationType.Human, 0.8f));
        var person = RunningPage.Keep(folder, false, Some.Seen(ObservationType.Human, 0.8f));
        await using var page = await RunningPage.StartAsync(folder);
        await page.OpenAsync();
        using var shown = await page.GetAsync($"/api/captures/{animal}/1");
        using var hidden = await page.GetAsync($"/api/captures/{blurred}/1");
        using var never = await page.GetAsync($"/api/captures/{person}/1");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.NotFound), (shown.StatusCode, hidden.StatusCode, never.StatusCode));
        var listed = JsonSerializer.Deserialize(await (await page.GetAsync("/api/captures")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken), SetupJson.Default.IReadOnlyListShownCapture)!;
        Assert.Equal([person, blurred, animal], listed.Select(c => c.CaptureID));
        Assert.Equal([0, 1, 1], listed.Select(c => c.Pictures.Count));
    }

    [Theory]
    [InlineData("..%2f..%2f..%2fsetup-code")]
    [InlineData("..%5c..%5csettings.json")]
    [InlineData("record.json")]
    [InlineData("1.kept.jpg")]
    [InlineData("%00")]
    [InlineData("2")]
    public async Task No_picture_name_reaches_another_file(string number)
    {
        var id = RunningPage.Keep(folder, false, Some.Seen(ObservationType.Animal, 0.8f));
        await using var page = await RunningPage.StartAsync(folder);
        await page.OpenAsync();
        using var response = await page.GetAsync($"/api/captures/{id}/{number}");
        Assert.True(response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{response.StatusCode}");
        using var noID = await page.GetAsync("/api/captures/../../etc/passwd");
        Assert.Equal(HttpStatusCode.NotFound, noID.StatusCode);
    }

    [Fact]
    public async Task The_link_is_tested_step_by_step()
    {
        await using var page = await RunningPage.StartAsync(folder);
        await page.OpenAsync();
        using var response = await page.PostAsync("/api/link");
        var steps = JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), SetupJson.Default.IReadOnlyListFinding)!;
        Assert.Equal([Colour.Green, Colour.Red], steps.Select(s => s.Colour));
    }

    [Fact]
    public async Task It_is_off_by_default_goes_off_when_nobody_looks_and_comes_back_by_the_button()
    {
        var time = new FakeTimeProvider();
        await using var page = await RunningPage.StartAsync(folder, new SetupOptions { Enabled = false, Listen = "127.0.0.1:0", OffAfterMinutes = 30 }, time);
        Assert.Null(page.Server.Listening);
        page.Server.Open();
        await Some.Until(() => page.Server.Listening is not null);
        var code = SetupCode.Made(folder)!;
        Assert.Equal(8, code.Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "setup-code")));
        await Some.Until(() =>
        {
            time.Advance(TimeSpan.FromMinutes(1));
            return page.Server.Listening is null;
        });
        page.Server.Open();
        await Some.Until(() => page.Server.Listening is not null);
        Assert.Equal(code, SetupCode.Made(folder));
    }

    [Fact]
    public void Wrong_codes_cost_ever_longer_and_a_flood_from_everywhere_shuts_the_owner_out_for_a_minute_at_most()
    {
        var (time, one) = (new FakeTimeProvider(), IPAddress.Parse("10.0.0.1"));
        var tries = new Tries(time);
        for (var i = 0; i < 4; i++) tries.Wrong(one);
        Assert.Equal(TimeSpan.Zero, tries.Pause(one));
        tries.Wrong(one);
        Assert.Equal(5, tries.Pause(one).TotalSeconds);
        tries.Wrong(one);
        Assert.Equal(10, tries.Pause(one).TotalSeconds);
        Assert.Equal(TimeSpan.Zero, tries.Pause(IPAddress.Parse("10.0.0.2")));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.Zero, tries.Pause(one));
        for (var i = 0; i < 5000; i++) tries.Wrong(new IPAddress([10, 1, (byte)(i / 250), (byte)(i % 250)]));
        Assert.Equal(60, tries.Pause(IPAddress.Parse("10.0.0.2")).TotalSeconds);
        for (var i = 0; i < 30; i++) tries.Wrong(one);
        Assert.Equal(15, tries.Pause(one).TotalMinutes);
        tries.Right(one);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.Zero, tries.Pause(one));
    }

    [Theory]
    [InlineData("AB CD-ef", "abcdef", true)]
    [InlineData("ABCDEF", "ABCDEG", false)]
    [InlineData("ABCDEF", "", false)]
    public void Codes_are_compared_as_people_type_them(string code, string tried, bool same) => Assert.Equal(same, SetupCode.Same(code, tried));

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
