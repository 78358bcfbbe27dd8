namespace Lynceus.Scenes;

/// <summary>What a frame is labelled as.</summary>
public enum SceneClass
{
    Empty,
    Animal,
    Person,
    Vehicle,
}

/// <summary>What passes in front of the camera.</summary>
public enum Subject
{
    None,
    Deer,
    Fox,
    Boar,
    Badger,
    Hare,
    Bird,
    Bear,
    WildCat,
    Person,
    Car,
}

/// <summary>The sky over a capture.</summary>
public enum Weather
{
    Clear,
    Overcast,
    Mist,
    Rain,
    Snow,
}

/// <summary>The kind of country a camera looks at.</summary>
public enum Habitat
{
    Meadow,
    Forest,
    Road,
}

/// <summary>A camera site. The same site always has the same trees, hills and stones.</summary>
/// <param name="Name">Folder name on the card and <c>site</c> in the labels.</param>
/// <param name="Habitat">The kind of country.</param>
/// <param name="Mount">Height of the lens above the ground, metres.</param>
/// <param name="HasInfoBar">Whether the camera burns time, temperature and moon into the bottom of its pictures.</param>
public sealed record SceneCamera(string Name, Habitat Habitat, float Mount, bool HasInfoBar)
{
    public static IReadOnlyList<SceneCamera> All { get; } =
    [
        new("ridge", Habitat.Meadow, 0.95f, false),
        new("stream", Habitat.Forest, 0.8f, false),
        new("track", Habitat.Road, 1.05f, true),
    ];
}

/// <summary>Everything that a burst depends on besides its camera. The same spec always gives the same pixels.</summary>
/// <param name="Seed">Settles what no other field says: gusts, clouds, coat and sensor noise.</param>
/// <param name="Width">Pixels, 64–8192.</param>
/// <param name="Height">Pixels, 64–8192.</param>
/// <param name="Start">Local time of frame 1; frame n is n − 1 seconds later.</param>
/// <param name="Weather">The sky.</param>
/// <param name="Wind">0 still – 1 storm.</param>
/// <param name="Celsius">Air temperature, printed in the info bar.</param>
public sealed record SceneSpec(int Seed, int Width, int Height, DateTimeOffset Start, Weather Weather, float Wind, int Celsius)
{
    /// <summary>Who passes, or nobody.</summary>
    public Passage? Passage { get; init; }

    /// <summary>Whether the camera has switched to infrared flash: from dusk to dawn, later in summer.</summary>
    public bool Infrared
    {
        get
        {
            var (hour, half) = (Start.TimeOfDay.TotalHours, DayLength.Hours(Start.DayOfYear) / 2);
            return hour < 12.5 - half || hour > 12.5 + half;
        }
    }
}

/// <summary>One subject's way through a burst.</summary>
/// <param name="Subject">Who.</param>
/// <param name="Distance">Metres from the camera in the middle of the burst.</param>
/// <param name="Across">Where it is in the middle of the burst: −1 the left border, 0 the centre, 1 the right border.</param>
/// <param name="Heading">Degrees it looks away from straight right, counter-clockwise seen from above: 180 is left, 270 at the camera.</param>
/// <param name="Speed">Metres per second along the heading; 0 stands.</param>
public sealed record Passage(Subject Subject, float Distance, float Across, float Heading, float Speed);

/// <summary>A drawn object's place: left, top, width and height as shares (0–1) of the frame.</summary>
public sealed record SceneBox(SceneClass Class, Subject Subject, string? ScientificName, float X, float Y, float Width, float Height);

internal static class DayLength
{
    /// <summary>Hours with light enough for colour at about 48° north, twilight included: a cosine over the year.</summary>
    public static double Hours(int dayOfYear) => 13.2 - (4.1 * Math.Cos(2 * Math.PI * (dayOfYear + 10) / 365.25));
}
