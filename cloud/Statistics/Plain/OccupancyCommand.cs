using System.CommandLine;
using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

/// <summary><c>cloud stats occupancy</c>.</summary>
internal static class OccupancyCommand
{
    private static readonly string[] NoOccasions = ["site", "location", "locationID", "species"];

    public static Command Occupancy()
    {
        var command = new Command("occupancy", """
            Single-season occupancy by maximum likelihood (MacKenzie et al. 2002): ψ, the share of sites where a species is, and p, the chance to detect it in one occasion where it is.

            The file has a row a site (a location, not a deployment) and a column an occasion, with 1, 0, or nothing or NA where nobody looked. Columns that are no occasions are named by --id, --psi and --p; site, location, locationID, species and what --where chooses by are known to be none.
            An estimate that runs to 0 or 1 is at the boundary: then boundary is true, psi is null, and only the interval from the likelihood's profile says something.

            Example:  cloud stats occupancy --histories histories.csv
            Example:  cloud stats occupancy --histories histories.csv --where species=lynx --id station --psi forest elevation --p camera_height
            prints    {"sites": …, "naive": …, "psi": …, "psi_low": …, "psi_high": …, "p": …, "logit_psi": …, "se_psi": …, "aic": …, "boundary": false, "psi_coefficients": […], …}
            """);
        var input = new PlainInput(command, "Detection histories.", "--histories");
        Option<string[]> Columns(string name, string description) => new(name) { Description = description, HelpName = "COLUMN", AllowMultipleArgumentsPerToken = true };
        var (id, psi, p) = (Columns("--id", "Columns that are neither."), Columns("--psi", "Covariates of occupancy; a column of texts is taken as numbers only."), Columns("--p", "Covariates of detection, the same in all occasions of a site."));
        foreach (var option in (Option[])[id, psi, p]) command.Add(option);
        return command.Answers(result =>
        {
            var table = input.Read(result);
            int[] Named(Option<string[]> option) => [.. (result.GetValue(option) ?? []).Select(table.Column)];
            var (ofPsi, ofP) = (Named(psi), Named(p));
            var occasions = Enumerable.Range(0, table.Columns.Count).Where(c => table.Columns[c].Length > 0).Except([.. Named(id), .. ofPsi, .. ofP, .. input.ChosenBy(result).Select(table.Column)]).Where(c => !NoOccasions.Contains(table.Columns[c], StringComparer.OrdinalIgnoreCase)).ToList();
            double[] Values(int column) => [.. Enumerable.Range(0, table.Rows).Select(row => table.Number(row, column))];
            var histories = Enumerable.Range(0, table.Rows).Select(row => occasions.Select(c => Seen(table, row, c)).ToArray()).ToList();
            var fit = Lynceus.Cloud.Occupancy.Of(histories, [.. ofPsi.Select(c => (table.Columns[c], Values(c)))],
                [.. ofP.Select(c => (table.Columns[c], Values(c).Select(v => Enumerable.Repeat(v, occasions.Count).ToArray()).ToArray()))]);
            return new StatsAnswer(Json(fit), () => PlotBars.Svg(fit.AtBoundary ? "Occupancy: at the boundary, only the interval means something" : "Occupancy and detection", "share of sites; chance in one occasion", [
                ("seen at (naive)", fit.Naive, double.NaN, double.NaN),
                ("occupied (ψ)", fit.MeanPsi ?? double.NaN, fit.PsiLow ?? double.NaN, fit.PsiHigh ?? double.NaN),
                ("detected in an occasion (p)", fit.MeanP ?? double.NaN, double.NaN, double.NaN)]));
        });
    }

    private static bool? Seen(Table table, int row, int column) => table.IsMissing(row, column) ? null : table.Text(row, column) switch
    {
        "0" or "0.0" => false,
        "1" or "1.0" => true,
        var other => throw table.Wrong(row, column, $"'{other}' is not 1, 0 or NA; a column that is no occasion is named by --id, --psi or --p"),
    };

    private static JsonObject Json(Occupancy fit)
    {
        var (psi, p) = (fit.MeanPsi is not null, fit.MeanP is not null);
        static JsonArray Of(IReadOnlyList<Coefficient> coefficients, bool estimated) => new([.. coefficients.Select(c => new JsonObject
        {
            ["name"] = c.Name, ["estimate"] = estimated ? c.Estimate : null, ["se"] = estimated ? StatsCommands.Number(c.StandardError) : null,
        })]);
        static JsonNode? Only(IReadOnlyList<Coefficient> coefficients, bool estimated, Func<Coefficient, double> number)
            => coefficients is [var one] && estimated ? StatsCommands.Number(number(one)) : null;
        return new JsonObject
        {
            ["sites"] = fit.Sites, ["occasions"] = fit.Occasions, ["naive"] = fit.Naive,
            ["boundary"] = fit.AtBoundary,
            ["note"] = fit.AtBoundary ? "the likelihood has no top: an estimate runs to 0 or 1, and what is null is not estimated; of psi only psi_low and psi_high say something" : null,
            ["psi"] = fit.MeanPsi, ["psi_low"] = fit.PsiLow, ["psi_high"] = fit.AtBoundary && fit.PsiHigh == 1 ? null : fit.PsiHigh, ["p"] = fit.MeanP,
            ["logit_psi"] = Only(fit.Psi, psi, c => c.Estimate), ["se_psi"] = Only(fit.Psi, psi, c => c.StandardError),
            ["logit_p"] = Only(fit.P, p, c => c.Estimate), ["se_p"] = Only(fit.P, p, c => c.StandardError),
            ["nll"] = -fit.LogLikelihood, ["aic"] = fit.Aic, ["psi_coefficients"] = Of(fit.Psi, psi), ["p_coefficients"] = Of(fit.P, p),
        };
    }
}
