using Lynceus.Contracts;

namespace Lynceus.Edge.Tests;

public class AuditTests
{
    private static readonly DateTimeOffset Start = new(2024, 5, 1, 0, 0, 0, TimeSpan.Zero);

    private static Guid Capture(int seed, int n) => new(seed, (short)(n >> 16), (short)n, [1, 2, 3, 4, 5, 6, 7, 8]);

    /// <summary>Drops of a camera: when, of which stratum, and whether an animal was missed.</summary>
    private static IEnumerable<(Guid CaptureID, DateTimeOffset At, AuditStratum Stratum, bool Missed)> Drops(int seed, int count, int perDay)
    {
        var random = new Random(seed);
        for (var n = 0; n < count; n++)
        {
            var stratum = random.NextDouble() switch { < 0.6 => AuditStratum.Nothing, < 0.8 => AuditStratum.Unchanged, < 0.95 => AuditStratum.Little, _ => AuditStratum.Doubtful };
            var missed = random.NextDouble() < stratum switch { AuditStratum.Doubtful => 0.2, AuditStratum.Little => 0.05, _ => 0.005 };
            // On some days all come within two hours.
            var (day, part) = (n / perDay, (double)(n % perDay) / perDay);
            yield return (Capture(seed, n), Start.AddDays(day + (part * (day % 7 == 0 ? 0.1 : 1))), stratum, missed);
        }
    }

    [Fact]
    public void What_was_missed_is_estimated_without_bias_from_the_drops_that_were_drawn()
    {
        var errors = new List<double>();
        var drawn = 0;
        for (var seed = 1; seed <= 40; seed++)
        {
            var (rates, estimate, missed) = (new AuditRates(), 0.0, 0);
            foreach (var drop in Drops(seed, 20_000, 400))
            {
                if (drop.Missed) missed++;
                if (rates.Draw(drop.CaptureID, drop.Stratum, drop.At, 10) is not { } audit) continue;
                drawn++;
                Assert.Equal(drop.Stratum, audit.Stratum);
                if (drop.Missed) estimate += 1 / audit.Probability; // Horvitz–Thompson
            }
            errors.Add((estimate - missed) / missed);
        }
        // The mean error of 40 cards lies within three of its standard errors of nought, and these are small.
        var mean = errors.Average();
        var standardError = Math.Sqrt(errors.Sum(e => (e - mean) * (e - mean)) / (errors.Count - 1) / errors.Count);
        Assert.InRange(Math.Abs(mean), 0, 3 * standardError);
        Assert.InRange(standardError, 0.001, 0.06);
        Assert.InRange(drawn / 40.0 / 50, 8, 12);
    }

    [Theory]
    [InlineData(30, 3)]
    [InlineData(2000, 3)]
    [InlineData(200, 20)]
    public void About_as_many_are_drawn_a_day_as_were_asked_for_however_many_are_dropped(int dropsADay, double perDay)
    {
        var rates = new AuditRates();
        var drawn = Drops(3, dropsADay * 60, dropsADay).Count(d => rates.Draw(d.CaptureID, d.Stratum, d.At, perDay) is not null && d.At >= Start.AddDays(10));
        Assert.InRange(drawn / 50.0, perDay * 0.75, perDay * 1.25);
    }

    [Fact]
    public void Doubtful_drops_are_drawn_six_times_as_often()
    {
        var rates = new AuditRates();
        Assert.Equal(6, rates.Probability(AuditStratum.Doubtful, 1) / rates.Probability(AuditStratum.Nothing, 1), 3);
    }

    [Fact]
    public void The_probability_does_not_depend_on_the_drop_that_is_drawn()
    {
        var (a, b) = (new AuditRates(), new AuditRates());
        foreach (var d in Drops(1, 500, 100)) a.Draw(d.CaptureID, d.Stratum, d.At, 3);
        foreach (var d in Drops(1, 500, 100)) b.Draw(Guid.NewGuid(), d.Stratum, d.At, 900);
        Assert.Equal(a.Probability(AuditStratum.Little, 3), b.Probability(AuditStratum.Little, 3));
    }

    [Fact]
    public void The_same_card_draws_the_same_again()
    {
        List<Guid> Read()
        {
            var rates = new AuditRates();
            return [.. Drops(2, 3000, 100).Where(d => rates.Draw(d.CaptureID, d.Stratum, d.At, 5) is not null).Select(d => d.CaptureID)];
        }
        Assert.NotEmpty(Read());
        Assert.Equal(Read(), Read());
    }

    [Fact]
    public void None_is_drawn_if_none_is_wanted() => Assert.DoesNotContain(Drops(1, 2000, 10), d => new AuditRates().Draw(d.CaptureID, d.Stratum, d.At, 0) is not null);

    [Fact]
    public void A_clock_that_stands_still_or_goes_back_draws_fewer_and_never_stops()
    {
        var rates = new AuditRates();
        foreach (var d in Drops(1, 2000, 100)) rates.Draw(d.CaptureID, d.Stratum, Start.AddYears(-10), 3);
        Assert.InRange(rates.Probability(AuditStratum.Nothing, 3), 1e-4, 0.01);
        foreach (var d in Drops(2, 3000, 100)) rates.Draw(d.CaptureID, d.Stratum, d.At.AddYears(-40), 3);
        Assert.InRange(rates.Probability(AuditStratum.Nothing, 3), 0.01, 0.05);
    }

    [Fact]
    public void What_is_known_of_a_camera_outlives_the_process()
    {
        var (rates, again) = (new AuditRates(), new AuditRates());
        foreach (var d in Drops(1, 700, 100)) rates.Draw(d.CaptureID, d.Stratum, d.At, 3);
        Assert.True(again.Load(rates.Save()));
        Assert.Equal(rates.Probability(AuditStratum.Doubtful, 3), again.Probability(AuditStratum.Doubtful, 3));
        Assert.All(new double[][] { [], [1, 2], [double.NaN, 0, 1, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0, -1], [0, 1e300, 1, 0, 0, 0, 0], [0, 0, 9, 0, 0, 0, 0] }, wrong => Assert.False(new AuditRates().Load(wrong)));
    }

    [Theory]
    [InlineData(0.049f, AuditStratum.Doubtful)]
    [InlineData(0.038f, AuditStratum.Doubtful)]
    [InlineData(0.037f, AuditStratum.Little)]
    [InlineData(0.024f, AuditStratum.Nothing)]
    [InlineData(null, AuditStratum.Unchanged)]
    public void Drops_are_told_apart_by_how_near_they_were_to_the_keep_threshold(float? score, object stratum)
        => Assert.Equal(stratum, AuditRates.StratumOf(new Vote(Verdict.Drop, "empty", score, Rule.NothingSeen), Some.Thresholds));

    [Fact]
    public void A_false_friend_that_was_set_aside_is_doubtful()
        => Assert.Equal(AuditStratum.Doubtful, AuditRates.StratumOf(new Vote(Verdict.Drop, "falseFriend", 0, Rule.OnlyFalseFriends), Some.Thresholds));
}
