namespace Lynceus.Cloud.Tests;

public sealed class JobOrderTests
{
    private static readonly DateTime Noon = new(2026, 5, 17, 12, 0, 0, DateTimeKind.Utc);
    private static readonly Dictionary<(Lane, string), DateTime> Nobody = [];

    [Fact]
    public void What_somebody_waits_for_goes_before_what_has_time()
        => Assert.Equal(2, Next(Job(1, Lane.Batch, priority: 100), Job(2, Lane.Online, priority: -100)));

    [Fact]
    public void The_higher_priority_goes_first_within_its_lane() => Assert.Equal(2, Next(Job(1), Job(2, priority: 1)));

    [Fact]
    public void A_project_that_was_served_just_now_waits_for_the_others()
    {
        OpenJob[] open = [Job(1, project: "many"), Job(2, project: "many"), Job(3, project: "few")];
        Assert.Equal(1, JobOrder.Next(open, Nobody)!.Id);
        Assert.Equal(3, JobOrder.Next(open, Served(("many", 0)))!.Id);
        Assert.Equal(1, JobOrder.Next(open, Served(("many", 0), ("few", 1)))!.Id);
    }

    [Fact]
    public void Of_one_project_the_oldest_job_goes_first() => Assert.Equal(1, Next(Job(2), Job(1)));

    [Fact]
    public void Nothing_open_is_nobodys_turn() => Assert.Null(JobOrder.Next([], Nobody));

    [Theory]
    [InlineData(1, null, Lane.Online)]
    [InlineData(99, null, Lane.Online)]
    [InlineData(100, null, Lane.Batch)]
    [InlineData(100, Lane.Online, Lane.Online)]
    [InlineData(1, Lane.Batch, Lane.Batch)]
    public void The_number_of_media_chooses_the_lane_unless_somebody_does(int media, object? asked, object lane) => Assert.Equal(lane, BatchOrOnline.Of(media, 100, (Lane?)asked));

    [Fact]
    public void A_worker_claims_about_a_second_of_work()
    {
        var size = new ClaimSize();
        Assert.Equal((4, 4), (size.Of(Lane.Online), size.Of(Lane.Batch)));
        size.Took(4, 400);
        Assert.Equal((10, 30), (size.Of(Lane.Online), size.Of(Lane.Batch)));
        size.Took(10, 60_000);
        Assert.Equal((1, 1), (size.Of(Lane.Online), size.Of(Lane.Batch)));
        size.Took(1, 0);
        Assert.Equal((ClaimSize.Most, ClaimSize.Most), (size.Of(Lane.Online), size.Of(Lane.Batch)));
    }

    [Fact]
    public void The_pace_is_that_of_the_last_half_minute()
    {
        var pace = new JobPace();
        Assert.Null(pace.Read(Noon, 0));
        Assert.Equal(10, pace.Read(Noon.AddSeconds(1), 10));
        for (var s = 2; s <= 60; s++) pace.Read(Noon.AddSeconds(s), 10 + s);
        Assert.Equal(1, pace.Read(Noon.AddSeconds(61), 71));
    }

    [Fact]
    public void Waits_between_attempts_grow_and_the_fifth_is_the_last()
    {
        Assert.InRange(Retry.Wait(1, new Random(1)).TotalSeconds, 2.5, 5);
        Assert.InRange(Retry.Wait(4, new Random(1)).TotalSeconds, 20, 40);
        Assert.Equal((false, true), (Retry.IsSetAside(4), Retry.IsSetAside(5)));
    }

    private static long Next(params OpenJob[] open) => JobOrder.Next(open, Nobody)!.Id;

    private static OpenJob Job(long id, Lane lane = Lane.Batch, int priority = 0, string project = "") => new(id, lane, priority, project, ServedAt: null);

    private static Dictionary<(Lane, string), DateTime> Served(params (string Project, int Minute)[] served)
        => served.ToDictionary(s => (Lane.Batch, s.Project), s => Noon.AddMinutes(s.Minute));
}
