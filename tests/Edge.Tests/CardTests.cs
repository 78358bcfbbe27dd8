using Lynceus.Contracts;

namespace Lynceus.Edge.Tests;

public sealed class CardTests : IDisposable
{
    private static readonly DateTime Noon = new(2024, 5, 1, 12, 0, 0);
    private readonly string folder = Path.Combine(Some.Folder(), "carte mémoire 1");

    private List<IReadOnlyList<CardFile>> Sequences(TimeZoneInfo? zone = null) => [.. Card.Sequences(new Card(folder, zone ?? TimeZoneInfo.Utc).Files())];

    private string Put(string path, byte[] content)
    {
        var full = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
        return full;
    }

    private void PutAt(string path, double seconds, byte shade) => Put(path, Some.Jpeg(Noon.AddSeconds(seconds), shade));

    [Fact]
    public void Frames_of_a_camera_within_120_seconds_are_one_capture()
    {
        PutAt("a/1.jpg", 0, 1);
        PutAt("a/2.jpg", 120, 2);
        PutAt("a/3.jpg", 241, 3);
        Assert.Equal([2, 1], Sequences().Select(s => s.Count));
    }

    [Fact]
    public void Two_cameras_at_one_moment_are_two_captures()
    {
        PutAt("ridge/DCIM/100RECNX/1.jpg", 0, 1);
        PutAt("stream/DCIM/100RECNX/1.jpg", 0, 2);
        Assert.Equal(["ridge", "stream"], Sequences().Select(s => s[0].CameraID));
    }

    [Fact]
    public void A_card_without_camera_folders_is_one_camera_named_as_the_card()
    {
        PutAt("DCIM/100RECNX/1.jpg", 0, 1);
        PutAt("DCIM/101RECNX/2.jpg", 5, 2);
        Assert.Equal(("carte mémoire 1", 2), (Sequences().Single()[0].CameraID, Sequences().Single().Count));
    }

    [Fact]
    public void Files_that_do_not_say_when_they_were_taken_are_captures_by_themselves()
    {
        Put("a/1.jpg", Some.Jpeg(shade: 1));
        Put("a/2.jpg", Some.Jpeg(shade: 2));
        Assert.Equal(2, Sequences().Count);
        Assert.All(Sequences(), s => Assert.Equal(ClockQuality.File, s[0].ClockQuality));
    }

    [Fact]
    public void The_same_card_gives_the_same_captures_and_a_card_that_grew_the_same_ones_and_more()
    {
        PutAt("a/1.jpg", 0, 1);
        PutAt("a/2.jpg", 10, 2);
        var before = Clips();
        PutAt("a/3.jpg", 20, 3);
        PutAt("a/4.jpg", 900, 4);
        var after = Clips();
        Assert.Equal(before[0].CaptureID, after[0].CaptureID);
        Assert.Equal(before[0].Frames.Select(f => f.Number), after[0].Frames.Take(2).Select(f => f.Number));
        Assert.Equal(2, after.Count);
        Assert.Equal(Clips().Select(c => c.CaptureID), after.Select(c => c.CaptureID));
    }

    [Fact]
    public void A_picture_that_is_there_twice_is_taken_once()
    {
        PutAt("a/1.jpg", 0, 1);
        PutAt("a/copy of 1.jpg", 0, 1);
        Assert.Single(Clips().Single().Frames);
    }

    [Fact]
    public void Two_empty_files_are_two_frames_that_could_not_be_looked_at()
    {
        Put("a/1.jpg", []);
        Put("a/2.jpg", []);
        Assert.Equal(2, Clips().Select(c => c.CaptureID).Distinct().Count());
    }

    [Fact]
    public void Times_are_the_cameras_own_in_the_zone_that_the_owner_names()
    {
        PutAt("a/1.jpg", 0, 1);
        var file = Sequences(TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich")).Single().Single();
        Assert.Equal(new DateTimeOffset(Noon, TimeSpan.FromHours(2)), file.Time);
        Assert.Equal(ClockQuality.Camera, file.ClockQuality);
    }

    [Fact]
    public void What_is_no_picture_by_its_name_is_left_out()
    {
        PutAt("a/1.jpg", 0, 1);
        Put("a/labels.csv", [1]);
        Put("a/._1.jpg", [1]);
        Assert.Single(Sequences().Single());
    }

    [Fact]
    public void A_long_row_of_frames_is_cut()
    {
        for (var i = 0; i < 105; i++) PutAt($"a/{i:000}.jpg", i, (byte)i);
        Assert.Equal([100, 5], Sequences().Select(s => s.Count));
    }

    [Fact]
    public void Real_photographs_say_when_they_were_taken()
    {
        var (time, quality) = CardFile.ReadTime(Shared.Data("images", "jura-8.2G", "016.jpg"), TimeZoneInfo.Utc);
        Assert.Equal((new DateTimeOffset(2006, 10, 22, 20, 40, 0, TimeSpan.Zero), ClockQuality.Camera), (time, quality));
    }

    private List<Clip> Clips() => [.. Sequences().Select(s => Card.ToClip(s, "hub", "card", new GateOptions()))];

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);
}
