using System.CommandLine;
using System.Globalization;

namespace Lynceus.Cloud;

/// <summary><c>cloud quote</c>: hours and money, before anything is done.</summary>
internal static class QuoteCommands
{
    private static readonly Option<string?> PriceFile = new("--prices") { Description = "A price file of your own; copy Estimates/prices.json and change it.", HelpName = "FILE" };

    public static Command Quote(Option<string> data)
        => new("quote", "What something will take and cost, before it is done, with all that is assumed.") { Folder(data), Rerun(data), Fleet(data) };

    private static Command Folder(Option<string> data)
    {
        var folder = new Argument<string>("FOLDER") { Description = "A folder of images and videos, as from an SD card." };
        var workers = Workers();
        var storage = StorageClass();
        var command = new Command("folder", "For importing a folder and detecting in it.") { folder, data, CloudCommand.Db, workers, storage, PriceFile };
        command.SetAction((result, cancel) => SayAsync(result, async prices =>
            JobQuote.Of(await FolderSize.OfAsync(result.GetValue(folder)!, cancel), await PaceAsync(result.GetValue(data)!, CloudCommand.DbOf(result), cancel), prices, result.GetValue(workers), result.GetValue(storage))));
        return command;
    }

    private static Command Rerun(Option<string> data)
    {
        var model = new Option<string?>("--model") { Description = "The model that will look; its own pace is taken where it has looked before.", HelpName = "NAME" };
        var workers = Workers();
        var project = new Option<string?>("--project") { Description = "Whose budget it would be paid of; says so if it would pass it.", HelpName = "NAME" };
        var command = new Command("rerun", "For looking again at everything that is stored.") { data, CloudCommand.Db, model, project, workers, PriceFile };
        command.SetAction((result, cancel) => SayAsync(result, async prices =>
        {
            var (path, name) = (result.GetValue(data)!, result.GetValue(model));
            await using var db = CloudCommand.RowsThere(path, CloudCommand.DbOf(result))();
            var size = await StoredSize.OfAsync(db, new Filter(), cancel, new ObjectFolder(path));
            var quote = JobQuote.Of(size, await MeasuredPace.OfAsync(db, name, cancel, images: size.Images), prices, result.GetValue(workers), storageClass: null);
            return await Budgets.SaidAsync(db, quote, result.GetValue(project) ?? "", Lane.Batch, TimeProvider.System.GetUtcNow().UtcDateTime, cancel);
        }));
        return command;
    }

    private static Command Fleet(Option<string> data)
    {
        var usual = new Fleet { Cameras = 1, TriggersPerDay = 0 };
        var cameras = new Option<int>("--cameras") { Description = "How many cameras.", HelpName = "N", Required = true };
        var triggers = new Option<double>("--triggers") { Description = "Captures that a camera triggers a day.", HelpName = "N", Required = true };
        var keep = new Option<double>("--keep") { Description = "The share of them that hubs send, 0 to 1; the gate drops the rest.", HelpName = "SHARE", DefaultValueFactory = _ => usual.KeepRate };
        var bytes = new Option<long>("--bytes") { Description = "Bytes that a sent capture has.", HelpName = "N", DefaultValueFactory = _ => usual.BytesPerCapture };
        var months = new Option<double>("--months") { Description = "How long pictures are kept.", HelpName = "N", DefaultValueFactory = _ => usual.RetentionMonths };
        var view = new Option<double>("--view") { Description = "The share of pictures that people look at in full, 0 to 1.", HelpName = "SHARE", DefaultValueFactory = _ => usual.ViewRate };
        var storage = StorageClass();
        var paid = new Option<bool>("--pubsub") { Description = "Messages go through Pub/Sub, which is paid by the byte." };
        var command = new Command("fleet", "For cameras that send by themselves: a month's cost. Example: cloud quote fleet --cameras 1000 --triggers 40") { cameras, triggers, keep, bytes, months, view, storage, paid, data, CloudCommand.Db, PriceFile };
        command.SetAction((result, cancel) => SayAsync(result, async prices =>
        {
            var fleet = new Fleet
            {
                Cameras = result.GetValue(cameras), TriggersPerDay = result.GetValue(triggers), KeepRate = result.GetValue(keep), BytesPerCapture = result.GetValue(bytes),
                RetentionMonths = result.GetValue(months), ViewRate = result.GetValue(view), StorageClass = result.GetValue(storage)!, PaidMessages = result.GetValue(paid),
            };
            if (fleet.Fault() is { } fault) throw new StartException(fault);
            return FleetQuote.Of(fleet, await PaceAsync(result.GetValue(data)!, CloudCommand.DbOf(result), cancel), prices);
        }));
        return command;
    }

    private static Option<int> Workers()
    {
        var workers = new Option<int>("--workers") { Description = "Processors that look side by side, 1 to 1024.", HelpName = "N", DefaultValueFactory = _ => 1 };
        workers.Validators.Add(option =>
        {
            if (option.Tokens.Count > 0 && !(int.TryParse(option.Tokens[0].Value, out var n) && n is >= 1 and <= 1024)) option.AddError($"--workers: '{option.Tokens[0].Value}' is not 1 to 1024");
        });
        return workers;
    }

    private static Option<string> StorageClass() => new("--storage") { Description = "A storage class of the price file.", HelpName = "CLASS", DefaultValueFactory = _ => "standard" };

    private static async Task<Pace> PaceAsync(string data, string? db, CancellationToken cancel)
    {
        if (db is null && !File.Exists(Path.Combine(data, "lynceus.db"))) return MeasuredPace.Usual;
        await using var rows = RowsSetup.Open(data, db);
        return await MeasuredPace.OfAsync(rows, model: null, cancel);
    }

    private static async Task<int> SayAsync(ParseResult result, Func<Prices, Task<Quote>> quote)
    {
        try
        {
            var prices = Prices.Read(result.GetValue(PriceFile));
            Print(await quote(prices));
            return 0;
        }
        catch (EstimateFault e)
        {
            throw new StartException(e.Message);
        }
    }

    internal static void Print(Quote quote)
    {
        foreach (var line in quote.Lines) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {line.What,-36} {line.Amount,14:#,0.##} {line.Unit,-11} {line.Money,12:#,0.00} {quote.Currency}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {"together" + (quote.Hours is null ? ", a month" : ""),-36} {"",14} {"",-11} {quote.Money,12:#,0.00} {quote.Currency}"));
        if (quote.Hours is { } hours) Console.WriteLine($"  {"time",-36} {Spoken(hours),14}");
        if (quote.Budget is { } budget) Console.WriteLine($"  {budget}");
        Console.WriteLine("It rests on:");
        foreach (var assumption in quote.Assumptions) Console.WriteLine($"  - {assumption}");
    }

    public static string Spoken(double hours) => hours switch
    {
        < 1 / 60.0 => string.Create(CultureInfo.InvariantCulture, $"{hours * 3600:0} s"),
        < 1.5 => string.Create(CultureInfo.InvariantCulture, $"{hours * 60:0} min"),
        < 48 => string.Create(CultureInfo.InvariantCulture, $"{hours:0.0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{hours / 24:0.0} days"),
    };
}
