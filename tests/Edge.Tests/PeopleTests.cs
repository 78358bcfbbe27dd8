using System.Runtime.InteropServices;
using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lynceus.Edge.Tests;

public sealed class PeopleTests : IDisposable
{
    private readonly string data = Some.Folder();

    private static byte[] Photograph(string name) => File.ReadAllBytes(Shared.Data("robustness", name));

    /// <summary>A clip goes the hub's whole way to the disk, with everything that the hub may write.</summary>
    private async Task<CaptureRecord?> TakeAsync(GateOptions options, Clip clip)
    {
        using var gate = Some.Model(options, CameraMemory.In(data, NullLogger<CameraMemory>.Instance));
        using var spool = Some.Spool(data);
        using var effort = Some.Effort(data);
        await new Intake(gate, spool, effort, Some.Identity()).TakeAsync(clip, TestContext.Current.CancellationToken);
        if (spool.Pending == 0) return null;
        var capture = await spool.TakeAsync(TestContext.Current.CancellationToken);
        Assert.True(Wire.TryRead<CaptureRecord>(await File.ReadAllBytesAsync(capture.RecordPath, TestContext.Current.CancellationToken), out var record, out var fault), fault);
        return record;
    }

    [Theory]
    [InlineData("keep", false, Verdict.Keep, 1)]
    [InlineData("keep", true, Verdict.Keep, 0)]
    [InlineData("drop", false, null, 0)]
    [InlineData("drop", true, null, 0)]
    [InlineData("blurred", false, Verdict.Send, 1)]
    [InlineData("blurred", true, Verdict.Send, 1)]
    public async Task Of_a_person_no_unblurred_pixel_is_written_anywhere(string policy, bool onOwnersCard, Verdict? verdict, int pictures)
    {
        var photograph = Photograph("human.jpg");
        var record = await TakeAsync(new GateOptions { Person = Enum.Parse<PersonPolicy>(policy, ignoreCase: true), AuditPerDay = 1000 }, Some.Clip(Some.Frame(photograph)) with { OnOwnersCard = onOwnersCard });
        Assert.Equal((verdict, verdict is null ? null : "person"), (record?.Verdict, record?.Reason));
        Assert.Equal(pictures, NobodyIsSeen());
        NothingIsWrittenOf(photograph);
    }

    [Fact]
    public async Task Only_a_site_that_says_so_sends_people_as_they_are()
    {
        var photograph = Photograph("human.jpg");
        var record = await TakeAsync(new GateOptions { Person = PersonPolicy.Send }, Some.Clip(Some.Frame(photograph)));
        Assert.Equal((Verdict.Send, false), (record!.Verdict, record.Media[0].Blurred));
        Assert.Equal(Ids.Sha256(photograph), record.Media[0].Tiers[0].Sha256);
    }

    [Theory]
    [InlineData("keep")]
    [InlineData("drop")]
    [InlineData("blurred")]
    public async Task A_person_in_a_frame_that_comes_after_the_gate_is_sure_of_an_animal_is_blurred(string policy)
    {
        var (animal, person) = (Photograph("african_elephants.jpg"), Photograph("human.jpg"));
        var record = await TakeAsync(new GateOptions { Person = Enum.Parse<PersonPolicy>(policy, ignoreCase: true) }, Some.Clip(Some.Frame(person, "1"), Some.Frame(animal, "2"), Some.Frame(person, "3")));
        Assert.Equal((Verdict.Send, "animal"), (record!.Verdict, record.Reason));
        Assert.Equal([true, false, true], record.Media.Select(m => m.Blurred));
        Assert.Equal(3, NobodyIsSeen());
        NothingIsWrittenOf(person, besides: animal);
    }

    [Fact]
    public async Task A_person_whom_only_a_closer_look_sees_is_blurred()
    {
        var (ground, photograph) = (Photograph("blank.jpg"), Photograph("human.jpg"));
        using var detector = new Detector(Some.Nano(), new DetectorOptions());
        var someone = detector.Detect(photograph).Detections.First(d => d.ObservationType == ObservationType.Human).Bbox;
        var (far, empty) = (Some.Composed(ground, 2560, 1920, photograph, someone, new Box(0.7f, 0.6f, 0.02f, 0.06f)), Some.Composed(ground, 2560, 1920));
        Assert.DoesNotContain(detector.Detect(far).Detections, d => d.ObservationType == ObservationType.Human && d.Conf >= Some.Thresholds.Blur);
        var record = await TakeAsync(new GateOptions { Doubtful = DoubtfulPolicy.Send }, Some.Clip(Some.Frame(empty, "1"), Some.Frame(far, "2"), Some.Frame(empty, "3")));
        Assert.Contains(record!.Media[1].Detections!, d => d.ObservationType == ObservationType.Human && d.Conf >= Some.Thresholds.Blur);
        Assert.Equal([false, true, false], record.Media.Select(m => m.Blurred));
    }

