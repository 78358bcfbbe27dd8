using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lynceus.Contracts;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>What of a capture is an alarm: <c>Alarms</c>, a list.</summary>
internal sealed class AlarmSettings
{
    [Description("Rules: a capture that meets one goes before all others and is given up after them. The first that is met gives its name.")]
    [ValidateEnumeratedItems, MaxLength(20)] public List<AlarmOptions> Alarms { get; set; } = [];
}

/// <summary>A rule. All that it says must be met; what it does not say is met by everything.</summary>
internal sealed class AlarmOptions
{
    [Description("Its name in the records that meet it: 1 to 128 printable characters. No two rules have the same.")]
    [Required, StringLength(Wire.MaxNameLength)] public string Name { get; set; } = "";

    [Description("What must be seen, any of animal, human and vehicle; empty for any of them.")]
    [MaxLength(3)] public List<string> Types { get; set; } = [];

    [Description("What the gate's model must call it, any of these words as the model writes them; empty for any.")]
    [MaxLength(50)] public List<string> Labels { get; set; } = [];

    [Description("With what score at least, 0-1.")]
    [Range(0.0, 1.0)] public float MinConf { get; set; } = 0.3f;

    [Description("At which cameras, by cameraID; empty for all.")]
    [MaxLength(50)] public List<string> Cameras { get; set; } = [];

    [Description("When, local time: a window like 22:00-05:00, sunset-sunrise or sunset-00:30-sunrise+00:30; empty for always. Sun times need Hub:Latitude and Hub:Longitude.")]
    [StringLength(100)] public string Hours { get; set; } = "";

    internal IReadOnlyList<string> Windows => Hours.Length > 0 ? [Hours] : [];
}

[OptionsValidator]
internal sealed partial class ValidateAlarmSettings : IValidateOptions<AlarmSettings>;
[OptionsValidator]
internal sealed partial class ValidateAlarmOptions : IValidateOptions<AlarmOptions>;
