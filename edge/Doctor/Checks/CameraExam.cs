namespace Lynceus.Edge;

/// <summary>Whether each camera's program is installed, its device is there, and it gives a picture.</summary>
/// <param name="cameras">In force.</param>
/// <param name="hubRuns">Then it holds them, and nothing is asked of them.</param>
/// <param name="firstPicture">Starts a camera, waits for its first picture and ends it; gives its size in bytes.</param>
internal sealed class CameraExam(IReadOnlyList<CameraOptions> cameras, bool hubRuns, Func<CameraOptions, CancellationToken, Task<int>>? firstPicture)
{
    private const string Name = "cameras";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>So long a camera may take for its first picture, and all of them one after the other.</summary>
    public TimeSpan Limit => (Patience * Math.Max(1, cameras.Count)) + TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken stop)
    {
        if (cameras.Count == 0) return [new Finding(Name, Colour.Green, "the settings name no camera")];
        if (hubRuns) return [new Finding(Name, Colour.Green, $"the hub runs and holds {string.Join(", ", cameras.Select(c => c.CameraID))}: nothing is asked of them; its setup page shows their picture")];
        List<Finding> found = [];
        foreach (var camera in cameras) found.Add(Absent(camera) ?? await TryAsync(camera, stop));
        return found;
    }

    private static Finding? Absent(CameraOptions camera)
    {
        const string Replay = "replay:";
        if (camera.Source.StartsWith(Replay, StringComparison.Ordinal))
            return Directory.Exists(camera.Source[Replay.Length..]) ? null : Red(camera, $"the folder {camera.Source[Replay.Length..]} is not there", "Mend its Source");
        var program = camera.Program.Length > 0 ? camera.Program : camera.Source.StartsWith("rpicam", StringComparison.Ordinal) ? "rpicam-vid" : "ffmpeg";
        if (Programs.Find(program) is null) return Red(camera, $"the program {program} is not installed", program == "rpicam-vid" ? "sudo apt-get install rpicam-apps (Raspberry Pi OS)" : program == "ffmpeg" ? "sudo apt-get install ffmpeg" : "Mend its Program");
        return camera.Source.StartsWith("/dev/", StringComparison.Ordinal) && !File.Exists(camera.Source)
            ? Red(camera, $"{camera.Source} is not there", "Plug the camera in, or mend its Source; v4l2-ctl --list-devices says what is there") : null;
    }

    private async Task<Finding> TryAsync(CameraOptions camera, CancellationToken stop)
    {
        if (firstPicture is null) return new Finding(Name, Colour.Green, $"{camera.CameraID}: its program is installed");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(Patience);
        try
        {
            return new Finding(Name, Colour.Green, FormattableString.Invariant($"{camera.CameraID}: gave a picture of {await firstPicture(camera, end.Token) / 1e3:0} KB"));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Red(camera, FormattableString.Invariant($"no picture within {Patience.TotalSeconds:0} s"), "Check its cable and power; another program may hold it");
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            return Red(camera, e.Message, "Check its cable, its power and its Source");
        }
    }

    private static Finding Red(CameraOptions camera, string what, string remedy) => new(Name, Colour.Red, $"{camera.CameraID}: {what}", remedy);
}

/// <summary>Programs of the system.</summary>
internal static class Programs
{
    /// <summary>Where a program is, as the shell would find it; null if it is not here.</summary>
    public static string? Find(string name) => name.Contains('/', StringComparison.Ordinal)
        ? File.Exists(name) ? name : null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
