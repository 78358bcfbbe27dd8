using Lynceus.Contracts;
using Lynceus.Scenes;
using Lynceus.Vision;
using SkiaSharp;

namespace Lynceus.Edge.Tests;

public sealed class TierTests : IDisposable
{
    private static readonly Lazy<byte[][]> Deer = new(() => [.. Enumerable.Range(1, 3).Select(Drawn)]);
    private static readonly Lazy<Gate> Model = new(() => new Gate(ModelCatalog.Load().Open("gate"), new GateOptions()));
    private readonly string data = Some.Folder();
    private readonly ListLog<StillTiers> log = new();
    private readonly TierOptions options = new();
    private bool cloudReadsWebP;

    private static byte[] Drawn(int number)
    {
        var scene = new SceneSpec(41, 1280, 960, new DateTimeOffset(2026, 6, 3, 11, 0, 0, TimeSpan.FromHours(2)), Weather.Overcast, 0.1f, 14) { Passage = new Passage(Subject.Deer, 5, 0, 20, 0.4f) };
        using var frame = SceneDrawing.Draw(SceneCamera.All[0], scene, number);
        using var jpeg = frame.Bitmap.Encode(SKEncodedImageFormat.Jpeg, 95);
        return jpeg.ToArray();
    }

    private static FrameDecision Frame(int number, byte[] encoded, params Detection[] seen)
    {
        var look = new Look { Width = 1280, Height = 960, Detections = seen };
        return new FrameDecision(Some.Frame(encoded, $"{number}"), look, null, [new StillWhy { Glances = [new Glance(null, seen)] }]) { Encoded = encoded };
    }

    private static Detection Animal(float conf, float at = 0.4f) => Some.Seen(ObservationType.Animal, conf, new Box(at, at, 0.2f, 0.2f));

    private static Decision Decision(Verdict verdict, string reason, params FrameDecision[] frames) => Some.Decision(verdict, reason) with { Frames = frames };

    private static Decision Sent(params FrameDecision[] frames) => Decision(Verdict.Send, GateDecision.Animal, frames);

    /// <summary>What the record lists of a decision's pictures, each checked against its file.</summary>
    private async Task<IReadOnlyList<MediaRecord>> StoreAsync(Decision decision, bool inSizes = true)
    {
        using var spool = Some.Spool(Path.Combine(data, $"{Guid.NewGuid():N}"));
        using var stills = new StillTiers(options, () => cloudReadsWebP, log);
        var clip = Some.Clip([.. decision.Frames.Select(f => f.Frame)]);
        using var adding = spool.Begin(clip.CaptureID)!;
        var media = await new CapturePictures(Model.Value, inSizes ? stills : null).StoreAsync(adding, clip, decision, TestContext.Current.CancellationToken);
        Assert.Equal(decision.Frames.Select(f => Ids.Media(clip.CaptureID, f.Frame.Number)), media.Select(m => m.MediaID));
        adding.Commit(Some.Record(clip.CaptureID, adding.Seq, decision.Vote.Verdict, null) with { Media = media });
        var capture = await spool.TakeAsync(TestContext.Current.CancellationToken);
        Assert.All(media, m => Assert.All(m.Tiers, t => Assert.Equal(t.Sha256, Ids.Sha256(File.ReadAllBytes(capture.TierPath(m.MediaID, t.Tier))))));
        return media;
    }

    private byte[] Stored(MediaRecord media, Tier tier) => File.ReadAllBytes(Directory.GetFiles(data, Spool.TierName(media.MediaID, tier), SearchOption.AllDirectories).Single());

    private static Tier[] TiersOf(MediaRecord media) => [.. media.Tiers.Select(t => t.Tier)];

    [Fact]
    public async Task The_best_picture_of_an_animal_is_listed_in_every_size_and_the_others_as_they_were_taken()
    {
        var media = await StoreAsync(Sent(Frame(1, Deer.Value[0], Animal(0.5f)), Frame(2, Deer.Value[1], Animal(0.9f)), Frame(3, Deer.Value[2])));
        Assert.Equal([Tier.Thumbnail, Tier.Crop, Tier.Frame, Tier.Original], TiersOf(media[1]));
        Assert.All([media[0], media[2]], m => Assert.Equal([Tier.Original], TiersOf(m)));
        Assert.Equal(Deer.Value[1], Stored(media[1], Tier.Original));
        Assert.All(media[1].Tiers.Zip([options.ThumbnailBytes, options.CropBytes, options.FrameBytes]), t => Assert.InRange(t.First.Bytes, t.Second / 3, t.Second));
    }

