using Lynceus.Contracts;

namespace Lynceus.Vision.Tests;

/// <summary>Weights of others, one for each family, on photographs: they must see the same things in the same places.</summary>
public class RealFamilyTests
{
    private static ModelManifest Coco => ModelCatalog.Load().Models.Single(m => m.Name == "yolox-nano-coco");

    public static TheoryData<string> Files => ["yolov8n_int8_640_agpl.onnx", "yolo11n_int8_320_agpl.onnx", "yolo26n_int8_640_e2e_agpl.onnx"];

    private const string Smallest = "deimv2_atto_coco_int8.onnx";

    private static Detector Open(string file)
    {
        var path = Shared.Model(file);
        if (file.StartsWith("yolox", StringComparison.Ordinal)) return new Detector(new LoadedModel(Coco, path), new DetectorOptions());
        var side = file.Contains("640", StringComparison.Ordinal) ? 640 : 320;
        var (family, letterbox) = file switch
        {
            _ when file.Contains("e2e", StringComparison.Ordinal) => (OutputFamily.EndToEnd, Letterbox.Centre),
            _ when file.StartsWith("deim", StringComparison.Ordinal) => (OutputFamily.Detr, Letterbox.Stretch),
            _ => (OutputFamily.Yolov8, Letterbox.Centre),
        };
        var manifest = Coco with
        {
            Name = file,
            File = file,
            Family = family,
            Input = new InputSpec { Name = "images", Width = side, Height = side, Channels = ChannelOrder.Rgb, White = 1, Letterbox = letterbox, Pad = 114 },
        };
        return new Detector(new LoadedModel(manifest, path), new DetectorOptions { Batch = 4 });
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_family_sees_what_is_there_where_the_grid_sees_it(string file)
    {
        using var grid = Open("yolox_nano_416_apache2.onnx");
        using var other = Open(file);
        Assert.Equal(1, other.Batch); // the files fix it
        var (seen, same) = (0, 0);
        var pictures = Photographs().Select(p => (ReadOnlyMemory<byte>)File.ReadAllBytes(p)).ToList();
        foreach (var (picture, theirs) in pictures.Zip(other.Detect(pictures)))
        {
            Assert.Null(theirs.Failure);
            Assert.All(theirs.Detections, d => Assert.True(d.Bbox.IsInside));
            foreach (var ours in grid.Detect(picture.Span).Detections.Where(d => d.Conf > 0.6f))
            {
                seen++;
                var best = theirs.Detections.Where(d => d.ObservationType == ours.ObservationType && d.Conf > 0.2f).Select(d => d.Bbox.IoU(ours.Bbox)).DefaultIfEmpty().Max();
                if (best > 0.6f) same++;
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{file}: {same} of {seen}");
        Assert.True(seen >= 20, $"{seen}");
        Assert.True(same >= seen * 0.8, $"{file}: {same} of {seen}");
    }

    /// <summary>The smallest of its kind, rounded to int8: what is large and clear it sees, with low scores.</summary>
    [Theory]
    [InlineData("domestic_cattle", ObservationType.Animal, 2)]
    [InlineData("114_clock-one-year-ahead", ObservationType.Human, 1)]
    public void Sets_of_labels_boxes_and_scores_lie_where_the_grid_sees_something_too(string photograph, ObservationType type, int least)
    {
        using var grid = Open("yolox_nano_416_apache2.onnx");
        using var other = Open(Smallest);
        Assert.Equal(1, other.Batch); // its graph folds the batch away
        var picture = File.ReadAllBytes(photograph[0] == 'd' ? Shared.Data("robustness", photograph + ".jpg") : Shared.Data("images", "jura-8.2G", photograph + ".jpg"));
        var theirs = other.Detect(picture).Detections.Where(d => d.Conf > 0.3f && d.ObservationType == type).ToList();
        Assert.InRange(theirs.Count, least, 20);
        Assert.True(grid.Detect(picture).Detections.Count(d => d.Conf > 0.3f && theirs.Exists(t => t.Bbox.IoU(d.Bbox) > 0.6f)) >= least);
    }

    /// <summary>Animals by day, people and cars of one station.</summary>
    private static IEnumerable<string> Photographs()
    {
        foreach (var name in new[] { "african_elephants", "domestic_dog", "domestic_cattle", "human", "vehicle" }) yield return Shared.Data("robustness", name + ".jpg");
        var folder = Path.GetDirectoryName(Shared.Data("images", "labels.csv"))!;
        foreach (var kind in new[] { "person", "vehicle" })
        {
            foreach (var line in File.ReadLines(Path.Combine(folder, "labels.csv")).Where(l => l.Contains($",{kind},", StringComparison.Ordinal)).Take(10)) yield return Path.Combine(folder, line.Split(',')[0]);
        }
    }
}
