using Lynceus.Vision;
using Spectre.Console;

namespace Lynceus.Edge;

/// <summary>Runs the whole gate over labelled files, site by site, as if each site were a card.</summary>
/// <param name="files">What is labelled.</param>
/// <param name="options">Of the gate.</param>
/// <param name="zone">Where the cameras' clocks stood.</param>
/// <param name="grey">Which pictures have no colours, by path: it is filled, and a run of another model need not look again.</param>
internal sealed class Evaluation(IReadOnlyList<LabelledFile> files, GateOptions options, TimeZoneInfo zone, Dictionary<string, bool> grey)
{
    /// <summary>Pixels along the longer side that tell infrared from colour.</summary>
    private const int LightSide = 128;

    public List<JudgedFrame> Frames { get; } = [];
    public List<Outcome> Captures { get; } = [];

    /// <summary>Files that are another one byte for byte within their capture.</summary>
    public int Duplicates { get; private set; }

    /// <summary>The thresholds that were in force, as the gate says them; null before a run.</summary>
    public string? Profile { get; private set; }

    /// <summary>Judges all files of these sites by one model.</summary>
    /// <param name="model">Which.</param>
    /// <param name="sites">Sites of the files.</param>
    /// <param name="shown">Gets every capture while its pictures can be opened; null if nobody looks.</param>
    /// <param name="task">Is counted up by one a file.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(LoadedModel model, IReadOnlySet<string> sites, ShownFrames? shown, ProgressTask task, CancellationToken stop)
    {
        using var gate = new Gate(model, options);
        Profile = gate.Version.Profile;
        var labels = files.Where(f => sites.Contains(f.Site)).ToDictionary(f => f.Path, StringComparer.Ordinal);
        var card = labels.Values.Select(f => Describe(f, zone)).ToList();
        foreach (var sequence in Card.Sequences(card))
        {
            var clip = Card.ToClip(sequence, "evaluate", "card", options);
            var decision = await gate.DecideAsync(clip, stop);
            foreach (var frame in decision.Frames) await SeeLightAsync(frame, stop);
            var frames = Judge.Frames(decision, labels, f => grey[Judge.PathOf(f)]);
            Frames.AddRange(frames.Select(f => f.WithoutPixels()));
            Captures.Add(Judge.Capture(decision, frames));
            Duplicates += sequence.Count - frames.Count;
            if (shown is not null) await shown.AddAsync(decision, frames, gate, stop);
            task.Increment(sequence.Count);
        }
    }

    /// <summary>For another model over the same files.</summary>
    public Evaluation WithTheSameLight() => new(files, options, zone, grey);

    private static CardFile Describe(LabelledFile file, TimeZoneInfo zone)
    {
        var (time, quality) = CardFile.ReadTime(file.Path, zone);
        return new CardFile(file.Path, file.Name, file.Site, time, quality, new FileInfo(file.Path).Length);
    }

    private async Task SeeLightAsync(FrameDecision frame, CancellationToken stop)
    {
        var path = Judge.PathOf(frame);
        if (grey.ContainsKey(path)) return;
        grey[path] = false;
        if (frame.Look.Failure is not null) return;
        if ((frame.BestStill?.Encoded ?? frame.Encoded ?? await ReadAsync(frame.Frame, stop)) is not { } encoded) return;
        using var picture = ReviewPicture.Open(encoded, LightSide);
        grey[path] = picture?.IsGrey == true;
    }

    private static async Task<byte[]?> ReadAsync(Frame frame, CancellationToken stop)
    {
        try
        {
            return (await frame.OpenAsync(stop))[0].Encoded;
        }
        catch (FrameFailedException)
        {
            // The file went away after the gate had looked; what it saw counts all the same.
            return null;
        }
    }
}
