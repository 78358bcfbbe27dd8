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
    /// <summary>Share of the pictures at which float looks again (<c>SecondLook</c>): 0.19 of 1,088 labelled photographs, half of them of animals; fewer in the wind.</summary>
    public const double SecondLooks = 0.2;

    /// <summary>One measurement differs from the next by so much, and float is the more exact.</summary>
    private const double Margin = 0.97;

    /// <summary>Whether int8, with its second looks in float, takes less than float alone. The two are timed on a picture that needs none.</summary>
    public static bool IsFaster(TwinPace pace) => pace.Int8Ms + (SecondLooks * pace.FloatMs) < Margin * pace.FloatMs;

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
        var taken = pace is not null && IsFaster(pace) ? ModelVariant.Int8 : ModelVariant.Float;
        return (fit.First(f => f.Variant == taken).Model, pace is null ? "the two could not be timed, and float is the more exact"
            : FormattableString.Invariant($"float takes {pace.FloatMs:0.0} ms, int8 {pace.Int8Ms:0.0} ms ({pace.Ratio:0.00} times as fast, without the second looks in float)"));
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
