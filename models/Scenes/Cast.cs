namespace Lynceus.Scenes;

/// <summary>Who may pass, how large, how fast, and by what name the labels call it.</summary>
internal static class Cast
{
    /// <summary>All animals in turn, in an order of chance.</summary>
    public static Bag<Subject> Animals(Dice dice) => new(dice, [Subject.Deer, Subject.Fox, Subject.Boar, Subject.Badger, Subject.Hare, Subject.Bird, Subject.Bear, Subject.WildCat]);

    public static SceneClass ClassOf(Subject subject) => subject switch
    {
        Subject.None => SceneClass.Empty,
        Subject.Person => SceneClass.Person,
        Subject.Car => SceneClass.Vehicle,
        _ => SceneClass.Animal,
    };

    public static string? ScientificName(Subject subject) => subject switch
    {
        Subject.Deer => "Cervus elaphus",
        Subject.Fox => "Vulpes vulpes",
        Subject.Boar => "Sus scrofa",
        Subject.Badger => "Meles meles",
        Subject.Hare => "Lepus europaeus",
        Subject.Bird => "Columba palumbus",
        Subject.Bear => "Ursus arctos",
        Subject.WildCat => "Felis silvestris",
        Subject.Person => "Homo sapiens",
        _ => null,
    };

    /// <summary>Metres from end to end (a person's height).</summary>
    public static float Length(Subject subject) => subject switch
    {
        Subject.Deer => 1.75f,
        Subject.Fox => 1.05f,
        Subject.Boar => 1.5f,
        Subject.Badger => 0.8f,
        Subject.Hare => 0.5f,
        Subject.Bird => 0.48f,
        Subject.Bear => 1.9f,
        Subject.WildCat => 0.85f,
        Subject.Car => Car.Length,
        _ => 1.75f,
    };

    /// <summary>A subject of the class on its way: most well in the picture, some small and far, some close, some cut off by the border.</summary>
    public static Passage? Of(SceneClass kind, SceneCamera camera, SceneSpec spec, Dice dice, Bag<Subject> animals)
    {
        var subject = kind switch
        {
            SceneClass.Animal => animals.Draw() is var animal && animal == Subject.Bird && spec.Infrared ? animals.Draw() : animal, // pigeons sleep at night
            SceneClass.Person => Subject.Person,
            SceneClass.Vehicle => Subject.Car,
            _ => Subject.None,
        };
        if (subject == Subject.None)
        {
            return null;
        }

        var view = new View(camera, spec.Width, spec.Height);
        var share = dice.Next() switch { < 0.10f => dice.Between(0.07f, 0.13f), < 0.22f => dice.Between(0.45f, 0.7f), _ => dice.Between(0.17f, 0.42f) };
        var distance = view.Focal * Length(subject) / (share * spec.Width);
        var across = dice.Chance(0.12f) ? dice.Pick(-1, 1) * dice.Between(0.84f, 1.0f) : dice.Between(-0.62f, 0.62f);
        var heading = (dice.Chance(0.5f) ? 0 : 180) + (dice.Chance(0.2f) ? dice.Between(-68, 68) : dice.Between(-28, 28));
        var speed = dice.Chance(0.3f) ? 0 : dice.Between(0.25f, 0.75f) * MathF.Sqrt(Length(subject));
        if (subject == Subject.Car)
        {
            (distance, speed) = (dice.Between(7.6f, 9.6f), dice.Between(0.4f, 1.2f));
            heading = dice.Chance(0.5f) ? 0 : 180;
        }

        return new(subject, MathF.Max(distance, view.Nearest * 1.2f), across, heading, speed);
    }
}
