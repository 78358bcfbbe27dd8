using System.Text;

namespace Lynceus.Contracts.Tests;

public class HubHealthTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.FromHours(2));

    private static HubHealth SomeHealth() => new()
    {
        Hub = "valley-1", BootId = Guid.Parse("01980000-0000-7000-8000-0000000000b0"), Epoch = "e1", Seq = 9, Time = Noon, ClockQuality = ClockQuality.Gps, UptimeSeconds = 60, NextInSeconds = 900,
        Power = "saving", BatteryVolts = 11.9, BatteryHoursLeft = 7, CardFreeBytes = 1000, CardBytes = 4000,
        Spool = new SpoolHealth(2, 300, 60, new Dictionary<string, long> { ["crop"] = 300 }, 3000, 3500, new Dictionary<string, long> { ["original"] = 4 }),
        Link = new LinkHealth(10, 20, new Dictionary<string, long> { ["noName"] = 1 }, DayBudget: 100),
        Troubles = ["The card is nearly full"],
    };

    [Fact]
    public void A_heartbeat_reads_like_this_on_the_wire()
    {
        Assert.Equal(
            """{"hub":"valley-1","bootId":"01980000-0000-7000-8000-0000000000b0","epoch":"e1","seq":9,"time":"2026-05-01T12:00:00+02:00","clockQuality":"gps","uptimeSeconds":60,"nextInSeconds":900,"power":"saving","batteryVolts":11.9,"batteryHoursLeft":7,"cardFreeBytes":1000,"cardBytes":4000,"spool":{"captures":2,"bytes":300,"oldestSeconds":60,"bytesByTier":{"crop":300},"usedBytes":3000,"limitBytes":3500,"gaveUp":{"original":4},"setAside":0},"link":{"bytesToday":10,"bytesThisMonth":20,"troubles":{"noName":1},"dayBudget":100},"troubles":["The card is nearly full"]}""",
            Encoding.UTF8.GetString(Wire.Write(SomeHealth())));
        Assert.True(Wire.TryRead<HubHealth>(Wire.Write(SomeHealth()), out _, out var fault), fault);
    }

    [Fact]
    public void A_request_is_short_and_its_answer_says_what_became_of_it()
    {
        var request = new HubRequest { RequestID = "7k2", MediaID = "01980000-0000-7000-8000-000000000001/1", Tier = Tier.Original, Expires = Noon };
        Assert.Equal("""{"id":"7k2","media":"01980000-0000-7000-8000-000000000001/1","tier":"original","expires":"2026-05-01T12:00:00+02:00"}""", Encoding.UTF8.GetString(Wire.Write(request)));
        Assert.Equal("""{"id":"7k2","outcome":"gone","detail":"its room was needed"}""",
            Encoding.UTF8.GetString(Wire.Write(new HubAnswer { RequestID = "7k2", Outcome = RequestOutcome.Gone, Detail = "its room was needed" })));
    }

    [Theory]
    [InlineData("valley-1", "../x", "hub")]
    [InlineData("\"seq\":9", "\"seq\":-9", "seq")]
    [InlineData("saving", "asleep", "power")]
    [InlineData("\"captures\":2", "\"captures\":-2", "spool")]
    [InlineData("\"original\":4", "\"original\":-4", "gaveUp")]
    [InlineData("\"noName\":1", "\"\":1", "link")]
    [InlineData("\"oldestSeconds\":60", "\"oldestSeconds\":1e400", "oldestSeconds")]
    [InlineData("[\"The card is nearly full\"]", "[null]", "troubles")]
    [InlineData("[\"The card is nearly full\"]", "null", "troubles")]
    public void A_heartbeat_with_a_broken_field_is_refused_and_the_field_is_named(string right, string wrong, string field)
    {
        var json = Encoding.UTF8.GetString(Wire.Write(SomeHealth()));
        Assert.Contains(right, json, StringComparison.Ordinal);
        Assert.False(Wire.TryRead<HubHealth>(Encoding.UTF8.GetBytes(json.Replace(right, wrong, StringComparison.Ordinal)), out _, out var fault));
        Assert.Contains(field, fault, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("""{"id":"A","expires":"2026-05-01T12:00:00Z"}""", "id")]
    [InlineData("""{"id":"abcdefghijklmnopq","expires":"2026-05-01T12:00:00Z"}""", "id")]
    [InlineData("""{"id":"a","media":"01980000-0000-7000-8000-000000000001/1","expires":"2026-05-01T12:00:00Z"}""", "tier")]
    [InlineData("""{"id":"a","media":"../1","tier":"clip","expires":"2026-05-01T12:00:00Z"}""", "media")]
    [InlineData("""{"id":"a","media":"01980000-0000-7000-8000-000000000001/1","tier":"all","expires":"2026-05-01T12:00:00Z"}""", "tier")]
    [InlineData("""{"id":"a"}""", "expires")]
    public void A_request_with_a_broken_field_is_refused_and_the_field_is_named(string json, string field)
    {
        Assert.False(Wire.TryRead<HubRequest>(Encoding.UTF8.GetBytes(json), out _, out var fault));
        Assert.Contains(field, fault, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_packed_message_is_read_as_it_was_and_is_smaller()
    {
        var plain = Wire.Write(SomeHealth());
        var packed = Wire.Pack(plain);
        Assert.True(packed.Length < plain.Length && packed[0] == Wire.PackedMark);
        Assert.True(Wire.TryRead<HubHealth>(packed, out var back, out var fault), fault);
        Assert.Equal(plain, Wire.Write(back));
        Assert.Equal([1, 2], Wire.Pack([1, 2]));
    }

    [Fact]
    public void A_packed_message_that_would_become_a_large_one_or_is_cut_is_refused()
    {
        var bomb = Wire.Pack(new byte[100 * Wire.MaxJsonBytes]);
        Assert.True(bomb.Length < Wire.MaxJsonBytes);
        Assert.False(Wire.TryRead<HubHealth>(bomb, out _, out var fault));
        Assert.Contains("unpacked", fault, StringComparison.Ordinal);
        var packed = Wire.Pack(Wire.Write(SomeHealth()));
        for (var length = 0; length < packed.Length; length++) Assert.False(Wire.TryRead<HubHealth>(packed.AsSpan(0, length), out _, out _));
        Assert.False(Wire.TryRead<HubHealth>([.. packed, 0], out _, out _));
    }
}
