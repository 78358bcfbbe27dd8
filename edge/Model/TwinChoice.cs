using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>One variant of a model and how it fared.</summary>
/// <param name="Variant">Which.</param>
/// <param name="Model">Null if its file is not here or is not what the manifest says.</param>
/// <param name="Result">Of its trial, or of opening its file.</param>
internal sealed record TriedVariant(ModelVariant Variant, LoadedModel? Model, TrialResult Result);

/// <summary>Which of a model's two variants is taken. Pure.</summary>
internal static class TwinChoice
{
    /// <summary>Float is the more exact; int8 has to be faster by more than what one measurement differs from the next.</summary>
    public const double WorthIt = 1.03;

    /// <param name="tried">The variants that the model has.</param>
    /// <param name="wanted">What the settings insist on; null to take the faster that passes.</param>
    /// <param name="pace">Of both, if both were measured.</param>
    /// <returns>The variant taken, or null if none is fit, and why, for people.</returns>
    public static (LoadedModel? Taken, string Why) Of(IReadOnlyList<TriedVariant> tried, ModelVariant? wanted, TwinPace? pace)
    {
        var fit = tried.Where(t => t.Result.Passed && (wanted is null || t.Variant == wanted)).ToList();
        if (fit.Count == 0)
        {
            var reasons = tried.Where(t => wanted is null || t.Variant == wanted).Select(t => $"{Word(t.Variant)} {t.Result.Reason}").ToList();
            return (null, reasons.Count > 0 ? string.Join("; ", reasons) : $"it has no {Word(wanted ?? ModelVariant.Float)} variant");
        }
        if (wanted is { } only) return (fit[0].Model, $"the settings ask for {Word(only)}");
        if (fit is [var one]) return (one.Model, tried.Count > 1 ? $"only {Word(one.Variant)} is fit" : $"there is only {Word(one.Variant)}");
        var taken = pace?.Ratio >= WorthIt ? ModelVariant.Int8 : ModelVariant.Float;
        return (fit.First(f => f.Variant == taken).Model, pace is null ? "the two could not be timed, and float is the more exact"
            : FormattableString.Invariant($"float takes {pace.FloatMs:0.0} ms, int8 {pace.Int8Ms:0.0} ms ({pace.Ratio:0.00} times as fast)"));
    }

    public static string Word(ModelVariant variant) => variant == ModelVariant.Int8 ? "int8" : "float";

    /// <summary>A setting's word; <c>auto</c> is null.</summary>
    public static ModelVariant? Parse(string word) => word switch
    {
        "float" => ModelVariant.Float,
        "int8" => ModelVariant.Int8,
        _ => null,
    };
}
