using System.Text.Json;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>Writes the pictures of a capture, and says what the record says of each. The best comes first to the disk; in the record they stand in the clip's order.</summary>
internal sealed class CapturePictures(Gate gate, StillTiers? tiers)
{
    public async Task<List<MediaRecord>> StoreAsync(Spool.Adding adding, Clip clip, Decision decision, CancellationToken stop)
    {
        var media = new MediaRecord?[decision.Frames.Count];
        var best = true;
        foreach (var i in BestFrame.Order(decision))
        {
            media[i] = await StoreAsync(adding, clip, decision, decision.Frames[i], best, stop);
            // One that cannot be stored after all leaves its place to the next.
            best &= media[i]!.Tiers.Count == 0;
        }
        return [.. media.Select((m, i) => m ?? Describe(clip, decision, decision.Frames[i]))];
    }

    private async Task<MediaRecord> StoreAsync(Spool.Adding adding, Clip clip, Decision decision, FrameDecision frame, bool best, CancellationToken stop)
    {
        var media = Describe(clip, decision, frame);
        if (!decision.StoresPixels(clip)) return media;
        try
        {
            if (await gate.StorableAsync(frame, stop) is not { } storable) return media with { Failure = "corrupt: it could not be decoded in full to blur the people in it" };
            media = media with { Blurred = storable.Blurred };
            var picture = new StorablePicture(storable.Bytes, storable.FileMediatype);
            if (IsOffered(decision)) return media with { Tiers = Write(adding, media.MediaID, picture, decision, frame, best) };
            adding.Keep(media.MediaID, picture.Bytes);
            return media;
        }
        catch (FrameFailedException e)
        {
            // The card was pulled, or the file changed, after the gate had looked.
            return media with { Failure = FailureText(new Look { Failure = e.Failure, Detail = e.Message }) };
        }
    }

    /// <summary>What is sent for its own sake, and what is doubtful: somebody may ask for that. A person or a vehicle that the site keeps back is offered to nobody.</summary>
    private bool IsOffered(Decision decision) => decision.SendsPictures || (tiers is not null && decision.Vote.Reason is not (GateDecision.Person or GateDecision.Vehicle));

    private IReadOnlyList<TierRecord> Write(Spool.Adding adding, string mediaID, StorablePicture picture, Decision decision, FrameDecision frame, bool best)
        => tiers is null ? [adding.Write(mediaID, Tier.Frame, picture.Bytes, picture.FileMediatype)]
            : best ? tiers.WriteBest(adding, mediaID, picture, BestFrame.Crop(decision, frame))
            : tiers.WriteOther(adding, mediaID, picture);

    private static MediaRecord Describe(Clip clip, Decision decision, FrameDecision frame)
    {
        var look = frame.Look;
        return new MediaRecord
        {
            MediaID = Ids.Media(clip.CaptureID, frame.Frame.Number),
            Timestamp = frame.Frame.Time,
            MonotonicMs = frame.Frame.MonotonicMs,
            FilePath = frame.Frame.FilePath.Length <= Wire.MaxPathLength ? frame.Frame.FilePath : frame.Frame.FilePath[^Wire.MaxPathLength..],
            FileMediatype = frame.Frame.FileMediatype,
            Width = look.Width > 0 ? look.Width : null,
            Height = look.Height > 0 ? look.Height : null,
            VideoSeconds = frame.BestStill?.VideoSeconds,
            Truncated = look.Truncated,
            Failure = FailureText(look),
            Detections = look.Failure is null && frame.WasLookedAt ? [.. look.Detections.Where(d => d.Conf >= decision.Why.Thresholds.Recorded)] : null,
        };
    }

    /// <summary>The failure's name, and what was wrong, for the record: <c>notAnImage: …</c>.</summary>
    internal static string? FailureText(Look look)
    {
        if (look.Failure is not { } failure) return null;
        var text = $"{JsonNamingPolicy.CamelCase.ConvertName(failure.ToString())}: {look.Detail}";
        return text.Length <= Wire.MaxPathLength ? text : text[..Wire.MaxPathLength];
    }
}
