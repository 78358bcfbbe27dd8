using System.CommandLine;

namespace Lynceus.Cloud;

/// <summary>What <c>cloud rerun</c> looks at, with what, and how.</summary>
internal sealed class RerunOptions
{
    private readonly Option<string?> model = new("--model") { Description = "The model that looks; cloud models list says what is here.", HelpName = "NAME" };
    private readonly Option<string?> hub = new("--hub") { Description = "Only this hub's.", HelpName = "NAME" };
    private readonly Option<string?> camera = new("--camera") { Description = "Only this camera's.", HelpName = "ID" };
    private readonly Option<string?> type = new("--type") { Description = "Only what counts as animal, human, vehicle, blank, unknown or unclassified at present.", HelpName = "TYPE" };
    private readonly Option<string?> species = new("--species") { Description = "Only what counts as this animal at present, by its scientific name.", HelpName = "NAME" };
    private readonly Option<DateTimeOffset?> from = new("--from") { Description = "Not before this instant, by the camera's clock; ISO 8601.", HelpName = "TIME" };
    private readonly Option<DateTimeOffset?> until = new("--to") { Description = "Before this instant.", HelpName = "TIME" };
    private readonly Option<string?> project = new("--project") { Description = "Whose it is: whose budget it is paid of, and who takes turns with others.", HelpName = "NAME" };
    private readonly Option<int> threads = new("--threads") { Description = "Processor threads for one detection, 1 to 64.", HelpName = "N", DefaultValueFactory = _ => 1, Validators = { ModelCommands.MustBeThreads } };
    private readonly JobOptions jobs = new();
    private readonly SpeciesOptions names = new();

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[model, hub, camera, type, species, from, until, project]) command.Add(option);
        AddMachineTo(command);
    }

    /// <summary>How this machine looks. Beside a cloud that runs, its own workers do, and the classifier must be the one it has.</summary>
    public void AddMachineTo(Command command)
    {
        command.Add(threads);
        jobs.AddTo(command);
        names.AddTo(command);
    }

    public RerunBody Body(ParseResult result) => new()
    {
        Model = result.GetValue(model) ?? throw new StartException("--model: which is to look? cloud models list says what is here"),
        Hub = result.GetValue(hub),
        CameraID = result.GetValue(camera),
        ObservationType = result.GetValue(type),
        ScientificName = result.GetValue(species),
        From = result.GetValue(from),
        To = result.GetValue(until),
        Project = result.GetValue(project),
    };

    public CloudSettings Settings(ParseResult result, Option<string> data) => names.Read(result, jobs.Read(result, new CloudSettings
    {
        Data = result.GetValue(data)!,
        Db = CloudCommand.DbOf(result),
        Http = CloudCommand.Parse("127.0.0.1:0"),
        Mqtt = CloudCommand.Parse("127.0.0.1:0"),
        Threads = result.GetValue(threads),
    }));
}
