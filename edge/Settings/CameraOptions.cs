using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lynceus.Contracts;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>The cameras of this hub, each with what sets it off: <c>Cameras</c>, a list.</summary>
internal sealed class StationOptions
{
    [Description("The cameras of this hub, each with what sets it off.")]
    [ValidateEnumeratedItems, MaxLength(16)] public List<CameraOptions> Cameras { get; set; } = [];
}

/// <summary>One camera: where its pictures come from, how a clip is cut, and what sets it off.</summary>
internal sealed class CameraOptions
{
    [Description("Its name in every record: 1 to 128 printable characters. No two cameras of a hub have the same.")]
    [Required, StringLength(Wire.MaxNameLength)] public string CameraID { get; set; } = "";

    [Description("rpicam or rpicam:N (a Raspberry Pi camera), a device like /dev/video0 (USB), rtsp://..., or replay:FOLDER (photographs that stand in for a camera).")]
    [Required] public string Source { get; set; } = "";

    [Description("A program that is run in the place of rpicam-vid or ffmpeg, with the same arguments; empty for those.")]
    public string Program { get; set; } = "";

    [Description("Picture width, pixels.")]
    [Range(64, 8192)] public int Width { get; set; } = 1920;

    [Description("Picture height, pixels.")]
    [Range(64, 8192)] public int Height { get; set; } = 1080;

    [Description("Pictures a second.")]
    [Range(1, 60)] public int FrameRate { get; set; } = 10;

    [Description("How the camera's stream is encoded: mjpeg or h264. A Raspberry Pi 5 has no hardware encoder for h264.")]
    [AllowedValues("mjpeg", "h264")] public string Codec { get; set; } = "mjpeg";

    [Description("Memory for the seconds before a trigger, MiB. A clip takes at most as much again.")]
    [Range(1, 512)] public int RingMegabytes { get; set; } = 32;

    [Description("A camera that gives no picture for so many seconds is started again.")]
    [Range(2, 300)] public int StallSeconds { get; set; } = 10;

    [Description("Seconds after a camera starts in which its exposure settles and its pictures are not used.")]
    [Range(0, 30)] public double SettleSeconds { get; set; } = 1;

    [Description("Height of the camera above the ground, metres.")]
    [Range(0, 100)] public double? HeightMetres { get; set; }

    [Description("Where the camera looks: degrees from true north, clockwise.")]
    [Range(0, 360)] public double? HeadingDegrees { get; set; }

    [Description("How a clip is cut.")]
    [ValidateObjectMembers] public ClipOptions Clip { get; set; } = new();

    [Description("PIR sensors that set it off.")]
    [ValidateEnumeratedItems, MaxLength(8)] public List<PirOptions> Pir { get; set; } = [];

    [Description("Motion in its own picture.")]
    [ValidateObjectMembers] public MotionOptions Motion { get; set; } = new();

    [Description("A picture at even times, whatever the sensors say.")]
    [ValidateObjectMembers] public TimeLapseOptions TimeLapse { get; set; } = new();

    [Description("GPIO number (BCM) of a button that takes a clip by hand.")]
    [Range(0, 1000)] public int? ButtonPin { get; set; }

    [Description("Storm control, so that a branch in the wind drains neither battery nor link.")]
    [ValidateObjectMembers] public StormOptions Storm { get; set; } = new();

    [Description("When its sensors count, local time: a list of windows like 18:00-06:30, sunset-sunrise or sunset-00:30-sunrise+00:30. Empty for always. Sun times need Hub:Latitude and Hub:Longitude.")]
    [MaxLength(8)] public List<string> Schedule { get; set; } = [];

    /// <summary>Whether anything but a hand can set it off.</summary>
    internal bool HasSensor => Pir.Count > 0 || Motion.Enabled || TimeLapse.EveryMinutes > 0 || ButtonPin is not null;
}

