using System.CommandLine;

namespace Lynceus.Cloud;

/// <summary><c>cloud export</c>: results as a file, from the data folder itself; a cloud may run on it meanwhile.</summary>
internal static class ExportCommand
{
    public static Command Export(Option<string> data)
    {
        var format = new Argument<string>("FORMAT") { Description = "Of each picture: megadetector (batch results 1.6: Timelapse, AddaxAI), speciesnet, csv (spreadsheets) or coco (training). Packages of deployments, media and observations: camtrap-dp, darwin-core (GBIF) or parquet." };
        format.AcceptOnlyFromAmong([.. ExportFormats.Names, .. PackageFormats.Names]);
        var to = new Option<string>("--out") { Description = "The file to write; '-' for the standard output. One that is there is replaced when the new one is whole. Of a package a file that ends in .zip, or a new folder.", HelpName = "FILE", Required = true };
        var hub = new Option<string?>("--hub") { Description = "Only this hub's; 'upload' for what people uploaded.", HelpName = "NAME" };
        var camera = new Option<string?>("--camera") { Description = "Only this camera's.", HelpName = "ID" };
        var from = new Option<DateTimeOffset?>("--from") { Description = "Not before this instant, by the camera's clock; ISO 8601.", HelpName = "TIME" };
        var until = new Option<DateTimeOffset?>("--to") { Description = "Before this instant.", HelpName = "TIME" };
        var model = new Option<string?>("--model") { Description = "What this model said; else what counts, people's words before machines'.", HelpName = "NAME" };
        var language = new Option<string>("--language") { Description = "Names for people in English (en) or French (fr).", HelpName = "CODE", DefaultValueFactory = _ => "en" };
        language.AcceptOnlyFromAmong("en", "fr");
        var suppressed = new Option<bool>("--suppressed") { Description = "With what confirmed repeats hide (cloud repeats), as if they hid nothing." };
        var export = new Command("export", "Writes results as a file: of each picture what counts. What nobody has looked at yet is left out, and said.") { format, data, CloudCommand.Db, to, hub, camera, from, until, model, language, suppressed };
        var package = new PackageOptions();
        package.AddTo(export);
        export.SetAction(async (result, cancel) =>
        {
            if (PackageFormats.TryParse(result.GetValue(format)!, out var whole))
            {
                if (((Option[])[hub, camera, model, language, suppressed]).FirstOrDefault(o => result.GetResult(o) is { Implicit: false }) is { } other) throw new StartException($"{other.Name}: goes not with a package");
                return await PackageExport.RunAsync(whole, CloudCommand.RowsThere(result.GetValue(data)!, CloudCommand.DbOf(result)), result.GetValue(data)!, result.GetValue(to)!, package.Read(result, result.GetValue(from), result.GetValue(until)), package.Level(result), cancel);
            }
            if (package.Given(result) is { } only) throw new StartException($"{only}: goes with a package only ({string.Join(", ", PackageFormats.Names)})");
            _ = ExportFormats.TryParse(result.GetValue(format)!, out var chosen);
            var filter = new Filter { Hub = result.GetValue(hub), CameraID = result.GetValue(camera), From = result.GetValue(from), To = result.GetValue(until) };
            var choice = new ExportChoice(filter, result.GetValue(model), Language: Enum.Parse<NameLanguage>(result.GetValue(language)!, ignoreCase: true)) { WithSuppressed = result.GetValue(suppressed) };
            return await RunAsync(chosen, CloudCommand.RowsThere(result.GetValue(data)!, CloudCommand.DbOf(result)), result.GetValue(to)!, choice, cancel);
        });
        return export;
    }

    private static async Task<int> RunAsync(ExportFormat format, Func<LynceusDb> rows, string to, ExportChoice choice, CancellationToken cancel)
    {
        try
        {
            choice.Filter.Check();
        }
        catch (BadHttpRequestException e)
        {
            throw new StartException($"--{e.Message}");
        }
        long count;
        try
        {
            count = to == "-" ? await WriteOutAsync(format, rows, choice, cancel) : await WriteFileAsync(format, rows, choice, to, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"--out {to}: {e.Message}");
        }
        await using var db = rows();
        var waiting = await ExportReading.NotLookedAtAsync(db, choice, cancel);
        await Console.Error.WriteLineAsync($"{count} media written{(to == "-" ? "" : $" to {to}")}{(waiting == 0 ? "" : $"; {waiting} that nobody has looked at yet are left out")}");
        return 0;
    }

    private static async Task<long> WriteOutAsync(ExportFormat format, Func<LynceusDb> rows, ExportChoice choice, CancellationToken cancel)
    {
        await using var output = Console.OpenStandardOutput();
        return await WriteAsync(format, rows, choice, output, cancel);
    }

    private static async Task<long> WriteFileAsync(ExportFormat format, Func<LynceusDb> rows, ExportChoice choice, string to, CancellationToken cancel)
    {
        var temporary = to + ".tmp";
        try
        {
            long count;
            await using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16)) count = await WriteAsync(format, rows, choice, file, cancel);
            File.Move(temporary, to, overwrite: true);
            return count;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static Task<long> WriteAsync(ExportFormat format, Func<LynceusDb> rows, ExportChoice choice, Stream to, CancellationToken cancel)
        => ExportFormats.WriteAsync(format, () => ExportReading.ReadAsync(rows, choice, cancel), to, cancel);
}
