using Microsoft.ML.OnnxRuntime.Tensors;

namespace Lynceus.Vision;

/// <summary>One output of a family.</summary>
/// <param name="Name">Null where the family has only one, whatever it is called.</param>
/// <param name="Shape">Of one picture, without the batch; <see cref="Outputs.Any"/> where the file decides.</param>
/// <param name="Types">What its numbers may be.</param>
internal sealed record OutputPort(string? Name, long[] Shape, params TensorElementType[] Types)
{
    public override string ToString() => $"{string.Join(" or ", Types.Select(Outputs.Word))}[1, {string.Join(", ", Shape.Select(d => d == Outputs.Any ? "N" : $"{d}"))}]";
}

/// <summary>What each family gives, and which reader reads it.</summary>
internal static class Outputs
{
    public const long Any = -1;

    /// <summary>A model of more boxes is refused: MegaDetector v5 has 102,000 at its full size, and none has ten times as many.</summary>
    public const int MostRows = 1_000_000;

    /// <summary>Numbers a picture gets at most: 256 MiB of them.</summary>
    public const long MostNumbers = 64 * 1024 * 1024;

    public static IReadOnlyList<OutputPort> Of(ModelManifest model)
    {
        const TensorElementType Float = TensorElementType.Float;
        var labels = model.Labels.Count;
        return model.Family switch
        {
            OutputFamily.YoloxGrid => [new(null, [YoloxGrid.Rows(model.Input), 5 + labels], Float)],
            OutputFamily.Yolov5 => [new(null, [Any, 5 + labels], Float)],
            OutputFamily.Yolov8 => [new(null, [4 + labels, Any], Float)],
            OutputFamily.EndToEnd => [new(null, [Any, 6], Float)],
            OutputFamily.Detr => [new("labels", [Any], TensorElementType.Int64, TensorElementType.Int32, Float), new("boxes", [Any, 4], Float), new("scores", [Any], Float)],
            _ => throw new ModelRefusedException(model.Name, $"output family {model.Family} cannot be read by this version"),
        };
    }

    /// <summary>Whether several of a model's boxes may be the same object; where not, it has chosen itself.</summary>
    public static bool Overlap(OutputFamily family) => family is not (OutputFamily.EndToEnd or OutputFamily.Detr);

    /// <summary>Reads one picture's boxes, in the input's pixels, not yet in order.</summary>
    /// <returns>Null, or in words why what the model gave is no answer: "nothing found" would then be a lie.</returns>
    public static string? Read(ModelManifest model, ModelRun run, int slot, float minConf, Candidates found)
    {
        var labels = model.Labels.Count;
        if (model.Family == OutputFamily.Detr) return DetrSets.Read(run.LabelsOf(0, slot), run.Of<float>(1, slot), run.Of<float>(2, slot), labels, minConf, found);
        var output = run.Of<float>(0, slot);
        return model.Family switch
        {
            OutputFamily.Yolov5 => Told(Yolov5Rows.Read(output, labels, minConf, found)),
            OutputFamily.Yolov8 => Told(Yolov8Columns.Read(output, labels, minConf, found)),
            OutputFamily.EndToEnd => EndToEndRows.Read(output, labels, minConf, found),
            _ => Told(YoloxGrid.Read(output, model.Input, labels, minConf, found)),
        };
    }

    public static string Word(TensorElementType type) => type switch
    {
        TensorElementType.Float => "Single",
        _ => type.ToString(),
    };

    private static string? Told(bool numbers) => numbers ? null : NoNumbers;

    public const string NoNumbers = "the model gave scores that are no numbers";

    public static string NoSuchLabel(float label, int labels) => $"the model gave label {label}, and its manifest has {labels}";
}
