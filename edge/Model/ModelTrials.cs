using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>Tries the variants of a catalog's models, and asks the memory first.</summary>
/// <param name="catalog">Where models are.</param>
/// <param name="memory">What is known of them.</param>
/// <param name="process">Tries and times them.</param>
/// <param name="threads">For one picture.</param>
/// <param name="again">Try and time also what is known.</param>
internal sealed class ModelTrials(ModelCatalog catalog, ModelMemory memory, TrialProcess process, int threads, bool again = false)
{
    /// <summary>Every variant that the manifest names and that is to be looked at.</summary>
    public IReadOnlyList<TriedVariant> Variants(ModelManifest model, ModelVariant? wanted)
        => [.. new[] { ModelVariant.Float, ModelVariant.Int8 }.Where(v => model.FileOf(v) is not null && (wanted is null || v == wanted)).Select(v => Try(model.Name, v))];

    /// <summary>Whether this very file has passed on this machine. A failure is no lasting truth (a machine may be short of memory), so it is tried again.</summary>
    public TrialResult Try(LoadedModel model)
    {
        if (!again && memory.Trial(model.Sha256) is { Passed: true } known) return known;
        var result = process.Golden(model);
        memory.Remember(model.Sha256, result);
        return result;
    }

    /// <summary>Of a model whose variants both passed; null if there is nothing to compare, or it could not be timed.</summary>
    public TwinPace? Pace(IReadOnlyList<TriedVariant> tried)
    {
        if (tried is not [{ Result.Passed: true, Model: { } whole }, { Result.Passed: true, Model: { } int8 }]) return null;
        if (!again && memory.Pace(whole.Sha256, int8.Sha256, threads) is { } known) return known;
        if (process.Pace(whole, int8) is not { } pace) return null;
        memory.Remember(whole.Sha256, int8.Sha256, threads, pace);
        return pace;
    }

    private TriedVariant Try(string name, ModelVariant variant)
    {
        LoadedModel model;
        try
        {
            model = catalog.Open(name, variant);
        }
        catch (ModelRefusedException refused)
        {
            return new TriedVariant(variant, null, new TrialResult(TrialOutcome.Refused, refused.Reason));
        }
        return new TriedVariant(variant, model, Try(model));
    }
}