/// <summary>A clip is pre-roll, event and post-roll: it begins before the trigger and ends some seconds after the last pulse.</summary>
internal sealed class ClipOptions
{
    [Description("Seconds kept from before the trigger.")]
    [Range(0, 30)] public double PreRollSeconds { get; set; } = 2;

    [Description("Seconds after the last pulse.")]
    [Range(0, 60)] public double PostRollSeconds { get; set; } = 5;

    [Description("A clip is ended after so many seconds, pre-roll included, however long the sensor goes on.")]
    [Range(1, 300)] public double MaxSeconds { get; set; } = 30;

    [Description("After a clip's end pulses are held back and counted for so many seconds. Long cool-downs lose animals.")]
    [Range(0, 60)] public double CoolDownSeconds { get; set; } = 1;

    [Description("Pictures of a clip that the gate looks at and the record lists, spread over its length.")]
    [Range(1, 20)] public int Frames { get; set; } = 5;

    [Description("Keep the video of a capture with an animal on the card, when no person is in any of its pictures.")]
    public bool Video { get; set; } = true;
}

/// <summary>A PIR sensor on a GPIO pin.</summary>
internal sealed class PirOptions
{
    [Description("GPIO number (BCM).")]
    [Range(0, 1000)] public int Pin { get; set; }

    [Description("After an edge, milliseconds in which further edges are bounce.")]
    [Range(0, 5000)] public double DebounceMs { get; set; } = 30;

    [Description("A pulse that is over sooner, in milliseconds, is interference.")]
    [Range(0, 5000)] public double MinPulseMs { get; set; } = 20;

    [Description("The sensor pulls its pin low when it sees something.")]
    public bool ActiveLow { get; set; }

    [Description("Minutes after which a pin that does not go back is reported as stuck.")]
    [Range(1, 1440)] public double StuckMinutes { get; set; } = 10;
}

/// <summary>Motion in the camera's own picture, for cameras without a sensor.</summary>
internal sealed class MotionOptions
{
    [Description("Whether a change in the picture sets the camera off.")]
    public bool Enabled { get; set; }

    [Description("Pictures a second that are compared.")]
    [Range(0.2, 10)] public double PerSecond { get; set; } = 2;

    [Description("Smallest change, as a share of the picture.")]
    [Range(0.0005, 0.5)] public double MinShare { get; set; } = 0.003;
}

/// <summary>A picture at even times, whatever the sensors say.</summary>
internal sealed class TimeLapseOptions
{
    [Description("Minutes from picture to picture, at even times of the day; 0 for none.")]
    [Range(0, 1440)] public double EveryMinutes { get; set; }
}

/// <summary>Storm control: a token bucket, so that a branch in the wind drains neither battery nor link.</summary>
internal sealed class StormOptions
{
    [Description("Clips that may follow each other without a pause.")]
    [Range(1, 1000)] public int Burst { get; set; } = 20;

    [Description("Clips an hour in the long run.")]
    [Range(1, 3600)] public int PerHour { get; set; } = 120;

    [Description("The first trigger after so many minutes without any is taken, whatever was used up before.")]
    [Range(0.1, 1440)] public double QuietMinutes { get; set; } = 10;
}

[OptionsValidator]
internal sealed partial class ValidateStationOptions : IValidateOptions<StationOptions>;
[OptionsValidator]
internal sealed partial class ValidateCameraOptions : IValidateOptions<CameraOptions>;
[OptionsValidator]
internal sealed partial class ValidateClipOptions : IValidateOptions<ClipOptions>;
[OptionsValidator]
internal sealed partial class ValidatePirOptions : IValidateOptions<PirOptions>;
[OptionsValidator]
internal sealed partial class ValidateMotionOptions : IValidateOptions<MotionOptions>;
[OptionsValidator]
internal sealed partial class ValidateTimeLapseOptions : IValidateOptions<TimeLapseOptions>;
[OptionsValidator]
internal sealed partial class ValidateStormOptions : IValidateOptions<StormOptions>;
