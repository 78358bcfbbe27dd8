using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using MQTTnet;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class CaptureTests
{
    [Fact]
    public async Task The_same_capture_delivered_ten_times_is_one_capture()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var capture = Some.Capture("ridge", Some.Bytes(100), Some.Bytes(100, seed: 2));
        for (var i = 0; i < 10; i++)
        {
            Assert.True((await hub.SendAsync(capture)).IsSuccess);
            Assert.True((await hub.ReceiptAsync()).Stored);
        }
        using var db = cloud.Rows();
        Assert.Equal((1, 2, 2, 2), (db.Captures.Count(), db.Media.Count(), db.Tiers.Count(), db.Runs.Count()));
    }

    [Fact]
    public async Task A_receipt_speaks_of_every_tier_the_record_listed()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var (first, second) = (Some.Bytes(500), Some.Bytes(90_000, seed: 2));
        var capture = Some.Capture("ridge", first, second);
        await hub.SendAsync(capture);
        Assert.Equal([(0L, false), (0L, false)], (await hub.ReceiptAsync()).Media.Select(t => (t.Offset, t.Complete)));

        await hub.SendAsync(capture.Media[0].MediaID, 0, first);
        await hub.SendAsync(capture.Media[1].MediaID, 0, second.AsSpan(0, 1000));
        await hub.SendAsync(capture);
        var again = await hub.ReceiptAsync(r => r.Media.Count == 2);
        Assert.Equal([(500L, true), (1000L, false)], again.Media.Select(t => (t.Offset, t.Complete)));
    }

    [Fact]
    public async Task A_record_with_more_media_adds_them_and_moves_the_end()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var capture = Some.Capture("ridge", Some.Bytes(10));
        var more = capture with
        {
            EventEnd = capture.EventEnd.AddSeconds(9),
            Media = [.. capture.Media, Some.Media(capture.CaptureID, "2", Some.Bytes(20, seed: 2))],
        };
        await hub.SendAsync(capture);
        await hub.SendAsync(more);
        await hub.SendAsync(capture); // late, and older: takes nothing back
        using var db = cloud.Rows();
        Assert.Equal(2, db.Media.Count());
        Assert.Equal(more.EventEnd.UtcDateTime, db.Captures.Single().EventEnd);
    }

    [Fact]
    public async Task What_a_hub_says_of_its_clock_and_of_a_clip_that_broke_off_is_kept()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var capture = Some.Capture("ridge", Some.Bytes(10));
        capture = capture with
        {
            CaptureMethod = null,
            Trigger = "manual",
            MonotonicMs = 90_000,
            Rule = "oneSighting",
            Incomplete = "the camera was unplugged",
            ClockQuality = ClockQuality.Gps,
            ClockSteps = [new ClockStep(4_000, 1_764_000_000_000, ClockQuality.Gps)],
            Media = [capture.Media[0] with { MonotonicMs = 88_000 }],
        };
        await hub.SendAsync(capture);
        var view = (await cloud.GetJsonAsync("/api/v1/captures")).GetProperty("items")[0];
        Assert.Equal(("the camera was unplugged", "oneSighting", 90_000), (view.GetProperty("incomplete").GetString(), view.GetProperty("rule").GetString(), view.GetProperty("monotonicMs").GetInt64()));
        Assert.Equal((4_000, 1_764_000_000_000, "gps"),
            (view.GetProperty("clockSteps")[0].GetProperty("monotonicMs").GetInt64(), view.GetProperty("clockSteps")[0].GetProperty("byMs").GetInt64(), view.GetProperty("clockSteps")[0].GetProperty("quality").GetString()));
        using var db = cloud.Rows();
        Assert.Equal((88_000L, capture.ClockSteps[0]), (db.Media.Single().MonotonicMs, db.Captures.Single().ClockSteps.Single()));
    }

    [Fact]
    public async Task What_the_release_before_stored_is_read()
    {
        Assert.SkipWhen(TestRows.InPostgres, "no release before this one knew PostgreSQL");
        var data = Directory.CreateTempSubdirectory("lynceus-cloud-").FullName;
        using (var db = RowsSetup.Open(data, postgres: null))
        {
            await db.GetService<IMigrator>().MigrateAsync("Start", TestContext.Current.CancellationToken);
            await db.Database.ExecuteSqlRawAsync("""
                INSERT INTO Capture (CaptureID, Hub, CameraID, BootId, Epoch, Seq, ClockQuality, Trigger, EventStart, EventStartLocal, EventStartOffset,
                    EventEnd, EventEndLocal, EventEndOffset, Verdict, Reason, GateModel, GateVersion, ReceivedAt)
                VALUES ('0192f000-0000-7000-8000-000000000001', 'ridge', 'north', '0192f000-0000-7000-8000-000000000002', 'card-1', 1, 'ntp', 'pir', '2026-01-01 00:00:00',
                    '2026-01-01 01:00:00', 60, '2026-01-01 00:00:03', '2026-01-01 01:00:03', 60, 'send', 'animal', 'gate', '1', '2026-01-01 00:01:00')
                """, TestContext.Current.CancellationToken);
        }
        await using (var cloud = await RunningCloud.StartAsync(data))
        {
            var view = (await cloud.GetJsonAsync("/api/v1/captures")).GetProperty("items")[0];
            Assert.Equal((0, "2026-01-01T01:00:00+01:00"), (view.GetProperty("clockSteps").GetArrayLength(), view.GetProperty("eventStart").GetString()));
        }
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task A_record_that_contradicts_a_known_tier_is_refused_and_changes_nothing()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var capture = Some.Capture("ridge", Some.Bytes(10));
        await hub.SendAsync(capture);
        await hub.ReceiptAsync();
        var other = Some.Bytes(10, seed: 9);
        await hub.SendAsync(capture with { Reason = "doubtful", Media = [Some.Media(capture.CaptureID, "1", other), Some.Media(capture.CaptureID, "2", other)] });
        var receipt = await hub.ReceiptAsync();
        Assert.Equal((false, Refusal.Conflict), (receipt.Stored, receipt.Refused));
        Assert.Equal([Refusal.Conflict, null], receipt.Media.Select(m => m.Refused));
        using var db = cloud.Rows();
        Assert.Equal(("animal", 1), (db.Captures.Single().Reason, db.Media.Count()));
    }

    [Fact]
    public async Task Bytes_that_the_same_hub_has_sent_before_are_linked_and_not_asked_for()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        await using var other = await cloud.ConnectAsync("valley");
        var frame = Some.Bytes(300);
        var capture = Some.Capture("ridge", frame);
        await hub.SendAsync(capture);
        await hub.SendAsync(capture.Media[0].MediaID, 0, frame);
        await hub.ReceiptAsync(r => r.Media.Any(t => t.Complete));

        await hub.SendAsync(Some.Capture("ridge", frame));
        Assert.True((await hub.ReceiptAsync()).Media.Single().Complete);
        await other.SendAsync(Some.Capture("valley", frame));
        Assert.False((await other.ReceiptAsync()).Media.Single().Complete);
    }

    [Fact]
    public async Task A_record_of_a_kept_capture_is_counted_without_pixels()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        await hub.SendAsync(Some.Kept());
        var media = Assert.Single(await cloud.MediaAsync());
        Assert.False(media.TryGetProperty("frame", out _));
        Assert.Equal("keep", media.GetProperty("verdict").GetString());
        Assert.Equal("human", media.GetProperty("observation").GetProperty("observationType").GetString());
        Assert.Equal("gate 1", media.GetProperty("observation").GetProperty("classifiedBy").GetString());
        Assert.Equal("hub", media.GetProperty("look").GetProperty("source").GetString());
    }

    [Fact]
    public async Task A_media_the_gate_could_not_look_at_is_unclassified_with_the_reason()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var kept = Some.Kept();
        await hub.SendAsync(kept with { Media = [kept.Media[0] with { Detections = null, Failure = "corrupt: torn at byte 12" }] });
        var observation = Assert.Single(await cloud.MediaAsync()).GetProperty("observation");
        Assert.Equal(("unclassified", "corrupt: torn at byte 12"), (observation.GetProperty("observationType").GetString(), observation.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task Another_hubs_captureID_is_not_taken_over()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var ridge = await cloud.ConnectAsync("ridge");
        await using var valley = await cloud.ConnectAsync("valley");
        var frame = Some.Bytes(10);
        var capture = Some.Capture("ridge", frame);
        await ridge.SendAsync(capture);
        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, (await valley.SendAsync(capture with { Hub = "valley" })).ReasonCode);
        Assert.Equal(Refusal.WrongHub, (await valley.ReceiptAsync()).Refused);
        await valley.SendAsync(capture.Media[0].MediaID, 0, frame);
        Assert.Equal(Refusal.NoRecord, (await valley.ReceiptAsync()).Media.Single().Refused);
    }

    [Fact]
    public async Task The_time_is_kept_as_the_camera_believed_it_and_as_an_instant()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        await hub.SendAsync(Some.Kept());
        using var db = cloud.Rows();
        var row = db.Media.Single();
        Assert.Equal((new DateTime(2026, 5, 17, 10, 0, 0, DateTimeKind.Utc), new DateTime(2026, 5, 17, 12, 0, 0), 120), (row.Timestamp, row.TimestampLocal, row.TimestampOffset));
        Assert.Equal("2026-05-17T12:00:00+02:00", (await cloud.MediaAsync())[0].GetProperty("timestamp").GetString());
    }

    [Theory]
    [InlineData("person", ObservationType.Human, 0.8f, "human")]
    [InlineData("person", ObservationType.Human, 0.1f, "unknown")]
    [InlineData("doubtful", ObservationType.Human, 0.08f, "unknown")]
    [InlineData("vehicle", ObservationType.Animal, 0.2f, "unknown")]
    public async Task A_kept_picture_is_named_only_as_the_gate_was_sure(string reason, ObservationType seen, float conf, string observed)
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        var capture = Some.Kept() with { Reason = reason, Score = 0.8f };
        capture = capture with { Media = [capture.Media[0] with { Detections = [Some.Seen(seen, conf, "thing")] }] };
        Assert.True((await hub.SendAsync(capture)).IsSuccess);
        Assert.Equal(observed, (await cloud.MediaAsync()).Single().GetProperty("observation").GetProperty("observationType").GetString());
    }
}
