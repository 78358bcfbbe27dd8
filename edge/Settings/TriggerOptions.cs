using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lynceus.Contracts;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>What makes the hub capture. At least one is needed.</summary>
internal sealed class TriggerOptions
{
    [Description("A watched folder: commercial trail cameras over FTP or Wi-Fi, or a card reader.")]
    [ValidateObjectMembers] public FolderTriggerOptions Folder { get; set; } = new();

    [Description("PIR sensors with pictures that stand in for a camera.")]
    [ValidateEnumeratedItems] public List<PirTriggerOptions> Pir { get; set; } = [];
}

/// <summary>A watched folder: commercial trail cameras over FTP or Wi-Fi, or a card reader.</summary>
internal sealed class FolderTriggerOptions
{
    [Description("A folder that cameras write to; empty for none. Its files are only read, never changed.")]
    public string Path { get; set; } = "";

    [Description("A file is taken when it has not changed for so many seconds: an upload may be slow.")]
    [Range(1, 3600)] public int SettleSeconds { get; set; } = 5;

    [Description("Seconds between two looks at the whole folder, for file systems that tell nothing of changes.")]
    [Range(1, 86400)] public int RescanSeconds { get; set; } = 60;
}

/// <summary>A PIR sensor on a GPIO pin, and the camera that it sets off.</summary>
internal sealed class PirTriggerOptions
{
    [Description("GPIO number (BCM).")]
    [Range(0, 1000)] public int Pin { get; set; }

    [Description("The camera that it sets off.")]
    [Required, StringLength(Wire.MaxNameLength)] public string CameraID { get; set; } = "";

    [Description("Pulses closer than this many seconds to the last accepted one are counted and otherwise ignored. Long cool-downs lose animals.")]
    [Range(0, 60)] public double CoolDownSeconds { get; set; } = 1;

    [Description("The replay camera: each trigger takes the next pictures of this folder, in a circle.")]
    [Required] public string ReplayFolder { get; set; } = "";

    [Description("Pictures a trigger.")]
    [Range(1, 20)] public int Frames { get; set; } = 3;
}

[OptionsValidator]
internal sealed partial class ValidateTriggerOptions : IValidateOptions<TriggerOptions>;
[OptionsValidator]
internal sealed partial class ValidateFolderTriggerOptions : IValidateOptions<FolderTriggerOptions>;
[OptionsValidator]
internal sealed partial class ValidatePirTriggerOptions : IValidateOptions<PirTriggerOptions>;
