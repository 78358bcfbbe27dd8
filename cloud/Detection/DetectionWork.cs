using System.Diagnostics;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>Looks at pictures and videos and commits what it saw.</summary>
internal sealed partial class DetectionWork(ObjectFolder objects, WriteQueue queue, ObservationFeed feed, BoxesFeed boxes, SpeciesModel species, Places places, CloudMeter meter, TimeProvider time, ILogger<DetectionWork> log)
{
    public Task LookAsync(DetectWorker detector, Frame frame, CancellationToken cancel) => LookAsync(detector, [frame], cancel);

    /// <summary>Pictures that wait together are looked at together, so that one is decoded while the model looks at another; each is committed by itself.</summary>
    public async Task LookAsync(DetectWorker detector, IReadOnlyList<Frame> frames, CancellationToken cancel)
    {
        foreach (var clip in frames.Where(f => f.Tier == Tier.Clip)) await CommitAsync(detector, [clip], await SeeAsync(detector, [clip], cancel), cancel);
        var stills = frames.Where(f => f.Tier != Tier.Clip).ToList();
        await CommitAsync(detector, stills, await SeeAsync(detector, stills, cancel), cancel);
    }

    /// <summary>Looks, and commits nothing. Throws <see cref="StoreAwayException"/> if what there is to look at is away for the present.</summary>
    public async Task<IReadOnlyList<(Seen Seen, double Milliseconds)>> SeeAsync(DetectWorker detector, IReadOnlyList<Frame> frames, CancellationToken cancel)
    {
        var seen = new (Seen, double)[frames.Count];
        var where = species.Version is null ? null : await places.OfAsync([.. frames.Select(f => f.MediaRowId)], cancel);
        for (var i = 0; i < frames.Count; i++)
        {
            if (frames[i].Tier != Tier.Clip) continue;
            var begun = Stopwatch.GetTimestamp();
            seen[i] = (await LookAtClipAsync(detector, frames[i], where?.GetValueOrDefault(frames[i].MediaRowId), cancel), Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
        var stills = Enumerable.Range(0, frames.Count).Where(i => frames[i].Tier != Tier.Clip).ToList();
        var (start, before) = (Stopwatch.GetTimestamp(), detector.ProcessorSeconds);
        var looks = await detector.LookAsync([.. stills.Select(i => (PictureAt)objects.PathOf(frames[i].Sha256))], cancel);
        var detecting = 1000 * (detector.ProcessorSeconds - before) / Math.Max(1, stills.Count);
        foreach (var (i, look) in stills.Zip(looks)) seen[i].Item1 = Named(detector, frames[i], look, where?.GetValueOrDefault(frames[i].MediaRowId), detecting) with { Together = stills.Count };
        var each = Stopwatch.GetElapsedTime(start).TotalMilliseconds / Math.Max(1, stills.Count);
        foreach (var i in stills) seen[i].Item2 = each;
        CheckStore(frames, seen);
        foreach (var (frame, (what, took)) in frames.Zip(seen))
        {
            Count(frame, what, took);
            if (what.Clip is null && what.Failure is null) boxes.Publish(BoxesCame.Of(frame.MediaID, what.Look));
        }
        return seen;
    }

    // A file that is gone says something of its media only if the others are there.
    private void CheckStore(IReadOnlyList<Frame> frames, (Seen Seen, double)[] seen)
    {
        for (var i = 0; i < seen.Length; i++)
        {
            var doubtful = seen[i].Seen.Look.Failure == ImageFailure.Unreadable || seen[i].Seen.Clip?.Note is not null;
            if (!doubtful) continue;
            if (objects.Away is { } away) throw new StoreAwayException(away);
            if (seen[i].Seen.Look.Failure is not null && objects.CanRead(frames[i].Sha256)) throw new StoreAwayException("an object was not there for a moment, and is again");
        }
    }

    private Seen Named(DetectWorker detector, Frame frame, Look look, Place? place, double detecting)
    {
        var seen = new Seen(look);
        var before = ProcessorTime.OfThisThread();
        species.Name(objects.PathOf(frame.Sha256), look, detector.Model, place, seen.Names);
        return seen with { ProcessorMilliseconds = detecting > 0 ? detecting + (1000 * (ProcessorTime.OfThisThread() - before)) : null };
    }

    private void Count(Frame frame, Seen seen, double took)
    {
        meter.Detected(took, seen.Look.Failure is not null);
        if (seen.Look.Failure is { } failure) CouldNotLook(frame.MediaID, failure, seen.Look.Detail);
    }

    private async Task CommitAsync(DetectWorker detector, IReadOnlyList<Frame> frames, IReadOnlyList<(Seen Seen, double Milliseconds)> looks, CancellationToken cancel)
    {
        var writes = new List<DetectionWrite>();
        foreach (var (frame, (seen, took)) in frames.Zip(looks))
        {
            if (seen.Look.Failure == ImageFailure.NoDecoder) continue; // nothing is wrong with the video: it waits for a server that has ffmpeg
            var write = new DetectionWrite(frame.MediaRowId, species.Behind(detector.Model), seen, took, time.GetUtcNow().UtcDateTime) { Feed = feed };
            await queue.AddAsync(write, cancel);
            writes.Add(write);
        }
        foreach (var write in writes) await write.Done.WaitAsync(cancel);
    }

    private async Task<Seen> LookAtClipAsync(DetectWorker detector, Frame frame, Place? place, CancellationToken cancel)
    {
        try
        {
            var (names, naming, before) = (Seen.NoNames(), 0d, detector.ProcessorSeconds);
            var seen = await ClipLook.LookAsync(objects.PathOf(frame.Sha256), Look, type => ObservationRule.Threshold(detector.Model, type),
                still => boxes.Publish(BoxesCame.Of(frame.MediaID, still)), cancel);
            return seen with { Names = names, ProcessorMilliseconds = seen.ProcessorMilliseconds + (1000 * (naming + detector.ProcessorSeconds - before)) };

            async Task<Look> Look(byte[] jpeg)
            {
                var look = await detector.LookAsync(jpeg, cancel);
                var begun = ProcessorTime.OfThisThread();
                species.Name(jpeg, look, detector.Model, place, names);
                naming += (ProcessorTime.OfThisThread() - begun) ?? 0;
                return look;
            }
        }
        catch (VideoFailedException e)
        {
            return new Seen(new Look { Failure = e.Failure, Detail = e.Message });
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Media {MediaID} is unclassified: {Failure}: {Detail}")]
    private partial void CouldNotLook(string mediaID, ImageFailure failure, string? detail);
}
