using System.CommandLine;

namespace Lynceus.Cloud;

/// <summary>Whether times of day are read on the sun's scale, and where.</summary>
internal sealed class PlainSun
{
    private readonly Option<bool> sun = new("--sun") { Description = "On sun time: sunrise and sunset of each day fall where they are on average over all records of the file (Vazquez et al. 2019). With --unit timestamp, --latitude, --longitude and --zone." };
    private readonly Option<double?> latitude = new("--latitude") { Description = "Degrees, north positive.", HelpName = "DEGREES" };
    private readonly Option<double?> longitude = new("--longitude") { Description = "Degrees, east positive.", HelpName = "DEGREES" };
    private readonly Option<string?> zone = new("--zone") { Description = "The time zone of the timestamps, as Europe/Zurich.", HelpName = "ZONE" };

    public PlainSun(Command command)
    {
        foreach (var option in (Option[])[sun, latitude, longitude, zone]) command.Add(option);
    }

    public bool Asked(ParseResult result) => result.GetValue(sun);

    /// <summary>Local times as radians of the sun's day.</summary>
    public double[] Of(IReadOnlyList<DateTime> local, IReadOnlyList<DateTime> study, ParseResult result)
    {
        if (result.GetValue(latitude) is not { } north || result.GetValue(longitude) is not { } east || result.GetValue(zone) is not { } name) throw new StartException("--sun: say where, with --latitude, --longitude and --zone");
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found) ? SunScale.Of(local, study, found, north, east) : throw new StartException($"--zone: '{name}' is no time zone; write it as Europe/Zurich");
    }
}
