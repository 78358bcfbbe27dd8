using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Lynceus.Vision;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>Something a person typed that cannot be done, said in one line.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>Arguments that several commands share, so that they mean and say the same everywhere.</summary>
internal static class Arguments
{
    public static Argument<DirectoryInfo> Folder(string description) => new Argument<DirectoryInfo>("FOLDER") { Description = description }.AcceptExistingOnly();

    /// <summary>A command's own help teaches; in the list of commands one line is enough.</summary>
    public static string Describe(string summary, bool inDetail, string details) => inDetail ? $"{summary}\n\n{details}" : summary;

    public static Option<string> Cloud() => new("--cloud") { Description = "The cloud's address: mqtt://HOST:PORT, mqtts://HOST:PORT or https://HOST:PORT. A password is taken from the environment variable LYNCEUS_PASSWORD.", Required = true, HelpName = "mqtt://HOST:PORT" };

    public static Option<string> Hub() => new("--hub") { Description = "The hub's name: 1 to 32 of a-z, 0-9 and '-'.", Required = true, HelpName = "NAME" };

    public static Option<string?> Camera() => new("--camera") { Description = "All files are of this camera, whatever folder they are in.", HelpName = "CAMERA" };

    public static Option<string> TimeZone() => new("--time-zone") { Description = "Where the cameras' clocks stand, e.g. Europe/Zurich; by default the system's own.", DefaultValueFactory = _ => "", HelpName = "ZONE" };

    public static Option<string?> Data() => new("--data") { Description = "The hub's data folder: what waits to be sent. By default one for each hub below the user's own data folder.", HelpName = "DIR" };

    public static string DefaultData(string hub)
        => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "lynceus", "hub-" + hub);

    public static string Password() => Environment.GetEnvironmentVariable("LYNCEUS_PASSWORD") ?? "";

    /// <summary>The model named, or the first of the catalog that may be a gate and is here; in float unless the options insist on int8, so that a card gives the same result on every machine.</summary>
    public static LoadedModel OpenGate(this ModelCatalog catalog, GateOptions options)
        => catalog.Open(options.Model.Length > 0 ? options.Model : catalog.NameForRole("gate"), options.VariantWanted ?? ModelVariant.Float);
}

/// <summary>The gate's settings on the command line. What is not said there is taken from the settings' other sources.</summary>
internal sealed class GateArguments
{
    private readonly Option<string?> model = new("--model") { Description = "A model of the catalog; by default the first gate whose file is here (Gate:Model).", HelpName = "NAME" };
    private readonly Option<string?> variant = new Option<string?>("--variant") { Description = "float, or int8 where the model has such a file; auto is float here (Gate:Variant).", HelpName = "auto|float|int8" }.AcceptOnlyFromAmong("auto", "float", "int8");
    private readonly Option<int?> threads = new("--threads") { Description = "Threads for one picture; 0 for half the cores (Gate:Threads).", HelpName = "N" };
    private readonly Option<string?> profile = Profile();
    private readonly Option<float?> send = new("--send-threshold") { Description = "Score from which an animal is sure, 0 to 1; 0 for the model's own (Gate:SendThreshold).", HelpName = "SCORE" };
    private readonly Option<float?> keep = new("--keep-threshold") { Description = "Score from which there may be something, 0 to 1; 0 for the model's own (Gate:KeepThreshold).", HelpName = "SCORE" };
    private readonly Option<FileInfo?> settings = Settings();

    public static Option<string?> Profile() => new Option<string?>("--profile") { Description = "careful misses least, balanced sends less, thrifty sends least and looks only where something changed (Gate:Profile).", HelpName = "careful|balanced|thrifty" }
        .AcceptOnlyFromAmong("careful", "balanced", "thrifty");

    public static Option<FileInfo?> Settings() => new("--settings") { Description = "A settings file to read after appsettings.json; also for single cameras: Gate:Cameras:CAMERA:SendThreshold, :KeepThreshold, :Profile.", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        foreach (var option in (ReadOnlySpan<Option>)[model, variant, threads, profile, send, keep, settings]) command.Add(option);
    }

    public GateOptions Read(ParseResult parsed)
    {
        var said = new Dictionary<string, string?>
        {
            ["Gate:Model"] = parsed.GetValue(model),
            ["Gate:Variant"] = parsed.GetValue(variant),
            ["Gate:Threads"] = Text(parsed.GetValue(threads)),
            ["Gate:Profile"] = parsed.GetValue(profile),
            ["Gate:SendThreshold"] = Text(parsed.GetValue(send)),
            ["Gate:KeepThreshold"] = Text(parsed.GetValue(keep)),
        };
        var options = SettingsSources.Read(() =>
        {
            var read = new GateOptions();
            new ConfigurationBuilder().AddSettings(SettingsSources.Of(parsed.GetValue(settings)?.FullName, said)).Build().GetSection("Gate").Bind(read);
            return read;
        });
        OptionsCheck.Validate(new ValidateGateOptions(), options);
        return options;
    }

    private static string? Text(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture);
}

internal static class OptionsCheck
{
    /// <summary>Throws <see cref="ValidationException"/> that names the field.</summary>
    public static void Validate<T>(IValidateOptions<T> validator, T options)
        where T : class
    {
        var result = validator.Validate(null, options);
        if (result.Failed) throw new ValidationException(result.FailureMessage);
    }
}

internal static class Logs
{
    /// <summary>Logs go to stderr, one line each: stdout belongs to results.</summary>
    public static ILoggerFactory ToStderr(LogLevel least) => LoggerFactory.Create(b => b.SetMinimumLevel(least).AddStderr());

    public static ILoggingBuilder AddStderr(this ILoggingBuilder builder)
    {
        builder.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        return builder.AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.ColorBehavior = LoggerColorBehavior.Disabled;
        });
    }
}
