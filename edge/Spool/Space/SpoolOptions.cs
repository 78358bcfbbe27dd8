using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>How much of the card the hub may fill; beyond that it gives up by value.</summary>
internal sealed class SpoolOptions
{
    [Description("The share of the card (of the file system that Hub:Data lies on) that captures may fill. Then the least valuable goes: videos first, records last.")]
    [Range(0.05, 0.95)] public double CardShare { get; set; } = 0.8;

    [Description("Most megabytes that captures may fill, if that is less than the share; 0 for the share alone.")]
    [Range(0, 100_000_000)] public int MaxMegabytes { get; set; }

    [Description("The share of the card that is left free, whoever fills the rest.")]
    [Range(0.0, 0.5)] public double FreeShare { get; set; } = 0.05;
}

[OptionsValidator]
internal sealed partial class ValidateSpoolOptions : IValidateOptions<SpoolOptions>;
