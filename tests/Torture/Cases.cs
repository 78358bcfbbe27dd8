namespace Lynceus.Torture;

/// <summary>All cases, in the order in which they are done.</summary>
internal static class Cases
{
    public static readonly IReadOnlyList<Case> All =
    [
        new("kills", "SIGKILL of hub and cloud at random while captures flow (36 times, 1,000 in the long form).", a => RandomKills.RunAsync(a, a.Turns(36, 1002))),
        new("steps", "SIGKILL of the hub at each named step of capture, sync, add, publish, receipt, remove.", a => StepKills.RunAsync(a, ofCloud: false)),
        new("cloud-steps", "SIGKILL of the cloud at each step with its objects and rows.", a => StepKills.RunAsync(a, ofCloud: true)),
    ];
}
