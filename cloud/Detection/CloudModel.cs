using Lynceus.Vision;
using Microsoft.Extensions.Options;

namespace Lynceus.Cloud;

/// <summary>The model that detects, in a process of its own, or why there is none. A model file that is put in place later is found without a restart.</summary>
internal sealed partial class CloudModel(CloudSettings settings, SpeciesModel species, IOptions<DetectionOptions> options, TimeProvider time, ILogger<CloudModel> log) : IDisposable
{
    /// <summary>Null while no model can be used.</summary>
    public DetectWorker? Detector { get; private set; }

    /// <summary>With the classifier behind it, which is a part of the version.</summary>
    public ModelManifest? Manifest => Detector is { } detector ? WithClassifier(detector.Model) : null;

    public ModelManifest WithClassifier(ModelManifest detector) => species.Behind(detector);

    /// <summary>For people: which model is missing and where to put it.</summary>
    public string? Problem { get; private set; } = "the model is not loaded yet";

    /// <summary>Only the detection loop opens and closes the detector.</summary>
    public async Task<bool> TryOpenAsync(CancellationToken cancel)
    {
        if (Detector is { IsRefused: false }) return true;
        Detector?.Dispose(); // its file was changed or taken away while it ran
        Detector = null;
        DetectWorker? opening = null;
        try
        {
            var catalog = new AddedModels(settings.Data).Catalog(settings.ModelFolders);
            var model = settings.Model is { } name ? catalog.Open(name) : catalog.OpenForRole("detect");
            opening = new DetectWorker(model, options.Value, settings.Threads, time, log);
            await opening.OpenAsync(cancel);
            (Detector, opening, Problem) = (opening, null, null);
            Opened(model.Manifest.Name, model.Manifest.Version, model.Path);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (Problem != e.Message) NoModel(e.Message);
            Problem = e.Message;
            return false;
        }
        finally
        {
            opening?.Dispose();
        }
    }

    public void Dispose() => Detector?.Dispose();

    [LoggerMessage(Level = LogLevel.Information, Message = "Detecting with {Model} {Version} from {Path}")]
    private partial void Opened(string model, string version, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pictures wait, nothing is detected: {Problem}")]
    private partial void NoModel(string problem);
}
