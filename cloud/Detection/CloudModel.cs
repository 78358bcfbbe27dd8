using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>The model that detects, or why there is none. A model file that is put in place later is found without a restart.</summary>
internal sealed partial class CloudModel(CloudSettings settings, ILogger<CloudModel> log) : IDisposable
{
    /// <summary>Null while no model can be used.</summary>
    public Detector? Detector { get; private set; }

    public ModelManifest? Manifest => Detector?.Model;

    /// <summary>For people: which model is missing and where to put it.</summary>
    public string? Problem { get; private set; } = "the model is not loaded yet";

    /// <summary>Only the detection loop opens and uses the detector.</summary>
    public bool TryOpen()
    {
        if (Detector is not null) return true;
        try
        {
            var catalog = ModelCatalog.Load(settings.ModelFolders);
            var model = settings.Model is { } name ? catalog.Open(name) : catalog.OpenForRole("detect");
            Detector = new Detector(model, new DetectorOptions { Threads = settings.Threads, MinConf = Math.Min(0.05f, model.Manifest.KeepThreshold) });
            Problem = null;
            Opened(model.Manifest.Name, model.Manifest.Version, model.Path);
            return true;
        }
        catch (Exception e)
        {
            if (Problem != e.Message) NoModel(e.Message);
            Problem = e.Message;
            return false;
        }
    }

    public void Dispose() => Detector?.Dispose();

    [LoggerMessage(Level = LogLevel.Information, Message = "Detecting with {Model} {Version} from {Path}")]
    private partial void Opened(string model, string version, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pictures wait, nothing is detected: {Problem}")]
    private partial void NoModel(string problem);
}
