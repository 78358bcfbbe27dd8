using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>The looks at one clip: which stills, which windows of them, and when it is enough. Belongs to one decision.</summary>
internal sealed class Looking(OpenClip clip, Detector detector, FalseFriends friends, Thresholds thresholds)
{
    private readonly Work work = Work.Of(thresholds.Profile);
    private int windows;

    /// <summary>Most change first, the centre outward, until one still is sure.</summary>
    public async Task InOrderAsync(CancellationToken stop)
    {
        var count = clip.Clip.Frames.Count;
        var looksAtOneMore = work.LooksAtLeastOnce && clip.Stills.All(s => s.Look is not null || LookOrder.IsUnchanged(s.Change));
        foreach (var frame in LookOrder.Of([.. Enumerable.Range(0, count).Select(Share)]))
        {
            foreach (var i in LookOrder.Of(Shares(frame)))
            {
                stop.ThrowIfCancellationRequested();
                var still = clip.Of(frame)[i];
                if (still.Look is not null) continue;
                if (LookOrder.IsUnchanged(still.Change) && !looksAtOneMore)
                {
                    still.NotLooked = NotLooked.Unchanged;
                    continue;
                }
                looksAtOneMore = false;
                await LookAsync(still, work.WindowsAFrame, stop);
                if (GateDecision.BestAnimal(still.Counted, thresholds) >= thresholds.Sure) return;
            }
        }
    }

    /// <summary>
    /// Looks at the whole of every photograph, and of one still of every video, that nobody has looked at yet: pixels that are to be stored must have been checked for people.
    /// </summary>
    public async Task AtTheRestAsync(CancellationToken stop)
    {
        for (var frame = 0; frame < clip.Clip.Frames.Count; frame++)
        {
            foreach (var i in LookOrder.Of(Shares(frame)))
            {
                stop.ThrowIfCancellationRequested();
                if (clip.Of(frame).ToArray().Any(s => s.Look is { Failure: null })) break;
                if (clip.Of(frame)[i] is { Look: null } still) await LookAsync(still, 0, stop);
            }
        }
    }

    /// <summary>What takes part in the vote.</summary>
    public IReadOnlyList<Seen> Seen()
        => [.. clip.Stills.Select(s => new Seen(s.Frame, s.Index, s.Counted, s.Change.Regions, s.NotLooked, s.Incomplete || s.Look is { Truncated: true }))];

    /// <summary>The best score of what was set aside, 0–1.</summary>
    public float Ignored() => clip.Stills.SelectMany(s => s.Ignored).Select(i => i.Detection.Conf).DefaultIfEmpty().Max();

    private async Task LookAsync(OpenStill still, int mostWindows, CancellationToken stop)
    {
        if (await clip.PixelsAsync(still, stop) is not var (picture, encoded)) return;
        var look = detector.Detect(picture);
        if (look.Failure is not null)
        {
            still.Fail(look);
            return;
        }
        still.NotLooked = null;
        still.Glances.Add(new Glance(null, look.Detections));
        Count(still, look);
        foreach (var window in Windows(still, mostWindows))
        {
            windows++;
            var closer = detector.Detect(picture, encoded, window);
            if (closer.Failure is not null)
            {
                still.Incomplete = true;
                continue;
            }
            still.Glances.Add(new Glance(window, closer.Detections));
            Count(still, still.Look! with { Detections = Sightings.Merge(still.Look.Detections, window, CloserLook.Counted(closer.Detections, still.Change.Regions)) });
        }
        clip.HoldIfBest(still, encoded, GateDecision.Worth(still.Counted, thresholds));
    }

    /// <summary>Around the small changes that the look at the whole does not explain.</summary>
    private IReadOnlyList<Box> Windows(OpenStill still, int most)
    {
        most = Math.Min(most, work.WindowsAClip - windows);
        if (most <= 0 || still.Change.Regions.Count == 0 || GateDecision.BestAnimal(still.Counted, thresholds) >= thresholds.Sure) return [];
        return ZoomPlan.Windows([.. still.Change.Regions.Where(r => !IsExplained(r, still.Counted))], still.Width, still.Height, detector.Model.Input, most);
    }

    /// <summary>Most of it lies in something that the model is sure of.</summary>
    private bool IsExplained(Box region, IReadOnlyList<Detection> detections)
        => detections.Any(d => d.Bbox.Overlap(region) > region.W * region.H / 2 && d.Conf >= (d.ObservationType switch
        {
            ObservationType.Human => thresholds.Person,
            ObservationType.Vehicle => thresholds.Vehicle,
            _ => thresholds.Sure,
        }));

    /// <summary>Takes what was seen, and sets false friends aside: only where it is known that nothing changed.</summary>
    private void Count(OpenStill still, Look look)
    {
        still.Look = look;
        still.Counted = look.Detections;
        still.Ignored.Clear();
        if (still.Change.Basis != ChangeBasis.History || friends.All.Count == 0) return;
        foreach (var d in look.Detections)
        {
            if (!Tracks.IsSupported(d.Bbox, still.Change.Regions) && friends.Find(d) is { } f) still.Ignored.Add(new Ignored(d, f.Place, f.Captures, f.Days, f.UsualScore));
        }
        if (still.Ignored.Count > 0) still.Counted = [.. look.Detections.Where(d => still.Ignored.TrueForAll(i => i.Detection != d))];
    }

    private float? Share(int frame)
    {
        var most = 0f;
        foreach (var still in clip.Of(frame))
        {
            if (!still.Change.Known) return null;
            most = Math.Max(most, still.Change.Share);
        }
        return most;
    }

    private float?[] Shares(int frame)
    {
        var stills = clip.Of(frame);
        var shares = new float?[stills.Length];
        for (var i = 0; i < shares.Length; i++) shares[i] = stills[i].Change.Known ? stills[i].Change.Share : null;
        return shares;
    }
}
