using System.Text;
using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary>What the numbers of a species mean, in plain words. What is not certain is said so.</summary>
internal static class ReportWords
{
    public static string Of(ReportSpecies species)
    {
        var text = new StringBuilder().Append($"<b>{ReportHtml.Safe(Capital(species.Called))}</b>: ");
        if (species.Rate.Value?.Json["species"]?.AsArray() is [{ } rate, ..])
            text.Append($"{ReportHtml.Number(rate["events"], "#,0")} independent events at {rate["deployments"]} deployments, {ReportHtml.Number(rate["rate"], "0.00")} in 100 camera-days (95 % range {ReportHtml.Number(rate["low"], "0.00")} to {ReportHtml.Number(rate["high"], "0.00")}). ");
        else return text.Append($"no rate: {ReportHtml.Safe(species.Rate.Refusal ?? "nothing was seen")}.").ToString();
        if (species.Activity.Value?.Json is { } level)
            text.Append($"It is active for {ReportHtml.Number(level["activityLevel"], "0 %")} of the day{(level["interval"] is { } i ? $" ({ReportHtml.Number(i["low"], "0 %")} to {ReportHtml.Number(i["high"], "0 %")})" : "")}. ");
        if (species.Trend.Value?.Json["changeInYear"] is { } change) text.Append(Trend(change));
        else text.Append($"Whether it grows or declines cannot be told: {ReportHtml.Safe(species.Trend.Refusal ?? "")}. ");
        return text.ToString().TrimEnd();
    }

    private static string Trend(JsonNode change)
    {
        if ((double?)change["factor"] is not { } factor || (double?)change["low"] is not { } low || (double?)change["high"] is not { } high) return "Its change over the years cannot be told from so little. ";
        string Share(double f) => (f - 1).ToString("+0 %;−0 %;0 %", System.Globalization.CultureInfo.InvariantCulture);
        return low > 1 ? $"Its rate is growing, by {Share(factor)} a year ({Share(low)} to {Share(high)}). "
            : high < 1 ? $"Its rate is declining, by {Share(factor)} a year ({Share(low)} to {Share(high)}). "
            : $"No change of its rate over the years is certain: {Share(factor)} a year, and anything from {Share(low)} to {Share(high)} would fit. ";
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
