using System.Text.Json.Serialization;
using Lynceus.Contracts;

namespace Lynceus.Edge;

/// <summary><c>report.json</c>. There is no pooled row: sites differ more than models do.</summary>
/// <param name="Format"><c>lynceus-evaluation/1</c>.</param>
/// <param name="Made">When.</param>
/// <param name="Folders">That were read.</param>
/// <param name="Gate">Whose evidence this is.</param>
/// <param name="Against">Another model on the same files; null without.</param>
/// <param name="HeldOut">Each site was judged by a model that has not seen it, except where it says otherwise.</param>
/// <param name="Sites">In their order.</param>
/// <param name="Mean">The means over sites of which there are enough; beside the list, never in its place.</param>
/// <param name="Shown">Frames that a person should look at.</param>
/// <param name="Duplicates">Files that are another one byte for byte within their capture; they count once.</param>
internal sealed record EvaluationReport(
    string Format, string Made, IReadOnlyList<string> Folders, GateVersion Gate, GateVersion? Against, bool HeldOut,
    IReadOnlyList<SiteReport> Sites, IReadOnlyList<SiteMean> Mean, IReadOnlyList<ShownFrame> Shown, int Duplicates);

/// <summary>One site.</summary>
/// <param name="Site">Its name.</param>
/// <param name="Model">What judged it.</param>
/// <param name="SeenInTraining">True if no model that holds it out was there; null if nobody asked.</param>
/// <param name="Ours">What the gate made of it.</param>
/// <param name="Theirs">What the other model made of it; null without.</param>
/// <param name="SameVerdictFrames">Frames to which both give the same verdict, each by itself.</param>
/// <param name="SameVerdictCaptures">Captures to which both give the same verdict.</param>
internal sealed record SiteReport(string Site, string Model, bool? SeenInTraining, SiteResult Ours, SiteResult? Theirs, Share? SameVerdictFrames, Share? SameVerdictCaptures);

internal sealed record SiteResult(ByLight Captures, ByLight Frames, ByteCount Bytes, IReadOnlyList<CurvePoint> CurveCaptures, IReadOnlyList<CurvePoint> CurveFrames)
{
    public static SiteResult Of(IReadOnlyCollection<Outcome> captures, IReadOnlyCollection<Outcome> frames)
        => new(ByLight.Of(captures), ByLight.Of(frames), ByteCount.Of(captures), CurvePoint.Of(captures), CurvePoint.Of(frames));
}

/// <summary>The plain mean over sites, each of the same weight.</summary>
/// <param name="What"><c>animalsFound</c>, <c>emptiesDropped</c>, <c>personsFound</c>.</param>
/// <param name="Ours">0–1.</param>
/// <param name="Theirs">0–1; null without.</param>
/// <param name="OfSites">Those with enough frames, and not seen in training where that was asked.</param>
internal sealed record SiteMean(string What, double Ours, double? Theirs, IReadOnlyList<string> OfSites);

/// <summary>Why a frame is shown.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ShownFor>))]
internal enum ShownFor
{
    /// <summary>There is something in it, and its capture was dropped.</summary>
    [JsonStringEnumMemberName("lost")] Lost,

    /// <summary>A person in it would be sent unblurred.</summary>
    [JsonStringEnumMemberName("personShown")] PersonShown,

    /// <summary>By itself it would have been dropped; another frame saved its capture.</summary>
    [JsonStringEnumMemberName("savedByItsCapture")] SavedByItsCapture,

    /// <summary>There is nothing in it, and its capture was sent.</summary>
    [JsonStringEnumMemberName("emptySent")] EmptySent,
}

/// <param name="File">Folder and path.</param>
/// <param name="Site">Where.</param>
/// <param name="Shows">Its label.</param>
/// <param name="For">Why it is shown.</param>
/// <param name="Says">What the gate saw in it.</param>
/// <param name="Sentence">Why its capture got its verdict.</param>
/// <param name="Picture">Beside the report; null if there are too many.</param>
internal sealed record ShownFrame(string File, string Site, string Shows, ShownFor For, string Says, string Sentence, string? Picture);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(EvaluationReport))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
