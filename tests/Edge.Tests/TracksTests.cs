using Lynceus.Contracts;

namespace Lynceus.Edge.Tests;

public class TracksTests
{
    private static readonly Box Here = new(0.4f, 0.4f, 0.1f, 0.1f);

    private static Sighting At(int frame, float conf, Box? box = null, bool changed = true) => new(frame, 0, Some.Seen(ObservationType.Animal, conf, box ?? Here), changed);

    private static float Score(params Sighting[] sightings) => Tracks.Of(sightings, 0.05f) is [var best, ..] ? best.Score : 0;

    [Theory]
    [InlineData(0.01f)]
    [InlineData(0.06f)]
    [InlineData(0.999f)]
    public void A_sighting_by_itself_keeps_its_own_score(float conf) => Assert.Equal(conf, Score(At(0, conf)));

    [Fact]
    public void Sightings_of_one_object_in_several_frames_add_up()
    {
        Assert.InRange(Score(At(0, 0.08f), At(1, 0.08f), At(2, 0.08f)), 0.1f, 0.2f);
        Assert.True(Score(At(0, 0.08f), At(1, 0.08f), At(2, 0.08f), At(3, 0.08f)) > Score(At(0, 0.08f), At(1, 0.08f), At(2, 0.08f)));
    }

    [Fact]
    public void A_still_thing_where_nothing_changed_adds_nothing()
        => Assert.Equal(0.08f, Score(At(0, 0.08f, changed: false), At(1, 0.08f, changed: false), At(2, 0.08f, changed: false)));

    [Fact]
    public void What_moved_adds_up_even_where_nobody_knows_what_changed()
        => Assert.True(Score(At(0, 0.08f, changed: false), At(1, 0.08f, Here with { X = 0.48f }, changed: false)) > 0.08f);

    [Fact]
    public void What_scores_below_the_neutral_score_adds_nothing() => Assert.Equal(0.08f, Score(At(0, 0.08f), At(1, 0.05f), At(2, 0.03f)));

    [Fact]
    public void Two_things_in_one_frame_do_not_add_up() => Assert.Equal(0.08f, Score(At(0, 0.08f), At(0, 0.08f, Here with { X = 0.45f })));

    [Fact]
    public void Things_far_apart_or_of_other_sizes_are_not_one_object()
    {
        Assert.Equal(0.08f, Score(At(0, 0.08f), At(1, 0.08f, Here with { X = 0.8f })));
        Assert.Equal(0.08f, Score(At(0, 0.08f), At(1, 0.08f, new Box(0.3f, 0.3f, 0.4f, 0.4f))));
    }

    [Fact]
    public void A_sighting_stands_in_one_track_and_the_best_is_first()
    {
        var tracks = Tracks.Of([At(0, 0.1f), At(0, 0.3f, Here with { X = 0.8f }), At(1, 0.1f)], 0.05f);
        Assert.Equal([1, 2], tracks.Select(t => t.Sightings.Count));
        Assert.Equal([0.3f], tracks[0].Sightings.Select(s => s.Detection.Conf));
    }

    [Fact]
    public void One_more_sighting_never_lowers_the_score()
    {
        var random = new Random(5);
        for (var turn = 0; turn < 500; turn++)
        {
            var sightings = Enumerable.Range(0, random.Next(1, 12))
                .Select(_ => At(random.Next(6), random.NextSingle() * (random.Next(2) + 0.2f) / 1.2f, new Box(random.NextSingle() * 0.8f, random.NextSingle() * 0.8f, 0.02f + (random.NextSingle() * 0.15f), 0.02f + (random.NextSingle() * 0.15f)), random.Next(2) == 0))
                .OrderBy(s => s.Frame).ToList();
            var without = sightings.ToList();
            without.RemoveAt(random.Next(without.Count));
            Assert.True(Score([.. sightings]) >= Score([.. without]), $"turn {turn}");
        }
    }

    [Fact]
    public void A_box_is_supported_by_a_change_in_it_and_not_by_one_beside_it()
    {
        Assert.True(Tracks.IsSupported(Here, [new Box(0.42f, 0.42f, 0.01f, 0.01f)]));
        Assert.True(Tracks.IsSupported(Here, [new Box(0.3f, 0.3f, 0.5f, 0.5f)]));
        Assert.False(Tracks.IsSupported(Here, [new Box(0.5f, 0.4f, 0.1f, 0.1f)]));
        Assert.False(Tracks.IsSupported(Here, [new Box(0.495f, 0.4f, 0.4f, 0.1f)]));
        Assert.False(Tracks.IsSupported(Here, []));
    }
}
