using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Edge.Tests;

public sealed class CameraLightTests : IDisposable
{
    private readonly string folder = Some.Folder();

    private CameraOptions Faulty(string faults) => FakeCameras.Options(FakeCameras.With(folder, faults));

    [Fact]
    public async Task Pictures_are_not_used_until_the_exposure_has_settled()
    {
        var options = Faulty("--ramp 20");
        options.SettleSeconds = 0.5;
        await using var camera = FakeCameras.Run(options);
        await camera.IsUpAsync();
        var shot = await camera.ShootAsync(3, 4);
        Assert.Null(shot.Broken);
        var means = shot.Frames.Select(f => CameraFeed.Brightness(f.Encoded.Span)!.Value.Mean).ToList();
        Assert.True(means.Min() > means[^1] * 0.85, $"it begins at {means[0]} and ends at {means[^1]}");
    }

    [Fact]
    public async Task A_change_to_infrared_is_seen_and_no_still_is_taken_of_it()
    {
        var options = Faulty("--infrared-from 80");
        options.SettleSeconds = 0.3;
        await using var camera = FakeCameras.Run(options);
        await FakeCameras.UntilAsync(() => camera.Condition.Infrared == false, "a look by day");
        var shot = await camera.ShootAsync(0, 9);
        Assert.True(camera.Condition.Infrared);
        Assert.Contains(shot.Frames, f => !f.IsSettled);
        Assert.True(shot.Frames[0].IsSettled && shot.Frames[^1].IsSettled);
        Assert.All(ClipStills.Choose(shot.Frames, 10, shot.Frames[0].Timestamp), i => Assert.True(shot.Frames[i].IsSettled));
    }

    [Fact]
    public void One_odd_picture_is_no_change_of_light_and_the_second_is()
    {
        var time = new FakeTimeProvider();
        var light = new CameraLight(TimeSpan.FromSeconds(1), time);
        long Now() => time.GetTimestamp();
        light.Begin(Now());
        foreach (var _ in Enumerable.Range(0, 3))
        {
            light.Saw(100, grey: false, Now());
            time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal((true, false), (light.IsSettled, light.Infrared));
        light.Saw(100, grey: true, Now());
        light.Saw(100, grey: false, Now());
        Assert.Equal((true, false), (light.IsSettled, light.Infrared));
        var agreed = Now();
        time.Advance(TimeSpan.FromSeconds(3));
        light.Saw(60, grey: true, Now());
        light.Saw(60, grey: true, Now());
        Assert.Equal((false, true, agreed), (light.IsSettled, light.Infrared, light.UnsettledFrom));
    }

    [Fact]
    public void Light_that_never_stands_still_is_taken_as_settled_in_the_end()
    {
        var time = new FakeTimeProvider();
        var light = new CameraLight(TimeSpan.FromSeconds(1), time);
        light.Begin(time.GetTimestamp());
        for (var i = 0; i < 5; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            light.Saw(i * 40, grey: false, time.GetTimestamp());
            Assert.False(light.IsSettled);
        }
        time.Advance(TimeSpan.FromSeconds(1));
        light.Saw(10, grey: false, time.GetTimestamp());
        Assert.True(light.IsSettled);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
