using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>Looks over every gate model that is here, and says which one <c>edge run</c> takes.</summary>
internal sealed class ModelDoctor(ModelCatalog catalog, ModelMemory memory, ModelTrials trials, GateOptions options)
{
    /// <param name="progress">Told the name of each model before it is tried.</param>
    public DoctorReport Examine(Action<string> progress)
    {
        var gates = catalog.Models.Where(m => m.Roles.Contains("gate")).ToList();
        var (wanted, none) = Wanted(gates);
        List<DoctorModel> models = [];
        (LoadedModel? Model, string Why) taken = (null, none ?? "");
        foreach (var model in gates)
        {
            progress(model.Name);
            var (tried, choice) = Examine(model);
            models.Add(tried);
            if (model.Name == wanted) taken = choice;
        }
        return new DoctorReport(taken.Model is not null, memory.Machine, options.ThreadsHere,
            taken.Model is { } m ? new DoctorTaken(m.Manifest.Name, m.Version, m.Variant, m.Path, m.Sha256) : null, taken.Why, models,
            [.. catalog.Unreadable.Select(u => u.Message)], memory.File);
    }

    private (string? Name, string? Why) Wanted(List<ModelManifest> gates)
    {
        try
        {
            var name = options.Model.Length > 0 ? options.Model : catalog.NameForRole("gate");
            return gates.Any(m => m.Name == name) ? (name, null) : (null, $"the settings ask for {name}, which is no gate of the catalog; known are {string.Join(", ", gates.Select(m => m.Name))}");
        }
        catch (ModelRefusedException refused)
        {
            return (null, refused.Message);
        }
    }

    private (DoctorModel Model, (LoadedModel? Taken, string Why) Choice) Examine(ModelManifest model)
    {
        var here = new[] { ModelVariant.Float, ModelVariant.Int8 }.Where(v => catalog.IsHere(model, v)).ToList();
        if (here.Count == 0) return (new DoctorModel(model.Name, model.Version, false, model.Source, [], null, $"{model.File} is not here"), (null, $"{model.File} is not here"));
        var tried = trials.Variants(model, null);
        var pace = trials.Pace(tried);
        var choice = TwinChoice.Of(tried, options.VariantWanted, pace);
        var variants = tried.Where(t => here.Contains(t.Variant) || t.Result.Passed).Select(t => new DoctorVariant(t.Variant, t.Result.Outcome, t.Result.Reason, t.Model?.Path,
            pace is null ? null : t.Variant == ModelVariant.Int8 ? pace.Int8Ms : pace.FloatMs));
        return (new DoctorModel(model.Name, model.Version, true, model.Source, [.. variants], choice.Taken?.Variant, choice.Why), choice);
    }
}
