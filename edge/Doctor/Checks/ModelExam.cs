using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>Which model <c>edge run</c> takes, in a line; <c>edge doctor models</c> says all.</summary>
/// <param name="gate">In force.</param>
/// <param name="data">The hub's data folder; nothing is written there.</param>
internal sealed class ModelExam(GateOptions gate, string data)
{
    private const string Name = "models";

    public IReadOnlyList<Finding> Look()
    {
        // What was remembered is believed; what is found out now is not written, since another user than the hub's may look.
        var (catalog, known, nothing) = (ModelCatalog.Load(), new ModelMemory(data.Length > 0 ? data : null, TimeProvider.System, _ => { }), new ModelMemory(null, TimeProvider.System, _ => { }));
        nothing.Believe(known.Known);
        var process = new TrialProcess(TrialProcess.OwnProgram, gate.ThreadsHere, TimeSpan.FromSeconds(gate.TrialSeconds));
        var name = gate.Model.Length > 0 ? gate.Model : catalog.NameForRole("gate");
        if (catalog.Models.FirstOrDefault(m => m.Name == name) is not { } manifest)
            return [new Finding(Name, Colour.Red, $"the settings ask for {name}, which is no model of the catalog", "edge models lists what is here; mend Gate:Model")];
        var trials = new ModelTrials(catalog, nothing, process, gate.ThreadsHere);
        var tried = trials.Variants(manifest, gate.VariantWanted);
        var (taken, why) = TwinChoice.Of(tried, gate.VariantWanted, trials.Pace(tried));
        return [taken is not null ? new Finding(Name, Colour.Green, $"edge run takes {taken.Manifest.Name} {taken.Version}, {TwinChoice.Word(taken.Variant)}: {why}")
            : known.Known.LastGood is { } good ? new Finding(Name, Colour.Yellow, $"{name} is not fit ({why}); the hub goes on with {good.Manifest.Name} {good.Manifest.Version}", "edge doctor models says more")
            : new Finding(Name, Colour.Red, $"{name} is not fit: {why}", "edge doctor models says more; edge models lists what else is here")];
    }
}
