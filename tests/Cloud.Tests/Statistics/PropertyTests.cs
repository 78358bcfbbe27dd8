namespace Lynceus.Cloud.Tests;

/// <summary>What holds for any data, tried on random ones that are the same each time.</summary>
public sealed class PropertyTests
{
    private const int Rounds = 60;

    private static double[] Times(Random random) => [.. Enumerable.Range(0, 5 + random.Next(120)).Select(_ => random.NextDouble() < 0.5 ? 1 + VonMises.Draw(random, 1 + random.NextDouble() * 9) : random.NextDouble() * DayTimes.Day)];

    [Fact]
    public void Overlap_is_symmetric_is_between_0_and_1_and_1_with_itself()
    {
        var random = new Random(11);
        for (var round = 0; round < Rounds; round++)
        {
            var (a, b) = (Times(random), Times(random));
            var (ab, ba, self) = (ActivityOverlap.Of(a, b), ActivityOverlap.Of(b, a), ActivityOverlap.Of(a, a));
            Assert.Equal(ab.Dhat1, ba.Dhat1, 1e-12);
            Assert.Equal(ab.Dhat4, ba.Dhat4, 1e-12);
            Assert.Equal((1.0, 1.0), (Math.Round(self.Dhat1, 12), Math.Round(self.Dhat4, 12)));
            Assert.InRange(ab.Dhat1, 0, 1);
            Assert.InRange(ab.Dhat4, 0, 1);
        }
    }

    [Fact]
    public void Rarefaction_rises_with_records_to_the_species_that_were_seen()
    {
        var random = new Random(12);
        for (var round = 0; round < Rounds; round++)
        {
            var diversity = new Diversity(Enumerable.Range(0, 2 + random.Next(30)).Select(_ => 1 + (int)Math.Exp(random.NextDouble() * 5)));
            double[] curve = [.. Enumerable.Range(1, (int)diversity.Records).Select(n => diversity.Rarefied(n))];
            Assert.All(curve.Zip(curve.Skip(1)), pair => Assert.True(pair.Second > pair.First - 1e-9));
            Assert.All(curve.Zip(curve.Skip(1)).Zip(curve.Skip(2)), three => Assert.True(three.Second - three.First.Second <= three.First.Second - three.First.First + 1e-9, "each record adds no more than the one before"));
            Assert.Equal(diversity.Species, curve[^1], 1e-9);
            Assert.InRange(diversity.Coverage, 0, 1);
            Assert.True(diversity.Chao1 >= diversity.Species);
        }
    }

    [Fact]
    public void The_order_of_records_changes_nothing()
    {
        var random = new Random(13);
        for (var round = 0; round < Rounds; round++)
        {
            var (a, b) = (Times(random), Times(random));
            double[] Shuffled(double[] times) { var copy = times.ToArray(); random.Shuffle(copy); return copy; }
            Assert.Equal(ActivityOverlap.Of(a, b), ActivityOverlap.Of(Shuffled(a), Shuffled(b)));
            Assert.Equal(ActivityPattern.Of(a).Level, ActivityPattern.Of(Shuffled(a)).Level);
            int[] counts = [.. Enumerable.Range(0, 20).Select(_ => random.Next(12))], turned = [.. counts];
            counts[0] = turned[0] = 1;
            random.Shuffle(turned);
            Assert.Equal(new Diversity(counts).Shannon, new Diversity(turned).Shannon);
            DateTimeOffset[] at = [.. a.Select((_, i) => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(5000)))], mixed = [.. at];
            random.Shuffle(mixed);
            foreach (var convention in Enum.GetValues<IndependentOf>()) Assert.Equal(Independence.Of(at, Independence.Usual, convention).Count(i => i), Independence.Of(mixed, Independence.Usual, convention).Count(i => i));
        }
    }

    [Fact]
    public void Effort_without_records_lowers_a_rate_and_both_its_ends()
    {
        var random = new Random(14);
        for (var round = 0; round < Rounds; round++)
        {
            var (events, days) = (1 + random.Next(50), 0.5 + random.NextDouble() * 400);
            var (rate, more) = (TrappingRate.Of(events, days), TrappingRate.Of(events, days + 0.1 + random.NextDouble() * 100));
            Assert.True(more.Rate < rate.Rate && more.Low < rate.Low && more.High < rate.High);
            Assert.InRange(rate.Rate, rate.Low, rate.High);
        }
    }

    [Fact]
    public void Records_by_the_second_convention_are_never_fewer()
    {
        var random = new Random(15);
        for (var round = 0; round < Rounds; round++)
        {
            DateTimeOffset[] at = [.. Enumerable.Range(0, 80).Select(_ => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(3000)))];
            Assert.True(Independence.Of(at, Independence.Usual, IndependentOf.LastRecord).Count(i => i) <= Independence.Of(at, Independence.Usual, IndependentOf.LastIndependentRecord).Count(i => i));
        }
    }
}
