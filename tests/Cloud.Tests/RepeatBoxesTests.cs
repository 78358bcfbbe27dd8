using Lynceus.Contracts;

namespace Lynceus.Cloud.Tests;

public sealed class RepeatBoxesTests
{
    private static readonly Box Stump = new(0.4f, 0.5f, 0.1f, 0.2f);
    private static readonly DateTime Noon = new(2026, 5, 17, 12, 0, 0, DateTimeKind.Unspecified);

    [Fact]
    public void A_stump_that_is_seen_in_twenty_pictures_is_found_among_animals_that_walk_by()
    {
        var random = new Random(1);
        var boxes = Enumerable.Range(0, 20).Select(i => Seen(i, Moved(Stump, random, 0.002f), day: i / 4)).ToList();
        boxes.AddRange(Enumerable.Range(100, 500).Select(i => Seen(i, Anywhere(random))));
        var found = Assert.Single(RepeatBoxes.Of(boxes, new RepeatRules()));
        Assert.True(found.Box.IoU(Stump) > 0.95);
        Assert.Equal((ObservationType.Animal, 20, 5, Noon, Noon.AddDays(4)), (found.ObservationType, found.Count, found.Days, found.First, found.Last));
        Assert.Equal(RepeatBoxes.MostExamples, found.Examples.Distinct().Count());
        Assert.Equal((0, 19), (found.Examples[0], found.Examples[^1]));
    }

    [Theory]
    [InlineData(19, 0.5f, 0.1f, 0.2f)]
    [InlineData(40, 0.05f, 0.1f, 0.2f)]
    [InlineData(40, 0.5f, 0.5f, 0.45f)]
    [InlineData(40, 0.5f, 0f, 0.2f)]
    [InlineData(40, float.NaN, 0.1f, 0.2f)]
    public void Too_few_too_weak_and_too_large_is_no_repeat(int count, float conf, float w, float h)
        => Assert.Empty(RepeatBoxes.Of([.. Enumerable.Range(0, count).Select(i => Seen(i, Stump with { W = w, H = h }) with { Conf = conf })], new RepeatRules()));

    [Fact]
    public void Another_size_another_place_and_another_kind_are_something_else_and_one_picture_counts_once()
    {
        var boxes = Enumerable.Range(0, 60).Select(i => Seen(i, (i % 3) switch { 0 => Stump, 1 => Stump with { W = 0.12f }, _ => Stump with { X = 0.42f } })).ToList();
        Assert.Equal([20, 20, 20], RepeatBoxes.Of(boxes, new RepeatRules()).Select(f => f.Count));
        Assert.Empty(RepeatBoxes.Of([.. Enumerable.Range(0, 38).Select(i => Seen(i, Stump) with { ObservationType = i % 2 == 0 ? ObservationType.Animal : ObservationType.Vehicle })], new RepeatRules()));
        Assert.Empty(RepeatBoxes.Of([.. Enumerable.Range(0, 40).Select(i => Seen(i % 10, Stump))], new RepeatRules())); // forty frames of ten videos
    }

    [Theory]
    [InlineData(0.9f)]
    [InlineData(0.75f)]
    [InlineData(0.5f)]
    [InlineData(0.99f)]
    public void The_grid_finds_what_comparing_each_with_each_finds(float iou)
    {
        var random = new Random(7);
        var things = Enumerable.Range(0, 40).Select(_ => Anywhere(random)).ToList();
        var boxes = Enumerable.Range(0, 3000).Select(i => Seen(i, Moved(things[random.Next(things.Count)], random, (1 - iou) * 0.2f))).ToList();
        var rules = new RepeatRules { MinIoU = iou, MaxArea = 1, Least = 2 };
        var groups = new List<List<SeenBox>>();
        foreach (var box in boxes)
        {
            var (best, at) = (iou, -1);
            for (var g = 0; g < groups.Count; g++)
            {
                var covers = groups[g][0].Box.IoU(box.Box);
                if (covers > best || (at < 0 && covers >= best)) (best, at) = (covers, g);
            }
            if (at < 0) groups.Add([box]);
            else groups[at].Add(box);
        }
        Assert.Equal(groups.Where(g => g.Count >= 2).Select(g => g.Count).OrderDescending(), RepeatBoxes.Of(boxes, rules).Select(f => f.Count).OrderDescending());
    }

    [Fact]
    public void A_hundred_thousand_boxes_take_memory_by_their_number_and_not_by_its_square()
    {
        var random = new Random(3);
        long Bytes(int count)
        {
            var boxes = Enumerable.Range(0, count).Select(i => Seen(i, i % 4 == 0 ? Moved(Stump, random, 0.002f) : Anywhere(random))).ToList();
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.InRange(RepeatBoxes.Of(boxes, new RepeatRules { MaxArea = 1 })[0].Count, count / 4, (count / 4) + (count / 400));
            return (GC.GetAllocatedBytesForCurrentThread() - before) / count;
        }
        Bytes(1000);
        Assert.InRange(Bytes(100_000), 1, 600);
    }

    [Theory]
    [InlineData(0.4f, 20, 0.1f, 0.2f, "minIoU")]
    [InlineData(1f, 20, 0.1f, 0.2f, "minIoU")]
    [InlineData(float.NaN, 20, 0.1f, 0.2f, "minIoU")]
    [InlineData(0.9f, 1, 0.1f, 0.2f, "least")]
    [InlineData(0.9f, 20, -1f, 0.2f, "minConf")]
    [InlineData(0.9f, 20, 0.1f, 0f, "maxArea")]
    public void A_rule_that_is_none_is_refused_by_its_field(float iou, int least, float conf, float area, string field)
        => Assert.StartsWith(field + ":", new RepeatRules { MinIoU = iou, Least = least, MinConf = conf, MaxArea = area }.Fault(), StringComparison.Ordinal);

    [Theory]
    [InlineData(ObservationType.Animal, 50, 3, true)]
    [InlineData(ObservationType.Animal, 49, 3, false)]
    [InlineData(ObservationType.Animal, 500, 2, false)]
    [InlineData(ObservationType.Human, 500, 30, false)]
    public void The_rule_confirms_what_is_there_for_long_and_never_a_person(ObservationType type, int count, int days, bool confirms) => Assert.Equal(confirms, new ConfirmRule().Confirms(type, count, days));

    private static SeenBox Seen(long media, Box box, int day = 0) => new(media, Noon.AddDays(day), ObservationType.Animal, 0.5f, box);

    private static Box Moved(Box box, Random random, float by)
        => new(box.X + (random.NextSingle() * by * box.W), box.Y + (random.NextSingle() * by * box.H), box.W * (1 + (random.NextSingle() * by)), box.H * (1 + (random.NextSingle() * by)));

    private static Box Anywhere(Random random)
    {
        var (w, h) = (0.02f + (random.NextSingle() * 0.4f), 0.02f + (random.NextSingle() * 0.4f));
        return new Box(random.NextSingle() * (1 - w), random.NextSingle() * (1 - h), w, h);
    }
}
