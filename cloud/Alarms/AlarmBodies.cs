using System.ComponentModel;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>Who has seen an alarm.</summary>
internal sealed record AcknowledgeBody
{
    [Description("A person's name, 1 to 100 characters")] public string? By { get; init; }
}

/// <summary>What nobody wants to hear of for a while.</summary>
internal sealed record MuteBody
{
    [Description("Who mutes it, 1 to 100 characters")] public string? By { get; init; }
    [Description("For so many days, above 0 to 366")] public double? Days { get; init; }
    [Description("Why, at most 500 characters")] public string? Why { get; init; }
    [Description("decline, growth, firstSight, missing or personAtNight; any if absent. Of an alarm: as it is")] public string? Kind { get; init; }
    [Description("A project; any if absent")] public string? Project { get; init; }
    [Description("A scientific name; any if absent")] public string? ScientificName { get; init; }
    [Description("A locationID; any if absent")] public string? Location { get; init; }

    private const double MostDays = 366;
    private const int LongestWhy = 500;

    /// <summary>Checked. Throws <see cref="BadHttpRequestException"/> with the field that breaks its rule.</summary>
    public MuteRow Read(DateTime now)
    {
        if (RepeatEndpoints.Fault(By) is { } fault) throw new BadHttpRequestException(fault);
        if (Days is not (> 0 and <= MostDays)) throw new BadHttpRequestException($"days: must be above 0 and at most {MostDays}");
        if (Why is { Length: > LongestWhy }) throw new BadHttpRequestException($"why: at most {LongestWhy} characters");
        if (Kind is not null && WireWords.Read<AlarmKind>(Kind) is null) throw new BadHttpRequestException("kind: must be decline, growth, firstSight, missing or personAtNight");
        foreach (var (name, text) in new[] { ("project", Project), ("scientificName", ScientificName), ("location", Location) })
            if (text is { Length: > Wire.MaxNameLength }) throw new BadHttpRequestException($"{name}: at most {Wire.MaxNameLength} characters");
        return new MuteRow { Kind = WireWords.Read<AlarmKind>(Kind), Project = Project, Species = ScientificName, Location = Location, Until = now + TimeSpan.FromDays(Days.Value), MutedBy = By!.Trim(), Why = Why ?? "", At = now };
    }
}

/// <summary>A mute as it stands.</summary>
internal sealed record MuteView(
    [property: System.Text.Json.Serialization.JsonPropertyName("muteID")] long MuteID, string? Kind, string? Project, string? ScientificName, string? Location, DateTime Until, string By, string Why, DateTime At)
{
    public static MuteView From(MuteRow row) => new(row.Id, row.Kind is { } kind ? WireWords.Of(kind) : null, row.Project, row.Species, row.Location, row.Until, row.MutedBy, row.Why, row.At);
}

/// <summary>A channel to try.</summary>
internal sealed record ChannelBody
{
    [Description("mail:ADDRESS, webhook or mqtt")] public string? Channel { get; init; }
}

/// <summary>How trying a channel went.</summary>
/// <param name="Channel">Which.</param>
/// <param name="Fault">What stood in the way; absent if it was sent.</param>
internal sealed record ChannelTried(string Channel, string? Fault)
{
    /// <summary>Sends a made-up alarm, marked as a trial.</summary>
    public static async Task<ChannelTried> OfAsync(NoticeSending sending, string channel, DateTime now, CancellationToken cancel)
    {
        var day = DateOnly.FromDateTime(now);
        var alarm = new AlarmRow { Kind = AlarmKind.FirstSight, Series = "", Key = "", Project = "", Species = "nothing: this is a trial", FirstDay = day, LastDay = day, Says = "Somebody tried whether alarms come through on this channel. They do.", RaisedAt = now };
        var notice = new Notice($"trial-{now:yyyyMMddHHmmss}", [AlarmView.From(alarm)]);
        try
        {
            await sending.SendAsync(channel, notice, cancel);
            return new ChannelTried(channel, null);
        }
        catch (NoticeFault e)
        {
            return new ChannelTried(channel, e.Message);
        }
    }
}
