namespace Lynceus.Vision.Tests;

public class SecondLookTests
{
    private static readonly ModelManifest Gate = ModelCatalog.Load().Models.Single(m => m.Name == "gate") with
    {
        SendThreshold = 0.4f,
        KeepThreshold = 0.3f,
        PersonThreshold = 0.6f,
        VehicleThreshold = 0.7f,
        BlurThreshold = 0.15f,
    };

    private static bool Needed(params (int Label, float Score)[] found)
        => SecondLook.Needed([.. found.Select(f => new Candidate(0, 0, 10, 10, f.Score, f.Label))], Gate);

    [Fact]
    public void A_score_close_to_the_threshold_that_asks_for_it_is_looked_at_again()
    {
        Assert.True(Needed((0, 0.42f)));
        Assert.True(Needed((0, 0.27f)));
        Assert.True(Needed((1, 0.57f)));
        Assert.True(Needed((1, 0.13f)));
        Assert.True(Needed((2, 0.73f)));
        Assert.True(Needed((0, 0.9f), (1, 0.58f)));
    }

    [Fact]
    public void What_is_clear_is_not()
    {
        Assert.False(Needed());
        Assert.False(Needed((0, 0.9f)));
        Assert.False(Needed((0, 0.58f)));
        Assert.False(Needed((0, 0.9f), (0, 0.42f))); // the best of a kind decides
        Assert.False(Needed((2, 0.9f)));
    }

    [Fact]
    public void Where_int8_is_doubtful_the_float_twin_has_the_last_word_and_elsewhere_it_is_not_asked()
    {
        var whole = ModelCatalog.Load().Open("gate");
        var picture = GoldenSet.Load().First();
        using var alone = new Detector(whole, new DetectorOptions());
        var best = alone.Detect(picture).Detections[0].Conf;

        Assert.Equal(0, Looked(best + 0.2f));
        Assert.Equal(1, Looked(best - 0.01f));

        long Looked(float send)
        {
            var manifest = whole.Manifest with { SendThreshold = Math.Min(send, 1), KeepThreshold = 0.001f };
            // The float file stands in for its twin: what is asked is who is asked.
            using var twins = new Detector(new LoadedModel(manifest, whole.Path, ModelVariant.Int8, whole), new DetectorOptions());
            Assert.Equal(alone.Detect(picture).Detections, twins.Detect(picture).Detections);
            return twins.LookedAgain;
        }
    }
}
