using System.CommandLine;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>What <c>cloud models add</c> is told of a model: its manifest, or the few words from which one is made.</summary>
internal sealed class ModelDescription
{
    private static readonly string[] People = ["person", "human", "people"];
    private static readonly string[] Vehicles = ["vehicle", "car", "truck", "bus", "motorcycle", "bicycle", "train", "boat", "airplane"];

    private readonly Option<string?> manifest = new("--manifest") { Description = "The model's manifest.json (see models/detect/manifest.json). Its name for the file and its hash may be left as they are.", HelpName = "FILE" };
    private readonly Option<string?> name = new("--name") { Description = "The model's name: 1 to 64 of a-z, 0-9, '-' and '.'.", HelpName = "NAME" };
    private readonly Option<string> version = new("--version") { Description = "Its version.", HelpName = "TEXT", DefaultValueFactory = _ => "1" };
    private readonly Option<string?> family = new("--family") { Description = "How it writes down what it found: yoloxGrid, yolov5, yolov8, endToEnd or detr.", HelpName = "FAMILY" };
    private readonly Option<string?> labels = new("--labels") { Description = "Its labels, one a line, in the order of its outputs.", HelpName = "FILE" };
    private readonly Option<int> side = new("--size") { Description = "Pixels of its input's sides, a multiple of 32.", HelpName = "N", DefaultValueFactory = _ => 640 };
    private readonly Option<string> input = new("--input") { Description = "The name of its input.", HelpName = "NAME", DefaultValueFactory = _ => "images" };
    private readonly Option<string> licence = new("--licence") { Description = "Under what licence its weights are, as SPDX writes it.", HelpName = "SPDX", DefaultValueFactory = _ => "not stated" };
    private readonly Option<float> send = new("--threshold") { Description = "The score from which on a detection counts, above 0 and at most 1.", HelpName = "SCORE", DefaultValueFactory = _ => 0.2f };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { manifest, name, version, family, labels, side, input, licence, send }) command.Add(option);
    }

    /// <summary>Throws <see cref="StartException"/> with the option's name.</summary>
    public ModelManifest Read(ParseResult result, string source, string sha256)
    {
        try
        {
            var told = result.GetValue(manifest) is { } path ? ModelCatalog.ReadManifest(path) : Make(result, source, sha256);
            var file = told with { File = $"{told.Name}/{told.Name}.onnx", Sha256 = sha256, Int8 = null, Roles = ["detect"] };
            if (!IsName(file.Name)) throw new StartException($"--name: '{file.Name}' is not 1 to 64 of a-z, 0-9, '-' and '.'");
            ModelCatalog.Write(file); // it says what is wrong
            return file;
        }
        catch (ModelRefusedException e)
        {
            throw new StartException($"the manifest of {source}: {e.Reason}");
        }
    }

    private ModelManifest Make(ParseResult result, string source, string sha256)
    {
        var called = result.GetValue(name) ?? throw new StartException("--name is needed where there is no --manifest");
        var kind = result.GetValue(family) ?? throw new StartException("--family is needed where there is no --manifest");
        var list = result.GetValue(labels) ?? throw new StartException("--labels is needed where there is no --manifest");
        var known = Enum.GetValues<OutputFamily>().ToDictionary(WireWords.Of, f => f, StringComparer.Ordinal);
        if (!known.TryGetValue(kind, out var written)) throw new StartException($"--family: '{kind}' is none of {string.Join(", ", known.Keys)}");
        var words = Lines(list);
        var sure = result.GetValue(send);
        return new ModelManifest
        {
            Name = called,
            Version = result.GetValue(version)!,
            File = $"{called}.onnx",
            Sha256 = sha256,
            Licence = result.GetValue(licence)!,
            Source = source,
            Roles = ["detect"],
            Input = InputOf(written, result.GetValue(input)!, result.GetValue(side)),
            Family = written,
            Labels = words,
            ObservationTypes = words.Where(w => People.Contains(w) || Vehicles.Contains(w)).ToDictionary(w => w, w => People.Contains(w) ? ObservationType.Human : ObservationType.Vehicle),
            SendThreshold = sure,
            KeepThreshold = sure / 2,
            PersonThreshold = sure,
            VehicleThreshold = sure,
            BlurThreshold = sure / 2,
        };
    }

    /// <summary>As the families are trained: their own repositories' preprocessing.</summary>
    private static InputSpec InputOf(OutputFamily family, string name, int side)
    {
        var yolox = family == OutputFamily.YoloxGrid;
        return new InputSpec
        {
            Name = name,
            Width = side,
            Height = side,
            Channels = yolox ? ChannelOrder.Bgr : ChannelOrder.Rgb,
            White = yolox ? 255 : 1,
            Letterbox = family switch { OutputFamily.YoloxGrid => Letterbox.TopLeft, OutputFamily.Detr => Letterbox.Stretch, _ => Letterbox.Centre },
            Pad = 114,
        };
    }

    private static List<string> Lines(string path)
    {
        try
        {
            return [.. File.ReadLines(path).Select(l => l.Trim()).Where(l => l.Length > 0).Take(10_001)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"--labels {path}: {e.Message}");
        }
    }

    /// <summary>It becomes a folder.</summary>
    private static bool IsName(string name) => name.Length is > 0 and <= 64 && name[0] != '.' && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '.');
}
