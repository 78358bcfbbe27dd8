using System.Text.Json;
using Lynceus.Contracts;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>What the link has carried, as it is kept on the card.</summary>
/// <param name="Day">Of the station.</param>
/// <param name="Today">Bytes of this day.</param>
/// <param name="Before">Bytes of this month before this day.</param>
/// <param name="Carried">Bytes that earlier days left over.</param>
/// <param name="Demand">Bytes that became due today.</param>
/// <param name="UsualDemand">Bytes that become due on a usual day: recent days weigh most.</param>
/// <param name="Tiers">Bytes of this day by tier, in the tier's word.</param>
internal sealed record Ledger(DateOnly Day, long Today, long Before, long Carried, long Demand, double UsualDemand, IReadOnlyDictionary<string, long> Tiers)
{
    private const double WeightOfADay = 0.3;

    public static Ledger New(DateOnly day) => new(day, 0, 0, 0, 0, 0, new Dictionary<string, long>());

    public long ThisMonth => Before + Today;

    /// <summary>
    /// The ledger on a later day: what was left is carried over, a new month begins with nothing spent. A clock that went back to an earlier day gets no new budget for it:
    /// what was spent stays spent, so that a hub that starts in 1970 each time pays no day twice.
    /// </summary>
    public Ledger On(DateOnly day, LinkOptions options)
    {
        if (day == Day || day.Year < ClockJudge.BuildYear) return this;
        // A step back over midnight gets no day twice; one that was years ahead must not hold the day for years.
        if (day < Day) return Day.DayNumber - day.DayNumber <= 2 ? this : this with { Day = day };
        var left = options.BytesPerDay is { } budget ? Math.Clamp(budget + Carried - Today, 0, budget * options.CarryOverDays) : 0;
        // Days on which the hub was off, or its clock jumped over, left all of theirs.
        if (options.BytesPerDay is { } each) left = (long)Math.Min(left + ((double)each * (day.DayNumber - Day.DayNumber - 1)), (double)each * options.CarryOverDays);
        return new Ledger(day, 0, (day.Year, day.Month) == (Day.Year, Day.Month) ? ThisMonth : 0, left, 0, Usual(), new Dictionary<string, long>());
    }

    public Ledger Spend(long bytes, Tier? tier)
        => this with { Today = Today + bytes, Tiers = tier is { } which ? new Dictionary<string, long>(Tiers) { [Topics.TierName(which)] = OfTier(which) + bytes } : Tiers };

    public long OfTier(Tier tier) => Tiers.GetValueOrDefault(Topics.TierName(tier));

    private double Usual() => UsualDemand == 0 ? Demand : (UsualDemand * (1 - WeightOfADay)) + (Demand * WeightOfADay);
}

/// <summary>
/// Keeps the ledger on the card. What it counted since it was last written is lost with the power: at most <see cref="WriteEvery"/> bytes, on the side of the one who pays for the link.
/// Threads: any; under one lock.
/// </summary>
internal sealed partial class LinkLedger(string dataFolder, LinkOptions options, TimeZoneInfo zone, TimeProvider time, ILogger<LinkLedger> log)
{
    private const long WriteEvery = 64 * 1024;
    private readonly Lock gate = new();
    private readonly string path = Path.Combine(dataFolder, "ledger.json");
    private Ledger? ledger;
    private long unwritten;

    /// <summary>As of now.</summary>
    public Ledger Now
    {
        get
        {
            lock (gate) return Roll();
        }
    }

    /// <param name="bytes">On the wire, both ways.</param>
    /// <param name="tier">What they were for, where they were for a tier.</param>
    public void Spend(long bytes, Tier? tier = null)
    {
        lock (gate)
        {
            ledger = Roll().Spend(bytes, tier);
            unwritten += bytes;
            if (unwritten >= WriteEvery) Write();
        }
    }

    /// <summary>Bytes became due.</summary>
    public void Demand(long bytes)
    {
        lock (gate) ledger = Roll() is var now ? now with { Demand = now.Demand + bytes } : null;
    }

    public void Flush()
    {
        lock (gate)
        {
            if (ledger is not null) Write();
        }
    }

    /// <summary>Spends if it may be spent, in one step: what others are about to spend is seen.</summary>
    public bool TrySpend(long bytes, Tier? tier, Func<Ledger, bool> may)
    {
        lock (gate)
        {
            if (!may(Roll())) return false;
            Spend(bytes, tier);
            return true;
        }
    }

    private Ledger Roll()
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone).DateTime);
        return ledger = (ledger ?? Read() ?? Ledger.New(today)).On(today, options);
    }

    private Ledger? Read()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), EdgeJson.Default.Ledger) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            LogDamaged(path, e.Message);
            return null;
        }
    }

    private void Write()
    {
        try
        {
            DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(ledger!, EdgeJson.Default.Ledger));
            unwritten = 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full card must not stop the link that would empty it; it is tried again with the next bytes.
            LogUnwritten(e.Message);
            unwritten = 0;
        }
    }

    [LoggerMessage(LogLevel.Error, "{Path} cannot be read: {Fault}. What the link carried is counted from nothing again")]
    private partial void LogDamaged(string path, string fault);

    [LoggerMessage(LogLevel.Warning, "What the link carried cannot be written down: {Reason}")]
    private partial void LogUnwritten(string reason);
}
