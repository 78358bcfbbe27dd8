using Lynceus.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Edge.Tests;

/// <summary>A year of a station, ten minutes at a step: what the plan lets go, what it costs, and when it arrives.</summary>
public sealed class YearTests : IDisposable
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich");
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(10);

    /// <summary>64 kbit/s, a tenth of it lost.</summary>
    private const long BytesAStep = 7_200 * 600;
    /// <summary>In memory where there is such a place: a year's ledger is written down ten thousand times.</summary>
    private readonly string folder = Directory.Exists("/dev/shm") ? Directory.CreateDirectory($"/dev/shm/lynceus-{Guid.NewGuid():N}").FullName : Some.Folder();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2025, 12, 31, 23, 0, 0, TimeSpan.Zero));
    private readonly List<SpooledCapture> all = [];
    private readonly Dictionary<Guid, DateTimeOffset> recorded = [];
    private readonly Dictionary<(Guid, Tier), DateTimeOffset> arrived = [];
    private readonly Dictionary<DateOnly, long> bytesOn = [];
    private readonly Random random = new(7);
    private SendQueue queue = null!;
    private LinkLedger ledger = null!;
    private SendPlan plan = null!;

    private DateTimeOffset Local => TimeZoneInfo.ConvertTime(time.GetUtcNow(), Zone);

    private DateOnly Today => DateOnly.FromDateTime(Local.DateTime);

    private void Live(LinkOptions options, Func<DateTimeOffset, int> captures, Func<DateTimeOffset, bool> online)
    {
        Assert.True(Schedule.TryParse(options.Hours, Zone, null, out var hours, out var fault), fault);
        plan = new SendPlan(options, hours, Zone);
        ledger = new LinkLedger(folder, options, Zone, time, NullLogger<LinkLedger>.Instance);
        queue = new SendQueue(plan, options, ledger, time);
        while (Local.Year == 2026)
        {
            for (var n = captures(Local); n > 0; n--) Capture();
            if (online(Local)) Send(hours);
            time.Advance(Step);
        }
    }

    private void Capture()
    {
        var id = Guid.CreateVersion7(time.GetUtcNow());
        var capture = new SpooledCapture(new SpoolFolders(folder), all.Count, id)
        {
            Alarm = random.Next(200) == 0, Verdict = random.Next(10) < 7 ? Verdict.Send : Verdict.Keep, Score = random.NextSingle(), AddedMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Place = SpoolPlace.Spool,
            Tiers = [new SpooledTier("1", Tier.Thumbnail, 3_000), new SpooledTier("1", Tier.Crop, 15_000), new SpooledTier("1", Tier.Frame, 40_000), new SpooledTier("1", Tier.Original, 400_000)],
        };
        all.Add(capture);
        queue.Enter(capture, isNew: true);
    }

    private void Send(Schedule hours)
    {
        for (var left = BytesAStep; left > 0 && queue.TryNext(65536) is { } item;)
        {
            Assert.True(hours.IsOpen(time.GetUtcNow()), "sent outside the hours");
            var bytes = item.Tiers.Count == 0 ? SendQueue.RecordBytes : item.Tiers.Sum(t => t.Bytes);
            foreach (var tier in item.Tiers)
            {
                ledger.Spend(tier.Bytes, tier.Tier);
                arrived[(item.Capture.CaptureID, tier.Tier)] = time.GetUtcNow();
            }
            if (item.Tiers.Count == 0)
            {
                ledger.Spend(bytes);
                item.Capture.RecordStored = true;
                recorded[item.Capture.CaptureID] = time.GetUtcNow();
            }
            item.Capture.Tiers = [.. item.Capture.Tiers.Select(t => item.Tiers.Any(s => s.Is(t.N, t.Tier)) ? t with { Stored = true } : t)];
            bytesOn[Today] = bytesOn.GetValueOrDefault(Today) + bytes;
            left -= bytes;
            queue.Release(item.Capture, queue.Due(item.Capture).Any() || !item.Capture.RecordStored);
        }
    }

    private static bool IsSummerOutage(DateTimeOffset at) => at.Month == 7 && at.Day is >= 3 and < 24;

    private static bool HasLink(DateTimeOffset at) => !IsSummerOutage(at) && at.Hour != 3;

    /// <summary>Two in an hour by night, one in two hours by day, and a storm of 300 on two days.</summary>
    private int Captures(DateTimeOffset at)
        => at is { Month: 10, Day: 12 or 20, Hour: 14 } ? 50 : random.NextDouble() < (at.Hour is < 7 or > 19 ? 0.33 : 0.08) ? 1 : 0;

    [Fact]
    public void In_a_year_no_day_and_no_month_costs_more_than_its_budget_and_every_record_arrives()
    {
        var options = new LinkOptions { MegabytesPerDay = 1.2, CarryOverDays = 3, MegabytesPerMonth = 30, PricePerMegabyte = 0.5, MoneyPerMonth = 14 };
        Live(options, Captures, HasLink);
        Assert.All(bytesOn, day => Assert.InRange(day.Value, 0, 1_200_000 * 4));
        Assert.All(bytesOn.GroupBy(d => d.Key.Month), month => Assert.InRange(month.Sum(d => d.Value), 0, 28_000_000));
        var last = all[^1].Added - TimeSpan.FromDays(1);
        Assert.DoesNotContain(all, c => c.Added < last && !recorded.ContainsKey(c.CaptureID));
    }

    [Fact]
    public void With_a_link_a_record_is_there_within_the_day_also_while_weeks_are_filled_in()
    {
        Live(new LinkOptions { MegabytesPerDay = 1.2 }, Captures, HasLink);
        var late = all.Where(c => !IsSummerOutage(TimeZoneInfo.ConvertTime(c.Added, Zone)) && c.Added < all[^1].Added.AddDays(-1)).Count(c => recorded[c.CaptureID] - c.Added > TimeSpan.FromHours(24));
        Assert.Equal(0, late);
    }

    [Fact]
    public void After_three_weeks_without_a_link_today_is_not_starved_and_the_weeks_are_filled_in()
    {
        // Half as much again as a day of this station needs: the three weeks come on top.
        Live(new LinkOptions { MegabytesPerDay = 0.6, UpTo = UpTo.Crop }, Captures, HasLink);
        var back = new DateTimeOffset(2026, 7, 24, 0, 0, 0, TimeSpan.FromHours(2));
        var fresh = all.Where(c => c.Verdict == Verdict.Send && c.Added >= back && c.Added < back.AddDays(5)).ToList();
        Assert.All(fresh, c => Assert.True(arrived[(c.CaptureID, Tier.Crop)] - c.Added < TimeSpan.FromHours(24), $"a crop of {c.Added:d} came {arrived[(c.CaptureID, Tier.Crop)]:d}"));
        var outage = all.Where(c => c.Verdict == Verdict.Send && IsSummerOutage(TimeZoneInfo.ConvertTime(c.Added, Zone))).ToList();
        Assert.InRange(outage.Count, 100, 2000);
        Assert.All(outage, c => Assert.True(arrived.ContainsKey((c.CaptureID, Tier.Crop))));
        Assert.All(outage, c => Assert.InRange(recorded[c.CaptureID] - back, TimeSpan.Zero, TimeSpan.FromDays(2)));
    }

    [Fact]
    public void Alarms_go_before_all_else_and_what_is_not_due_is_never_sent()
    {
        Live(new LinkOptions { MegabytesPerDay = 0.3, UpTo = UpTo.Frame }, Captures, HasLink);
        var alarms = all.Where(c => c.Alarm && c.Verdict == Verdict.Send && HasLink(TimeZoneInfo.ConvertTime(c.Added, Zone)) && HasLink(TimeZoneInfo.ConvertTime(c.Added.AddMinutes(20), Zone))).ToList();
        Assert.InRange(alarms.Count, 10, 200);
        Assert.InRange(alarms.Count(c => recorded[c.CaptureID] - c.Added <= TimeSpan.FromMinutes(20)) / (double)alarms.Count, 0.95, 1);
        Assert.DoesNotContain(arrived.Keys, k => k.Item2 is Tier.Original or Tier.Clip);
        Assert.DoesNotContain(all, c => c.Verdict == Verdict.Keep && arrived.ContainsKey((c.CaptureID, Tier.Thumbnail)));
    }

    [Fact]
    public void In_two_hours_a_day_everything_due_of_a_month_arrives_within_them()
    {
        Live(new LinkOptions { Hours = ["12:00-14:00"] }, at => at.Month == 1 ? Captures(at) : 0, _ => true);
        Assert.All(all.Where(c => c.Verdict == Verdict.Send), c => Assert.InRange(arrived[(c.CaptureID, Tier.Frame)] - c.Added, TimeSpan.Zero, TimeSpan.FromHours(26)));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
