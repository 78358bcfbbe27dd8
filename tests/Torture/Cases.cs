namespace Lynceus.Torture;

/// <summary>All cases, in the order in which they are begun: those that take longest first, so that none is left alone at the end.</summary>
internal static class Cases
{
    public static readonly IReadOnlyList<Case> All =
    [
        new("judge", "Something is lost, altered and doubled on purpose: it must be found.", Sabotage.RunAsync),
        new("steps", "SIGKILL of the hub at each named step of capture, sync, add, publish, receipt, remove.", a => StepKills.RunAsync(a, ofCloud: false)),
        new("cloud-steps", "SIGKILL of the cloud at each step with its objects and rows.", a => StepKills.RunAsync(a, ofCloud: true)),
        new("power", "The power goes at every step of both disks: only what was synced is left, or torn.", PowerCuts.RunAsync),
        new("kills", "SIGKILL of hub and cloud at random while captures flow (36 times, 1,000 in the long form).", a => RandomKills.RunAsync(a, a.Turns(36, 1002))),
        new("mosquitto", "SIGKILL of a Mosquitto between hub and cloud at random, of either beside it, of all three (24 times, 200 in the long form).", a => RandomKills.OfMosquittoAsync(a, a.Turns(24, 200))),
        new("acks", "The broker's acknowledgements are dropped and doubled.", BrokerFaults.AcksAsync),
        new("poison", "Half packets, wrong lengths, and on every topic bytes that are no message.", BrokerFaults.PoisonAsync),
        .. LinkProfile.All(brief: true).Select(p => new Case($"net-{p.Name.Replace('/', '-')}".ToLowerInvariant(), About(p), a => NetworkRuns.RunAsync(a, p.Name), Ground.Link)),
        new("card", "The hub's card is full, fails, is read-only or slow, and its clock jumps by years.", a => DiskFaults.RunAsync(a, ofCloud: false)),
        new("small-card", "A real ext4 of 64 MB: others fill it to the last byte while the cloud is away, and it is read-only and back.", SmallCardRuns.RunAsync),
        new("cloud-disk", "The same at the cloud.", a => DiskFaults.RunAsync(a, ofCloud: true)),
    ];

    private static string About(LinkProfile link) => $"Two hosts, {(link.DelayMs > 0 ? $"{2 * link.DelayMs:0} ms there and back" : "no delay")}"
        + $"{(link.JitterMs > 0 ? $" ± {2 * link.JitterMs:0}" : "")}{(link.Loss > 0 ? $", {100 * link.Loss:0} % lost" : "")}{(link.Reordered > 0 ? ", reordered" : "")}"
        + $"{(link.KbitPerSecond > 0 ? $", {link.KbitPerSecond} kbit/s" : "")}{(link.OffSeconds > 0 ? ", away again and again" : "")}; beside curl.";
}