    [Fact]
    public async Task Who_is_seen_in_a_closer_look_is_blurred_however_little_that_counts_for_the_vote()
    {
        using var gate = Some.Model();
        var seen = Some.Seen(ObservationType.Human, gate.Thresholds.Blur);
        var frame = new FrameDecision(Some.Frame(Some.Plain(64, 48)), Some.Look(seen with { Conf = seen.Conf * CloserLook.Worth }), null, [new StillWhy()]) { Encoded = Some.Plain(64, 48) };
        Assert.False((await gate.StorableAsync(frame, TestContext.Current.CancellationToken))!.Value.Blurred);
        Assert.True((await gate.StorableAsync(frame with { Closer = [new Glance(new Box(0.2f, 0.2f, 0.5f, 0.5f), [seen])] }, TestContext.Current.CancellationToken))!.Value.Blurred);
    }

    [Fact]
    public async Task Where_the_blur_fails_nothing_is_stored()
    {
        using var gate = Some.Model();
        var look = Some.Look(Some.Seen(ObservationType.Human, 0.9f));
        var frame = new FrameDecision(Some.Frame([1, 2, 3]), look, null, [new StillWhy { Glances = [new Glance(null, look.Detections)] }]) { Encoded = [1, 2, 3] };
        Assert.Null(await gate.StorableAsync(frame, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_nobody_has_looked_at_is_looked_at_before_it_is_given_out()
    {
        using var gate = Some.Model();
        var photograph = Photograph("human.jpg");
        var frame = new FrameDecision(Some.Frame(photograph), new Look(), null, [new StillWhy { NotLooked = NotLooked.Unchanged }]) { Encoded = photograph };
        Assert.True((await gate.StorableAsync(frame, TestContext.Current.CancellationToken))!.Value.Blurred);
    }

    /// <summary>How many pictures were written; on none of them the detector sees a person.</summary>
    private int NobodyIsSeen()
    {
        using var detector = new Detector(Some.Nano(), new DetectorOptions());
        var pictures = Directory.GetFiles(data, "*", SearchOption.AllDirectories).Select(File.ReadAllBytes).Where(b => b.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])).ToList();
        Assert.All(pictures, p => Assert.DoesNotContain(detector.Detect(p).Detections, d => d.ObservationType == ObservationType.Human && d.Conf >= Some.Thresholds.Person));
        return pictures.Count;
    }

    /// <summary>No stretch of 31 bytes or more of the photograph's own data, nor of the small copy in its EXIF, stands in any file.</summary>
    /// <param name="photograph">Of which nothing may be there.</param>
    /// <param name="besides">Another photograph that may: both may have the same colour profile.</param>
    private void NothingIsWrittenOf(byte[] photograph, byte[]? besides = null)
    {
        var own = new HashSet<UInt128>();
        foreach (var (from, to) in PixelData(photograph))
        {
            for (var at = from; at + 16 <= to; at += 16)
            {
                var part = photograph.AsSpan(at, 16);
                if (part.ToArray().Distinct().Count() >= 8) own.Add(MemoryMarshal.Read<UInt128>(part));
            }
        }
        for (var at = 0; at + 16 <= (besides?.Length ?? 0); at++) own.Remove(MemoryMarshal.Read<UInt128>(besides.AsSpan(at)));
        Assert.True(own.Count > 100);
        Assert.All(Directory.GetFiles(data, "*", SearchOption.AllDirectories), path =>
        {
            var written = File.ReadAllBytes(path);
            for (var at = 0; at + 16 <= written.Length; at++) Assert.False(own.Contains(MemoryMarshal.Read<UInt128>(written.AsSpan(at))), $"{path} has data of the photograph at {at}");
        });
    }

    /// <summary>Where in a JPEG pixels are: its applications' segments and what follows the start of scan. Its tables are anyone's.</summary>
    private static IEnumerable<(int From, int To)> PixelData(byte[] jpeg)
    {
        for (var at = 2; at + 4 < jpeg.Length && jpeg[at] == 0xFF;)
        {
            var length = (jpeg[at + 2] << 8) | jpeg[at + 3];
            if (jpeg[at + 1] is >= 0xE1 and <= 0xEF) yield return (at + 4, at + 2 + length);
            if (jpeg[at + 1] == 0xDA) yield return (at + 2 + length, jpeg.Length);
            if (jpeg[at + 1] == 0xDA) yield break;
            at += 2 + length;
        }
    }

    public void Dispose() => Directory.Delete(data, recursive: true);
}
