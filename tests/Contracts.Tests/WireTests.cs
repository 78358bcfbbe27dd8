using System.Text;

namespace Lynceus.Contracts.Tests;

public class WireTests
{
    private static readonly Guid Capture = Guid.Parse("01980000-0000-7000-8000-000000000001");

    private static CaptureRecord SomeCapture() => new()
    {
        CaptureID = Capture,
        Hub = "valley-1",
        CameraID = "ridge",
        BootId = Guid.Parse("01980000-0000-7000-8000-0000000000b0"),
        Epoch = "e1",
        Seq = 7,
        ClockQuality = ClockQuality.Camera,
        CaptureMethod = CaptureMethod.ActivityDetection,
        Trigger = "card",
        EventStart = new DateTimeOffset(2024, 5, 1, 22, 0, 0, TimeSpan.FromHours(2)),
        EventEnd = new DateTimeOffset(2024, 5, 1, 22, 0, 2, TimeSpan.FromHours(2)),
        Verdict = Verdict.Send,
        Reason = "animal",
        Score = 0.5f,
        Gate = new GateVersion("gate", "1"),
        Media =
        [
            new MediaRecord
            {
                MediaID = Ids.Media(Capture, "1"),
                Timestamp = new DateTimeOffset(2024, 5, 1, 22, 0, 0, TimeSpan.FromHours(2)),
                FilePath = "ridge/IMG_1.JPG",
                FileMediatype = "image/jpeg",
                Width = 1280,
                Height = 960,
                Detections = [new Detection { ObservationType = ObservationType.Animal, Label = "deer", Conf = 0.5f, Bbox = new Box(0.1f, 0.2f, 0.3f, 0.4f) }],
                Tiers = [new TierRecord(Tier.Frame, 3, Ids.Sha256("abc"u8), "image/jpeg")],
            },
        ],
    };

    [Fact]
    public void A_capture_record_reads_like_this_on_the_wire()
        => Assert.Equal(
            """{"captureID":"01980000-0000-7000-8000-000000000001","hub":"valley-1","cameraID":"ridge","bootId":"01980000-0000-7000-8000-0000000000b0","epoch":"e1","seq":7,"clockQuality":"camera","captureMethod":"activityDetection","trigger":"card","eventStart":"2024-05-01T22:00:00+02:00","eventEnd":"2024-05-01T22:00:02+02:00","verdict":"send","reason":"animal","score":0.5,"gate":{"model":"gate","version":"1"},"media":[{"mediaID":"01980000-0000-7000-8000-000000000001/1","timestamp":"2024-05-01T22:00:00+02:00","filePath":"ridge/IMG_1.JPG","fileMediatype":"image/jpeg","width":1280,"height":960,"truncated":false,"blurred":false,"detections":[{"observationType":"animal","label":"deer","conf":0.5,"bbox":[0.1,0.2,0.3,0.4]}],"tiers":[{"tier":"frame","bytes":3,"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","fileMediatype":"image/jpeg"}]}]}""",
            Encoding.UTF8.GetString(Wire.Write(SomeCapture())));

