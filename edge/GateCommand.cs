using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>MegaDetector batch results, format 1.6, with the gate's verdict and reason beside each image.</summary>
internal sealed record GateResults(
    GateResultsInfo Info,
    [property: JsonPropertyName("detection_categories")] IReadOnlyDictionary<string, string> DetectionCategories,
    IReadOnlyList<GateResult> Images);

internal sealed record GateResultsInfo(
    [property: JsonPropertyName("format_version")] string FormatVersion,
    string Detector,
    [property: JsonPropertyName("detection_completion_time")] string DetectionCompletionTime,
    [property: JsonPropertyName("gate_profile")] string? GateProfile);

/// <summary>One image or video. A failure is a text and no detections; looked at and empty is an empty list.</summary>
internal sealed record GateResult
{
    public required string File { get; init; }
    public required Verdict Verdict { get; init; }
    public required string Reason { get; init; }
    public float? Score { get; init; }

    /// <summary>The rule that decided.</summary>
    public required string Rule { get; init; }

    /// <summary>Set if nobody looked at it, and why; its detections are then an empty list, since it was compared and nothing had changed, or the verdict stood.</summary>
    [JsonPropertyName("not_looked")] public string? NotLooked { get; init; }

    /// <summary>Detections that were set aside as the camera's false friends; they stand among the detections, too. Absent where there is none.</summary>
    public IReadOnlyList<GateResultDetection>? Ignored { get; init; }
    public string? Failure { get; init; }
    public IReadOnlyList<GateResultDetection>? Detections { get; init; }
    [JsonPropertyName("frame_rate")] public double? FrameRate { get; init; }
    [JsonPropertyName("frames_processed")] public IReadOnlyList<int>? FramesProcessed { get; init; }
}

/// <param name="Category">A key of the results' categories.</param>
/// <param name="Conf">0–1.</param>
/// <param name="Bbox">[x, y, w, h], 0–1 from the top left.</param>
/// <param name="FrameNumber">For a video.</param>
internal sealed record GateResultDetection(string Category, [property: JsonConverter(typeof(Fraction))] double Conf, Box Bbox, [property: JsonPropertyName("frame_number")] int? FrameNumber);

/// <summary>A number that always has a point: a confidence of 1 that is written as a whole number is refused by readers of the format.</summary>
internal sealed class Fraction : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteRawValue(value.ToString("0.0###", CultureInfo.InvariantCulture), skipInputValidation: true);
}

/// <summary><c>edge gate</c>: decides over a folder and sends nothing.</summary>
internal static class GateCommand
{
    private static readonly Dictionary<string, string> Categories = new() { ["1"] = "animal", ["2"] = "person", ["3"] = "vehicle" };

    public static Command Create(bool inDetail)
    {
        var folder = Arguments.Folder("A folder of photographs and videos, with one folder a camera.");
        var output = new Option<FileInfo>("--out") { Description = "The results file: MegaDetector batch format 1.6, plus 'verdict' (send|keep|drop), 'reason', 'rule' and 'score' an image, and 'ignored': detections of still things that fire all the time.", Required = true, HelpName = "results.json" };
        var camera = Arguments.Camera();
        var zone = Arguments.TimeZone();
        var explain = new Option<string?>("--explain") { Description = "Writes a folder to check the decisions in: index.html with every capture, its verdict in plain words, and its pictures with what was seen. People are blurred.", HelpName = "DIR" };
        var gate = new GateArguments();
        var command = new Command("gate", Arguments.Describe("Decides which pictures of a folder would be sent, kept or dropped, and writes the decisions down. Nothing is sent; no cloud is needed.", inDetail, """
            Cameras are told apart, and what changed, false friends and audit draws are learned anew from the card, so that the same card gives the same results.
            Policies are settings: Gate:Person (keep, drop, blurred, send), Gate:Vehicle (keep, drop, send), Gate:Doubtful (keep, send, drop), Gate:EmptyKeepShare (0 to 1).

            Example:  edge gate /media/card --out results.json --explain /tmp/card-explained
            """)) { folder, output, explain, camera, zone };
        gate.AddTo(command);
        command.SetAction((parsed, stop) => RunAsync(
            parsed.GetValue(folder)!.FullName, parsed.GetValue(output)!, parsed.GetValue(explain), parsed.GetValue(camera), new HubOptions { Name = "gate", TimeZone = parsed.GetValue(zone)! }, gate.Read(parsed), stop));
        return command;
    }

