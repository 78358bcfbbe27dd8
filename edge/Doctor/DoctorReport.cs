using System.Text.Json.Serialization;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>What <c>edge doctor models --json</c> prints, one object.</summary>
/// <param name="Ok">The model that <c>edge run</c> would take is fit.</param>
/// <param name="Machine">ONNX Runtime and processor.</param>
/// <param name="Threads">For one picture.</param>
/// <param name="Taken">What <c>edge run</c> takes; absent if nothing is fit.</param>
/// <param name="Why">Why that one, or why none.</param>
/// <param name="Models">All gate models that the catalog knows.</param>
/// <param name="Unreadable">Manifests that describe no model.</param>
/// <param name="Remembered">Where it is written down for <c>edge run</c>; absent without --data.</param>
internal sealed record DoctorReport(
    bool Ok, string Machine, int Threads, DoctorTaken? Taken, string Why, IReadOnlyList<DoctorModel> Models, IReadOnlyList<string> Unreadable, string? Remembered);

internal sealed record DoctorTaken(string Model, string Version, ModelVariant Variant, string Path, string Sha256);

/// <param name="Name">Of the catalog.</param>
/// <param name="Version">Of its manifest.</param>
/// <param name="Here">A file of it is here.</param>
/// <param name="Source">Where it is from, for one that is not here.</param>
/// <param name="Variants">Those whose file is here.</param>
/// <param name="Choice">The variant that is faster and fit.</param>
/// <param name="Why">Why that one.</param>
internal sealed record DoctorModel(string Name, string Version, bool Here, string Source, IReadOnlyList<DoctorVariant> Variants, ModelVariant? Choice, string Why);

/// <param name="Variant">float or int8.</param>
/// <param name="Outcome">Of opening it and of the golden set.</param>
/// <param name="Reason">Why it is not fit.</param>
/// <param name="Path">Its file, if that is sound.</param>
/// <param name="MedianMs">Milliseconds a look, measured in turns with its twin; absent if there is nothing to compare.</param>
internal sealed record DoctorVariant(ModelVariant Variant, TrialOutcome Outcome, string? Reason, string? Path, double? MedianMs)
{
    [JsonIgnore] public bool Fit => Outcome == TrialOutcome.Passed;
}
