using MathNet.Numerics.Distributions;

namespace Lynceus.Cloud;

/// <summary>Events by effort, the relative abundance index: 100 × events / camera-days, with the exact Poisson interval (Garwood 1936).</summary>
/// <param name="Events">Say which: sequences as recorded, or independent ones.</param>
/// <param name="Days">Camera-days.</param>
/// <param name="Rate">Events in 100 camera-days.</param>
/// <param name="Low">0 where there were no events.</param>
/// <param name="High">Above 0 even where there were none: what was not seen in so many days may still be there.</param>
internal sealed record TrappingRate(long Events, double Days, double Rate, double Low, double High)
{
    /// <exception cref="TooLittleDataException">There was no effort: that is no data, not a rate of 0.</exception>
    public static TrappingRate Of(long events, double days, double confidence = 0.95)
    {
        if (events < 0) throw new WrongDataException($"{events} events; must be 0 or more");
        if (!double.IsFinite(days) || days < 0) throw new WrongDataException($"an effort of {days} days; must be 0 or more");
        if (days == 0) throw new TooLittleDataException("no effort, so there is no rate; that is not a rate of 0");
        if (confidence is not (> 0 and < 1)) throw new WrongDataException($"confidence {confidence} is not between 0 and 1");
        var low = events == 0 ? 0 : Gamma.InvCDF(events, 1, (1 - confidence) / 2);
        return new TrappingRate(events, days, 100 * events / days, 100 * low / days, 100 * Gamma.InvCDF(events + 1, 1, (1 + confidence) / 2) / days);
    }
}
