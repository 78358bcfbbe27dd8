using System.ComponentModel;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Mvc;

namespace Lynceus.Cloud;

/// <summary>What a list can be narrowed to. A value that cannot be read is answered with 400 and the parameter's name.</summary>
internal sealed record Filter
{
    [FromQuery(Name = "limit"), Description("Items on a page, 1 to 200; 50 if absent")] public int? Limit { get; init; }
    [FromQuery(Name = "after"), Description("'next' of the page before")] public long? After { get; init; }
    [FromQuery(Name = "hub"), Description("A hub's name")] public string? Hub { get; init; }
    [FromQuery(Name = "cameraID"), Description("A camera as its hub names it")] public string? CameraID { get; init; }
    [FromQuery(Name = "verdict"), Description("send, keep or drop")] public string? Verdict { get; init; }
    [FromQuery(Name = "observationType"), Description("animal, human, vehicle, blank, unknown or unclassified")] public string? ObservationType { get; init; }
    [FromQuery(Name = "scientificName"), Description("What is said to be in it, as the observation has it")] public string? ScientificName { get; init; }
    [FromQuery(Name = "labelled"), Description("true: only what a person has spoken of; false: only the rest")] public bool? Labelled { get; init; }
    [FromQuery(Name = "from"), Description("Not before this instant, by the camera's clock; ISO 8601 with offset")] public DateTimeOffset? From { get; init; }
    [FromQuery(Name = "to"), Description("Before this instant, by the camera's clock; ISO 8601 with offset")] public DateTimeOffset? To { get; init; }

    public int Take => Limit ?? 50;
    public Verdict? VerdictIs => Word<Verdict>("verdict", Verdict);
    public ObservationType? ObservationTypeIs => Word<ObservationType>("observationType", ObservationType);
    public DateTime? FromUtc => From?.UtcDateTime;
    public DateTime? ToUtc => To?.UtcDateTime;

    /// <summary>Throws <see cref="BadHttpRequestException"/> for the first parameter that breaks its rule.</summary>
    public void Check()
    {
        if (Take is < 1 or > 200) throw Bad("limit", "must be 1 to 200");
        if (After is < 1) throw Bad("after", "must be 'next' of a page");
        if (Hub is not null && !Ids.IsHub(Hub)) throw Bad("hub", "must be 1 to 32 of a-z, 0-9 and '-'");
        if (CameraID is { Length: 0 or > Wire.MaxNameLength }) throw Bad("cameraID", $"must have 1 to {Wire.MaxNameLength} characters");
        if (ScientificName is { Length: 0 or > Wire.MaxNameLength }) throw Bad("scientificName", $"must have 1 to {Wire.MaxNameLength} characters");
        if (From is { } from && To is { } to && to <= from) throw Bad("to", "must be later than from");
        _ = (VerdictIs, ObservationTypeIs);
    }

    public IQueryable<CaptureRow> Captures(IQueryable<CaptureRow> captures)
    {
        var verdict = VerdictIs;
        if (Hub is not null) captures = captures.Where(c => c.Hub == Hub);
        if (CameraID is not null) captures = captures.Where(c => c.CameraID == CameraID);
        if (verdict is not null) captures = captures.Where(c => c.Verdict == verdict);
        return captures;
    }

    public IQueryable<MediaRow> Media(IQueryable<MediaRow> media)
    {
        var (verdict, from, to, type) = (VerdictIs, FromUtc, ToUtc, ObservationTypeIs);
        if (Hub is not null) media = media.Where(m => m.Capture.Hub == Hub);
        if (CameraID is not null) media = media.Where(m => m.Capture.CameraID == CameraID);
        if (verdict is not null) media = media.Where(m => m.Capture.Verdict == verdict);
        if (from is not null) media = media.Where(m => m.Timestamp >= from);
        if (to is not null) media = media.Where(m => m.Timestamp < to);
        if (type is not null) media = media.Where(m => m.Observations.Any(o => o.Current && o.ObservationType == type));
        if (ScientificName is not null) media = media.Where(m => m.Observations.Any(o => o.Current && o.ScientificName == ScientificName));
        if (Labelled is not null) media = media.Where(m => m.Labels.Any(l => l.Current) == Labelled);
        return media;
    }

    /// <summary>Media, by their rows, of which what counts is as asked, each once or more; null if nothing of that was asked. For lists: <see cref="Media"/> says the same, from the other end.</summary>
    public IQueryable<long>? Said(LynceusDb db)
    {
        if (Labelled == true) return db.Labels.Where(l => l.Current).Select(l => l.MediaRowId);
        var type = ObservationTypeIs;
        if (ScientificName is not null) return db.Observations.Where(o => o.Current && o.ScientificName == ScientificName).Select(o => o.MediaRowId);
        return type is null ? null : db.Observations.Where(o => o.Current && o.ObservationType == type).Select(o => o.MediaRowId);
    }

    private static T? Word<T>(string parameter, string? word)
        where T : struct, Enum
        => word is null ? null : WireWords.Read<T>(word) ?? throw Bad(parameter, $"must be one of {WireWords.All<T>()}");

    private static BadHttpRequestException Bad(string parameter, string rule) => new($"{parameter}: {rule}");
}
