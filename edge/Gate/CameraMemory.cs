using System.Text.Json;
using Lynceus.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lynceus.Edge;

/// <summary>What the gate knows of one camera.</summary>
internal sealed class Camera
{
    public required string CameraID { get; init; }

    /// <summary>What it usually sees.</summary>
    public Background Background { get; init; } = new();

    public FalseFriends Friends { get; } = new();

    public AuditRates Audit { get; } = new();

    /// <summary>Clips since it was written.</summary>
    internal int Unwritten { get; set; }

    internal long LastUsed { get; set; }
}

/// <summary>
/// What the gate knows of each camera, in memory, and on a hub also in <c>cameras/</c> of its data folder, so that a restart does not begin with nothing.
/// Written seldom, since a card wears out: after every <see cref="ClipsAWrite"/> clips of a camera, and at the end. What a power cut takes is learned again.
/// Belongs to the gate and so to one loop.
/// </summary>
internal sealed partial class CameraMemory : IDisposable
{
    public const int ClipsAWrite = 50;

    /// <summary>Cameras in memory; of more the one that was longest silent is written and let go.</summary>
    public const int MostInMemory = 64;

    /// <summary>Files; the oldest go.</summary>
    public const int MostFiles = 256;
    private const int MostBytes = 1024 * 1024;
    private const string Ending = ".state";
    private readonly Dictionary<string, Camera> cameras = new(StringComparer.Ordinal);
    private readonly string? folder;
    private readonly ILogger log;
    private long clock;

    private CameraMemory(string? folder, ILogger log) => (this.folder, this.log) = (folder, log);

    /// <summary>Begins with nothing and leaves nothing: what is read twice must come out the same twice.</summary>
    public static CameraMemory OfThisRun() => new(null, NullLogger.Instance);

    /// <summary>Outlives the process.</summary>
    public static CameraMemory In(string dataFolder, ILogger<CameraMemory> log)
    {
        var folder = Path.Combine(dataFolder, "cameras");
        DurableFile.CreateFolder(folder);
        Trim(folder, MostFiles);
        return new CameraMemory(folder, log);
    }

    public Camera Of(string cameraID)
    {
        if (!cameras.TryGetValue(cameraID, out var camera))
        {
            if (cameras.Count >= MostInMemory) LetGo(cameras.Values.MinBy(c => c.LastUsed)!);
            cameras.Add(cameraID, camera = Read(cameraID) ?? new Camera { CameraID = cameraID });
        }
        camera.LastUsed = ++clock;
        return camera;
    }

    /// <summary>The camera has learned from one more clip.</summary>
    public void Learned(Camera camera)
    {
        if (++camera.Unwritten >= ClipsAWrite) Write(camera);
    }

    public void Dispose()
    {
        foreach (var camera in cameras.Values) Write(camera);
        cameras.Clear();
    }

    /// <summary>A name that is safe in any file system, and no other camera's.</summary>
    internal static string FileName(string cameraID)
    {
        var readable = string.Concat(cameraID.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_').Take(40));
        return $"{readable}-{Ids.Sha256(System.Text.Encoding.UTF8.GetBytes(cameraID))[..12]}{Ending}";
    }

    private void LetGo(Camera camera)
    {
        Write(camera);
        cameras.Remove(camera.CameraID);
    }

    private void Write(Camera camera)
    {
        if (folder is null || camera.Unwritten == 0) return;
        camera.Unwritten = 0;
        var saved = new SavedCamera(camera.CameraID, camera.Background.Save(), camera.Friends.All, camera.Audit.Save());
        var path = Path.Combine(folder, FileName(camera.CameraID));
        try
        {
            if (!File.Exists(path)) Trim(folder, MostFiles - 1);
            DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(saved, EdgeJson.Default.SavedCamera));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk must not cost the clip: what is known of the camera stays in memory and is written the next time.
            LogNotWritten(camera.CameraID, e.Message);
        }
    }

    private static void Trim(string folder, int most)
    {
        foreach (var old in new DirectoryInfo(folder).GetFiles("*" + Ending).OrderByDescending(f => f.LastWriteTimeUtc).Skip(most)) old.Delete();
    }

    private Camera? Read(string cameraID)
    {
        if (folder is null || new FileInfo(Path.Combine(folder, FileName(cameraID))) is not { Exists: true } file) return null;
        string fault;
        try
        {
            if (file.Length <= MostBytes)
            {
                if (Parse(File.ReadAllBytes(file.FullName), cameraID, out fault) is { } camera) return camera;
            }
            else fault = $"{file.Length} bytes; at most {MostBytes} are read";
            File.Move(file.FullName, file.FullName + ".damaged", overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = e.Message;
        }
        LogDamaged(cameraID, fault);
        return null;
    }

    private static Camera? Parse(ReadOnlySpan<byte> json, string cameraID, out string fault)
    {
        try
        {
            if (JsonSerializer.Deserialize(json, EdgeJson.Default.SavedCamera) is not { CameraID: { } id, Background: { } cells, Friends: { } friends, Audit: { } audit } || id != cameraID)
            {
                fault = "it is not this camera's";
                return null;
            }
            if (Background.Load(cells, out fault) is not { } background) return null;
            var camera = new Camera { CameraID = cameraID, Background = background };
            fault = !camera.Friends.Load(friends) ? "friends: a number is out of its range" : !camera.Audit.Load(audit) ? "audit: a number is out of its range" : "";
            return fault.Length == 0 ? camera : null;
        }
        catch (JsonException e)
        {
            fault = e.Message;
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "What is known of camera {CameraID} could not be written: {Reason}")]
    private partial void LogNotWritten(string cameraID, string reason);

    [LoggerMessage(LogLevel.Warning, "What was known of camera {CameraID} cannot be read: {Fault}. It is learned anew")]
    private partial void LogDamaged(string cameraID, string fault);
}

/// <summary>A camera's file.</summary>
internal sealed record SavedCamera(string CameraID, byte[] Background, IReadOnlyList<Friend> Friends, IReadOnlyList<double> Audit);
