using System.ComponentModel.DataAnnotations;
using Lynceus.Contracts;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>What makes the hub capture. At least one is needed.</summary>
internal sealed class TriggerOptions
{
    [ValidateObjectMembers] public FolderTriggerOptions Folder { get; set; } = new();

    [ValidateEnumeratedItems] public List<PirTriggerOptions> Pir { get; set; } = [];
}

/// <summary>A watched folder: commercial trail cameras over FTP or Wi-Fi, or a card reader.</summary>
internal sealed class FolderTriggerOptions
{
    /// <summary>Empty for none. Its files are only read, never changed.</summary>
    public string Path { get; set; } = "";

    /// <summary>A file is taken when it has not changed for so many seconds: an upload may be slow.</summary>
    [Range(1, 3600)] public int SettleSeconds { get; set; } = 5;

    /// <summary>Seconds between two looks at the whole folder, for file systems that tell nothing of changes.</summary>
    [Range(1, 86400)] public int RescanSeconds { get; set; } = 60;
}

/// <summary>A PIR sensor on a GPIO pin, and the camera that it sets off.</summary>
internal sealed class PirTriggerOptions
{
    /// <summary>GPIO number (BCM).</summary>
    [Range(0, 1000)] public int Pin { get; set; }

    [Required, StringLength(Wire.MaxNameLength)] public string CameraID { get; set; } = "";

    /// <summary>Pulses closer than this many seconds to the last accepted one are counted and otherwise ignored. Long cool-downs lose animals.</summary>
    [Range(0, 60)] public double CoolDownSeconds { get; set; } = 1;

    /// <summary>The replay camera: each trigger takes the next pictures of this folder, in a circle.</summary>
    [Required] public string ReplayFolder { get; set; } = "";

    /// <summary>Pictures a trigger.</summary>
    [Range(1, 20)] public int Frames { get; set; } = 3;
}

[OptionsValidator]
internal sealed partial class ValidateTriggerOptions : IValidateOptions<TriggerOptions>;
[OptionsValidator]
internal sealed partial class ValidateFolderTriggerOptions : IValidateOptions<FolderTriggerOptions>;
[OptionsValidator]
internal sealed partial class ValidatePirTriggerOptions : IValidateOptions<PirTriggerOptions>;
