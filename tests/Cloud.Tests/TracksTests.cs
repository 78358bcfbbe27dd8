using Lynceus.Contracts;

namespace Lynceus.Cloud.Tests;

public sealed class TracksTests
{
    private static Detection Thing(double x, double y, ObservationType type = ObservationType.Animal, float conf = 0.8f, float size = 0.1f)
        => new() { ObservationType = type, Label = WireWords.Of(type), Conf = conf, Bbox = new Box((float)x, (float)y, size, size) };

    private static FrameSeen At(int half, params Detection[] found) => new(half * 12, half / 2.0, found);

    [Fact]
    public void One_animal_that_walks_through_the_picture_is_one_track_though_its_boxes_never_overlap()
    {
        var track = Assert.Single(Tracks.Of(Enumerable.Range(0, 12).Select(i => At(i, Thing(0.02 + (i * 0.075), 0.4)))));
        Assert.Equal(12, track.Sightings.Count);
        track = Assert.Single(Tracks.Of(Enumerable.Range(0, 7).Select(i => At(i, Thing(0.02 + (i * 0.13), 0.4)))));
        Assert.Equal(Enumerable.Range(0, 7).Select(i => i * 12), track.Sightings.Select(s => s.Frame));
    }

    [Fact]
    public void Two_that_cross_each_other_keep_their_tracks()
    {
        var tracks = Tracks.Of(Enumerable.Range(0, 13).Select(i => At(i, Thing(0.1 + (i * 0.05), 0.40, size: 0.12f), Thing(0.75 - (i * 0.05), 0.44, size: 0.12f))));
        Assert.Equal(2, tracks.Count);
        Assert.All(tracks, t => Assert.Equal(13, t.Sightings.Count));
        Assert.Equal((0.7f, 0.15f), (tracks[0].Sightings[^1].Detection.Bbox.X, tracks[1].Sightings[^1].Detection.Bbox.X), (a, b) => Math.Abs(a.Item1 - b.Item1) < 0.01 && Math.Abs(a.Item2 - b.Item2) < 0.01);
    }

    [Fact]
    public void What_is_hidden_for_a_moment_is_the_same_and_what_comes_long_after_is_another()
    {
        var hidden = Tracks.Of(Enumerable.Range(0, 12).Where(i => i is not (4 or 5)).Select(i => At(i, Thing(0.1 + (i * 0.05), 0.4))));
        Assert.Equal(10, Assert.Single(hidden).Sightings.Count);
        Assert.Equal(2, Tracks.Of([At(0, Thing(0.1, 0.4)), At(1, Thing(0.12, 0.4)), At(9, Thing(0.14, 0.4))]).Count);
    }

    [Fact]
    public void A_person_and_a_dog_are_two_and_a_second_box_over_the_same_animal_is_none()
    {
        Assert.Equal(2, Tracks.Of(Enumerable.Range(0, 4).Select(i => At(i, Thing(0.1 + (i * 0.03), 0.4), Thing(0.12 + (i * 0.03), 0.42, ObservationType.Human)))).Count);
        Assert.Single(Tracks.Of(Enumerable.Range(0, 4).Select(i => At(i, Thing(0.1, 0.4), Thing(0.105, 0.405, conf: 0.5f)))));
    }

    [Fact]
    public void The_surest_sighting_stands_for_a_track_and_no_frames_have_no_tracks()
    {
        var track = Assert.Single(Tracks.Of([At(0, Thing(0.1, 0.4, conf: 0.3f)), At(1, Thing(0.1, 0.4, conf: 0.9f)), At(2, Thing(0.1, 0.4, conf: 0.6f))]));
        Assert.Equal((12, 0.9f), (track.Best.Frame, track.Best.Detection.Conf));
        Assert.Empty(Tracks.Of([]));
        Assert.Empty(Tracks.Of([At(0), At(1)]));
    }
}
