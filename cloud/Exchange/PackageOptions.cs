using System.CommandLine;

namespace Lynceus.Cloud;

/// <summary>Options of <c>cloud export</c> that only packages have.</summary>
internal sealed class PackageOptions
{
    private readonly Option<string?> project = new("--project") { Description = "Packages: only this project's deployments.", HelpName = "NAME", Validators = { ImportCommand.MustBeProject } };
    private readonly Option<string[]> deployment = new("--deployment") { Description = "Packages: only these deployments; may be given several times.", HelpName = "ID", DefaultValueFactory = _ => [] };
    private readonly Option<string[]> species = new("--species") { Description = "Packages: only media and observations of these, by their scientific names; may be given several times.", HelpName = "NAME", DefaultValueFactory = _ => [] };
    private readonly Option<double?> precision = new("--coordinate-precision") { Description = "Packages: coordinates are rounded to so many degrees (0.01 is about a kilometre), and their uncertainty grows with it.", HelpName = "DEGREES" };
    private readonly Option<string?> url = new("--media-url") { Description = "Packages: where media can be fetched, as in https://example.org/{deploymentID}/{mediaID}; {fileName} may stand in it, too.", HelpName = "TEMPLATE" };
    private readonly Option<bool> pack = new("--pack-media") { Description = "Packages: the stored files go along, in the folder media." };
    private readonly Option<bool> people = new("--people-public") { Description = "Packages: pictures of people are as public as the others; else they are private and do not go along." };
    private readonly Option<bool> events = new("--events") { Description = "Packages: with events as they follow from the pictures, beside what was said of whole events." };
    private readonly Option<bool> placed = new("--only-placed") { Description = "Packages: deployments without coordinates stay behind; Camtrap DP has no place for them." };
    private readonly Option<string> level = new("--level") { Description = "darwin-core: occurrences are those of events (event) or of single media (media).", HelpName = "LEVEL", DefaultValueFactory = _ => "event" };

    public PackageOptions() => level.AcceptOnlyFromAmong("event", "media");

    private IReadOnlyList<Option> All => [project, deployment, species, precision, url, pack, people, events, placed, level];

    public void AddTo(Command command)
    {
        foreach (var option in All) command.Add(option);
    }

    /// <summary>One that was given; null if none was.</summary>
    public string? Given(ParseResult result) => All.FirstOrDefault(o => result.GetResult(o) is { Implicit: false })?.Name;

    public DarwinCoreLevel Level(ParseResult result) => result.GetValue(level) == "media" ? DarwinCoreLevel.Media : DarwinCoreLevel.Event;

    public ExchangeChoice Read(ParseResult result, DateTimeOffset? from, DateTimeOffset? to)
    {
        var choice = new ExchangeChoice
        {
            Project = result.GetValue(project),
            Deployments = result.GetValue(deployment) ?? [],
            Species = result.GetValue(species) ?? [],
            From = from,
            To = to,
            CoordinatePrecision = result.GetValue(precision),
            MediaUrl = result.GetValue(url),
            PackMedia = result.GetValue(pack),
            PeoplePublic = result.GetValue(people),
            MadeEvents = result.GetValue(events),
            OnlyPlaced = result.GetValue(placed),
        };
        return choice.Fault() is { } fault ? throw new StartException($"--{fault}") : choice;
    }
}