    [Fact]
    public void The_rule_and_the_audit_of_a_drop_read_like_this_on_the_wire()
    {
        var drop = SomeCapture() with
        {
            Verdict = Verdict.Drop,
            Reason = "empty",
            Rule = "nothingSeen",
            Score = 0.03f,
            AuditProbability = 0.25f,
            AuditStratum = "doubtful",
            Gate = new GateVersion("gate", "1", "careful: send 0.2, keep 0.15"),
            Media = [],
        };
        var json = Encoding.UTF8.GetString(Wire.Write(drop));
        Assert.EndsWith(
            """"verdict":"drop","reason":"empty","rule":"nothingSeen","score":0.03,"auditProbability":0.25,"auditStratum":"doubtful","gate":{"model":"gate","version":"1","profile":"careful: send 0.2, keep 0.15"},"media":[]}"""", json, StringComparison.Ordinal);
        Assert.True(Wire.TryRead<CaptureRecord>(Wire.Write(drop), out var back, out var fault), fault);
        Assert.Equal(("nothingSeen", 0.25f, "doubtful"), (back.Rule, back.AuditProbability, back.AuditStratum));
        Assert.False(Wire.TryRead<CaptureRecord>(Wire.Write(drop with { Rule = "" }), out _, out fault));
        Assert.Contains("rule", fault, StringComparison.Ordinal);
        Assert.False(Wire.TryRead<CaptureRecord>(Wire.Write(drop with { AuditStratum = new string('x', 129) }), out _, out fault));
        Assert.Contains("auditStratum", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_capture_record_comes_back_as_it_was_written()
    {
        Assert.True(Wire.TryRead<CaptureRecord>(Wire.Write(SomeCapture()), out var back, out var fault), fault);
        Assert.Equal(Encoding.UTF8.GetString(Wire.Write(SomeCapture())), Encoding.UTF8.GetString(Wire.Write(back)));
    }

    [Fact]
    public void A_receipt_reads_like_this_on_the_wire()
        => Assert.Equal(
            """{"captureID":"01980000-0000-7000-8000-000000000001","stored":true,"media":[{"mediaID":"01980000-0000-7000-8000-000000000001/1","tier":"frame","offset":65536,"complete":false}]}""",
            Encoding.UTF8.GetString(Wire.Write(new Receipt { CaptureID = Capture, Stored = true, Media = [new TierReceipt(Ids.Media(Capture, "1"), Tier.Frame, 65536, false)] })));

    [Fact]
    public void A_state_and_an_effort_record_read_like_this_on_the_wire()
    {
        var hour = new DateTimeOffset(2024, 5, 1, 22, 0, 0, TimeSpan.Zero);
        Assert.Equal(
            """{"hub":"valley-1","online":true,"bootId":"01980000-0000-7000-8000-000000000001","epoch":"e1","seq":0}""",
            Encoding.UTF8.GetString(Wire.Write(new HubState { Hub = "valley-1", Online = true, BootId = Capture, Epoch = "e1", Seq = 0 })));
        Assert.Equal(
            """{"hub":"valley-1","online":true,"bootId":"01980000-0000-7000-8000-000000000001","epoch":"e1","seq":0,"model":"gate","modelVersion":"0.1\u002Bint8","modelProblem":"model new: has no bytes"}""",
            Encoding.UTF8.GetString(Wire.Write(new HubState { Hub = "valley-1", Online = true, BootId = Capture, Epoch = "e1", Seq = 0, Model = "gate", ModelVersion = "0.1+int8", ModelProblem = "model new: has no bytes" })));
        var effort = new EffortRecord
        {
            EffortID = Ids.Effort("valley-1", "ridge", hour, "e1"), Hub = "valley-1", CameraID = "ridge", Hour = hour, Source = "e1", Revision = 3, Triggers = 3, Suppressed = 0,
            Sent = 1, Kept = 0, Dropped = 2, Audited = 0, Drops = new Dictionary<string, int> { ["empty"] = 2 }, Gate = new GateVersion("gate", "1"),
        };
        Assert.EndsWith(""""hour":"2024-05-01T22:00:00+00:00","source":"e1","revision":3,"triggers":3,"suppressed":0,"sent":1,"kept":0,"dropped":2,"audited":0,"drops":{"empty":2},"gate":{"model":"gate","version":"1"}}"""",
            Encoding.UTF8.GetString(Wire.Write(effort)), StringComparison.Ordinal);
        Assert.True(Wire.TryRead<EffortRecord>(Wire.Write(effort), out _, out var fault), fault);
    }

    private static HubState SomeStation() => new()
    {
        Hub = "valley-1", Online = true, BootId = Capture, Epoch = "e1", Seq = 0, ClockQuality = ClockQuality.Gps, ClockSteps = [new ClockStep(5000, -3_600_000, ClockQuality.Gps)],
        Latitude = 46.5, Longitude = -7.25, Station = "Ridge",
    };

    [Fact]
    public void Where_a_station_is_and_what_its_clock_did_reads_like_this_on_the_wire()
    {
        Assert.Equal(
            """{"hub":"valley-1","online":true,"bootId":"01980000-0000-7000-8000-000000000001","epoch":"e1","seq":0,"clockQuality":"gps","clockSteps":[{"monotonicMs":5000,"byMs":-3600000,"quality":"gps"}],"latitude":46.5,"longitude":-7.25,"station":"Ridge"}""",
            Encoding.UTF8.GetString(Wire.Write(SomeStation())));
        Assert.True(Wire.TryRead<HubState>(Wire.Write(SomeStation()), out var back, out var fault), fault);
        Assert.Equal(SomeStation().ClockSteps, back.ClockSteps);
        Assert.Contains(
            "\"captureMethod\":\"activityDetection\",\"clockSteps\":[{\"monotonicMs\":5000,\"byMs\":-3600000,\"quality\":\"gps\"}],\"trigger\":",
            Encoding.UTF8.GetString(Wire.Write(SomeCapture() with { ClockSteps = SomeStation().ClockSteps })), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("46.5", "90.1", "latitude")]
    [InlineData("-7.25", "-180.5", "longitude")]
    [InlineData("\"latitude\":46.5,", "", "latitude")]
    [InlineData("Ridge", "", "station")]
    [InlineData("Ridge", "a\\nb", "station")]
    [InlineData("5000", "-1", "clockSteps")]
    [InlineData("-3600000", "9000000000000000000", "clockSteps")]
    [InlineData("[{", "[null,{", "clockSteps")]
    [InlineData("\"gps\"", "\"sundial\"", "clockQuality")]
    public void A_state_with_a_broken_field_is_refused_and_the_field_is_named(string right, string wrong, string field)
    {
        var json = Encoding.UTF8.GetString(Wire.Write(SomeStation()));
        Assert.Contains(right, json, StringComparison.Ordinal);
        Assert.False(Wire.TryRead<HubState>(Encoding.UTF8.GetBytes(json.Replace(right, wrong, StringComparison.Ordinal)), out _, out var fault));
        Assert.Contains(field, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_sixteen_steps_are_refused_in_a_state_and_in_a_record()
    {
        ClockStep[] many = [.. Enumerable.Range(0, 17).Select(i => new ClockStep(i, 1000, ClockQuality.Ntp))];
        Assert.False(Wire.TryRead<HubState>(Wire.Write(SomeStation() with { ClockSteps = many }), out _, out var fault));
        Assert.Contains("clockSteps", fault, StringComparison.Ordinal);
        Assert.False(Wire.TryRead<CaptureRecord>(Wire.Write(SomeCapture() with { ClockSteps = many }), out _, out fault));
        Assert.Contains("clockSteps", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tiers", "tiers: ")]
    [InlineData("media", "media: ")]
    [InlineData("detections", "detections: ")]
    public void A_null_in_a_list_is_refused_and_the_list_is_named(string list, string fault)
    {
        var record = System.Text.Json.Nodes.JsonNode.Parse(Wire.Write(SomeCapture()))!;
        var holder = list == "media" ? record : record["media"]![0]!;
        holder[list] = new System.Text.Json.Nodes.JsonArray((System.Text.Json.Nodes.JsonNode?)null);
        Assert.False(Wire.TryRead<CaptureRecord>(Encoding.UTF8.GetBytes(record.ToJsonString()), out _, out var said));
        Assert.Contains(fault, said, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> BrokenFields => new()
    {
        { "\"hub\":\"valley-1\"", "\"hub\":\"../etc\"", "hub" },
        { "\"cameraID\":\"ridge\"", "\"cameraID\":\"\"", "cameraID" },
        { "\"seq\":7", "\"seq\":-1", "seq" },
        { "\"score\":0.5", "\"score\":7", "score" },
        { "22:00:02+02:00", "21:00:02+02:00", "eventEnd" },
        { "000000000001/1", "000000000002/1", "mediaID" },
        { "000000000001/1", "000000000001/../1", "mediaID" },
        { "\"bytes\":3", "\"bytes\":0", "bytes" },
        { "\"bytes\":3", "\"bytes\":99999999999", "bytes" },
        { "\"tiers\":[{", "\"tiers\":[null,{", "tiers" },
        { "\"sha256\":\"ba", "\"sha256\":\"XX", "sha256" },
        { "[0.1,0.2,0.3,0.4]", "[0.1,0.2,0.3]", "bbox" },
        { "[0.1,0.2,0.3,0.4]", "[0.9,0.2,0.3,0.4]", "bbox" },
        { "\"conf\":0.5", "\"conf\":\"high\"", "conf" },
        { "\"verdict\":\"send\"", "\"verdict\":\"maybe\"", "verdict" },
        { "ridge/IMG_1.JPG", "ridge/\\u0000", "filePath" },
        { "\"hub\":\"valley-1\",", "", "hub" },
        { "\"gate\":{\"model\":\"gate\",\"version\":\"1\"}", "\"gate\":null", "gate" },
    };

    [Theory]
    [MemberData(nameof(BrokenFields))]
    public void A_record_with_a_broken_field_is_refused_and_the_field_is_named(string right, string wrong, string field)
    {
        var json = Encoding.UTF8.GetString(Wire.Write(SomeCapture()));
        Assert.Contains(right, json, StringComparison.Ordinal);
        Assert.False(Wire.TryRead<CaptureRecord>(Encoding.UTF8.GetBytes(json.Replace(right, wrong, StringComparison.Ordinal)), out _, out var fault));
        Assert.Contains(field, fault, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"hub\":")]
    [InlineData("\u0000\u0001")]
    public void What_is_no_JSON_is_refused_without_an_exception(string text)
    {
        Assert.False(Wire.TryRead<CaptureRecord>(Encoding.UTF8.GetBytes(text), out _, out var fault));
        Assert.NotEmpty(fault);
    }

    [Fact]
    public void A_record_deeper_or_longer_than_the_limit_is_refused()
    {
        Assert.False(Wire.TryRead<CaptureRecord>(new byte[Wire.MaxJsonBytes + 1], out _, out var fault));
        Assert.Contains("bytes", fault, StringComparison.Ordinal);
        Assert.False(Wire.TryRead<CaptureRecord>(Encoding.UTF8.GetBytes(new string('[', 10_000)), out _, out _));
    }

    [Fact]
    public void Ten_thousand_damaged_records_are_refused_or_read_and_none_throws()
    {
        var (random, whole, read) = (new Random(11), Wire.Write(SomeCapture()), 0);
        for (var i = 0; i < 10_000; i++)
        {
            var damaged = whole.ToArray();
            for (var hits = random.Next(1, 6); hits > 0; hits--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (Wire.TryRead<CaptureRecord>(damaged, out var record, out var fault)) read++;
            else Assert.True(record is null && fault.Length > 0);
        }
        Assert.InRange(read, 1, 9_999);
    }

    [Fact]
    public void An_unknown_field_of_a_newer_hub_does_no_harm()
    {
        var json = Encoding.UTF8.GetString(Wire.Write(SomeCapture())).Replace("{\"captureID\"", "{\"newer\":{\"a\":1},\"captureID\"", StringComparison.Ordinal);
        Assert.True(Wire.TryRead<CaptureRecord>(Encoding.UTF8.GetBytes(json), out _, out _));
    }
}
