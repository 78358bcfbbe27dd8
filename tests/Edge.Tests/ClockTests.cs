using Lynceus.Contracts;

namespace Lynceus.Edge.Tests;

/// <summary>A wall clock and a monotonic one that a test moves apart.</summary>
internal sealed class TwoClocks(DateTimeOffset wall) : TimeProvider
{
    public DateTimeOffset Wall { get; set; } = wall;

    public TimeSpan Monotonic { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Wall;

    public override long GetTimestamp() => Monotonic.Ticks;

    public void Pass(TimeSpan time) => (Wall, Monotonic) = (Wall + time, Monotonic + time);
}

public class ClockTests
{
    private static readonly DateTimeOffset Good = new(ClockJudge.BuildYear + 1, 6, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A hub's clock: what the kernel says, what chip there is, and whether it may be set.</summary>
    private sealed class Desk
    {
        public Desk(DateTimeOffset? wall = null, ByteChip? chip = null)
        {
            Time = new TwoClocks(wall ?? Good);
            var kernel = new KernelClock(() => Synchronised, to =>
            {
                if (MaySet) (Time.Wall, Sets) = (to, Sets + 1);
                return MaySet;
            });
            var rtc = new BackedClock(new PowerOptions { Rtc = chip is null ? "" : "ds3231" }, (_, _) => chip!, Root);
            Watch = new ClockWatch(new ClockOptions(), new ClockSources(kernel, rtc), Now, () => (long)Time.Monotonic.TotalMilliseconds, Time);
        }

        public string Root { get; set; } = "/nowhere";

        public TwoClocks Time { get; }

        public HubNow Now { get; } = new();

        public ClockWatch Watch { get; }

        public bool? Synchronised { get; set; } = false;

        public bool MaySet { get; set; } = true;

        public int Sets { get; private set; }

        public ClockQuality Quality => Now.Clock.Quality;

        public ClockNews Second()
        {
            Time.Pass(TimeSpan.FromSeconds(1));
            return Watch.Look();
        }

        /// <summary>A fix that came just now.</summary>
        public ClockNews Fix(DateTimeOffset said)
        {
            Now.Gps = new GpsNow(new GpsFix(said, null), Time.GetTimestamp(), null, null);
            return Second();
        }
    }

    private static ByteChip Chip(DateTimeOffset? at)
    {
        var chip = new ByteChip();
        if (at is { } time)
        {
            using var clock = new Ds3231(chip);
            clock.Set(time);
        }
        else
        {
            chip.Registers[0x0F] = 0x80;
        }
        return chip;
    }

    [Theory]
    [InlineData(true, true, true, ClockQuality.Ntp)]
    [InlineData(false, true, true, ClockQuality.Gps)]
    [InlineData(false, false, true, ClockQuality.Rtc)]
    [InlineData(false, false, false, ClockQuality.Unset)]
    public void The_best_evidence_names_the_clocks_quality(bool ntp, bool gps, bool rtc, ClockQuality quality)
        => Assert.Equal(quality, ClockJudge.Of(new ClockEvidence(Good, ntp, gps, rtc), ClockJudge.BuildYear));

    [Fact]
    public void A_clock_before_the_programs_build_was_set_by_nobody_whatever_is_claimed()
        => Assert.Equal(ClockQuality.Unset, ClockJudge.Of(new ClockEvidence(new DateTimeOffset(ClockJudge.BuildYear - 1, 12, 31, 23, 59, 59, TimeSpan.Zero), true, true, true), ClockJudge.BuildYear));

    [Fact]
    public void The_build_knows_its_year() => Assert.InRange(ClockJudge.BuildYear, 2026, 2126);

    [Fact]
    public void The_real_kernel_can_be_asked_by_anybody() => Assert.Contains(KernelClock.Real.Synchronised(), (bool?[])[true, false, null]);

    [Theory]
    [InlineData(501, true)]
    [InlineData(-501, true)]
    [InlineData(500, false)]
    [InlineData(-499, false)]
    public void Only_a_jump_above_the_limit_is_a_step(long ms, bool step)
    {
        var finder = new StepFinder(500);
        Assert.Null(finder.See(Good, 0));
        Assert.Equal(step ? ms : null, finder.See(Good.AddMilliseconds(1000 + ms), 1000));
        Assert.Null(finder.See(Good.AddMilliseconds(2000 + ms), 2000));
    }

    [Fact]
    public void A_clock_that_is_slewed_for_hours_makes_no_step()
    {
        var finder = new StepFinder(50);
        for (var second = 0; second < 20_000; second++) Assert.Null(finder.See(Good.AddMilliseconds(second * 1000.5), second * 1000L));
    }

    [Fact]
    public void A_step_says_when_by_how_much_and_where_the_time_is_from_now()
    {
        var desk = new Desk();
        desk.Second();
        desk.Time.Wall += TimeSpan.FromHours(3);
        desk.Synchronised = true;
        var news = desk.Second();
        Assert.Equal(new ClockStep(2000, 3 * 3600 * 1000, ClockQuality.Ntp), news.Step);
        Assert.Equal([news.Step!], desk.Now.Clock.Steps);
        Assert.Null(desk.Second().Step);
    }

    [Fact]
    public void Of_many_steps_the_last_sixteen_are_kept()
    {
        var desk = new Desk();
        desk.Second();
        for (var i = 1; i <= 20; i++)
        {
            desk.Time.Wall += TimeSpan.FromSeconds(i);
            desk.Second();
        }
        Assert.Equal(Enumerable.Range(5, 16).Select(i => i * 1000L), desk.Now.Clock.Steps.Select(s => s.ByMs));
    }

    [Fact]
    public void A_kernel_that_does_not_say_gives_no_quality()
    {
        var desk = new Desk { Synchronised = null };
        desk.Second();
        Assert.Equal(ClockQuality.Unset, desk.Quality);
    }

    [Fact]
    public void A_fix_that_agrees_makes_the_clock_good_for_half_a_day()
    {
        var desk = new Desk();
        desk.Fix(desk.Time.Wall.AddSeconds(-0.8));
        Assert.Equal(ClockQuality.Gps, desk.Quality);
        desk.Time.Pass(TimeSpan.FromHours(11));
        desk.Second();
        Assert.Equal(ClockQuality.Gps, desk.Quality);
        desk.Time.Pass(TimeSpan.FromHours(2));
        desk.Second();
        Assert.Equal(ClockQuality.Unset, desk.Quality);
        Assert.Equal(0, desk.Sets);
    }

    [Fact]
    public void Three_fixes_that_are_off_by_the_same_set_the_clock_and_that_is_a_step_of_quality_gps()
    {
        var desk = new Desk(new DateTimeOffset(1970, 1, 1, 0, 0, 10, TimeSpan.Zero));
        desk.Second();
        Assert.Null(desk.Fix(Good).Did);
        Assert.Null(desk.Fix(Good.AddSeconds(1)).Did);
        var news = desk.Fix(Good.AddSeconds(2));
        Assert.Equal(("The clock was set from GPS", ClockQuality.Gps), (news.Did, news.Step!.Quality));
        Assert.InRange((desk.Time.Wall - Good).TotalSeconds, 2, 4);
        Assert.Equal(ClockQuality.Gps, desk.Quality);
        Assert.Null(desk.Second().Step);
        Assert.Equal((ClockQuality.Gps, 1), (desk.Quality, desk.Sets));
    }

    [Fact]
    public void Fixes_that_jump_about_set_nothing()
    {
        var desk = new Desk();
        for (var i = 0; i < 20; i++) desk.Fix(Good.AddHours(i % 2 == 0 ? 5 : -5 + i));
        Assert.Equal((0, ClockQuality.Unset), (desk.Sets, desk.Quality));
    }

    [Fact]
    public void A_fix_from_before_the_build_is_not_heard()
    {
        var desk = new Desk();
        for (var i = 0; i < 5; i++) desk.Fix(new DateTimeOffset(2006, 1, 1, 0, 0, i, TimeSpan.Zero));
        Assert.Equal(0, desk.Sets);
    }

    [Fact]
    public void Without_the_right_to_set_it_the_clock_stays_bad_and_it_is_said_what_to_do()
    {
        var desk = new Desk { MaySet = false };
        for (var i = 0; i < 4; i++) desk.Fix(Good.AddDays(9).AddSeconds(i));
        Assert.Equal(ClockQuality.Unset, desk.Quality);
        Assert.Contains("CAP_SYS_TIME", desk.Now.Clock.Trouble, StringComparison.Ordinal);
        Assert.Empty(desk.Now.Clock.Steps);
    }

    [Fact]
    public void Where_NTP_holds_the_clock_GPS_does_not_set_it_and_the_difference_is_told()
    {
        var desk = new Desk { Synchronised = true };
        for (var i = 0; i < 4; i++) desk.Fix(Good.AddDays(9).AddSeconds(i));
        Assert.Equal((ClockQuality.Ntp, 0), (desk.Quality, desk.Sets));
        Assert.Contains("1024 weeks", desk.Now.Clock.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public void A_jump_makes_what_GPS_said_before_worthless()
    {
        var desk = new Desk();
        desk.Fix(desk.Time.Wall);
        Assert.Equal(ClockQuality.Gps, desk.Quality);
        desk.Time.Wall += TimeSpan.FromDays(1);
        desk.Second();
        Assert.Equal(ClockQuality.Unset, desk.Quality);
    }

    [Fact]
    public void A_sane_DS3231_sets_a_clock_that_nobody_set()
    {
        var desk = new Desk(new DateTimeOffset(1970, 1, 1, 0, 0, 10, TimeSpan.Zero), Chip(Good));
        Assert.Equal("The clock was set from the DS3231", desk.Second().Did);
        Assert.Equal((Good, ClockQuality.Rtc), (desk.Time.Wall, desk.Quality));
        desk.Second();
        Assert.Equal((1, ClockQuality.Rtc), (desk.Sets, desk.Quality));
    }

    [Fact]
    public void A_DS3231_that_may_not_set_the_clock_leaves_it_unset_and_says_so()
    {
        var desk = new Desk(new DateTimeOffset(1970, 1, 1, 0, 0, 10, TimeSpan.Zero), Chip(Good)) { MaySet = false };
        desk.Second();
        Assert.Equal(ClockQuality.Unset, desk.Quality);
        Assert.Contains("CAP_SYS_TIME", desk.Now.Clock.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public void A_DS3231_that_agrees_is_the_quality_and_one_that_stood_still_is_not()
    {
        var agreeing = new Desk(Good, Chip(Good.AddSeconds(-40)));
        agreeing.Second();
        Assert.Equal((ClockQuality.Rtc, 0), (agreeing.Quality, agreeing.Sets));
        var stopped = new Desk(Good, Chip(null));
        stopped.Second();
        Assert.Equal((ClockQuality.Unset, 0), (stopped.Quality, stopped.Sets));
        Assert.Contains("coin cell", stopped.Now.Clock.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public void A_DS3231_is_set_from_good_time_once_a_day()
    {
        var chip = Chip(null);
        var desk = new Desk(Good, chip) { Synchronised = true };
        desk.Second();
        using var clock = new Ds3231(chip);
        Assert.Equal(desk.Time.Wall, clock.Read());
        Assert.Null(desk.Now.Clock.Trouble);
        desk.Time.Pass(TimeSpan.FromHours(20));
        desk.Second();
        Assert.Equal(Good.AddSeconds(1), clock.Read());
        desk.Time.Pass(TimeSpan.FromHours(5));
        desk.Second();
        Assert.Equal(desk.Time.Wall, clock.Read());
    }

    [Fact]
    public void A_DS3231_that_does_not_answer_is_a_trouble_and_no_fault()
    {
        var chip = Chip(Good);
        chip.Silent = true;
        var desk = new Desk(Good, chip);
        desk.Second();
        Assert.Contains("Power:Rtc ds3231 at address 104 (0x68)", desk.Now.Clock.Trouble, StringComparison.Ordinal);
        chip.Silent = false;
        desk.Time.Pass(TimeSpan.FromMinutes(2));
        chip.Registers[0] = 0;
        desk.Second();
        Assert.Equal((null, ClockQuality.Rtc), (desk.Now.Clock.Trouble, desk.Quality));
    }

    [Theory]
    [InlineData("1796126400", true)]
    [InlineData("0", true)]
    [InlineData("", false)]
    [InlineData("-5", false)]
    [InlineData("99999999999999999999", false)]
    [InlineData("9999999999999999", false)]
    public void The_kernels_own_clock_is_read_from_its_file(string text, bool read)
    {
        var root = Some.Folder();
        Directory.CreateDirectory(Path.Combine(root, "sys/class/rtc/rtc0"));
        File.WriteAllText(Path.Combine(root, "sys/class/rtc/rtc0/since_epoch"), text + "\n");
        using var clock = new BackedClock(new PowerOptions(), (_, _) => throw new InvalidOperationException(), root);
        Assert.Equal(read, clock.Read() is not null);
        Assert.False(clock.Set(Good));
        Directory.Delete(root, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_capture_of_the_hubs_camera_carries_the_steps_of_its_clock_and_one_of_an_owners_card_does_not(bool onCard)
    {
        var (data, step) = (Some.Folder(), new ClockStep(10, 5000, ClockQuality.Gps));
        using (var gate = Some.Model(new GateOptions { AuditPerDay = 1000 }))
        using (var spool = Some.Spool(data))
        using (var effort = Some.Effort(data))
        {
            var intake = new Intake(gate, spool, effort, Some.Identity(), new IntakeParts(new HubNow { Clock = new ClockNow(ClockQuality.Gps, [step]) }));
            await intake.TakeAsync(Some.Clip(Some.Frame(Some.Jpeg())) with { OnOwnersCard = onCard }, TestContext.Current.CancellationToken);
            Assert.Equal(0, intake.InHand);
            var capture = await spool.TakeAsync(TestContext.Current.CancellationToken);
            Assert.True(Wire.TryRead<CaptureRecord>(await File.ReadAllBytesAsync(capture.RecordPath, TestContext.Current.CancellationToken), out var record, out _));
            if (onCard) Assert.Null(record.ClockSteps);
            else Assert.Equal([step], record.ClockSteps!);
        }
        Directory.Delete(data, recursive: true);
    }
}
