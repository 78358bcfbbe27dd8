using Lynceus.Contracts;

namespace Lynceus.Edge.Tests;

/// <summary>The page as a person sees it. With LYNCEUS_SCREENSHOTS set to a folder its pictures are left there.</summary>
public sealed class SetupInChromiumTests : IDisposable
{
    private readonly string folder = Some.Folder();

    [Fact]
    public async Task A_person_with_a_phone_opens_it_aims_walks_and_names_the_station()
    {
        for (var i = 0; i < 3; i++) RunningPage.Keep(folder, i == 1, Some.Seen(i == 1 ? ObservationType.Human : ObservationType.Animal, 0.8f));
        var taken = 0;
        await using var page = await RunningPage.StartAsync(folder, take: _ => taken++);
        page.Now.Reading = new HealthReading
        {
            Time = DateTimeOffset.UnixEpoch, Clock = ClockQuality.Unset, Power = PowerMode.Saving, BatteryVolts = 12.1, HoursLeft = 31, CpuCelsius = 52, AirCelsius = 24, AirHumidity = 61,
            CardBytes = 64_000_000_000, CardFreeBytes = 48_200_000_000, ModemSignal = 43, Troubles = ["The battery is low: the hub saves. Charge or change it"],
        };
        await using var browser = await Browser.StartAsync();
        await browser.LookAsync(390, 844, dark: false);
        await browser.AskAsync("Page.navigate", new() { ["url"] = page.Origin });
        await browser.UntilAsync("document.querySelector('#code')");
        await ShootAsync(browser, "door");
        await browser.RunAsync($"document.querySelector('#code').value = '{RunningPage.Code}'; document.querySelector('form').requestSubmit()");
        await browser.UntilAsync("document.querySelector('.camera img')?.naturalWidth > 0 && !document.querySelector('.camera img').hidden");
        await browser.UntilAsync("document.querySelectorAll('#captures img').length === 3");
        await browser.RunAsync("document.querySelector('#sight').click()");
        await browser.UntilAsync("document.querySelector('.seen').textContent");
        await browser.RunAsync("document.querySelector('#test-link').click()");
        await browser.UntilAsync("document.querySelector('#link-steps .red')");

        foreach (var (width, height, dark) in ((int, int, bool)[])[(390, 844, false), (390, 844, true), (1280, 900, false), (1280, 900, true)])
        {
            await browser.LookAsync(width, height, dark);
            await browser.RunAsync("new Promise(done => setTimeout(done, 600))");
            Assert.True((bool?)await browser.RunAsync("document.documentElement.scrollWidth <= innerWidth"), $"{width} pixels: it is wider than the screen");
            Assert.Equal(0, (int?)await browser.RunAsync("[...document.querySelectorAll('button, .check, nav a')].filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 40).length"));
            await ShootAsync(browser, $"page-{width}-{(dark ? "dark" : "light")}");
        }

        await browser.LookAsync(390, 844, dark: false);
        await browser.RunAsync("document.querySelector('#walk-start').click()");
        await browser.UntilAsync("document.querySelector('#walking').open");
        foreach (var (what, text) in ((string, string)[])[("suppressed", "The sensor sees you still; the last clip ended less than 1 s ago"), ("trigger", "PIR sensor on GPIO 17"), ("clip", "6.2 s, 62 pictures"), ("verdict", "Kept: a person (0.83)")])
        {
            page.Feed.Say(new HubEvent(TimeProvider.System.GetLocalNow(), "ridge", what, text, null));
            await browser.UntilAsync($"document.querySelector('#walking').dataset.what === '{what}'");
            Assert.True((int?)await browser.RunAsync("parseInt(getComputedStyle(document.querySelector('#walking-what')).fontSize)") >= 50);
            await ShootAsync(browser, $"walk-{what}", whole: false);
        }
        await browser.RunAsync("document.querySelector('#walk-end').click()");

        await browser.RunAsync("document.querySelector('.camera button').click()");
        await Some.Until(() => taken == 1);
        await browser.RunAsync("const f = document.querySelector('#station-form'); f.station.value = 'Ridge <b>'; f.latitude.value = '46,5'; f.longitude.value = '8.25'; f.heading0.value = '400'; f.requestSubmit()");
        await browser.UntilAsync("document.querySelector('#station-said .problem')?.textContent.includes('at most 360')");
        await browser.RunAsync("f.heading0.value = '270'; f.requestSubmit()");
        await browser.UntilAsync("document.querySelector('#station-said .done')");
        await browser.UntilAsync("document.querySelector('#name').textContent === 'Ridge <b> (hub)'");
        Assert.Equal(46.5, HubSettings.Of(SettingsSources.Of(Path.Combine(folder, "hub.json"), [])).Hub.Latitude);
        // The station's problem above is answered with 422, which browsers log.
        Assert.DoesNotContain(browser.Complaints, c => !c.Contains("422", StringComparison.Ordinal));
    }

    private static async Task ShootAsync(Browser browser, string name, bool whole = true)
    {
        if (Environment.GetEnvironmentVariable("LYNCEUS_SCREENSHOTS") is { Length: > 0 } place) await File.WriteAllBytesAsync(Path.Combine(place, name + ".png"), await browser.ScreenshotAsync(whole), TestContext.Current.CancellationToken);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
