using System.ComponentModel;
using System.Text.Json.Nodes;

namespace Lynceus.Cloud;

internal static class StatisticsEndpoints
{
    public static void MapStatistics(this RouteGroupBuilder api)
    {
        api.MapGet("/statistics", () => TypedResults.Ok(StatisticsBook.All.Select(s => new StatisticView(s.Name, s.Title, s.Formula, s.Source)).ToList())).WithSummary("The statistics there are, with formula and source").WithTags("statistics");
        api.MapGet("/statistics/{name}", OneAsync)
            .WithSummary("A statistic, corrected for effort: the value with interval and sample size, what it rests on, or a refusal with its reason. 202 with progress while a slow one is made: ask again. format=svg draws it, csv is a table, geojson a map")
            .WithTags("statistics").Produces<JsonObject>(StatusCodes.Status200OK, "application/json", "image/svg+xml", "text/csv", "application/geo+json").Produces<StatisticProgress>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> OneAsync(
        string name, [AsParameters] StatisticsFilter filter, [AsParameters] StatisticsOptions options, [Description("json, svg, csv or geojson; json if absent")] string? format, StatisticsDesk desk, HttpContext context)
    {
        if (StatisticsBook.Find(name) is not { } statistic) return Pages.NotFound($"There is no statistic '{name}'; there are {string.Join(", ", StatisticsBook.All.Select(s => s.Name))}.");
        if (format is not (null or "json" or "svg" or "csv" or "geojson")) throw StatisticsFilter.Bad("format", "must be json, svg, csv or geojson");
        var cancel = context.RequestAborted;
        try
        {
            if (format == "csv") return TypedResults.Text((await desk.MakeAsync(statistic, filter, options, cancel)).Csv(), "text/csv; charset=utf-8");
            if (format == "geojson") return TypedResults.Text((await desk.MakeAsync(statistic, filter, options, cancel)).Map(), "application/geo+json");
            var standing = await desk.AskAsync(statistic, filter, options, cancel);
            context.Response.Headers.CacheControl = "no-store";
            if (standing.Answer is not { } answer) return TypedResults.Accepted((string?)null, new StatisticProgress(statistic.Name, standing.Progress));
            if (format == "svg") return TypedResults.Text(answer.Svg ?? Refused(statistic, answer.Refusal!), "image/svg+xml");
            return TypedResults.Text(answer.Json, "application/json");
        }
        catch (WrongDataException e)
        {
            throw new BadHttpRequestException(e.Message);
        }
    }

    /// <summary>A refusal as a picture, so that a page that shows pictures shows why there is none.</summary>
    private static string Refused(Statistic statistic, string reason)
    {
        var svg = Plot.Begin(statistic.Title, Plot.Width, 90);
        return svg.Append($"<text x=\"12\" y=\"56\">{Plot.Escaped(reason)}</text>\n</svg>\n").ToString();
    }
}

/// <summary>A statistic that can be asked for.</summary>
internal sealed record StatisticView(string Name, string Title, string Formula, string Source);

/// <summary>It is being made.</summary>
/// <param name="Statistic">Its name.</param>
/// <param name="Progress">0 to 1.</param>
internal sealed record StatisticProgress(string Statistic, double Progress);
