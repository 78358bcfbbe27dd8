using Lynceus.Contracts;

namespace Lynceus.Vision.Tests;

public class GoldenSetTests
{
    private static readonly GoldenSet Set = GoldenSet.Load();
    private static readonly ModelManifest Gate = ModelCatalog.Load().Models.Single(m => m.Name == "gate");
    private static readonly GoldenFrame Bear = new() { File = "bear.jpg", Finds = ObservationType.Animal, Bbox = new Box(0.2f, 0.2f, 0.4f, 0.4f) };
    private static readonly GoldenFrame Empty = new() { File = "empty.jpg" };

    private static Look Seen(ObservationType type, float conf, Box box)
        => new() { Width = 100, Height = 100, Detections = [new Detection { ObservationType = type, Label = "thing", Conf = conf, Bbox = box }] };

    [Fact]
    public void Our_own_gate_passes_all_ten()
    {
        using var detector = new Detector(ModelCatalog.Load().Open("gate"), new DetectorOptions());
        Assert.Equal(10, Set.Count);
        Assert.Empty(Set.Misses(detector));
    }

    [Fact]
    public void A_model_of_others_passes_too()
    {
        using var detector = new Detector(ModelCatalog.Load([Path.GetDirectoryName(Shared.Model("yolox_nano_416_apache2.onnx"))!]).Open("yolox-nano-coco"), new DetectorOptions());
        Assert.Empty(Set.Misses(detector));
    }

    [Fact]
    public void What_is_found_must_be_the_thing_in_its_place_with_the_models_own_threshold()
    {
        Assert.Null(Set.Miss(Bear, Seen(ObservationType.Animal, Gate.SendThreshold, Bear.Bbox), Gate));
        Assert.Contains("an animal", Set.Miss(Bear, Seen(ObservationType.Animal, Gate.SendThreshold - 0.01f, Bear.Bbox), Gate), StringComparison.Ordinal);
        Assert.NotNull(Set.Miss(Bear, Seen(ObservationType.Human, 0.9f, Bear.Bbox), Gate));
        Assert.NotNull(Set.Miss(Bear, Seen(ObservationType.Animal, 0.9f, new Box(0.7f, 0.7f, 0.2f, 0.2f)), Gate));
        Assert.NotNull(Set.Miss(Bear, new Look { Width = 100, Height = 100 }, Gate));
    }

    [Fact]
    public void Where_nothing_is_nothing_may_reach_the_threshold()
    {
        Assert.Null(Set.Miss(Empty, new Look { Width = 100, Height = 100 }, Gate));
        Assert.Null(Set.Miss(Empty, Seen(ObservationType.Animal, Gate.SendThreshold - 0.01f, Bear.Bbox), Gate));
        Assert.Contains("thing", Set.Miss(Empty, Seen(ObservationType.Vehicle, 0.9f, Bear.Bbox), Gate), StringComparison.Ordinal);
    }

    [Fact]
    public void A_look_that_failed_is_no_empty_frame()
        => Assert.Contains("ModelFailed", Set.Miss(Empty, Look.Failed(ImageFailure.ModelFailed, "no numbers"), Gate), StringComparison.Ordinal);
}
