using Lynceus.Contracts;

namespace Lynceus.Edge.Tests;

public class FalseFriendTests
{
    private static readonly Box Stump = new(0.2f, 0.5f, 0.1f, 0.15f);
    private static readonly Illumination Noon = new(0.5f, false);
    private static readonly DateOnly Monday = new(2024, 5, 6);

    private static Detection Seen(float conf = 0.3f, Box? box = null) => Some.Seen(ObservationType.Animal, conf, box ?? Stump);

    /// <summary>A stump that fired in so many captures, evenly over so many days.</summary>
    private static FalseFriends After(int captures, int days, float conf = 0.3f, Box? box = null)
    {
        var friends = new FalseFriends();
        for (var i = 0; i < captures; i++) friends.Learn([Seen(conf, box)], [], Noon, Monday.AddDays(i * days / captures));
        return friends;
    }

    [Fact]
    public void A_still_thing_that_fires_for_days_is_a_false_friend() => Assert.Equal((12, 2), After(12, 2).Find(Seen()) is { } f ? (f.Captures, f.Days) : default);

    [Theory]
    [InlineData(9, 3)]
    [InlineData(40, 1)]
    public void A_few_captures_or_one_day_are_not_enough(int captures, int days) => Assert.Null(After(captures, days).Find(Seen()));

    [Fact]
    public void A_thing_at_another_place_is_none() => Assert.Null(After(12, 2).Find(Seen(box: Stump with { X = 0.23f })));

    [Fact]
    public void A_score_plainly_above_the_usual_one_is_something_else_in_front_of_it()
    {
        Assert.NotNull(After(12, 2).Find(Seen(0.39f)));
        Assert.Null(After(12, 2).Find(Seen(0.41f)));
    }

    [Fact]
    public void What_fills_more_than_a_fifth_of_the_picture_is_never_learned()
    {
        var large = new Box(0.1f, 0.1f, 0.5f, 0.5f);
        Assert.Null(After(30, 3, box: large).Find(Seen(box: large)));
    }

    [Fact]
    public void It_is_forgotten_when_it_does_not_fire_any_more()
    {
        var friends = After(12, 2);
        for (var i = 0; i < FalseFriends.MostMisses - 1; i++) friends.Learn([], [], Noon, Monday.AddDays(3));
        Assert.NotNull(friends.Find(Seen()));
        friends.Learn([], [], Noon, Monday.AddDays(3));
        Assert.Null(friends.Find(Seen()));
    }

    [Fact]
    public void It_is_not_forgotten_in_another_light_nor_while_something_hides_it()
    {
        var friends = After(12, 2);
        for (var i = 0; i < 100; i++)
        {
            friends.Learn([], [], new Illumination(0.5f, true), Monday.AddDays(3));
            friends.Learn([], [], new Illumination(0.2f, false), Monday.AddDays(3));
            friends.Learn([], [Stump], Noon, Monday.AddDays(3));
        }
        Assert.NotNull(friends.Find(Seen()));
    }

    [Fact]
    public void Several_frames_of_one_capture_count_once()
    {
        var friends = new FalseFriends();
        for (var i = 0; i < 4; i++) friends.Learn([.. Enumerable.Repeat(Seen(), 5)], [], Noon, Monday.AddDays(i));
        Assert.Equal(4, Assert.Single(friends.All).Captures);
    }

    [Fact]
    public void However_much_flickers_only_so_many_are_remembered_and_the_learned_ones_stay()
    {
        var (friends, random) = (After(12, 2), new Random(1));
        for (var i = 0; i < 500; i++)
            friends.Learn([Seen(), .. Enumerable.Range(0, 20).Select(_ => Seen(box: new Box(random.NextSingle() * 0.9f, random.NextSingle() * 0.9f, 0.05f, 0.05f)))], [], Noon, Monday.AddDays(3));
        Assert.InRange(friends.All.Count, 2, FalseFriends.Most);
        Assert.NotNull(friends.Find(Seen()));
    }

    [Fact]
    public void What_comes_from_the_disk_is_taken_whole_or_not_at_all()
    {
        var again = new FalseFriends();
        Assert.True(again.Load(After(12, 2).All));
        Assert.NotNull(again.Find(Seen()));
        var sound = After(12, 2).All[0];
        Assert.False(new FalseFriends().Load([sound, sound with { UsualScore = float.NaN }]));
        Assert.False(new FalseFriends().Load([sound with { Place = new Box(0.9f, 0, 0.5f, 0.1f) }]));
        Assert.False(new FalseFriends().Load([.. Enumerable.Repeat(sound, FalseFriends.Most + 1)]));
    }
}
