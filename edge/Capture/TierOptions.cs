using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lynceus.Vision;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>In which sizes the pictures of a capture are offered to the cloud. Which of them is sent, and when, is the uplink's plan.</summary>
internal sealed class TierOptions
{
    [Description("How stills are encoded again: webp (as soon as the cloud has said that it reads it, until then jpeg) or jpeg.")]
    [AllowedValues("webp", "jpeg")] public string Stills { get; set; } = "webp";

    [Description("The whole of a capture's best picture, at most 320 pixels wide or high: at most so many kilobytes (1,000 bytes).")]
    [Range(1, 64)] public int ThumbnailKilobytes { get; set; } = 3;

    [Description("The surest animal with what is around it, at most 512 pixels: at most so many kilobytes.")]
    [Range(1, 256)] public int CropKilobytes { get; set; } = 15;

    [Description("The best picture, good enough for the cloud to detect in: at most so many kilobytes; 0 for every picture as it was taken. With a number the pictures as they were taken stay on the card until somebody asks for them.")]
    [Range(0, 4096)] public int FrameKilobytes { get; set; } = 15;

    internal int ThumbnailBytes => ThumbnailKilobytes * 1000;

    internal int CropBytes => CropKilobytes * 1000;

    internal int FrameBytes => FrameKilobytes * 1000;

    /// <summary>WebP only if it is wanted here and read there.</summary>
    internal StillCodec Codec(bool cloudReadsWebP) => Stills == "webp" && cloudReadsWebP ? StillCodec.Webp : StillCodec.Jpeg;
}

[OptionsValidator]
internal sealed partial class ValidateTierOptions : IValidateOptions<TierOptions>;
