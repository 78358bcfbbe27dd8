using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>What the page of an explanation is made of.</summary>
internal sealed record ExplainedCard(string Title, string About, IReadOnlyList<ExplainedCapture> Captures);

/// <param name="Camera">Which.</param>
/// <param name="Time">When its first frame was taken, as its camera believed.</param>
/// <param name="Verdict">Of the capture.</param>
/// <param name="Rule">Which rule decided.</param>
/// <param name="Score">0–1; null if nothing could be looked at.</param>
/// <param name="Near">How far the scores lie from the nearest threshold, 0–1.</param>
/// <param name="Sentence">Why, in plain words.</param>
/// <param name="Frames">In their order.</param>
internal sealed record ExplainedCapture(
    string Camera, string Time, Verdict Verdict, Rule Rule, float? Score, float Near, string Sentence, IReadOnlyList<ExplainedFrame> Frames);

/// <param name="File">Relative to the card.</param>
/// <param name="Picture">The name of its pictures, without folder and ending; null if there is none.</param>
/// <param name="Width">Pixels of the thumbnail.</param>
/// <param name="Height">Pixels of the thumbnail.</param>
/// <param name="Says">What was seen in it.</param>
/// <param name="Decided">It gave the capture its verdict.</param>
internal sealed record ExplainedFrame(string File, string? Picture, int Width, int Height, string Says, bool Decided);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExplainedCard))]
internal sealed partial class ExplainJson : JsonSerializerContext;

/// <summary>
/// A folder in which a person can check a card's decisions: <c>index.html</c>, <c>pictures/</c> and <c>thumbs/</c>. Every pixel in it went through
/// <see cref="Gate.StorableAsync"/>, so people are blurred as in what is sent. Files are named by number: a stranger's file name never becomes a path.
/// </summary>
internal sealed class Explanation
{
    /// <summary>Pixels along the longer side.</summary>
    private const int PictureSide = 800;
    private const int ThumbSide = 280;

    private readonly string folder;
    private readonly List<ExplainedCapture> captures = [];
    private int pictures;

    private Explanation(string folder) => this.folder = folder;

    /// <summary>Prepares the folder; see <see cref="OutputFolder"/>.</summary>
    public static Explanation Begin(string folder, string card)
    {
        OutputFolder.Prepare("--explain", folder, [card], ["index.html"], ["pictures", "thumbs"]);
        return new Explanation(folder);
    }

    public async Task AddAsync(Clip clip, Decision decision, Gate gate, CancellationToken stop)
    {
        var frames = new List<ExplainedFrame>(decision.Frames.Count);
        var decided = Sentence.DecidedBy(decision);
        for (var i = 0; i < decision.Frames.Count; i++) frames.Add(await DrawAsync(decision.Frames[i], decision, i == decided, gate, stop));
        captures.Add(new ExplainedCapture(clip.CameraID, clip.Start.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), decision.Vote.Verdict, decision.Why.Rule,
            decision.Vote.Score, Near(decision), Sentence.Of(decision), frames));
    }

    /// <summary>Writes the page. Before that the folder has none.</summary>
    public void Write(string title, string about)
    {
        var json = JsonSerializer.Serialize(new ExplainedCard(title, about, captures), ExplainJson.Default.ExplainedCard);
        File.WriteAllText(Path.Combine(folder, "index.html"), HtmlPage.Write(title, ["explain.css"], HtmlPage.Read("explain.html"), "explain.js", json));
    }

    /// <summary>What a small change of a threshold would decide otherwise comes first; what could not be looked at needs eyes as well.</summary>
    internal static float Near(Decision decision)
    {
        var (why, t) = (decision.Why, decision.Why.Thresholds);
        if (decision.Vote.Score is null || why.Rule == Rule.NotLookedAt) return 0;
        var near = Math.Min(Math.Abs(why.Animal - t.Send), Math.Abs(why.Best - t.Keep));
        return why.Rule switch
        {
            Rule.SurePerson => Math.Min(near, why.Person - t.Person),
            Rule.SureVehicle => Math.Min(near, why.Vehicle - t.Vehicle),
            _ => near,
        };
    }

    private async Task<ExplainedFrame> DrawAsync(FrameDecision frame, Decision decision, bool decided, Gate gate, CancellationToken stop)
    {
        var (file, says) = (frame.Frame.FilePath, Sentence.Of(frame));
        try
        {
            if (await gate.StorableAsync(frame, stop) is not { } storable) return new ExplainedFrame(file, null, 0, 0, says, decided);
            using var picture = ReviewPicture.Open(storable.Bytes, PictureSide);
            if (picture is null) return new ExplainedFrame(file, null, 0, 0, says, decided);
            var name = (++pictures).ToString("00000", CultureInfo.InvariantCulture);
            var marks = Marks.Of(frame, decision.Why.Thresholds);
            await File.WriteAllBytesAsync(Path.Combine(folder, "pictures", name + ".jpg"), picture.Draw(marks), stop);
            await File.WriteAllBytesAsync(Path.Combine(folder, "thumbs", name + ".jpg"), picture.Draw(marks, ThumbSide, 70), stop);
            return new ExplainedFrame(file, name, picture.Width, picture.Height, says, decided);
        }
        catch (FrameFailedException e)
        {
            // The card was pulled, or the file changed, after the gate had looked.
            return new ExplainedFrame(file, null, 0, 0, $"{says}; it cannot be opened any more: {e.Message}", decided);
        }
    }
}
