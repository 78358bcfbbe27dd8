using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary>What was seen in one frame of a video.</summary>
/// <param name="Frame">Its number, from 0.</param>
/// <param name="Seconds">From the video's start.</param>
/// <param name="Detections">What counts.</param>
internal sealed record FrameSeen(int Frame, double Seconds, IReadOnlyList<Detection> Detections);

/// <summary>One animal, person or vehicle through a video.</summary>
/// <param name="Number">From 1, in order of appearance.</param>
/// <param name="Sightings">In order, at most one a frame.</param>
internal sealed record Track(int Number, IReadOnlyList<(int Frame, Detection Detection)> Sightings)
{
    public ObservationType ObservationType => Sightings[0].Detection.ObservationType;

    /// <summary>The surest of them.</summary>
    public (int Frame, Detection Detection) Best => Sightings.MaxBy(s => s.Detection.Conf);
}

/// <summary>
/// Joins what is seen from frame to frame: each track foretells where it will be (a Kalman filter of constant speed for each edge), and takes the box that covers that place best.
/// At two frames a second a running animal leaves its own box behind, so a box nearby will do where none covers it. Pure.
/// </summary>
internal static class Tracks
{
    /// <summary>A track that was not seen for longer has ended: what comes then may be another animal.</summary>
    private const double PatienceSeconds = 2.1;

    /// <summary>So many of its own widths or heights a box may be away from where it was foretold.</summary>
    private const double Reach = 1.5;

    /// <param name="frames">In order of time.</param>
    public static IReadOnlyList<Track> Of(IEnumerable<FrameSeen> frames)
    {
        var (live, all) = (new List<Course>(), new List<Course>());
        foreach (var frame in frames)
        {
            live.RemoveAll(c => frame.Seconds - c.LastSeconds > PatienceSeconds);
            var open = frame.Detections.ToList();
            var pairs = live.SelectMany(c => open.Select(d => (Course: c, Detection: d, Fit: Fit(c, d, frame.Seconds)))).Where(p => p.Fit > 0).OrderByDescending(p => p.Fit).ToList();
            var taken = new HashSet<Course>();
            foreach (var (course, detection, _) in pairs)
            {
                if (!open.Contains(detection) || !taken.Add(course)) continue;
                course.Add(frame, detection);
                open.Remove(detection);
            }
            foreach (var detection in open.Where(d => !IsSameAgain(d, frame.Detections, open)))
            {
                var begun = new Course(frame, detection);
                live.Add(begun);
                all.Add(begun);
            }
        }
        return [.. all.Select((c, i) => new Track(i + 1, c.Sightings))];
    }

    /// <summary>Above 1 where the boxes overlap, below where the box is near; 0 where it is another thing.</summary>
    private static double Fit(Course course, Detection detection, double seconds)
    {
        if (course.ObservationType != detection.ObservationType) return 0;
        var foretold = course.At(seconds);
        var overlap = foretold.IoU(detection.Bbox);
        if (overlap > 0.1) return 1 + overlap;
        var (dx, dy) = (Centre(foretold.X, foretold.W) - Centre(detection.Bbox.X, detection.Bbox.W), Centre(foretold.Y, foretold.H) - Centre(detection.Bbox.Y, detection.Bbox.H));
        var size = Math.Max(0.02, (Math.Max(foretold.W, foretold.H) + Math.Max(detection.Bbox.W, detection.Bbox.H)) / 2);
        return Math.Max(0, 1 - (Math.Sqrt((dx * dx) + (dy * dy)) / (Reach * size)));
    }

    /// <summary>A second, weaker box over the same animal begins no track of its own.</summary>
    private static bool IsSameAgain(Detection detection, IReadOnlyList<Detection> all, List<Detection> open)
        => all.Any(o => o != detection && o.ObservationType == detection.ObservationType && o.Bbox.IoU(detection.Bbox) > 0.5 && (!open.Contains(o) || o.Conf > detection.Conf));

    private static double Centre(double from, double size) => from + (size / 2);

    private sealed class Course
    {
        private readonly Axis[] edges;

        public Course(FrameSeen frame, Detection detection)
        {
            edges = [.. Edges(detection.Bbox).Select(e => new Axis(e))];
            (ObservationType, LastSeconds) = (detection.ObservationType, frame.Seconds);
            Sightings.Add((frame.Frame, detection));
        }

        public ObservationType ObservationType { get; }
        public double LastSeconds { get; private set; }
        public List<(int Frame, Detection Detection)> Sightings { get; } = [];

        public Box At(double seconds)
        {
            double[] at = [.. edges.Select(e => e.At(seconds - LastSeconds))];
            return new Box((float)at[0], (float)at[1], (float)Math.Max(0, at[2] - at[0]), (float)Math.Max(0, at[3] - at[1]));
        }

        public void Add(FrameSeen frame, Detection detection)
        {
            foreach (var (edge, at) in edges.Zip(Edges(detection.Bbox))) edge.See(frame.Seconds - LastSeconds, at);
            LastSeconds = frame.Seconds;
            Sightings.Add((frame.Frame, detection));
        }

        private static double[] Edges(Box box) => [box.X, box.Y, box.X + box.W, box.Y + box.H];
    }

    /// <summary>A Kalman filter of one edge: where it is and how fast it goes, in pictures and pictures a second.</summary>
    private sealed class Axis(double at)
    {
        /// <summary>Of a box's edge, and of how an animal changes its speed in a second.</summary>
        private const double MeasureVariance = 0.02 * 0.02, AccelerationVariance = 0.3 * 0.3;
        private double at = at, speed;
        private (double At, double Both, double Speed) variance = (MeasureVariance, 0, 0.3 * 0.3);

        public double At(double seconds) => at + (speed * seconds);

        public void See(double seconds, double measured)
        {
            var (t, q) = (seconds, AccelerationVariance);
            var (a, b, s) = variance;
            (a, b, s) = (a + (2 * t * b) + (t * t * s) + (q * t * t * t * t / 4), b + (t * s) + (q * t * t * t / 2), s + (q * t * t));
            var (gainAt, gainSpeed) = (a / (a + MeasureVariance), b / (a + MeasureVariance));
            var surprise = measured - At(seconds);
            (at, speed) = (At(seconds) + (gainAt * surprise), speed + (gainSpeed * surprise));
            variance = ((1 - gainAt) * a, (1 - gainAt) * b, s - (gainSpeed * b));
        }
    }
}
