using System.CommandLine;
using System.CommandLine.Parsing;

namespace Lynceus.Cloud;

/// <summary>Options of <c>cloud run</c> for jobs.</summary>
internal sealed class JobOptions
{
    private readonly Option<int> workers = new("--workers")
    {
        Description = "How many media of jobs are looked at at the same time, 0 to 64; each has a model of its own in memory. With 0 another cloud on the same database does it.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
        Validators = { option => MustBe(option, 0, 64) },
    };

    private readonly Option<int> batchFrom = new("--batch-from")
    {
        Description = "A job for so many media or more takes the batch lane, behind all that is in the online lane, unless it asks for another; 1 to 1000000.",
        HelpName = "N",
        DefaultValueFactory = _ => 100,
        Validators = { option => MustBe(option, 1, 1_000_000) },
    };

    private readonly Option<string?> prices = new("--prices")
    {
        Description = "A price file of your own, for quotes, what jobs cost, and budgets; copy Estimates/prices.json and change it.",
        HelpName = "FILE",
        Validators = { MustBePrices },
    };

    public void AddTo(Command run)
    {
        run.Add(workers);
        run.Add(batchFrom);
        run.Add(prices);
    }

    public CloudSettings Read(ParseResult result, CloudSettings settings) => settings with { Workers = result.GetValue(workers), BatchFrom = result.GetValue(batchFrom), PriceFile = result.GetValue(prices) };

    private static void MustBePrices(OptionResult option)
    {
        if (option.Tokens.Count == 0) return;
        try
        {
            Prices.Read(option.Tokens[0].Value);
        }
        catch (EstimateFault e)
        {
            option.AddError($"{option.Option.Name}: {e.Message}");
        }
    }

    private static void MustBe(OptionResult option, int least, int most)
    {
        if (option.Tokens.Count > 0 && !(int.TryParse(option.Tokens[0].Value, out var n) && n >= least && n <= most))
            option.AddError($"{option.Option.Name}: '{option.Tokens[0].Value}' is not {least} to {most}");
    }
}
