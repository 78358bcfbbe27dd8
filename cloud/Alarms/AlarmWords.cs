namespace Lynceus.Cloud;

/// <summary>What an alarm is about.</summary>
internal enum AlarmKind
{
    /// <summary>Far fewer events of a species than its rate and the effort let expect.</summary>
    Decline,

    /// <summary>Far more.</summary>
    Growth,

    /// <summary>A species that was never seen there.</summary>
    FirstSight,

    /// <summary>A species that should have been seen again by now.</summary>
    Missing,

    /// <summary>A person while the sun is down.</summary>
    PersonAtNight,
}

/// <summary>How much it takes: which chance of a false alarm a single look at a single series may have.</summary>
internal enum Sensitivity
{
    Low,
    Middle,
    High,
}

/// <summary>Where an alarm stands.</summary>
internal enum AlarmState
{
    New,

    /// <summary>A person has seen it.</summary>
    Acknowledged,

    /// <summary>Somebody does not want to hear of it; nothing was sent.</summary>
    Muted,

    /// <summary>It is no more as it was.</summary>
    Ended,
}

/// <summary>What a rule says of a series at its newest step.</summary>
internal enum Finding
{
    /// <summary>Nothing can be said, and the words say why.</summary>
    NoData,

    /// <summary>As expected.</summary>
    Calm,
    Alarm,
}

/// <summary>A sensitivity in numbers.</summary>
/// <param name="Alpha">The chance of so few (or so many) events if nothing changed, at which one look raises an alarm; each side.</param>
/// <param name="Cusum">Threshold h of the Poisson CUSUM.</param>
/// <param name="Ewma">Limits of the EWMA, in deviations.</param>
/// <param name="Missing">The chance of so long a wait, at which a species is missing.</param>
internal readonly record struct Cautions(double Alpha, double Cusum, double Ewma, double Missing)
{
    /// <summary>So many series are looked at with the full chance. Of more, each gets its part: a rule with a thousand series is not wrong a hundred times as often as one with ten.</summary>
    private const double FullSeries = 10;

    /// <param name="sensitivity">As the rule says.</param>
    /// <param name="series">How many series are looked at together.</param>
    public static Cautions Of(Sensitivity sensitivity, int series = 1)
    {
        var share = Math.Min(1, FullSeries / series);
        var full = sensitivity switch
        {
            Sensitivity.Low => new Cautions(0.0005, 8, 3.5, 0.0005),
            Sensitivity.High => new Cautions(0.01, 4.5, 2.7, 0.01),
            _ => new Cautions(0.0025, 6, 3, 0.0025),
        };
        // The CUSUM is a likelihood ratio in units of ln 2 an event: how long it stays quiet by chance doubles with each.
        return full with { Alpha = full.Alpha * share, Missing = full.Missing * share, Cusum = full.Cusum - Math.Log2(share) };
    }
}
