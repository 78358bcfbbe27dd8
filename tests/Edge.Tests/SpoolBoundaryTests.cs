namespace Lynceus.Edge.Tests;

/// <summary>The card as the power leaves it at each step of a capture's way, with the index of before that step, and with none.</summary>
public sealed class SpoolBoundaryTests : IDisposable
{
    private readonly string folder = Some.Folder();

    private string Place(string name) => Path.Combine(folder, name);

    [Theory]
    [InlineData("an empty folder", 0)]
    [InlineData("a picture", 0)]
    [InlineData("pictures and half a sidecar that is not renamed", 0)]
    [InlineData("the sidecar is renamed", 1)]
    public void Until_its_sidecar_is_in_place_it_is_no_capture_and_from_then_on_it_is(string step, int waiting)
    {
        string index;
        using (var spool = Some.Spool(folder)) SpoolIndexTests.Add(spool);
        index = File.ReadAllText(Place("index"));
        using (var spool = Some.Spool(folder)) SpoolIndexTests.Add(spool);
        var added = Directory.GetDirectories(Place("spool")).Order().Last();
        if (waiting == 0) File.Move(Path.Combine(added, Spool.RecordName), Path.Combine(added, Spool.RecordName + ".tmp"));
        if (step.Contains("half", StringComparison.Ordinal)) File.WriteAllText(Path.Combine(added, Spool.RecordName + ".tmp"), "{\"captureID\":");
        if (step is "an empty folder" or "a picture") File.Delete(Path.Combine(added, Spool.RecordName + ".tmp"));
        if (step is "an empty folder") Directory.Delete(added, recursive: true);
        Directory.CreateDirectory(added);
        foreach (var known in (string[])[index, ""])
        {
            File.WriteAllText(Place("index"), known);
            using var again = Some.Spool(folder);
            Assert.Equal((1 + waiting, 0), (again.Pending, again.SetAside));
            Assert.Equal(1 + waiting, Directory.GetDirectories(Place("spool")).Length);
            Assert.All(again.Captures, c => Assert.NotNull(again.Read(c)));
        }
    }

    [Theory]
    [InlineData("kept", 0, 0)]
    [InlineData("quarantine", 0, 1)]
    [InlineData("refused", 0, 1)]
    [InlineData("going", 0, 0)]
    [InlineData("spool", 1, 0)]
    public void Where_its_folder_is_there_it_is_whatever_the_index_says(string place, int waiting, int aside)
    {
        using (var spool = Some.Spool(folder))
        {
            SpoolIndexTests.Add(spool);
            spool.MarkRecord(spool.Captures[0]);
        }
        var index = File.ReadAllText(Place("index"));
        var added = Directory.GetDirectories(Place("spool")).Single();
        if (place != "spool") Directory.Move(added, Path.Combine(Place(place), Path.GetFileName(added)));
        foreach (var known in (string[])[index, ""])
        {
            File.WriteAllText(Place("index"), known);
            using var again = Some.Spool(folder);
            Assert.Equal((waiting, aside), (again.Pending, again.SetAside));
            Assert.Empty(Directory.GetDirectories(Place("going")));
            Assert.Equal(place == "going", again.UsedBytes == 0);
        }
    }

    [Fact]
    public void A_removal_that_was_cut_short_is_finished()
    {
        using (var spool = Some.Spool(folder)) SpoolIndexTests.Add(spool);
        var added = Directory.GetDirectories(Place("spool")).Single();
        Directory.Move(added, Path.Combine(Place("going"), Path.GetFileName(added)));
        File.Delete(Path.Combine(Place("going"), Path.GetFileName(added), Spool.RecordName));
        using var again = Some.Spool(folder);
        Assert.Empty(Directory.GetDirectories(Place("going")));
        Assert.Equal((0, 0, 0L), (again.Pending, again.SetAside, again.UsedBytes));
    }

    [Fact]
    public void A_capture_that_came_back_from_kept_knows_that_the_cloud_has_its_record()
    {
        using (var spool = Some.Spool(folder))
        {
            SpoolIndexTests.Add(spool);
            spool.MarkRecord(spool.Captures[0]);
            Assert.True(spool.Done(spool.Captures[0]));
        }
        var kept = Directory.GetDirectories(Place("kept")).Single();
        Directory.Move(kept, Path.Combine(Place("spool"), Path.GetFileName(kept)));
        using var again = Some.Spool(folder);
        Assert.True(Assert.Single(again.Captures).RecordStored);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
