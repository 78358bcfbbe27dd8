using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>How a camera's clock was wrong; exactly one of: a pair of times, a shift, years, an offset.</summary>
internal sealed record ClockRepairBody
{
    private const long MostShift = 100L * 366 * 86_400;

    [JsonPropertyName("repairID"), Description("A UUID by who sends it: sent again it changes nothing")] public Guid? RepairID { get; init; }
    public string? Hub { get; init; }
    [JsonPropertyName("cameraID")] public string? CameraID { get; init; }
    [Description("First reading of the camera's clock that is wrong, local, as 2017-01-01T00:00:00; absent for all")] public string? From { get; init; }
    [Description("First reading that is right again, local; absent for all")] public string? To { get; init; }
    [Description("What the camera's clock showed, local, as 2006-01-01T00:12:00; with trueTime")] public string? CameraReading { get; init; }
    [Description("What time it was then; ISO 8601 with offset, which true local times have from then on")] public DateTimeOffset? TrueTime { get; init; }
    [Description("A second reading, weeks later: then the clock ran too fast or slow")] public string? SecondReading { get; init; }
    public DateTimeOffset? SecondTrueTime { get; init; }
    [Description("Seconds to add to every reading")] public long? ShiftSeconds { get; init; }
    [Description("Whole years to add: 11 where 2006 was 2017")] public int? Years { get; init; }
    [Description("The readings are right local time, but this was their offset from UTC, as +02:00")] public string? Offset { get; init; }
    [Description("Who says so")] public string? By { get; init; }
    public string? Comment { get; init; }

    /// <summary>What is wrong with it, with the field; null if nothing is.</summary>
    public string? Fault()
    {
        if (Hub is null || !Ids.IsHub(Hub)) return "hub: must be 1 to 32 of a-z, 0-9 and '-'";
        if (CameraID is not { Length: > 0 and <= Wire.MaxNameLength }) return $"cameraID: must have 1 to {Wire.MaxNameLength} characters";
        if (By is not { Length: > 0 and <= Wire.MaxNameLength } || By.Any(char.IsControl)) return $"by: say who repairs it, 1 to {Wire.MaxNameLength} printable characters";
        if (Comment is { Length: > Wire.MaxPathLength }) return $"comment: must have at most {Wire.MaxPathLength} characters";
        foreach (var (field, text) in new[] { ("from", From), ("to", To), ("cameraReading", CameraReading), ("secondReading", SecondReading) })
        {
            if (text is not null && Reading(text) is null) return $"{field}: '{Short(text)}' is no reading of a clock, as in 2017-05-01T04:30:00";
        }
        if (Reading(To) <= Reading(From)) return "to: must be later than from";
        if (CameraReading is null != TrueTime is null) return "cameraReading, trueTime: give both";
        if (SecondReading is null != SecondTrueTime is null) return "secondReading, secondTrueTime: give both";
        if (SecondReading is not null && CameraReading is null) return "cameraReading: a second pair needs a first";
        if (new[] { CameraReading is not null, ShiftSeconds is not null, Years is not null, Offset is not null }.Count(g => g) != 1) return "one of cameraReading with trueTime, shiftSeconds, years or offset must be given";
        if (ShiftSeconds is < -MostShift or > MostShift) return "shiftSeconds: at most 100 years";
        if (Years is < -100 or > 100 or 0) return "years: -100 to 100, and not 0";
        if (Offset is not null && OffsetIs is null) return $"offset: '{Short(Offset)}' is no offset, as in +02:00 or -03:30";
        if (SecondReading is null) return null;
        var (a, b) = (Reading(CameraReading)!.Value, Reading(SecondReading)!.Value);
        if (Math.Abs((b - a).TotalHours) < 24) return "secondReading: must be a day or more from the first; a shorter time says nothing of how fast it runs";
        return Math.Abs(Drift(a, b)) > 100_000 ? "secondTrueTime: the clock would be off by more than a tenth; look at the times again" : null;
    }

    /// <summary>Minutes east of UTC; null if it is none, or absent.</summary>
    public int? OffsetIs => Offset is not null && Offsets.TryParse(Offset, out var offset) ? (int)offset.TotalMinutes : null;

    /// <summary>Wall time; null if it is none.</summary>
    public static DateTime? Reading(string? text)
        => DateTime.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) ? read : null;

    /// <summary>The row that it is.</summary>
    /// <param name="first">Of the captures that it covers the first: by its offset readings were stored.</param>
    /// <param name="now">The cloud's clock.</param>
    public ClockRepairRow Row(CaptureRow first, DateTime now)
    {
        var offset = TimeSpan.FromMinutes(first.EventStartOffset);
        var row = new ClockRepairRow
        {
            RepairID = RepairID ?? Guid.CreateVersion7(),
            Hub = Hub!,
            CameraID = CameraID!,
            From = Reading(From) - offset,
            To = Reading(To) - offset,
            Anchor = first.EventStart,
            By = By!,
            At = now,
            Comment = Comment,
        };
        if (Reading(CameraReading) is { } reading)
        {
            row.Anchor = DateTime.SpecifyKind(reading - offset, DateTimeKind.Utc);
            (row.ShiftMs, row.OffsetMinutes) = ((long)(TrueTime!.Value.UtcDateTime - row.Anchor).TotalMilliseconds, (int)TrueTime.Value.Offset.TotalMinutes);
            if (Reading(SecondReading) is { } second) row.DriftPpm = Drift(reading, second);
        }
        else if (Years is { } years)
        {
            row.ShiftMs = (long)(first.EventStartLocal.AddYears(years) - first.EventStartLocal).TotalMilliseconds;
        }
        else if (OffsetIs is { } right)
        {
            (row.ShiftMs, row.OffsetMinutes) = ((first.EventStartOffset - right) * 60_000L, right);
        }
        else
        {
            row.ShiftMs = ShiftSeconds!.Value * 1000;
        }
        return row;
    }

    private double Drift(DateTime first, DateTime second) => ((SecondTrueTime!.Value - TrueTime!.Value) / (second - first) - 1) * 1e6;

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + " …";
}
