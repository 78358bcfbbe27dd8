using System.ComponentModel;

namespace Lynceus.Cloud;

/// <summary>What counts as the same box again (MegaDetector's repeat detection elimination).</summary>
internal sealed record RepeatRules
{
    [Description("Two boxes are the same if they cover each other so well (intersection over union), 0.5 to 0.99")] public float MinIoU { get; init; } = 0.9f;

    [Description("In so many pictures and videos of a camera, 2 to 1,000,000")] public int Least { get; init; } = 20;

    [Description("Boxes with a lower score are left out, 0 to 1")] public float MinConf { get; init; } = 0.1f;

    [Description("Boxes that fill more of the picture are left out, 0 to 1")] public float MaxArea { get; init; } = 0.2f;

    /// <summary>What is wrong with it, with the field; null if nothing is.</summary>
    public string? Fault()
    {
        if (!(MinIoU is >= 0.5f and <= 0.99f)) return "minIoU: must be 0.5 to 0.99";
        if (Least is < 2 or > 1_000_000) return "least: must be 2 to 1,000,000";
        if (!(MinConf is >= 0 and <= 1)) return "minConf: must be 0 to 1";
        return MaxArea is > 0 and <= 1 ? null : "maxArea: must be above 0, and at most 1";
    }
}

/// <summary>What is confirmed without anybody looking at it: never a person.</summary>
internal sealed record ConfirmRule
{
    [Description("In so many pictures and videos, 2 to 1,000,000")] public int Least { get; init; } = 50;

    [Description("On so many days, 1 to 10,000")] public int LeastDays { get; init; } = 3;

    public string? Fault() => Least is < 2 or > 1_000_000 ? "confirmRule.least: must be 2 to 1,000,000" : LeastDays is < 1 or > 10_000 ? "confirmRule.leastDays: must be 1 to 10,000" : null;

    public bool Confirms(Contracts.ObservationType type, int count, int days) => type != Contracts.ObservationType.Human && count >= Least && days >= LeastDays;

    public string Words => $"rule: {Least} or more, on {LeastDays} or more days, no person";
}
