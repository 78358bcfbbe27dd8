namespace Lynceus.Contracts.Tests;

public sealed class DurableFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lynceus-").FullName;

    [Fact]
    public void A_file_is_there_whole_and_leaves_no_temporary_one()
    {
        var path = Path.Combine(folder, "a");
        DurableFile.Write(path, "one"u8);
        DurableFile.Write(path, "two"u8);
        Assert.Equal("two", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder));
    }

    [Fact]
    public void A_folder_that_is_gone_is_an_error_that_names_it()
    {
        var error = Assert.Throws<IOException>(() => DurableFile.SyncFolder(Path.Combine(folder, "gone")));
        Assert.Contains("gone", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_are_made_with_what_is_above_them()
    {
        DurableFile.CreateFolder(Path.Combine(folder, "x", "y", "z"));
        Assert.True(Directory.Exists(Path.Combine(folder, "x", "y", "z")));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