    [Fact]
    public async Task Each_size_has_the_bytes_that_are_set()
    {
        (options.ThumbnailKilobytes, options.CropKilobytes, options.FrameKilobytes) = (6, 5, 12);
        var tiers = (await StoreAsync(Sent(Frame(1, Deer.Value[0], Animal(0.9f)))))[0].Tiers;
        Assert.All(tiers.Take(3).Zip([6000, 5000, 12_000]), t => Assert.InRange(t.First.Bytes, t.Second / 2, t.Second));
    }

    [Theory]
    [InlineData("webp", true, "image/webp")]
    [InlineData("webp", false, "image/jpeg")]
    [InlineData("jpeg", true, "image/jpeg")]
    public async Task WebP_is_made_only_where_it_is_wanted_and_the_cloud_reads_it(string wanted, bool read, string made)
    {
        (options.Stills, cloudReadsWebP) = (wanted, read);
        var media = (await StoreAsync(Sent(Frame(1, Deer.Value[0], Animal(0.9f)))))[0];
        Assert.All(media.Tiers.Take(3), t => Assert.Equal(made, t.FileMediatype));
        Assert.All(media.Tiers.Take(3), t => Assert.Equal(made == "image/webp", Stored(media, t.Tier).AsSpan().StartsWith("RIFF"u8)));
        Assert.Equal("image/jpeg", media.Tiers[3].FileMediatype);
    }

    [Fact]
    public async Task Where_no_bytes_are_set_for_the_frame_every_picture_is_sent_as_it_was_taken()
    {
        options.FrameKilobytes = 0;
        var media = await StoreAsync(Sent(Frame(1, Deer.Value[0], Animal(0.9f)), Frame(2, Deer.Value[1], Animal(0.5f))));
        Assert.Equal([Tier.Thumbnail, Tier.Crop, Tier.Frame], TiersOf(media[0]));
        Assert.Equal([Tier.Frame], TiersOf(media[1]));
        Assert.All(media.Zip(Deer.Value), m => Assert.Equal(m.Second, Stored(m.First, Tier.Frame)));
    }

    [Fact]
    public async Task A_replay_offers_every_picture_as_it_is_and_nothing_besides()
    {
        var media = await StoreAsync(Sent(Frame(1, Deer.Value[0], Animal(0.9f)), Frame(2, Deer.Value[1])), inSizes: false);
        Assert.All(media.Zip(Deer.Value), m => Assert.Equal((Tier.Frame, Ids.Sha256(m.Second)), (Assert.Single(m.First.Tiers).Tier, m.First.Tiers[0].Sha256)));
    }

    [Fact]
    public async Task A_picture_that_is_within_the_bytes_already_is_the_frame_itself()
    {
        var small = Some.Plain(640, 480);
        var media = (await StoreAsync(Sent(Frame(1, small, Animal(0.9f)))))[0];
        Assert.Equal(Tier.Frame, media.Tiers[^1].Tier);
        Assert.Equal(small, Stored(media, Tier.Frame));
        Assert.All(media.Tiers, t => Assert.True(t.Bytes <= small.Length));
    }

    [Fact]
    public async Task Of_an_audit_the_middle_picture_stands_for_all_and_no_part_of_it_is_singled_out()
    {
        var frames = new[] { Frame(1, Deer.Value[0], Animal(0.04f)), Frame(2, Deer.Value[1]), Frame(3, Deer.Value[2]) };
        var media = await StoreAsync(Decision(Verdict.Drop, GateDecision.Empty, frames) with { Audit = new AuditDraw(AuditStratum.Nothing, 0.5f) });
        Assert.Equal([Tier.Thumbnail, Tier.Frame, Tier.Original], TiersOf(media[1]));
        Assert.All([media[0], media[2]], m => Assert.Equal([Tier.Original], TiersOf(m)));
    }

