using System.CommandLine;
using System.Diagnostics;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary><c>edge trigger</c>: a clip by hand.</summary>
internal static class TriggerCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static Command Create(bool inDetail)
    {
        var camera = new Argument<string>("CAMERA") { Description = "The camera's name in the hub's settings (Cameras: CameraID)." };
        var data = new Option<string>("--data") { Description = "The data folder of the hub that runs.", DefaultValueFactory = _ => "/var/lib/lynceus", HelpName = "DIR" };
        var command = new Command("trigger", Arguments.Describe("Takes a clip now, by hand, at a camera of the hub that runs on this machine.", inDetail, """
            The clip goes the way of all others: the gate looks at it, and its capture carries the trigger 'manual'. Neither schedule nor storm control holds it back.
            Exit code 0 when the hub has taken it up, else 1.

            Example:  sudo -u lynceus edge trigger north
            """)) { camera, data };
        command.SetAction((parsed, stop) => AskAsync(parsed.GetValue(camera)!, parsed.GetValue(data)!, stop));
        return command;
    }

    private static async Task<int> AskAsync(string camera, string data, CancellationToken stop)
    {
        if (!Directory.Exists(data) || !Spool.IsHeld(data)) throw new UsageException($"no hub runs on {data}; --data names the data folder of one that does");
        var request = Path.Combine(TriggerRequests.Folder(data), $"{Guid.NewGuid():N}{TriggerRequests.Asked}");
        DurableFile.Write(request, System.Text.Encoding.UTF8.GetBytes(camera));
        var answer = Path.ChangeExtension(request, TriggerRequests.Answered);
        var asked = Stopwatch.GetTimestamp();
        while (!File.Exists(answer))
        {
            if (Stopwatch.GetElapsedTime(asked) > Patience)
            {
                File.Delete(request);
                throw new IOException($"the hub on {data} did not answer within {Patience.TotalSeconds:0} s");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, stop);
        }
        var said = await File.ReadAllTextAsync(answer, stop);
        File.Delete(answer);
        if (said != "ok") throw new UsageException($"{camera}: {said}");
        await Console.Error.WriteLineAsync($"{camera} takes a clip");
        return 0;
    }
}
