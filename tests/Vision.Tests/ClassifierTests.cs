using System.Globalization;
using System.Security.Cryptography;
using Lynceus.Contracts;

namespace Lynceus.Vision.Tests;

/// <summary>On small graphs made here, and on the project's own classifier.</summary>
public sealed class ClassifierTests : IDisposable
{
    private static readonly Box Middle = new(0.25f, 0.25f, 0.5f, 0.5f);
    private readonly string folder = Directory.CreateTempSubdirectory("lynceus-classifier-").FullName;

    [Fact]
    public void Gives_a_score_for_each_label_in_the_models_order()
    {
        using var classifier = new Classifier(Written([0.7f, 0.2f, 0.1f]));
        var scores = Look(classifier, Some.Jpeg(), Middle)!;
        Assert.Equal(["Vulpes vulpes", "Meles meles", "blank"], scores.Select(s => s.Label));
        Assert.Equal([0.7f, 0.2f, 0.1f], scores.Select(s => s.Score));
    }

    [Theory]
    [InlineData(0, 0, 1, 1)]
    [InlineData(-0.5f, -0.5f, 2, 2)]
    [InlineData(0.99f, 0.99f, 0.5f, 0.5f)]
    [InlineData(0.5f, 0.5f, 0, 0)]
    [InlineData(float.NaN, 0, float.NaN, 1)]
    [InlineData(3, 3, 1, 1)]
    public void A_box_that_leaves_the_picture_is_looked_at_as_far_as_there_is_one(float x, float y, float w, float h)
    {
        using var classifier = new Classifier(Written([0.7f, 0.2f, 0.1f]));
        Assert.Equal(3, Look(classifier, Some.Jpeg(1920, 1080, orientation: 6), new Box(x, y, w, h))!.Count);
    }

    [Fact]
    public void A_picture_that_ends_early_is_looked_at_as_far_as_it_goes()
    {
        using var classifier = new Classifier(Written([0.7f, 0.2f, 0.1f]));
        var whole = Some.NoiseJpeg(1600, 1200);
        Assert.NotNull(Look(classifier, whole[..(whole.Length / 2)], new Box(0.4f, 0.8f, 0.05f, 0.05f)));
    }

    [Theory]
    [InlineData("0.7 0.2 0.2")]
    [InlineData("1.5 -0.5 0")]
    [InlineData("NaN 1 0")]
    public void Scores_that_are_none_are_refused(string scores) => Assert.Contains("scores that are none", Refusal(Written(Numbers(scores))), StringComparison.Ordinal);

    [Fact]
    public void A_file_with_other_labels_than_the_manifest_is_refused() => Assert.Contains("Single[1, 3]", Refusal(Written([0.5f, 0.5f])), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"scores.onnx\"", "\"../scores.onnx\"", "no file beside")]
    [InlineData("\"scores.onnx\"", "\"/etc/passwd\"", "no file beside")]
    [InlineData("\"scores.onnx\"", "\"..\"", "no file beside")]
    [InlineData("\"margin\": 1.2", "\"margin\": 900", "margin")]
    [InlineData("\"width\": 64", "\"width\": 640000", "input")]
    [InlineData("\"images\"", "\"pictures\"", "its input is images")]
    [InlineData("\"Meles meles\"", "\"blank\"", "labels")]
    [InlineData("{ \"Meles meles\": 0.9 }", "{ \"Meles meles\": 9 }", "cutOffs")]
    [InlineData("\"version\": \"0\",", "", "cannot be read")]
    public void A_manifest_that_no_classifier_can_be_like_is_refused(string right, string wrong, string reason)
    {
        var manifest = Written([0.7f, 0.2f, 0.1f]);
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(right, wrong, StringComparison.Ordinal));
        Assert.Contains(reason, Refusal(manifest), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_was_changed_is_refused()
    {
        var manifest = Written([0.7f, 0.2f, 0.1f]);
        File.AppendAllText(Path.Combine(folder, "scores.onnx"), "x");
        Assert.Contains("SHA-256", Refusal(manifest), StringComparison.Ordinal);
    }

    /// <summary>It was trained on these, so this says nothing of other sites: it says that crops reach the model here as they did in training.</summary>
    [Fact]
    public void The_projects_own_knows_the_crops_it_was_trained_on()
    {
        var photographs = Shared.Data("train");
        using var classifier = new Classifier(Path.Combine(AppContext.BaseDirectory, "models", "species", "classifier.json"));
        using var picture = new DecodedPicture();
        var (right, looked, milliseconds) = (0, 0, 0.0);
        foreach (var row in Crops().Where(r => classifier.Model.Labels.Contains(r.Label)).Where((_, i) => i % 8 == 0))
        {
            var encoded = File.ReadAllBytes(Path.Combine(photographs, row.File));
            Assert.Null(picture.Decode(encoded, 640, 640, out _));
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            var best = classifier.Classify(picture, encoded, row.Box)!.MaxBy(s => s.Score);
            milliseconds += System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            looked++;
            if (best.Label == row.Label) right++;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{right} of {looked} right, {milliseconds / looked:0.0} ms a crop");
        Assert.InRange((double)right / looked, 0.85, 1);
    }

    private static IEnumerable<(string File, string Label, Box Box)> Crops()
    {
        var up = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(up.FullName, "Edge.sln"))) up = up.Parent!;
        foreach (var line in File.ReadLines(Path.Combine(up.FullName, "models", "train", "crops.csv")).Skip(1))
        {
            var cells = line.Split(',');
            if (cells[3].Length > 0) yield return (cells[0], cells[1], new Box(Number(cells[3]), Number(cells[4]), Number(cells[5]), Number(cells[6])));
        }
    }

    private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);

    private static string Refusal(string manifest) => Assert.Throws<ModelRefusedException>(() => new Classifier(manifest)).Message;

    private static IReadOnlyList<Classification>? Look(Classifier classifier, byte[] encoded, Box box)
    {
        using var picture = new DecodedPicture();
        Assert.Null(picture.Decode(encoded, 64, 64, out _));
        return classifier.Classify(picture, encoded, box);
    }

    private static float[] Numbers(string list) => [.. list.Split(' ').Select(Number)];

    private string Written(float[] scores)
    {
        var graph = Graphs.Detector(64, freeBatch: false, targetSizes: false, new Made("scores", scores, 1, scores.Length));
        File.WriteAllBytes(Path.Combine(folder, "scores.onnx"), graph);
        var manifest = Path.Combine(folder, "classifier.json");
        File.WriteAllText(manifest, $$"""
            {
              "name": "made", "version": "0", "float": { "file": "scores.onnx", "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(graph))}}" },
              "licence": "Apache-2.0", "source": "this test",
              "input": { "name": "images", "width": 64, "height": 64, "channels": "bgr", "white": 255, "letterbox": "centre", "pad": 114 },
              "margin": 1.2, "labels": ["Vulpes vulpes", "Meles meles", "blank"], "cutOffs": { "Meles meles": 0.9 }
            }
            """);
        return manifest;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
