using Lynceus.Contracts;
using Lynceus.Scenes;
using Lynceus.Vision;
using SkiaSharp;

namespace Lynceus.Edge.Tests;

/// <summary>The change stage over a real station's photographs, and over drawn ones whose boxes are known.</summary>
public class StationTests
{
    /// <summary>One night view of a station, by the times printed in its pictures: bursts of 26 November and 5 and 18 December 2013.</summary>
    private static readonly string[][] Nights =
    [
        ["58fd7b15", "58b821ea", "58c34d87"], ["59055d59", "58c03522", "58e723f4"], ["588dbdb1"], ["590d2c66", "591cb085", "590b9d23"],
        ["5879d1f7", "590236e0", "586adecc"], ["59452e2f", "58857cff", "58e938be"],
    ];

    private static readonly string[] Day = ["58bd1bb7", "58d931f8", "591fd21e", "59341a6f"];

    private static Luma Grid(byte[] encoded)
    {
        using var picture = new DecodedPicture();
        Assert.Null(picture.Decode(encoded, 416, 416, out _));
        var luma = new Luma();
        luma.Read(picture);
        return luma;
    }

    private static byte[] Photograph(string name) => File.ReadAllBytes(Directory.GetFiles(Shared.Data("images", "cct-loc1"), name + "*").Single());

    private static Luma Grid(string name) => Grid(Photograph(name));

    [Fact]
    public void Empty_infrared_bursts_of_a_real_station_show_no_change_among_themselves()
    {
        var changes = new Changes();
        foreach (var burst in Nights.Where(b => b.Length == 3))
            Assert.All(changes.Of([.. burst.Select(Grid)], new Background()), c => Assert.Equal((ChangeBasis.Burst, 0), (c.Basis, c.Regions.Count)));
    }

    [Fact]
    public void The_strip_that_the_station_prints_is_found_by_day_and_by_night()
    {
        foreach (var name in Nights.SelectMany(n => n).Concat(Day)) Assert.InRange(InfoBars.In(Grid(name)).Top, 3, 6);
    }

    [Fact]
    public void Day_and_infrared_are_told_apart()
    {
        foreach (var name in Nights.SelectMany(n => n)) Assert.True(Grid(name).Infrared);
        foreach (var name in Day) Assert.False(Grid(name).Infrared);
    }

    [Fact]
    public void After_some_nights_the_next_empties_change_little_and_an_animal_put_into_one_is_found()
    {
        var (changes, background) = (new Changes(), new Background());
        foreach (var burst in Nights[..^1]) changes.Learn([.. burst.Select(Grid)], background, []);
        foreach (var name in Nights[^1])
        {
            var change = changes.Of([Grid(name)], background)[0];
            Assert.Equal(ChangeBasis.History, change.Basis);
            Assert.InRange(change.Share, 0, 0.08f);
        }
        var place = new Box(0.72f, 0.66f, 0.06f, 0.06f);
        Assert.DoesNotContain(changes.Of([Grid(Nights[^1][1])], background)[0].Regions, r => r.IoU(place) > 0);
        using var picture = SKBitmap.Decode(Photograph(Nights[^1][1]));
        using (var canvas = new SKCanvas(picture))
        using (var fur = new SKPaint { Color = new SKColor(150, 150, 150) })
            canvas.DrawOval(SKRect.Create(place.X * picture.Width, place.Y * picture.Height, place.W * picture.Width, place.H * picture.Height), fur);
        using var jpeg = picture.Encode(SKEncodedImageFormat.Jpeg, 90);
        var found = changes.Of([Grid(jpeg.ToArray())], background)[0];
        Assert.Contains(found.Regions, r => r.IoU(place) > 0.4f);
    }

    [Fact]
    public void Drawn_animals_are_touched_by_a_region_in_nine_of_ten_frames()
    {
        var (changes, shown, touched) = (new Changes(), 0, 0);
        foreach (var camera in SceneCamera.All)
        {
            var background = new Background();
            SceneSpec Noon(int day) => new(day * 31, 480, 360, new DateTimeOffset(2026, 6, 3, 11, 0, 0, TimeSpan.FromHours(2)).AddDays(day), Weather.Overcast, 0.2f, 15);
            for (var day = 0; day < 8; day++) changes.Learn([Drawn(camera, Noon(day)).Grid], background, []);
            foreach (var subject in new[] { Subject.Deer, Subject.Fox, Subject.Boar, Subject.Badger, Subject.Hare, Subject.Bear, Subject.WildCat })
            {
                foreach (var distance in new[] { 4f, 9f })
                {
                    var (grid, box) = Drawn(camera, Noon(20 + (int)subject) with { Passage = new Passage(subject, distance, 0.2f, 10, 0.5f) });
                    if (box is not { } animal) continue;
                    shown++;
                    if (changes.Of([grid], background)[0].Regions.Any(r => r.IoU(animal) > 0.1f)) touched++;
                }
            }
        }
        Assert.InRange(shown, 30, 42);
        Assert.True(touched >= 0.9 * shown, $"{touched} of {shown}");
    }

    private static (Luma Grid, Box? Box) Drawn(SceneCamera camera, SceneSpec spec)
    {
        using var frame = SceneDrawing.Draw(camera, spec, 2);
        using var jpeg = frame.Bitmap.Encode(SKEncodedImageFormat.Jpeg, 85);
        return (Grid(jpeg.ToArray()), frame.Boxes.Count == 0 ? null : new Box(frame.Boxes[0].X, frame.Boxes[0].Y, frame.Boxes[0].Width, frame.Boxes[0].Height));
    }
}
