using Lynceus.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>
/// Requests of <c>edge trigger</c>: small files in <c>requests/</c> of the data folder, named by an id, that hold a camera's name. Who may write to the data folder may ask.
/// The answer is a file beside it; a request that nobody took back is removed when it is old.
/// </summary>
internal sealed partial class TriggerRequests(HubOptions hub, HandSensors hands, TimeProvider time, ILogger<TriggerRequests> log) : BackgroundService
{
    public const string Asked = ".trigger";
    public const string Answered = ".answer";
    private const int MostBytes = 1024;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Old = TimeSpan.FromMinutes(1);

    public static string Folder(string data) => Path.Combine(data, "requests");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var folder = Folder(hub.Data);
        using var pace = new PeriodicTimer(Look, time);
        do
        {
            try
            {
                // In here: a card that is read-only at the start may be written later, and costs the requests of that time only.
                DurableFile.CreateFolder(folder);
                foreach (var request in new DirectoryInfo(folder).EnumerateFiles()) Answer(request);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogUnanswered(e.Message);
            }
        }
        while (await pace.WaitForNextTickAsync(stoppingToken));
    }

    private void Answer(FileInfo request)
    {
        var isOld = time.GetUtcNow() - request.LastWriteTimeUtc > Old;
        if (request.Extension == Asked && !isOld)
        {
            var camera = request.Length <= MostBytes ? File.ReadAllText(request.FullName).Trim() : "";
            var answer = hands.Pull(camera) ? "ok" : hands.Cameras is { Count: > 0 } known ? $"this hub has the cameras {string.Join(", ", known)}" : "this hub has no camera that runs";
            File.WriteAllText(Path.ChangeExtension(request.FullName, Answered + ".tmp"), answer);
            File.Move(Path.ChangeExtension(request.FullName, Answered + ".tmp"), Path.ChangeExtension(request.FullName, Answered), overwrite: true);
        }
        if (request.Extension == Asked || isOld) request.Delete();
    }

    [LoggerMessage(LogLevel.Warning, "Requests in the data folder cannot be answered: {Reason}")]
    private partial void LogUnanswered(string reason);
}
