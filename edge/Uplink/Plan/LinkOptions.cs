using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lynceus.Contracts;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>How much of a capture is sent unasked.</summary>
internal enum UpTo
{
    Record,
    Thumbnail,
    Crop,
    Frame,
    Original,
    Clip,
}

/// <summary>What the link may cost, when it may be used, and what is sent over it unasked.</summary>
internal sealed class LinkOptions
{
    [Description("How much of an animal's capture is sent unasked: record, thumbnail, crop, frame, original or clip, each with all before it (but no crop beside a frame). The rest stays on the card and can be asked for.")]
    public UpTo UpTo { get; set; } = UpTo.Frame;

    [Description("The same for captures that may or may not show something (Gate:Doubtful keep).")]
    public UpTo DoubtfulUpTo { get; set; } = UpTo.Record;

    [Description("Megabytes a day that the link may carry, both ways; 0 for no limit.")]
    [Range(0.0, 1_000_000)] public double MegabytesPerDay { get; set; }

    [Description("Megabytes a month; 0 for no limit. Without a limit for the day they are spread over the days that are left.")]
    [Range(0.0, 10_000_000)] public double MegabytesPerMonth { get; set; }

    [Description("Days whose unused megabytes are carried over.")]
    [Range(0, 31)] public int CarryOverDays { get; set; } = 3;

    [Description("Percent of a day's megabytes that only alarms and records may use.")]
    [Range(0, 90)] public int ReservePercent { get; set; } = 20;

    [Description("What a megabyte costs, in your currency; 0 if it costs nothing.")]
    [Range(0.0, 10_000)] public double PricePerMegabyte { get; set; }

    [Description("What a month may cost; 0 for no limit. Needs PricePerMegabyte.")]
    [Range(0.0, 1_000_000)] public double MoneyPerMonth { get; set; }

    [Description("Hours in which the link may be used, like 06:00-08:00 or sunrise-sunset; none for always.")]
    public string[] Hours { get; set; } = [];

    [Description("Alarms may be sent outside these hours too.")]
    public bool AlarmsAnyHour { get; set; }

    [Description("Most megabytes a day for thumbnails, crops, frames, originals and clips, by their name, like \"clip\": 5.")]
    public Dictionary<string, double> TierMegabytesPerDay { get; set; } = [];

    /// <summary>What a month may carry: what was said in megabytes, or what the money buys, whichever is less. Null without a limit.</summary>
    internal long? BytesPerMonth
    {
        get
        {
            var said = MegabytesPerMonth > 0 ? MegabytesPerMonth : double.PositiveInfinity;
            var bought = MoneyPerMonth > 0 && PricePerMegabyte > 0 ? MoneyPerMonth / PricePerMegabyte : double.PositiveInfinity;
            return double.IsFinite(Math.Min(said, bought)) ? Bytes(Math.Min(said, bought)) : null;
        }
    }

    internal long? BytesPerDay => MegabytesPerDay > 0 ? Bytes(MegabytesPerDay) : null;

    /// <summary>Null without a limit.</summary>
    internal long? BytesPerDayOf(Tier tier) => TierMegabytesPerDay.TryGetValue(Topics.TierName(tier), out var most) ? Bytes(most) : null;

    /// <summary>
    /// Whether a tier of a capture is sent without being asked for. What was drawn for the audit is sent as an animal's is.
    /// A crop is not, beside the frame of the same picture: at the bytes of a frame the animal is seen in it as well.
    /// </summary>
    internal bool IsDue(SpooledCapture capture, SpooledTier tier)
    {
        var most = capture.Verdict == Verdict.Keep ? DoubtfulUpTo : UpTo;
        if (tier.Tier == Tier.Crop && most >= UpTo.Frame && capture.Tiers.Any(t => t.Is(tier.N, Tier.Frame))) return false;
        return Step(tier.Tier) <= most;
    }

    private static UpTo Step(Tier tier) => tier switch
    {
        Tier.Thumbnail => UpTo.Thumbnail,
        Tier.Crop => UpTo.Crop,
        Tier.Frame => UpTo.Frame,
        Tier.Original => UpTo.Original,
        _ => UpTo.Clip,
    };

    /// <summary>As those who sell them count: a megabyte is a million bytes.</summary>
    private static long Bytes(double megabytes) => (long)Math.Min(megabytes * 1_000_000, long.MaxValue / 4.0);
}

[OptionsValidator]
internal sealed partial class ValidateLinkOptions : IValidateOptions<LinkOptions>;

/// <summary>What the ranges of single settings cannot say.</summary>
internal sealed class LinkRules(HubOptions hub) : IValidateOptions<LinkOptions>
{
    public ValidateOptionsResult Validate(string? name, LinkOptions options)
    {
        var faults = new List<string>();
        if (!Schedule.TryParse(options.Hours, hub.Zone, hub.Position, out _, out var fault)) faults.Add($"Link:Hours {fault}");
        if (options is { MoneyPerMonth: > 0, PricePerMegabyte: 0 }) faults.Add("Link:MoneyPerMonth needs Link:PricePerMegabyte, what a megabyte costs");
        faults.AddRange(options.TierMegabytesPerDay.Where(t => Topics.ParseTier(t.Key) is null || t.Value is not (>= 0 and <= 1_000_000))
            .Select(t => $"Link:TierMegabytesPerDay {t.Key}: thumbnail, crop, frame, original or clip are needed, with 0 to 1,000,000 megabytes"));
        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
