using System.CommandLine;
using System.CommandLine.Parsing;

namespace Lynceus.Cloud;

/// <summary>The command line. Exit codes: 0 done, 1 something failed, 2 wrong arguments.</summary>
internal static class CloudCommand
{
    private const int WrongArguments = 2;

    private static readonly Option<string> Data = new("--data")
    {
        Description = "Folder for rows (unless --db), objects and the access token. Made if it is not there.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "./lynceus-data",
    };

    /// <summary>A password in it would stand in the list of processes, so it may come by the environment.</summary>
    public static readonly Option<string?> Db = new("--db")
    {
        Description = "A PostgreSQL database for the rows, 'Host=…;Database=…;Username=…'; SQLite in the data folder if not given. Also taken from LYNCEUS_DB, and the password from PGPASSWORD.",
        HelpName = "CONNECTION",
    };

    public static string? DbOf(ParseResult result) => result.GetValue(Db) ?? (Environment.GetEnvironmentVariable("LYNCEUS_DB") is { Length: > 0 } set ? set : null);

    /// <summary>Rows that must be there already.</summary>
    public static Func<LynceusDb> RowsThere(string data, string? db)
    {
        if (db is null && !File.Exists(Path.Combine(data, "lynceus.db"))) throw new StartException($"--data {data} has no records (no lynceus.db in it); name the folder that 'cloud run' or 'cloud import' wrote");
        return () => RowsSetup.Open(data, db);
    }

    /// <summary>One write by a command, beside a cloud that runs or without one.</summary>
    public static void Commit(LynceusDb db, Write write)
    {
        using var transaction = db.Database.BeginTransaction();
        write.Apply(db);
        transaction.Commit();
        db.ChangeTracker.Clear();
    }

    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Root().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"cloud: {string.Join("; ", parsed.Errors.Select(e => e.Message))} (see cloud --help)");
            return WrongArguments;
        }
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (StartException e)
        {
            await Console.Error.WriteLineAsync($"cloud: {e.Message}");
            return WrongArguments;
        }
    }

    private static RootCommand Root() => new("Lynceus cloud: takes what hubs send, detects animals, and shows them.\n\nStart with:  cloud run   and open http://127.0.0.1:8080/")
    {
        Run(),
        HubCommands.Hubs(Data),
        BrokerCommands.Broker(Data),
        BridgeCommand.Bridge(),
        ExportCommand.Export(Data),
        ModelCommands.Models(Data),
        WorkerCommand.Worker(),
        ImportCommand.Import(Data),
        JobCommands.Jobs(Data),
        RerunCommands.Rerun(Data),
        QuoteCommands.Quote(Data),
        BudgetCommands.Budget(Data),
        StatsCommands.Stats(),
        StatisticsCommands.Statistics(Data),
        ReportCommand.Report(Data),
        RepeatCommands.Repeats(Data),
        PlaceCommands.Places(Data),
        DeploymentCommands.Deployments(Data),
        ClockCommands.Clocks(Data),
        AlarmCommands.Alarms(Data),
    };

    private static Command Run()
    {
        var http = Address("--http", "Where the page and the API listen, HOST:PORT; port 0 takes a free one. On any address but loopback a token is needed.", "127.0.0.1:8080");
        var mqtt = Address("--mqtt", "Where hubs connect, HOST:PORT; port 0 takes a free one. On any address but loopback hubs need a password (cloud hubs add --password).", "127.0.0.1:1883");
        var (tls, broker, pubsub, jobs, species) = (new TlsOptions(), new BrokerOptions(), new PubSubOptions(), new JobOptions(), new SpeciesOptions());
        var notices = new NoticeOptions();
        var model = new Option<string?>("--model") { Description = "A model of the catalog; the first that can detect if not given.", HelpName = "NAME" };
        var threads = new Option<int>("--threads") { Description = "Processor threads for one detection, 1 to 64.", HelpName = "N", DefaultValueFactory = _ => 1, Validators = { ModelCommands.MustBeThreads } };
        var run = new Command("run", "Runs the cloud until it is told to stop (Ctrl+C or SIGTERM). Prints 'ready HTTP MQTT [MQTTS] [HTTPS]' with its addresses; logs go to stderr.") { Data, Db, http, mqtt, model, threads };
        tls.AddTo(run);
        broker.AddTo(run);
        pubsub.AddTo(run);
        jobs.AddTo(run);
        species.AddTo(run);
        notices.AddTo(run);
        run.SetAction((result, cancel) => CloudHost.RunAsync(
            notices.Read(result, species.Read(result, jobs.Read(result, pubsub.Read(result, broker.Read(result, tls.Read(result, new CloudSettings
            {
                Data = result.GetValue(Data)!,
                Db = DbOf(result),
                Http = Parse(result.GetValue(http)!),
                Mqtt = Parse(result.GetValue(mqtt)!),
                Model = Known(result.GetValue(model), result.GetValue(Data)!),
                Threads = result.GetValue(threads),
            })))))),
            cancel));
        return run;
    }

    private static Option<string> Address(string name, string description, string usual)
        => new(name) { Description = description, HelpName = "ADDR", DefaultValueFactory = _ => usual, Validators = { MustBeAddress } };

    public static BindAddress Parse(string text) => BindAddress.TryParse(text, out var address) ? address : throw new StartException($"{text} is not HOST:PORT");

    public static void MustBeAddress(OptionResult option)
    {
        var text = option.GetValueOrDefault<string?>();
        if (text is not null && !BindAddress.TryParse(text, out _)) option.AddError($"{option.Option.Name}: '{text}' is not HOST:PORT with an IP address or localhost, as in 127.0.0.1:8080");
    }

    /// <summary>It may have been added to the data folder; one that is retired is known and does no new work.</summary>
    internal static string? Known(string? name, string data)
    {
        if (name is null) return null;
        var models = new AddedModels(data);
        if (models.Standing(name)?.RetiredAt is { } since) throw new StartException($"--model: '{name}' is retired since {since:yyyy-MM-dd} (cloud models retire --undo {name})");
        var known = models.Catalog().Models.Select(m => m.Name).ToList();
        return known.Contains(name) ? name : throw new StartException($"--model: '{name}' is not in the catalog; known are {string.Join(", ", known)}");
    }
}
