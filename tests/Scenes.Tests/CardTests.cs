using System.Globalization;
using System.Security.Cryptography;
using Lynceus.Scenes;
using MetadataExtractor;
using MetadataExtractor.Formats.Exif;

namespace Lynceus.Scenes_Tests;

public sealed class CardTests : IDisposable
{
    private static readonly CardOptions Small = new(Seed: 3, Captures: 9, Width: 160, Height: 120);
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("lynceus-scenes").FullName;

    public void Dispose() => System.IO.Directory.Delete(_folder, true);

    [Fact]
    public void The_same_seed_writes_the_same_bytes()
    {
        Card.Write(Path.Combine(_folder, "one"), Small);
        Card.Write(Path.Combine(_folder, "two"), Small);
        Assert.Equal(Hashes("one"), Hashes("two"));
        Assert.Equal((9 * 3) + 1, Hashes("one").Count);
    }

    [Fact]
    public void Another_seed_writes_other_pictures()
    {
        Card.Write(Path.Combine(_folder, "one"), Small);
        Card.Write(Path.Combine(_folder, "two"), Small with { Seed = 4 });
        Assert.NotEqual(Hashes("one"), Hashes("two"));
    }

    [Fact]
    public void Every_picture_has_a_label_and_every_label_a_picture()
    {
        Card.Write(_folder, Small);
        var pictures = System.IO.Directory.EnumerateFiles(_folder, "*.JPG", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_folder, path));
        Assert.Equal(pictures.Order(StringComparer.Ordinal), Labels().Select(row => row[0]).Order(StringComparer.Ordinal));
        Assert.Contains("ridge/DCIM/100LYNX/IMG_0001.JPG", pictures);
        Assert.All(Labels(), row => Assert.StartsWith(row[3] + "/", row[0], StringComparison.Ordinal));
    }

    [Fact]
    public void Most_captures_are_empty_and_an_empty_one_has_no_box()
    {
        Card.Write(_folder, Small with { Captures = 60, Width = 64, Height = 64 });
        var rows = Labels();
        Assert.InRange(rows.Count(row => row[1] == "empty") / (double)rows.Count, 0.45, 0.75);
        Assert.All(rows, row => Assert.Equal(row[1] == "empty", row[4..].All(cell => cell.Length == 0)));
        Assert.Equal(["animal", "empty", "person", "vehicle"], rows.Select(row => row[1]).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_times_of_a_burst_are_one_second_apart_and_bursts_many_minutes()
    {
        Card.Write(_folder, Small);
        foreach (var camera in SceneCamera.All)
        {
            var times = System.IO.Directory.GetFiles(Path.Combine(_folder, camera.Name, "DCIM", "100LYNX")).Order(StringComparer.Ordinal).Select(Taken).ToList();
            Assert.Equal(9, times.Count);
            for (var i = 1; i < times.Count; i++)
            {
                var gap = times[i] - times[i - 1];
                Assert.True(i % 3 == 0 ? gap > TimeSpan.FromMinutes(20) : gap == TimeSpan.FromSeconds(1), $"{camera.Name} picture {i + 1}: {gap}");
            }
        }
    }

    [Fact]
    public void Frames_of_a_class_are_all_of_that_class()
    {
        Card.WriteFrames(_folder, SceneClass.Person, Small);
        Assert.All(Labels(), row => Assert.Equal(("person", "Homo sapiens"), (row[1], row[2])));
        Assert.Equal(9, Labels().Count);
    }

    [Theory]
    [InlineData("card", "--width", "0", "width must be 64–8192")]
    [InlineData("card", "--height", "9000", "height must be 64–8192")]
    [InlineData("card", "--captures", "0", "captures must be 1–9999")]
    [InlineData("card", "--captures", "100000", "captures must be 1–9999")]
    [InlineData("frames", "--count", "0", "count must be 1–9999")]
    [InlineData("card", "--seed", "one", "Cannot parse argument 'one'")]
    [InlineData("frames", "--class", "unicorn", "Cannot parse argument 'unicorn'")]
    public void A_bad_argument_is_named_and_ends_with_exit_code_2(string command, string option, string value, string message)
    {
        var (code, error) = Run(command, Path.Combine(_folder, "card"), option, value);
        Assert.Equal(2, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.False(System.IO.Directory.Exists(Path.Combine(_folder, "card")));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named_and_ends_with_exit_code_2()
    {
        var taken = Path.Combine(_folder, "a-file");
        File.WriteAllText(taken, "not a folder");
        var (code, error) = Run("card", taken, "--captures", "1", "--width", "64", "--height", "64");
        Assert.Equal(2, code);
        Assert.Contains("cannot write to " + taken, error, StringComparison.Ordinal);
    }

    private static (int Code, string Error) Run(params string[] line)
    {
        var (before, heard) = (Console.Error, new StringWriter());
        Console.SetError(heard);
        try
        {
            return (Commands.Root().Parse(line).Run(), heard.ToString());
        }
        finally
        {
            Console.SetError(before);
        }
    }

    private static DateTimeOffset Taken(string path)
    {
        var exif = ImageMetadataReader.ReadMetadata(path).OfType<ExifSubIfdDirectory>().Single();
        return DateTimeOffset.ParseExact(exif.GetString(ExifDirectoryBase.TagDateTimeOriginal) + exif.GetString(0x9011), "yyyy:MM:dd HH:mm:sszzz", CultureInfo.InvariantCulture);
    }

    private List<string[]> Labels() => [.. File.ReadLines(Path.Combine(_folder, "labels.csv")).Skip(1).Select(line => line.Split(','))];

    private SortedDictionary<string, string> Hashes(string card) => new(System.IO.Directory
        .EnumerateFiles(Path.Combine(_folder, card), "*", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetRelativePath(Path.Combine(_folder, card), path), path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))), StringComparer.Ordinal);
}
