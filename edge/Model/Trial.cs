using System.Text.Json.Serialization;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>A model's file to be tried.</summary>
/// <param name="Manifest">What it takes and gives.</param>
/// <param name="Path">Its file.</param>
/// <param name="Variant">Which of the manifest's files that is.</param>
/// <param name="Exact">The float twin's file, for an int8 one that has it; else null.</param>
internal sealed record TrialContender(ModelManifest Manifest, string Path, ModelVariant Variant, string? Exact)
{
    public static TrialContender Of(LoadedModel model) => new(model.Manifest, model.Path, model.Variant, model.Exact?.Path);

    [JsonIgnore] public LoadedModel Loaded => new(Manifest, Path, Variant, Exact is null ? null : new LoadedModel(Manifest, Exact));
}

/// <summary>What the child process is to do, as JSON on its input.</summary>
/// <param name="Contenders">One to look at the golden set, or two whose paces are compared.</param>
/// <param name="Threads">For one picture, 1–64.</param>
/// <param name="Runs">Looks to time with each; 0 for none.</param>
internal sealed record TrialOrder(IReadOnlyList<TrialContender> Contenders, int Threads, int Runs);

/// <summary>What the child process answers, as the last line of its output.</summary>
/// <param name="Refused">Why a model could not be opened; null if all could.</param>
/// <param name="Misses">What the golden set misses, in words.</param>
/// <param name="MedianMs">Milliseconds a look, a number a contender; empty if nothing was timed.</param>
internal sealed record TrialAnswer(string? Refused, IReadOnlyList<string> Misses, IReadOnlyList<double> MedianMs);

/// <summary>How a trial ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrialOutcome>))]
internal enum TrialOutcome
{
    /// <summary>It found what a sound gate finds.</summary>
    [JsonStringEnumMemberName("passed")] Passed,

    /// <summary>The file is damaged, is not what its manifest says, or cannot be run by this ONNX Runtime.</summary>
    [JsonStringEnumMemberName("refused")] Refused,

    /// <summary>It runs, and what it sees in the golden set is wrong.</summary>
    [JsonStringEnumMemberName("wrongAnswers")] WrongAnswers,

    /// <summary>The process that tried it was ended by a signal, or broke down.</summary>
    [JsonStringEnumMemberName("crashed")] Crashed,

    /// <summary>The process that tried it did not come to an end.</summary>
    [JsonStringEnumMemberName("tookTooLong")] TookTooLong,
}

/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">For people; null if it passed.</param>
internal sealed record TrialResult(TrialOutcome Outcome, string? Reason)
{
    [JsonIgnore] public bool Passed => Outcome == TrialOutcome.Passed;
}

/// <summary>Median milliseconds a look of the two twins, in turns.</summary>
internal sealed record TwinPace(double FloatMs, double Int8Ms)
{
    /// <summary>Above 1 int8 is faster.</summary>
    [JsonIgnore] public double Ratio => FloatMs / Int8Ms;
}
