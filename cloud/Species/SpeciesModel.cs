using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>The classifier that looks closer at what the detector found, or why there is none: then animals stay animals.</summary>
internal sealed partial class SpeciesModel : IDisposable
{
    /// <summary>A flock is told by its surest birds.</summary>
    private const int MostCrops = 8;

    /// <summary>A crop of an animal that fills a quarter of the picture has enough pixels at this size; of a smaller one its part is decoded again.</summary>
    private const int OpenedAt = 640;

    /// <summary>The project's own classifier, where the program has it; else null.</summary>
    public static string? Own => Path.Combine(AppContext.BaseDirectory, "models", "species", "classifier.json") is var file && File.Exists(file) ? file : null;

    private readonly Classifier? classifier;
    private readonly IReadOnlyList<SpeciesLabel> labels = [];
    private readonly EnsembleCutOffs cut = new();
    private readonly DecodedPicture picture = new();
    private readonly Lock turn = new();

    public SpeciesModel(CloudSettings settings, ILogger<SpeciesModel> log)
    {
        if (settings.Classifier is not { } manifest) return;
        try
        {
            classifier = new Classifier(manifest, ModelVariant.Float, settings.Threads);
            labels = [.. classifier.Model.Labels.Select(l => SpeciesLabel.Parse(l, Taxonomy.Known))];
            cut = new EnsembleCutOffs { Own = classifier.Model.CutOffs };
            Opened(log, classifier.Model.Name, classifier.Model.Version, settings.Country?.ToString() ?? "anywhere");
        }
        catch (ModelRefusedException e)
        {
            NotOpened(log, e.Message);
        }
    }

    /// <summary><c>species-0.1</c>: a part of the version under which a picture was looked at, so that another classifier's names stand beside these. Null without one.</summary>
    public string? Version => classifier is null ? null : $"{classifier.Model.Name}-{classifier.Model.Version}";

    /// <summary>The detector as it is with this classifier behind it.</summary>
    public ModelManifest Behind(ModelManifest detector) => Version is null ? detector : detector with { Version = $"{detector.Version}+{Version}" };

    /// <summary>Looks closer at the animals of a look, the surest first.</summary>
    /// <param name="at">The picture.</param>
    /// <param name="look">What the detector found in it.</param>
    /// <param name="detector">Whose threshold says what counts.</param>
    /// <param name="place">Where the camera stands; null if nobody said.</param>
    /// <param name="names">Where the verdicts go; those of one picture or video.</param>
    public void Name(PictureAt at, Look look, ModelManifest detector, Place? place, Dictionary<Detection, EnsembleVerdict> names)
    {
        if (classifier is null) return;
        var least = ObservationRule.Threshold(detector, ObservationType.Animal);
        var animals = look.Detections.Where(d => d.ObservationType == ObservationType.Animal && d.Conf >= least).OrderByDescending(d => d.Conf).Take(MostCrops).ToList();
        if (animals.Count == 0) return;
        var encoded = at.File is { } file ? File.ReadAllBytes(file) : at.Bytes.Span;
        lock (turn)
        {
            if (picture.Decode(encoded, OpenedAt, OpenedAt, out _) is not null) return; // it could be looked at before: then its animals keep what the detector said
            foreach (var found in animals)
            {
                if (classifier.Classify(picture, encoded, found.Bbox) is { } scores) names[found] = Ensemble.Decide([found], Scores(scores), place, cut);
            }
        }
    }

    private SpeciesScore[] Scores(IReadOnlyList<Classification> scores)
    {
        var named = new SpeciesScore[scores.Count];
        for (var i = 0; i < named.Length; i++) named[i] = new SpeciesScore(labels[i], scores[i].Score);
        return named;
    }

    public void Dispose()
    {
        classifier?.Dispose();
        picture.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Animals are named by {Model} {Version}; what does not occur in {Place}, or where their camera is said to stand, is not")]
    private static partial void Opened(ILogger log, string model, string version, string place);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Animals are not named: {Problem}")]
    private static partial void NotOpened(ILogger log, string problem);
}