    [Theory]
    [InlineData(GateDecision.Doubtful)]
    [InlineData(GateDecision.Unclassified)]
    public async Task What_is_doubtful_can_be_asked_for(string reason)
    {
        var media = await StoreAsync(Decision(Verdict.Keep, reason, Frame(1, Deer.Value[0]), Frame(2, Deer.Value[1], Animal(0.07f))));
        Assert.Equal([Tier.Original], TiersOf(media[0]));
        Assert.Equal([Tier.Thumbnail, Tier.Frame, Tier.Original], TiersOf(media[1]));
        Assert.Empty(Directory.GetFiles(data, "*.kept.jpg", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(GateDecision.Person, ObservationType.Human)]
    [InlineData(GateDecision.Vehicle, ObservationType.Vehicle)]
    public async Task A_person_or_a_vehicle_that_the_site_keeps_back_is_offered_in_no_size(string reason, ObservationType type)
    {
        var media = await StoreAsync(Decision(Verdict.Keep, reason, Frame(1, Deer.Value[0], Some.Seen(type, 0.9f))));
        Assert.Empty(media[0].Tiers);
        Assert.Equal(type == ObservationType.Human, media[0].Blurred);
        Assert.Single(Directory.GetFiles(data, "1.kept.jpg", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Every_size_of_a_picture_with_a_person_is_made_from_the_blurred_one()
    {
        var person = Some.Seen(ObservationType.Human, 0.9f, new Box(0.3f, 0.3f, 0.3f, 0.3f));
        var media = (await StoreAsync(Decision(Verdict.Send, GateDecision.Person, Frame(1, Deer.Value[0], person))))[0];
        Assert.True(media.Blurred);
        var blurred = Picture.Blur(Deer.Value[0], [person.Bbox])!;
        Assert.Equal(blurred, Stored(media, Tier.Original));
        using var encoder = new StillEncoder();
        Assert.Null(encoder.Open(blurred, person.Bbox, options.FrameBytes, out _));
        Assert.Equal(encoder.Crop(StillCodec.Jpeg, options.CropBytes), Stored(media, Tier.Crop));
        Assert.Equal(encoder.Thumbnail(StillCodec.Jpeg, options.ThumbnailBytes), Stored(media, Tier.Thumbnail));
        Assert.Equal(encoder.Frame(StillCodec.Jpeg, options.FrameBytes), Stored(media, Tier.Frame));
    }

    [Fact]
    public async Task Where_the_best_picture_cannot_be_stored_the_next_one_takes_its_place()
    {
        var person = Some.Seen(ObservationType.Human, 0.9f, new Box(0.7f, 0.7f, 0.2f, 0.2f));
        var media = await StoreAsync(Sent(Frame(1, Deer.Value[0], Animal(0.5f)), Frame(2, [1, 2, 3], Animal(0.9f), person), Frame(3, Deer.Value[2], Animal(0.6f))));
        Assert.Equal("corrupt: it could not be decoded in full to blur the people in it", media[1].Failure);
        Assert.Equal([1, 0, 4], media.Select(m => m.Tiers.Count));
    }

    [Fact]
    public async Task A_picture_that_cannot_be_encoded_again_is_offered_as_it_is_and_the_log_says_why()
    {
        var media = (await StoreAsync(Sent(Frame(1, Some.Bytes(60_000), Animal(0.9f)))))[0];
        Assert.Equal([Tier.Frame], TiersOf(media));
        Assert.Contains("NotAnImage", Assert.Single(log.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_picture_that_stands_for_a_capture_shows_what_the_verdict_is_about()
    {
        var frames = new[] { Frame(1, [], Some.Seen(ObservationType.Vehicle, 0.95f), Animal(0.2f, 0.1f)), Frame(2, [], Animal(0.6f)), Frame(3, []), Frame(4, []) with { Look = new Look { Failure = ImageFailure.Corrupt } } };
        Assert.Equal([1, 0, 2], BestFrame.Order(Sent(frames)));
        Assert.Equal(0, BestFrame.Order(Decision(Verdict.Send, GateDecision.Vehicle, frames)).First());
        Assert.Equal(new Box(0.4f, 0.4f, 0.2f, 0.2f), BestFrame.Crop(Sent(frames), frames[1]));
        Assert.Null(BestFrame.Crop(Sent(frames), frames[2]));
    }

    public void Dispose() => Directory.Delete(data, recursive: true);
}
