using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>Which of the sizes that are here is shown.</summary>
internal static class ShownPicture
{
    private static readonly Tier[] ContentOrder = [Tier.Original, Tier.Frame, Tier.Clip];
    private static readonly Tier[] PictureOrder = [Tier.Original, Tier.Frame, Tier.Clip, Tier.Thumbnail, Tier.Crop];

    /// <summary>What was taken, in the best size that is here; null if none is.</summary>
    public static TierRow? Content(IReadOnlyList<TierRow> tiers) => First(tiers, ContentOrder);

    /// <summary>What a small picture is made of: also of three kilobytes, until more is here.</summary>
    public static TierRow? Small(IReadOnlyList<TierRow> tiers) => First(tiers, PictureOrder);

    private static TierRow? First(IReadOnlyList<TierRow> tiers, Tier[] order)
        => order.Select(tier => tiers.FirstOrDefault(t => t.Tier == tier && t.StoredAt is not null)).FirstOrDefault(t => t is not null);
}
