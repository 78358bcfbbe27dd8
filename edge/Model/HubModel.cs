using Lynceus.Vision;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>The model that a hub runs with.</summary>
/// <param name="Model">Its file.</param>
/// <param name="Problem">Why it is not the one that the settings ask for; null if it is.</param>
internal sealed record HubModel(LoadedModel Model, string? Problem);

/// <summary>
/// Chooses the model of <c>edge run</c>: the one that the settings name, once it has passed its trial; else the last good one, and says so.
/// A hub in the forest with an older model is worth more than one that stands still.
/// </summary>
internal sealed partial class HubModelChoice(ModelCatalog catalog, ModelMemory memory, ModelTrials trials, GateOptions options, ILogger<HubModelChoice> log)
{
    /// <summary>Throws <see cref="ModelRefusedException"/> if neither the model asked for nor a last good one is fit.</summary>
    public HubModel Choose()
    {
        var name = options.Model;
        try
        {
            if (name.Length == 0) name = catalog.NameForRole("gate");
            var manifest = catalog.Models.FirstOrDefault(m => m.Name == name) ?? catalog.Open(name).Manifest; // which throws, and says what is known
            var tried = trials.Variants(manifest, options.VariantWanted);
            var (taken, why) = TwinChoice.Of(tried, options.VariantWanted, trials.Pace(tried));
            foreach (var unfit in tried.Where(t => !t.Result.Passed)) LogUnfit(name, TwinChoice.Word(unfit.Variant), unfit.Result.Reason!);
            if (taken is null) throw new ModelRefusedException(name, why);
            LogTaken(name, taken.Version, TwinChoice.Word(taken.Variant), why);
            memory.RememberGood(taken);
            return new HubModel(taken, null);
        }
        catch (ModelRefusedException refused)
        {
            return LastGood(refused);
        }
    }

    private HubModel LastGood(ModelRefusedException refused)
    {
        LoadedModel last;
        try
        {
            last = memory.OpenLastGood() ?? throw refused;
            if (trials.Try(last) is { Passed: false } result) throw new ModelRefusedException(last.Manifest.Name, result.Reason!);
        }
        catch (ModelRefusedException alsoRefused) when (alsoRefused != refused)
        {
            throw new ModelRefusedException(refused.Model, $"{refused.Reason}. The last good one is of no use either: {alsoRefused.Message}");
        }
        var problem = $"{refused.Message}. The hub goes on with the last good one, {last.Manifest.Name} {last.Version}; edge doctor models says more";
        LogLastGood(problem);
        return new HubModel(last, problem);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The gate is {Model} {Version}, {Variant}: {Why}")]
    private partial void LogTaken(string model, string version, string variant, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Of model {Model} the {Variant} variant is not used: {Reason}")]
    private partial void LogUnfit(string model, string variant, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Problem}")]
    private partial void LogLastGood(string problem);
}
