using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Lynceus.Edge;

/// <summary>The whole settings file, as it stands on the disk: what the schema says and every file is checked against. Each section is bound by itself where it is used.</summary>
internal sealed class HubSettings
{
    [Description("Who this hub is, where it stands and where it keeps its things.")]
    public HubOptions Hub { get; set; } = new();

    [Description("The way to the cloud.")]
    public UplinkOptions Uplink { get; set; } = new();

    [Description("What the link may cost, when it may be used, and what is sent over it unasked.")]
    public LinkOptions Link { get; set; } = new();

    [Description("How much of the card captures may fill.")]
    public SpoolOptions Spool { get; set; } = new();

    [Description("How the gate looks at pictures and what becomes of them.")]
    public GateOptions Gate { get; set; } = new();

    [Description("In which sizes pictures are offered to the cloud.")]
    public TierOptions Tiers { get; set; } = new();

    [Description("Rules: a capture that meets one goes before all others and is given up after them. The first that is met gives its name.")]
    [MaxLength(20)] public List<AlarmOptions> Alarms { get; set; } = [];

    [Description("What makes the hub capture, besides its cameras.")]
    public TriggerOptions Trigger { get; set; } = new();

    [Description("The cameras of this hub, each with what sets it off.")]
    [MaxLength(16)] public List<CameraOptions> Cameras { get; set; } = [];

    [Description("What the hub measures of itself, and what it does when the battery runs low.")]
    public PowerOptions Power { get; set; } = new();

    [Description("Where time and position come from.")]
    public ClockOptions Clock { get; set; } = new();

    [Description("The page for aiming the camera, on the hub itself.")]
    public SetupOptions Setup { get; set; } = new();

    [Description("What is written to the log.")]
    public LoggingOptions Logging { get; set; } = new();

    /// <summary>Binds everything, without any check.</summary>
    public static HubSettings Of(IEnumerable<SettingsSource> sources)
    {
        var settings = new HubSettings();
        new ConfigurationBuilder().AddSettings(sources).Build().Bind(settings);
        return settings;
    }
}

/// <summary>What is written to the log.</summary>
internal sealed class LoggingOptions
{
    [Description("By the beginning of the speaker's name, or Default.")]
    public Dictionary<string, LogLevel> LogLevel { get; set; } = [];
}

[JsonSourceGenerationOptions]
[JsonSerializable(typeof(HubSettings))]
internal sealed partial class SettingsJson : JsonSerializerContext;
