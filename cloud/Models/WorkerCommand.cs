using System.CommandLine;

namespace Lynceus.Cloud;

/// <summary>For the cloud itself, not for people.</summary>
internal static class WorkerCommand
{
    public const string Name = "detect-worker";

    public static Command Worker()
    {
        var worker = new Command(Name, "Runs one model for the cloud, which starts it.") { Hidden = true };
        worker.SetAction((_, cancel) => WorkerProgram.RunAsync(cancel));
        return worker;
    }
}
