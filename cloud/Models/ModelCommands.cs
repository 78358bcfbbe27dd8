using System.CommandLine;
using System.CommandLine.Parsing;
using Lynceus.Vision;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lynceus.Cloud;

/// <summary><c>cloud models</c>: what can detect on this server.</summary>
internal static class ModelCommands
{
    private static readonly Argument<string> ModelName = new("NAME") { Description = "A model's name, as cloud models list shows it." };
    private static readonly Option<int> Threads = new("--threads") { Description = "Processor threads for one run of the model, 1 to 64.", HelpName = "N", DefaultValueFactory = _ => 1, Validators = { MustBeThreads } };

    public static Command Models(Option<string> data)
        => new("models", "Models that detect: those that came with the program, and those that were added to the data folder.") { Add(data), List(data), Test(data), Retire(data), Catalog() };

    private static Command Add(Option<string> data)
    {
        var source = new Argument<string>("FILE|URL") { Description = "An .onnx file, or where it is fetched from: https:// only." };
        var sha256 = new Option<string>("--sha256") { Description = "The file's SHA-256, 64 small hex digits.", HelpName = "HASH", Required = true, Validators = { MustBeHash } };
        var description = new ModelDescription();
        var add = new Command("add", "Fetches a model, tries it on the golden set in a process of its own, and lists it. Use it with: cloud run --model NAME") { source, sha256, data, Threads };
        description.AddTo(add);
        add.SetAction(async (result, cancel) =>
        {
            var (from, hash) = (result.GetValue(source)!, result.GetValue(sha256)!);
            var manifest = description.Read(result, from, hash);
            var models = new AddedModels(result.GetValue(data)!);
            if (models.Catalog(retired: true).Models.Any(m => m.Name == manifest.Name)) throw new StartException($"--name: there is a model {manifest.Name} already; a new version needs another name, since the rows tell models apart by it");
            using var http = new HttpClient();
            var file = await new ModelFetch(models.Folder, http).BringAsync(from, hash, cancel);
            return await TryAsync(models, new LoadedModel(manifest, file), result.GetValue(Threads), trial =>
            {
                if (!trial.IsSound) return $"model {manifest.Name}: sees {trial.Standing.Right} of {trial.Standing.Of} golden frames rightly, less than half; is its --family, --labels or input another? It is not added.";
                models.Add(manifest, file, trial.Standing);
                Console.WriteLine($"added; use it with: cloud run --model {manifest.Name}");
                return null;
            }, cancel);
        });
        return add;
    }

    private static Command Test(Option<string> data)
    {
        var test = new Command("test", "Tries a model on the golden set in a process of its own: what it sees, images a second, memory. Exit code 1 if it sees less than half.") { ModelName, data, Threads };
        test.SetAction((result, cancel) =>
        {
            var (models, name) = (new AddedModels(result.GetValue(data)!), result.GetValue(ModelName)!);
            return TryAsync(models, Open(models, name), result.GetValue(Threads), trial =>
            {
                models.Stand(name, trial.Standing with { RetiredAt = models.Standing(name)?.RetiredAt });
                return trial.IsSound ? null : $"model {name}: sees less than half of the golden frames rightly";
            }, cancel);
        });
        return test;
    }

    private static Command List(Option<string> data)
    {
        var list = new Command("list", "Lists the models: version, licence, what for, state, images a second and memory where it was tried.") { data };
        list.SetAction(result =>
        {
            foreach (var line in ModelList.Lines(new AddedModels(result.GetValue(data)!))) Console.WriteLine(line);
        });
        return list;
    }

    private static Command Retire(Option<string> data)
    {
        var retire = new Command("retire", "Keeps a model, and uses it for no new work. What it saw stays under its name. Undo: --undo") { ModelName, data };
        var undo = new Option<bool>("--undo") { Description = "New work may use it again." };
        retire.Add(undo);
        retire.SetAction(result =>
        {
            var (models, name) = (new AddedModels(result.GetValue(data)!), result.GetValue(ModelName)!);
            if (models.Catalog(retired: true).Models.All(m => m.Name != name)) throw Unknown(models, name);
            var back = result.GetValue(undo);
            models.Stand(name, (models.Standing(name) ?? new ModelStanding()) with { RetiredAt = back ? null : TimeProvider.System.GetUtcNow().UtcDateTime });
            Console.WriteLine(back ? $"model {name} may be used again" : $"model {name} is retired; a cloud that runs uses it until its next start");
        });
        return retire;
    }

    private static Command Catalog()
    {
        var catalog = new Command("catalog", "Models worth having: licence, source, and how to make the ONNX file.");
        catalog.SetAction(_ => WorthHaving.Print(Console.Out));
        return catalog;
    }

    private static async Task<int> TryAsync(AddedModels models, LoadedModel model, int threads, Func<ModelTrial, string?> then, CancellationToken cancel)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var options = configuration.GetSection(DetectionOptions.Section).Get<DetectionOptions>() ?? new DetectionOptions();
        if (new DetectionOptionsCheck().Validate(null, options) is { Failed: true } wrong) throw new StartException(wrong.FailureMessage);
        try
        {
            var trial = await ModelTrial.RunAsync(model, options, threads, TimeProvider.System, NullLogger.Instance, cancel);
            foreach (var line in ModelList.Trial(model, trial)) Console.WriteLine(line);
            if (then(trial) is not { } fault) return 0;
            await Console.Error.WriteLineAsync($"cloud: {fault}");
        }
        catch (ModelRefusedException e)
        {
            await Console.Error.WriteLineAsync($"cloud: {e.Message.Replace(models.Folder, "models", StringComparison.Ordinal)}");
        }
        return 1;
    }

    private static LoadedModel Open(AddedModels models, string name)
    {
        try
        {
            return models.Catalog(retired: true).Open(name);
        }
        catch (ModelRefusedException e)
        {
            throw new StartException(e.Message);
        }
    }

    private static StartException Unknown(AddedModels models, string name)
        => new($"there is no model {name}; known are {string.Join(", ", models.Catalog(retired: true).Models.Select(m => m.Name))}");

    private static void MustBeHash(OptionResult option)
    {
        if (option.Tokens.Count > 0 && !(option.Tokens[0].Value is { Length: 64 } hash && hash.All(char.IsAsciiHexDigitLower))) option.AddError($"--sha256: '{option.Tokens[0].Value}' is not 64 small hex digits");
    }

    public static void MustBeThreads(OptionResult option)
    {
        if (option.Tokens.Count > 0 && !(int.TryParse(option.Tokens[0].Value, out var n) && n is >= 1 and <= 64))
            option.AddError($"--threads: '{option.Tokens[0].Value}' is not 1 to 64");
    }
}
