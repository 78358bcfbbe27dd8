using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What the vote over a clip's pictures says.</summary>
/// <param name="Verdict">For the capture, copied to each of its images.</param>
/// <param name="Reason"><c>animal</c>, <c>person</c>, <c>vehicle</c>, <c>doubtful</c>, <c>empty</c>, <c>unchanged</c>, <c>falseFriend</c> or <c>unclassified</c>.</param>
/// <param name="Score">Of the object that decided, 0–1; null if nothing was looked at.</param>
/// <param name="Rule">The rule that decided.</param>
internal sealed record Vote(Verdict Verdict, string Reason, float? Score, Rule Rule);

/// <summary>The decision, without any pixels or files. Any object counts first, and only then is it named: a small model often calls a deer a bird or a surfboard.</summary>
internal static class GateDecision
{
    public const string Animal = "animal", Person = "person", Vehicle = "vehicle", Doubtful = "doubtful", Empty = "empty", Unchanged = "unchanged", FalseFriend = "falseFriend";
    public const string Unclassified = "unclassified";

    /// <summary>So many sightings of a clip are joined into tracks, the best: the joining takes the square of it.</summary>
    private const int MostSightings = 400;

    /// <summary>
    /// 1. An object is a person or a vehicle only if the model is sure of that; anything else may be an animal.
    /// 2. What lies in a sure person or vehicle belongs to it (a rucksack, a wheel); elsewhere in the same picture an animal needs at least half their score.
    /// 3. Sightings of one object in several pictures add up (<see cref="Tracks"/>). An animal at or above the send threshold: send.
    /// 4. Else a sure person, then a sure vehicle: keep. 5. Else anything at or above the keep threshold: keep, doubtful.
    /// 6. Else, if a picture could not be looked at: keep, unclassified. 7. Else drop, and say whether something was seen and set aside, or nobody looked.
    /// What a person, a vehicle, something doubtful or nothing comes to in the end is the site's choice: <see cref="Policy"/>.
    /// </summary>
    /// <param name="stills">In the clip's order.</param>
    /// <param name="thresholds">Of the camera.</param>
    /// <param name="ignored">The best score of what was set aside as false friends, 0–1.</param>
    public static (Vote Vote, Why Why) Vote(IReadOnlyList<Seen> stills, Thresholds thresholds, float ignored = 0)
    {
        var tracks = Tracks.Of(Sightings(stills, thresholds), thresholds.Neutral);
        var animal = tracks.Count > 0 ? tracks[0].Score : 0;
        float person = 0, vehicle = 0;
        var (seen, failed) = (0, 0);
        foreach (var still in stills)
        {
            if (still.NotLooked == NotLooked.Failed || still.Incomplete) failed++;
            else if (still.NotLooked is null) seen++;
            person = Math.Max(person, Best(still.Detections, ObservationType.Human));
            vehicle = Math.Max(vehicle, Best(still.Detections, ObservationType.Vehicle));
        }
        var any = Math.Max(animal, Math.Max(person, vehicle));
        var vote = animal >= thresholds.Send ? new Vote(Verdict.Send, Animal, animal, tracks[0].Sightings.Any(s => s.Detection.Conf >= thresholds.Send) ? Rule.OneSighting : Rule.SightingsAddUp)
            : person >= thresholds.Person ? new Vote(Verdict.Keep, Person, person, Rule.SurePerson)
            : vehicle >= thresholds.Vehicle ? new Vote(Verdict.Keep, Vehicle, vehicle, Rule.SureVehicle)
            : any >= thresholds.Keep ? new Vote(Verdict.Keep, Doubtful, any, Rule.BetweenThresholds)
            : failed > 0 ? new Vote(Verdict.Keep, Unclassified, seen > 0 ? any : null, Rule.NotLookedAt)
            : seen == 0 ? new Vote(Verdict.Drop, Unchanged, null, Rule.NothingChanged)
            : ignored >= thresholds.Keep ? new Vote(Verdict.Drop, FalseFriend, any, Rule.OnlyFalseFriends)
            : new Vote(Verdict.Drop, Empty, any, Rule.NothingSeen);
        return (vote, new Why(vote.Rule, animal, person, vehicle, tracks, thresholds));
    }

