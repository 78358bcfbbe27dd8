namespace Lynceus.Cloud.Tests;

public sealed class PageTests
{
    [Fact]
    public async Task The_page_needs_nothing_from_elsewhere_and_runs_no_script_but_its_own()
    {
        await using var cloud = await RunningCloud.StartAsync();
        using var response = await cloud.GetAsync("/");
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'; script-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        var html = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", html, StringComparison.Ordinal);
        Assert.Equal("text/javascript", (await cloud.GetAsync("/page.js")).Content.Headers.ContentType?.MediaType);
        Assert.Equal("text/css", (await cloud.GetAsync("/page.css")).Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task The_script_puts_nothing_on_the_page_as_markup()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var script = await cloud.TextAsync("/page.js") + await cloud.TextAsync("/alarms.js") + await cloud.TextAsync("/hubs.js") + await cloud.TextAsync("/repeats.js") + await cloud.TextAsync("/review.js") + await cloud.TextAsync("/runs.js") + await cloud.TextAsync("/statistics.js") + await cloud.TextAsync("/uploads.js") + await cloud.TextAsync("/shared.js");
        foreach (var way in (string[])["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("])
            Assert.DoesNotContain(way, script, StringComparison.Ordinal);
    }
}
