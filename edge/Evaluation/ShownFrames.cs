using System.Globalization;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>The frames that a person should look at, and their pictures in a folder beside the report. People are blurred in them.</summary>
/// <param name="folder">It exists.</param>
internal sealed class ShownFrames(string folder)
{
    /// <summary>Pictures of each kind; more only fill the page. Those left out stand in the report without a picture.</summary>
    private const int MostPictures = 150;
    private const int Side = 480;

    private readonly Dictionary<ShownFor, int> pictures = [];

    public List<ShownFrame> Frames { get; } = [];

    public async Task AddAsync(Decision decision, IReadOnlyList<JudgedFrame> frames, Gate gate, CancellationToken stop)
    {
        foreach (var frame in frames)
        {
            if (Why(frame) is not { } why) continue;
            var name = pictures.GetValueOrDefault(why) < MostPictures ? await TryDrawAsync(frame, why, decision, gate, stop) : null;
            Frames.Add(new ShownFrame(frame.File.Name, frame.File.Site, Words(frame.File.Shows), why, Sentence.Of(frame.Frame), Sentence.OfVerdict(decision), name));
        }
    }

    internal static ShownFor? Why(JudgedFrame frame)
    {
        if (!frame.Outcome.Looked) return null;
        if (frame.File.Shows == Shows.Nothing) return frame.CaptureVerdict == Verdict.Send && frame.Outcome.Verdict == Verdict.Send ? ShownFor.EmptySent : null;
        if (frame.CaptureVerdict == Verdict.Drop) return ShownFor.Lost;
        if (frame.File.Shows.HasFlag(Shows.Person) && frame.CaptureVerdict == Verdict.Send && !frame.Outcome.Protected) return ShownFor.PersonShown;
        return frame.Outcome.Dropped ? ShownFor.SavedByItsCapture : null;
    }

    internal static string Words(Shows shows) => shows == Shows.Nothing ? "empty" : shows.ToString().ToLowerInvariant().Replace(", ", " and ", StringComparison.Ordinal);

    private async Task<string?> TryDrawAsync(JudgedFrame frame, ShownFor why, Decision decision, Gate gate, CancellationToken stop)
    {
        try
        {
            return await DrawAsync(frame, why, decision, gate, stop);
        }
        catch (FrameFailedException)
        {
            // The file went away after the gate had looked; it stands in the report without a picture.
            return null;
        }
    }

    private async Task<string?> DrawAsync(JudgedFrame frame, ShownFor why, Decision decision, Gate gate, CancellationToken stop)
    {
        if (await gate.StorableAsync(frame.Frame, stop) is not { } storable) return null;
        using var picture = ReviewPicture.Open(storable.Bytes, Side);
        if (picture is null) return null;
        var number = pictures[why] = pictures.GetValueOrDefault(why) + 1;
        var name = $"{why.ToString().ToLowerInvariant()}-{number.ToString("000", CultureInfo.InvariantCulture)}.jpg";
        await File.WriteAllBytesAsync(Path.Combine(folder, name), picture.Draw(Marks.Of(frame.Frame, decision.Why.Thresholds)), stop);
        return name;
    }
}
