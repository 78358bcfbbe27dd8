using System.Buffers.Binary;
using System.Security.Cryptography;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary>What becomes of captures whose surest finding is a person.</summary>
internal enum PersonPolicy
{
    /// <summary>The record is sent without pixels; what the hub's own cameras took stays on its card, blurred.</summary>
    Keep,

    /// <summary>Counted, and nothing more.</summary>
    Drop,

    /// <summary>Record and pictures are sent, the person blurred.</summary>
    Blurred,

    /// <summary>Record and pictures are sent as they are. People are then blurred in no picture of this hub.</summary>
    Send,
}

/// <summary>What becomes of captures whose surest finding is a vehicle.</summary>
internal enum VehiclePolicy
{
    /// <summary>The record is sent without pixels.</summary>
    Keep,

    /// <summary>Counted, and nothing more.</summary>
    Drop,

    /// <summary>Record and pictures are sent.</summary>
    Send,
}

/// <summary>What becomes of captures in which something is seen between the thresholds.</summary>
internal enum DoubtfulPolicy
{
    /// <summary>The record is sent without pixels.</summary>
    Keep,

    /// <summary>Record and pictures are sent.</summary>
    Send,

    /// <summary>Counted, and may be drawn for the audit.</summary>
    Drop,
}

/// <summary>The site's choice of what a finding comes to, and whose pixels may be stored. Neither pixels nor files.</summary>
internal static class Policy
{
    /// <summary>The vote with the verdict that the site wants for it. An animal, and what could not be looked at, are nobody's choice.</summary>
    public static Vote Apply(Vote vote, GateOptions options, Guid captureID) => vote.Reason switch
    {
        GateDecision.Person => vote with { Verdict = options.Person switch { PersonPolicy.Keep => Verdict.Keep, PersonPolicy.Drop => Verdict.Drop, _ => Verdict.Send } },
        GateDecision.Vehicle => vote with { Verdict = options.Vehicle switch { VehiclePolicy.Keep => Verdict.Keep, VehiclePolicy.Drop => Verdict.Drop, _ => Verdict.Send } },
        GateDecision.Doubtful => vote with { Verdict = options.Doubtful switch { DoubtfulPolicy.Keep => Verdict.Keep, DoubtfulPolicy.Drop => Verdict.Drop, _ => Verdict.Send } },
        _ when vote.Verdict == Verdict.Drop && Draw.Of("empty", captureID) < options.EmptyKeepShare => vote with { Verdict = Verdict.Keep },
        _ => vote,
    };

    /// <summary>
    /// The boxes to blur: all that may be a person, except where the model sees an animal in the same place and is surer of that.
    /// False friends are no exception: a face in the place of a stump is a face.
    /// </summary>
    public static IEnumerable<Box> People(IReadOnlyList<Detection> detections, Thresholds thresholds)
        => detections
            .Where(d => d.ObservationType == ObservationType.Human && d.Conf >= thresholds.Blur)
            .Where(d => d.Conf >= thresholds.Person || !detections.Any(o => o.ObservationType == ObservationType.Animal && o.Conf > d.Conf && o.Bbox.IoU(d.Bbox) > 0.5f))
            .Select(d => d.Bbox);
}

/// <summary>Chance that nobody can choose: from a capture's id, so that a capture that is looked at again draws the same again.</summary>
internal static class Draw
{
    /// <summary>Even in 0–1, 1 excluded. Draws for different purposes are independent.</summary>
    public static double Of(string purpose, Guid captureID)
    {
        Span<byte> named = stackalloc byte[64 + 16];
        var length = System.Text.Encoding.ASCII.GetBytes(purpose, named);
        captureID.TryWriteBytes(named[length..], bigEndian: true, out var written);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(named[..(length + written)], hash);
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * (1.0 / (1UL << 53));
    }
}