    /// <summary>The best score of what may be an animal in one picture, 0–1.</summary>
    public static float BestAnimal(IReadOnlyList<Detection> detections, Thresholds thresholds) => SurestAnimal(detections, thresholds)?.Conf ?? 0;

    /// <summary>What may be an animal in one picture and has the best score; null if there is nothing.</summary>
    public static Detection? SurestAnimal(IReadOnlyList<Detection> detections, Thresholds thresholds)
    {
        var beside = Beside(detections, thresholds);
        Detection? best = null;
        foreach (var d in detections)
        {
            if (d.Conf > (best?.Conf ?? 0) && MayBeAnimal(d, detections, beside, thresholds)) best = d;
        }
        return best;
    }

    /// <summary>Which of several pictures to show: an animal is worth more than anything else, and anything more than nothing.</summary>
    public static float Worth(IReadOnlyList<Detection> detections, Thresholds thresholds)
        => BestAnimal(detections, thresholds) is var animal && animal >= thresholds.Send ? 1 + animal : detections.Count > 0 ? detections.Max(d => d.Conf) : 0;

    private static List<Sighting> Sightings(IReadOnlyList<Seen> stills, Thresholds thresholds)
    {
        var sightings = new List<Sighting>();
        foreach (var still in stills)
        {
            var from = sightings.Count;
            var beside = Beside(still.Detections, thresholds);
            foreach (var d in still.Detections)
            {
                if (MayBeAnimal(d, still.Detections, beside, thresholds)) sightings.Add(new Sighting(still.Frame, still.Still, d, Tracks.IsSupported(d.Bbox, still.Changed)));
            }
            if (sightings.Count - from <= Tracks.MostOfAStill) continue;
            sightings.Sort(from, sightings.Count - from, ByScore);
            sightings.RemoveRange(from + Tracks.MostOfAStill, sightings.Count - from - Tracks.MostOfAStill);
        }
        if (sightings.Count <= MostSightings) return sightings;
        var least = sightings.Select(s => s.Detection.Conf).Order().ElementAt(sightings.Count - MostSightings);
        sightings.RemoveAll(s => s.Detection.Conf < least);
        return sightings;
    }

    private static readonly IComparer<Sighting> ByScore = Comparer<Sighting>.Create(static (a, b) => b.Detection.Conf.CompareTo(a.Detection.Conf));

    private static float Beside(IReadOnlyList<Detection> detections, Thresholds thresholds)
    {
        var beside = 0f;
        foreach (var d in detections)
        {
            if (IsSureOther(d, thresholds)) beside = Math.Max(beside, d.Conf);
        }
        return beside;
    }

    private static bool MayBeAnimal(Detection detection, IReadOnlyList<Detection> detections, float beside, Thresholds thresholds)
    {
        if (IsSureOther(detection, thresholds) || detection.Conf < beside / 2) return false;
        if (beside == 0) return true;
        foreach (var other in detections)
        {
            if (IsSureOther(other, thresholds) && LiesIn(detection.Bbox, other.Bbox)) return false;
        }
        return true;
    }

    private static bool IsSureOther(Detection d, Thresholds thresholds)
        => (d.ObservationType == ObservationType.Human && d.Conf >= thresholds.Person) || (d.ObservationType == ObservationType.Vehicle && d.Conf >= thresholds.Vehicle);

    private static float Best(IReadOnlyList<Detection> detections, ObservationType type)
    {
        var best = 0f;
        foreach (var d in detections)
        {
            if (d.ObservationType == type) best = Math.Max(best, d.Conf);
        }
        return best;
    }

    /// <summary>More than half of the box lies in the other one.</summary>
    private static bool LiesIn(Box box, Box other) => box.Overlap(other) > box.W * box.H / 2;
}
