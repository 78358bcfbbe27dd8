using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud;

/// <summary>What to look at again, and by what.</summary>
internal sealed record RerunBody
{
    [Description("A model of the catalog")] public string? Model { get; init; }
    [Description("Of that model; refused if another is here. The one that is here if absent")] public string? Version { get; init; }
    [Description("A hub's name; all if absent")] public string? Hub { get; init; }
    [JsonPropertyName("cameraID"), Description("A camera as its hub names it; all if absent")] public string? CameraID { get; init; }
    [Description("Only what counts as this at present: animal, human, vehicle, blank, unknown or unclassified")] public string? ObservationType { get; init; }
    [Description("Only what counts as this animal at present")] public string? ScientificName { get; init; }
    [Description("Not before this instant, ISO 8601 with offset")] public DateTimeOffset? From { get; init; }
    [Description("Before this instant")] public DateTimeOffset? To { get; init; }
    [JsonPropertyName("mediaIDs"), Description("These media, at most 10000; all that the rest says if absent")] public IReadOnlyList<string>? MediaIDs { get; init; }
    [Description("Whose it is; jobs of projects are served in turn")] public string? Project { get; init; }
    [Description("-100 to 100, the higher first within its lane; 0 if absent")] public int? Priority { get; init; }
    [Description("online or batch; by the number of media if absent")] public string? Lane { get; init; }
    [Description("Begins it. Without, the answer says what it will take and cost, and nothing is begun")] public bool Confirm { get; init; }

    public JobChoice Choice()
    {
        var filter = new Filter { Hub = Hub, CameraID = CameraID, ObservationType = ObservationType, ScientificName = ScientificName, From = From, To = To };
        filter.Check();
        JobChoice.CheckNamed(MediaIDs);
        if (Project is { Length: > Wire.MaxNameLength } || Project?.Any(char.IsControl) == true) throw new BadHttpRequestException($"project: at most {Wire.MaxNameLength} printable characters");
        if (Priority is < -100 or > 100) throw new BadHttpRequestException("priority: must be -100 to 100");
        return new JobChoice { Hub = Hub, CameraID = CameraID, ObservationType = ObservationType, ScientificName = ScientificName, From = From, To = To, MediaIDs = MediaIDs };
    }
}

/// <summary>What a re-run will be, before it is begun.</summary>
/// <param name="Model">That will look.</param>
/// <param name="Version">Of the model, with the classifier's.</param>
/// <param name="Media">That it is for: whatever is chosen and counts by another look.</param>
/// <param name="LookedAt">Of these the model has looked at before, and will not again.</param>
/// <param name="Quote">What it will take and cost.</param>
internal sealed record RerunQuoteView(string Model, string Version, int Media, int LookedAt, Quote Quote);

/// <summary>A re-run: its job, and what was decided about what it saw.</summary>
internal sealed record RerunView
{
    /// <summary>The job's id.</summary>
    [JsonPropertyName("runID")] public required Guid RunID { get; init; }

    /// <summary><c>open</c>, <c>accepted</c> or <c>rejected</c>.</summary>
    public required string Judgement { get; init; }
    public string? By { get; init; }
    public DateTime? At { get; init; }

    /// <summary>True while the decision is being carried out.</summary>
    public required bool Switching { get; init; }
    public required JobView Job { get; init; }

    public static RerunView From(JobRow row) => new()
    {
        RunID = row.JobID,
        Judgement = row.Judgement is { } judgement ? WireWords.Of(judgement) : "open",
        By = row.JudgedBy,
        At = row.JudgedAt,
        Switching = row.SwitchedTo is not null,
        Job = JobView.From(row),
    };
}

/// <summary>From a choice to a quote and a job.</summary>
internal static class Reruns
{
    /// <summary>The model as it will look, with its classifier. Throws <see cref="BadHttpRequestException"/>.</summary>
    public static ModelManifest Model(string? name, string? version, ModelCatalog catalog, Func<ModelManifest, ModelManifest> withClassifier)
    {
        if (name is null) throw new BadHttpRequestException("model: which? Name one of the catalog");
        var model = withClassifier(catalog.Models.FirstOrDefault(m => m.Name == name) ?? throw new BadHttpRequestException("model: is not in the catalog"));
        if (version is not null && version != model.Version) throw new BadHttpRequestException($"version: {name} is here in version {model.Version}");
        return model;
    }

    /// <param name="db">Rows.</param>
    /// <param name="choice">Which media.</param>
    /// <param name="model">That will look.</param>
    /// <param name="project">Whose budget it is paid of.</param>
    /// <param name="lane">From the number of media to its lane.</param>
    /// <param name="estimate">Prices, workers, objects.</param>
    /// <param name="now">The cloud's clock.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<RerunQuoteView> QuoteAsync(LynceusDb db, JobChoice choice, ModelManifest model, string project, Func<int, Lane> lane, Estimating estimate, DateTime now, CancellationToken cancel)
    {
        var (media, open) = (await choice.Again(db, model.Name, model.Version).CountAsync(cancel), choice.Open(db, model.Name, model.Version));
        var looked = media - await choice.Again(db, model.Name, model.Version).CountAsync(id => open.Any(m => m.Id == id), cancel);
        try
        {
            var size = await StoredSize.OfAsync(db, open, estimate.Objects, cancel);
            var quote = JobQuote.Of(size, await MeasuredPace.OfAsync(db, model.Name, cancel, model.Version, size.Images), estimate.Prices(), estimate.Workers, storageClass: null);
            return new RerunQuoteView(model.Name, model.Version, media, looked, await Budgets.SaidAsync(db, quote, project, lane(media), now, cancel));
        }
        catch (EstimateFault e)
        {
            throw new BadHttpRequestException(e.Message);
        }
    }

    /// <summary>The job and its media; not written yet. Throws <see cref="BadHttpRequestException"/> if they are too many.</summary>
    public static async Task<NewJobWrite> NewAsync(LynceusDb db, JobChoice choice, ModelManifest model, RerunQuoteView quote, Func<int, Lane> lane, string project, int priority, TimeProvider time, CancellationToken cancel)
    {
        var media = await choice.Again(db, model.Name, model.Version).Take(NewJobWrite.MostItems + 1).ToListAsync(cancel);
        if (media.Count > NewJobWrite.MostItems) throw new BadHttpRequestException($"more than {NewJobWrite.MostItems} media; ask for a part of them, by hub, camera or time");
        return new NewJobWrite(new JobRow
        {
            JobID = Guid.CreateVersion7(time.GetUtcNow()),
            Kind = JobKind.Rerun,
            Project = project,
            Model = model.Name,
            Version = model.Version,
            Lane = lane(media.Count),
            Priority = priority,
            CreatedAt = time.GetUtcNow().UtcDateTime,
            Filter = JsonSerializer.Serialize(choice with { MediaIDs = null }, JsonSerializerOptions.Web),
            Quote = JobQuotes.Write(quote.Quote),
        }, media);
    }
}
