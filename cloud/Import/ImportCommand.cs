using System.CommandLine;
using System.CommandLine.Parsing;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What <c>cloud import</c> was told.</summary>
internal sealed record ImportSettings
{
    public required string Path { get; init; }

    /// <summary>Model, workers and where the rows are.</summary>
    public required CloudSettings Cloud { get; init; }

    /// <summary>How folders name deployments; null for the first folder.</summary>
    public string? Deployment { get; init; }

    /// <summary>Where clocks stood that do not say so themselves.</summary>
    public required TimeZoneInfo Zone { get; init; }

    /// <summary>Where the images of a file of results lie; null for beside it.</summary>
    public string? Images { get; init; }
    public bool Preview { get; init; }
    public bool Wait { get; init; }
    public bool Json { get; init; }

    /// <summary>Whose budget and turn the job takes; empty for nobody's.</summary>
    public string Project { get; init; } = "";
}

/// <summary><c>cloud import</c>: a card, a folder, a ZIP or another program's results, into the data folder itself.</summary>
internal static class ImportCommand
{
    private static readonly Argument<string> From = new("PATH")
    {
        Description = "A folder, a picture or video, a ZIP, or MegaDetector batch results (.json) whose images lie beside it. It is only read.",
    };

    private static readonly Option<bool> Preview = new("--preview") { Description = "Prints what would be imported, by folder, and what would be refused and why; changes nothing." };

    private static readonly Option<string?> Deployment = new("--deployment")
    {
        Description = "How folders name deployments and cameras: '{deployment}/**', '{site}/{camera}/**', or one name for all. If not given, the first folder is both; where there is none, what is imported gives its name.",
        HelpName = "PATTERN",
    };

    private static readonly Option<string?> Offset = new("--utc-offset")
    {
        Description = "Where the cameras' clocks stood, for files that do not say so: +02:00, -05:30. This machine's time zone if neither this nor --time-zone is given.",
        HelpName = "OFFSET",
        Validators = { MustBeOffset },
    };

    private static readonly Option<string?> Zone = new("--time-zone")
    {
        Description = "The same as a zone with its summer time: Europe/Zurich.",
        HelpName = "ZONE",
        Validators = { MustBeZone },
    };

    private static readonly Option<string?> Images = new("--images") { Description = "With MegaDetector results: the folder that its images lie in, if not beside it.", HelpName = "DIR" };
    private static readonly Option<bool> Wait = new("--wait") { Description = "Then looks at what is new and shows the progress until it is done. Ctrl+C ends it, and the job goes on the next time." };
    private static readonly Option<bool> Json = new("--json") { Description = "The summary as JSON, for programs." };
    private static readonly Option<string> Project = new("--project")
    {
        Description = "With --wait: whose budget and turn the job takes (cloud budget).",
        HelpName = "NAME",
        DefaultValueFactory = _ => "",
        Validators = { MustBeProject },
    };

    private static readonly Option<string?> Model = new("--model") { Description = "With --wait: a model of the catalog; the first that can detect if not given.", HelpName = "NAME" };
    private static readonly Option<int> Threads = new("--threads") { Description = "With --wait: processor threads for one detection, 1 to 64.", HelpName = "N", DefaultValueFactory = _ => 1, Validators = { ModelCommands.MustBeThreads } };

    public static Command Import(Option<string> data)
    {
        var (jobs, species) = (new JobOptions(), new SpeciesOptions());
        var import = new Command("import", """
            Imports a card, a folder, a ZIP or another program's results, with no hub and no server. What is there already is found by its content and not stored again; stop it whenever you like, and run it again to go on.

            Examples:
              cloud import /media/card --preview
              cloud import summer-2026 --deployment '{site}/{camera}/**' --time-zone Europe/Zurich
              cloud import card.zip --wait && cloud export csv --out results.csv
              cloud import results.json --images /media/card

            Exit codes: 0 all is stored, 1 something was refused or it was stopped, 2 wrong arguments.
            """)
        { From, data, CloudCommand.Db, Preview, Deployment, Offset, Zone, Images, Wait, Project, Model, Threads, Json };
        import.Add(CamtrapCommand.CamtrapDp(data));
        import.Add(TagCommand.Tags(data));
        jobs.AddTo(import);
        species.AddTo(import);
        import.Validators.Add(result =>
        {
            if (result.GetValue(Offset) is not null && result.GetValue(Zone) is not null) result.AddError("--utc-offset and --time-zone: only one of them can be");
            if (result.GetValue(Preview) && result.GetValue(Wait)) result.AddError("--preview and --wait: only one of them can be");
        });
        import.SetAction((result, cancel) => ImportProgram.RunAsync(new ImportSettings
        {
            Path = result.GetValue(From)!,
            Cloud = species.Read(result, jobs.Read(result, new CloudSettings
            {
                Data = result.GetValue(data)!,
                Db = CloudCommand.DbOf(result),
                Http = CloudCommand.Parse("127.0.0.1:0"),
                Mqtt = CloudCommand.Parse("127.0.0.1:0"),
                Model = CloudCommand.Known(result.GetValue(Model), result.GetValue(data)!),
                Threads = result.GetValue(Threads),
            })),
            Deployment = result.GetValue(Deployment),
            Zone = ZoneOf(result.GetValue(Offset), result.GetValue(Zone)),
            Images = result.GetValue(Images),
            Preview = result.GetValue(Preview),
            Wait = result.GetValue(Wait),
            Json = result.GetValue(Json),
            Project = result.GetValue(Project)!,
        }, cancel));
        return import;
    }

    private static TimeZoneInfo ZoneOf(string? offset, string? zone)
        => offset is not null && Offsets.TryParse(offset, out var by) ? TimeZoneInfo.CreateCustomTimeZone(offset, by, offset, offset)
            : zone is not null ? TimeZoneInfo.FindSystemTimeZoneById(zone) : TimeZoneInfo.Local;

    internal static void MustBeProject(OptionResult option)
    {
        if (option.Tokens is [{ Value: var name }] && (name.Length > Wire.MaxNameLength || name.Any(char.IsControl))) option.AddError($"--project: at most {Wire.MaxNameLength} printable characters");
    }

    private static void MustBeOffset(OptionResult option)
    {
        if (option.Tokens.Count > 0 && !Offsets.TryParse(option.Tokens[0].Value, out _)) option.AddError($"--utc-offset: '{option.Tokens[0].Value}' is not between -14:00 and +14:00, as in +02:00");
    }

    private static void MustBeZone(OptionResult option)
    {
        if (option.Tokens.Count > 0 && !TimeZoneInfo.TryFindSystemTimeZoneById(option.Tokens[0].Value, out _)) option.AddError($"--time-zone: '{option.Tokens[0].Value}' is no time zone, as in Europe/Zurich");
    }
}
