namespace Lynceus.Torture;

/// <summary>Where hub and cloud run.</summary>
/// <param name="Hosts">On two, with a link between them.</param>
/// <param name="Card">The hub's data lies on a disk of its own.</param>
internal sealed record Surroundings(TwoHosts? Hosts = null, SmallCard? Card = null)
{
    public string[] OfHub(params string[] command) => Hosts?.OnHub(command) ?? Card?.With(command) ?? command;

    public string[] OfCloud(params string[] command) => Hosts?.OnCloud(command) ?? command;
}
