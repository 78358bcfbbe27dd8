using System.ComponentModel;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

internal static class ExportEndpoints
{
    public static void MapExport(this RouteGroupBuilder api)
        => api.MapGet("/export/{format}", ExportAsync).WithSummary("Results as a file: megadetector (batch results 1.6), speciesnet, csv or coco").WithTags("export")
            .Produces(StatusCodes.Status200OK, contentType: "application/json", additionalContentTypes: "text/csv").ProducesProblem(StatusCodes.Status404NotFound);

    private static IResult ExportAsync(
        string format, [AsParameters] Filter filter, [Description("What this model said; else what counts, people's words before machines'")] string? model, [Description("Of that model")] string? version, [Description("en or fr: names for people; en if absent")] string? language,
        [Description("true: with what confirmed repeats hide, as if they hid nothing")] bool? suppressed,
        IDbContextFactory<LynceusDb> rows, HttpContext context)
    {
        filter.Check();
        if (!ExportFormats.TryParse(format, out var chosen)) return Pages.NotFound($"There is no format '{format}'; there are {string.Join(", ", ExportFormats.Names)}.");
        var (choice, cancel) = (new ExportChoice(filter, model, version, JobEndpoints.Word<NameLanguage>("language", language) ?? NameLanguage.En) { WithSuppressed = suppressed == true }, context.RequestAborted);
        return TypedResults.Stream(
            to => ExportFormats.WriteAsync(chosen, () => ExportReading.ReadAsync(rows.CreateDbContext, choice, cancel), to, cancel),
            ExportFormats.Mediatype(chosen), $"lynceus-{format}.{(chosen == ExportFormat.Csv ? "csv" : "json")}");
    }
}
