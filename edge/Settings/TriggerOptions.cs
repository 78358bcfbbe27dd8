using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>What makes the hub capture, besides its cameras.</summary>
internal sealed class TriggerOptions
{
    [Description("A watched folder: commercial trail cameras over FTP or Wi-Fi, or a card reader.")]
    [ValidateObjectMembers] public FolderTriggerOptions Folder { get; set; } = new();
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

[OptionsValidator]
internal sealed partial class ValidateTriggerOptions : IValidateOptions<TriggerOptions>;
[OptionsValidator]
internal sealed partial class ValidateFolderTriggerOptions : IValidateOptions<FolderTriggerOptions>;
