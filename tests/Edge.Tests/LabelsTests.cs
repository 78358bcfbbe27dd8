namespace Lynceus.Edge.Tests;

public sealed class LabelsTests : IDisposable
{
    private readonly string folder = Some.Folder();

    public LabelsTests()
    {
        Directory.CreateDirectory(Path.Combine(folder, "photos", "a"));
        foreach (var file in new[] { "photos/a/1.jpg", "photos/a/2.jpg", "photos/note.txt", "outside.jpg" }) File.WriteAllBytes(Path.Combine(folder, file), [1]);
    }

    private IReadOnlyList<LabelledFile> Read(string csv, string name = "labels.csv", System.Text.Encoding? encoding = null)
    {
        File.WriteAllText(Path.Combine(folder, "photos", name), csv, encoding ?? new System.Text.UTF8Encoding(false));
        return Labels.Read([new LabelledFolder(Path.Combine(folder, "photos"))]);
    }

    private string Refused(string csv) => Assert.Throws<UsageException>(() => Read(csv)).Message;

    [Fact]
    public void Labels_are_read_whatever_else_stands_in_them()
    {
        var files = Read("file,class,scientificName,site\na/1.jpg,animal,Lynx lynx,ridge\na/2.jpg,EMPTY,,\"stream, lower\"\n");
        Assert.Equal([(Shows.Animal, "ridge", "photos/a/1.jpg"), (Shows.Nothing, "stream, lower", "photos/a/2.jpg")], files.Select(f => (f.Shows, f.Site, f.Name)));
    }

    [Fact]
    public void A_byte_order_mark_semicolons_tabs_and_other_line_ends_do_no_harm()
    {
        Assert.Equal(2, Read("file;class;site\r\na/1.jpg;animal;ridge\r\na/2.jpg;empty;ridge\r\n", encoding: new System.Text.UTF8Encoding(true)).Count);
        Assert.Equal(2, Read("File\tClass\tSite\na/1.jpg\tanimal\tridge\na/2.jpg\tempty\tridge\n", encoding: System.Text.Encoding.Unicode).Count);
    }

    [Fact]
    public void Several_objects_of_a_file_are_one_file_that_shows_them_all()
        => Assert.Equal(Shows.Animal | Shows.Person, Assert.Single(Read("file,class,site,x\na/1.jpg,animal,ridge,0.1\na/1.jpg,animal,ridge,0.5\na/1.jpg,person,ridge,0.2\n", "boxes.csv")).Shows);

    [Fact]
    public void Unknown_is_left_out_unless_another_folder_knows()
    {
        Assert.Empty(Read("file,class,site\na/1.jpg,unknown,ridge\n"));
        Directory.CreateDirectory(Path.Combine(folder, "more"));
        File.WriteAllText(Path.Combine(folder, "more", "boxes.csv"), "file,class,site\n../photos/a/1.jpg,empty,ridge\n../photos/a/2.jpg,animal,ridge\n");
        var both = Labels.Read([new LabelledFolder(Path.Combine(folder, "photos")), new LabelledFolder(Path.Combine(folder, "more"), OnlyEmpties: true)]);
        Assert.Equal((Shows.Nothing, "photos/a/1.jpg"), (Assert.Single(both).Shows, both[0].Name));
    }

    [Theory]
    [InlineData("file,class\na/1.jpg,animal\n", "row 1: has no column site")]
    [InlineData("", "has no rows")]
    [InlineData("file,class,site\na/9.jpg,animal,ridge\n", "row 2, column file: 'a/9.jpg' is not there")]
    [InlineData("file,class,site\na/1.jpg,unicorn,ridge\n", "row 2, column class: 'unicorn' is none of")]
    [InlineData("file,class,site\na/1.jpg,animal,\n", "row 2, column site: 1 to 128")]
    [InlineData("file,class,site\n,animal,ridge\n", "row 2, column file: is empty")]
    [InlineData("file,class,site\na/1.jpg,animal,ridge\na/1.jpg,animal,ridge\n", "row 3, column file: the same row stands in row 2")]
    [InlineData("file,class,site\na/1.jpg,animal,ridge\na/1.jpg,empty,ridge\n", "row 3, column class: something and empty at once")]
    [InlineData("file,class,site\na/1.jpg,animal,ridge\na/1.jpg,person,stream\n", "row 3, column site: 'stream', but 'ridge' in")]
    [InlineData("file,class,site\n../outside.jpg,animal,ridge\n", "row 2, column file: '../outside.jpg' lies outside the folders")]
    [InlineData("file,class,site\na/../../outside.jpg,animal,ridge\n", "lies outside the folders")]
    [InlineData("file,class,site\n/etc/passwd,animal,ridge\n", "is no path below the folder")]
    [InlineData("file,class,site\n..\\outside.jpg,animal,ridge\n", "is no path below the folder")]
    [InlineData("file,class,site\nnote.txt,animal,ridge\n", "is no picture or video by its name")]
    [InlineData("file,class,site\na/1\0.jpg,animal,ridge\n", "holds a control character")]
    public void What_is_wrong_is_named_with_its_row_and_column(string csv, string says) => Assert.Contains(says, Refused(csv), StringComparison.Ordinal);

    [Fact]
    public void All_faults_are_told_at_once_but_not_endlessly()
    {
        var told = Refused("file,class,site\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"x{i}.jpg,animal,ridge\n")));
        Assert.Equal(10, told.Split('\n').Length);
        Assert.EndsWith("and 12 more", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_labels_and_labels_that_are_no_text_are_refused()
    {
        Assert.Contains("neither a labels.csv nor a boxes.csv", Assert.Throws<UsageException>(() => Labels.Read([new LabelledFolder(Path.Combine(folder, "photos"))])).Message, StringComparison.Ordinal);
        File.WriteAllBytes(Path.Combine(folder, "photos", "labels.csv"), Some.Bytes(5000));
        Assert.Throws<UsageException>(() => Labels.Read([new LabelledFolder(Path.Combine(folder, "photos"))]));
        Assert.Contains("labels.csv, row ", Refused("file,class,site\n\"" + new string('x', 100_000) + "\",animal,ridge\n"), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
