using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>What the vote over a clip's pictures says.</summary>
/// <param name="Verdict">For the capture, copied to each of its images.</param>
/// <param name="Reason"><c>animal</c>, <c>person</c>, <c>vehicle</c>, <c>doubtful</c>, <c>empty</c> or <c>unclassified</c>.</param>
/// <param name="Score">Of the object that decided, 0–1; null if nothing could be looked at.</param>
/// <param name="Rule">The rule that decided.</param>
internal sealed record Vote(Verdict Verdict, string Reason, float? Score, Rule Rule);

/// <summary>The decision, without any pixels or files. Any object counts first, and only then is it named: a small model often calls a deer a bird or a surfboard.</summary>
internal static class GateDecision
{
    public const string Unclassified = "unclassified";

    /// <summary>
    /// 1. An object is a person or a vehicle only if the model is sure of that; anything else may be an animal.
    /// 2. What lies in a sure person or vehicle belongs to it (a rucksack, a wheel); elsewhere in the same picture an animal needs at least half their score.
    /// 3. An animal at or above the send threshold: send. 4. Else a sure person, then a sure vehicle: keep.
    /// 5. Else anything at or above the keep threshold: keep, doubtful.
    /// 6. Else, if a picture could not be looked at: keep, unclassified. 7. Else drop.
    /// </summary>
    public static Vote Vote(IEnumerable<Look> looks, Thresholds thresholds)
    {
        float animal = 0, person = 0, vehicle = 0;
        var (seen, failed) = (0, 0);
        foreach (var look in looks)
        {
            if (look.Failure is null && !look.Truncated) seen++;
            else failed++;
            animal = Math.Max(animal, Animal(look.Detections, thresholds));
            person = Math.Max(person, Best(look.Detections, ObservationType.Human));
            vehicle = Math.Max(vehicle, Best(look.Detections, ObservationType.Vehicle));
        }
        var any = Math.Max(animal, Math.Max(person, vehicle));
        if (animal >= thresholds.Send) return new Vote(Verdict.Send, "animal", animal, Rule.OneSighting);
        if (person >= thresholds.Person) return new Vote(Verdict.Keep, "person", person, Rule.SurePerson);
        if (vehicle >= thresholds.Vehicle) return new Vote(Verdict.Keep, "vehicle", vehicle, Rule.SureVehicle);
        if (any >= thresholds.Keep) return new Vote(Verdict.Keep, "doubtful", any, Rule.BetweenThresholds);
        if (failed > 0) return new Vote(Verdict.Keep, Unclassified, seen > 0 ? any : null, Rule.NotLookedAt);
        return new Vote(Verdict.Drop, "empty", any, Rule.NothingSeen);
    }

    /// <summary>The best score of what may be an animal in one picture, 0–1.</summary>
    public static float Animal(IReadOnlyList<Detection> detections, Thresholds thresholds)
    {
        var best = 0f;
        var beside = 0f;
        foreach (var d in detections)
        {
            if (IsSureOther(d, thresholds)) beside = Math.Max(beside, d.Conf);
        }
        foreach (var d in detections)
        {
            if (d.Conf > best && d.Conf >= beside / 2 && !IsSureOther(d, thresholds) && !detections.Any(o => IsSureOther(o, thresholds) && LiesIn(d.Bbox, o.Bbox))) best = d.Conf;
        }
        return best;
    }

    /// <summary>
    /// The boxes to blur: all that may be a person, except where the model sees an animal in the same place and is surer of that.
    /// </summary>
    public static IEnumerable<Box> People(IReadOnlyList<Detection> detections, Thresholds thresholds)
        => detections
            .Where(d => d.ObservationType == ObservationType.Human && d.Conf >= thresholds.Blur)
            .Where(d => d.Conf >= thresholds.Person || !detections.Any(o => o.ObservationType == ObservationType.Animal && o.Conf > d.Conf && o.Bbox.IoU(d.Bbox) > 0.5f))
            .Select(d => d.Bbox);

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
    private static bool LiesIn(Box box, Box other)
    {
        var w = Math.Min(box.X + box.W, other.X + other.W) - Math.Max(box.X, other.X);
        var h = Math.Min(box.Y + box.H, other.Y + other.H) - Math.Max(box.Y, other.Y);
        return w > 0 && h > 0 && w * h > box.W * box.H / 2;
    }
}

/// <summary>Which drops are sent all the same, so that the cloud can estimate what the gate misses.</summary>
internal static class Audit
{
    /// <summary>
    /// Drawn from the capture's id, so that a capture that is looked at again is drawn again or not drawn again, and nobody can choose.
    /// Returns the probability it was drawn with, or null if it was not.
    /// </summary>
    public static float? Draw(Guid captureID, float score, Thresholds thresholds, GateOptions options)
    {
        var share = score >= thresholds.Keep / 2 ? options.AuditShareDoubtful : options.AuditShare;
        Span<byte> hash = stackalloc byte[32];
        System.Security.Cryptography.SHA256.HashData([.. "audit"u8, .. captureID.ToByteArray(bigEndian: true)], hash);
        var draw = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash) / (double)uint.MaxValue;
        return share > 0 && draw < share ? share : null;
    }
}
