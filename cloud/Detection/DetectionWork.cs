using System.Diagnostics;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>Looks at one picture or video and commits what it saw.</summary>
internal sealed partial class DetectionWork(ObjectFolder objects, WriteQueue queue, ObservationFeed feed, BoxesFeed boxes, SpeciesModel species, CloudMeter meter, TimeProvider time, ILogger<DetectionWork> log)
{
    public async Task LookAsync(DetectWorker detector, Frame frame, CancellationToken cancel)
    {
        var (seen, took) = await SeeAsync(detector, frame, cancel);
        await CommitAsync(detector, frame, seen, took, cancel);
    }

    /// <summary>Pictures that wait together are looked at together, so that one is decoded while the model looks at another; each is committed by itself.</summary>
    public async Task LookAsync(DetectWorker detector, IReadOnlyList<Frame> frames, CancellationToken cancel)
    {
        foreach (var clip in frames.Where(f => f.Tier == Tier.Clip)) await LookAsync(detector, clip, cancel);
        var stills = frames.Where(f => f.Tier != Tier.Clip).ToList();
        var start = Stopwatch.GetTimestamp();
        var looks = await detector.LookAsync([.. stills.Select(f => (PictureAt)objects.PathOf(f.Sha256))], cancel);
        var each = Stopwatch.GetElapsedTime(start).TotalMilliseconds / Math.Max(1, stills.Count);
        foreach (var (frame, look) in stills.Zip(looks))
        {
            var seen = new Seen(look);
            species.Name(objects.PathOf(frame.Sha256), look, detector.Model, seen.Names);
            Count(frame, seen, each);
            await CommitAsync(detector, frame, seen, each, cancel);
        }
    }

    /// <summary>Looks, and commits nothing.</summary>
    public async Task<(Seen Seen, double Milliseconds)> SeeAsync(DetectWorker detector, Frame frame, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        var seen = frame.Tier == Tier.Clip ? await LookAtClipAsync(detector, frame, cancel) : await LookAtPictureAsync(detector, objects.PathOf(frame.Sha256), cancel);
        var took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Count(frame, seen, took);
        return (seen, took);
    }

    private void Count(Frame frame, Seen seen, double took)
    {
        meter.Detected(took, seen.Look.Failure is not null);
        if (seen.Look.Failure is { } failure) CouldNotLook(frame.MediaID, failure, seen.Look.Detail);
    }

    private async Task CommitAsync(DetectWorker detector, Frame frame, Seen seen, double took, CancellationToken cancel)
    {
        if (seen.Look.Failure == ImageFailure.NoDecoder) return; // nothing is wrong with the video: it waits for a server that has ffmpeg
        await queue.RunAsync(new DetectionWrite(frame.MediaRowId, species.Behind(detector.Model), seen, took, time.GetUtcNow().UtcDateTime) { Feed = feed }, cancel);
    }

    private async Task<Seen> LookAtPictureAsync(DetectWorker detector, string path, CancellationToken cancel)
    {
        var seen = new Seen(await detector.LookAsync(path, cancel));
        species.Name(path, seen.Look, detector.Model, seen.Names);
        return seen;
    }

    private async Task<Seen> LookAtClipAsync(DetectWorker detector, Frame frame, CancellationToken cancel)
    {
        try
        {
            var names = Seen.NoNames();
            var seen = await ClipLook.LookAsync(objects.PathOf(frame.Sha256), Look, type => ObservationRule.Threshold(detector.Model, type),
                still => boxes.Publish(BoxesCame.Of(frame.MediaID, still)), cancel);
            return seen with { Names = names };

            async Task<Look> Look(byte[] jpeg)
            {
                var look = await detector.LookAsync(jpeg, cancel);
                species.Name(jpeg, look, detector.Model, names);
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