    private static async Task<int> RunAsync(string folder, FileInfo output, string? explain, string? cameraID, HubOptions hub, GateOptions options, CancellationToken stop)
    {
        if (output.Directory is not { Exists: true }) throw new UsageException($"--out {output.FullName}: its folder does not exist");
        var time = TimeProvider.System;
        using var gate = new Gate(ModelCatalog.Load().OpenGate(options), options);
        var explanation = explain is null ? null : Explanation.Begin(explain, folder);
        var images = new List<GateResult>();
        await Progress.RunAsync(async progress =>
        {
            var (files, _) = await Card.ReadAsync(folder, cameraID, hub.Zone, progress);
            var task = progress.AddTask("Gate", maxValue: Math.Max(1, files.Count));
            foreach (var sequence in Card.Sequences(files))
            {
                var clip = Card.ToClip(sequence, hub.Name, "card", options);
                var decision = await gate.DecideAsync(clip, stop);
                images.AddRange(Describe(sequence, decision));
                if (explanation is not null) await explanation.AddAsync(clip, decision, gate, stop);
                task.Increment(sequence.Count);
            }
        });
        var version = gate.Version;
        var results = new GateResults(
            new GateResultsInfo("1.6", $"{version.Model} {version.Version}", time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), version.Profile),
            Categories, [.. images.OrderBy(i => i.File, StringComparer.Ordinal)]);
        DurableFile.Write(output.FullName, JsonSerializer.SerializeToUtf8Bytes(results, EdgeJson.Default.GateResults));
        await Console.Out.WriteLineAsync($"{images.Count} files: {images.Count(i => i.Verdict == Verdict.Send)} send, {images.Count(i => i.Verdict == Verdict.Keep)} keep, "
            + $"{images.Count(i => i.Verdict == Verdict.Drop)} drop, {images.Count(i => i.Failure is not null)} could not be looked at. Written to {output.FullName}");
        if (explanation is null) return 0;
        explanation.Write($"Decisions over {Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}", $"{images.Count} files, gate {version.Model} {version.Version} ({version.Profile}), {time.GetLocalNow():yyyy-MM-dd HH:mm}");
        await Console.Out.WriteLineAsync($"To check them: {Path.Combine(Path.GetFullPath(explain!), "index.html")}");
        return 0;
    }

    /// <summary>One result a file; a picture that is on the card twice has the same result twice.</summary>
    private static IEnumerable<GateResult> Describe(IReadOnlyList<CardFile> sequence, Decision decision)
    {
        var byNumber = decision.Frames.ToDictionary(f => f.Frame.Number);
        foreach (var file in sequence)
        {
            var frame = decision.Frames.FirstOrDefault(f => f.Frame.FilePath == file.RelativePath) ?? byNumber[file.Identity()[..12]];
            var isVideo = Video.IsVideo(file.Path);
            // Stills are numbered as they were taken from the video, one a second, so the rate that goes with the numbers is that of the stills.
            var number = isVideo ? (int?)Math.Round(frame.BestStill?.VideoSeconds ?? 0) : null;
            yield return new GateResult
            {
                File = file.RelativePath,
                Verdict = decision.Vote.Verdict,
                Reason = decision.Vote.Reason,
                Score = decision.Vote.Score is { } score ? MathF.Round(score, 4) : null,
                Rule = decision.Why.Rule.OnTheWire(),
                NotLooked = frame.WasLookedAt ? null : frame.Stills[0].NotLooked?.OnTheWire(),
                Ignored = frame.Ignored.Any() ? [.. frame.Ignored.Select(i => Describe(i.Detection, number))] : null,
                Failure = CapturePictures.FailureText(frame.Look),
                Detections = frame.Look.Failure is null ? [.. frame.Look.Detections.Where(d => d.Conf >= decision.Why.Thresholds.Recorded).Select(d => Describe(d, number))] : null,
                FrameRate = isVideo && frame.Look.Failure is null ? 1 : null,
                FramesProcessed = isVideo && frame.Look.Failure is null ? [number ?? 0] : null,
            };
        }
    }

    private static GateResultDetection Describe(Detection d, int? number) => new(CategoryOf(d.ObservationType), Math.Round(d.Conf, 4), d.Bbox, number);

    private static string CategoryOf(ObservationType type) => type switch
    {
        ObservationType.Human => "2",
        ObservationType.Vehicle => "3",
        _ => "1",
    };
}
