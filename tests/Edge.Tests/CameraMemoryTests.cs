using Lynceus.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lynceus.Edge.Tests;

public sealed class CameraMemoryTests : IDisposable
{
    private readonly string folder = Some.Folder();

    private CameraMemory Open() => CameraMemory.In(folder, NullLogger<CameraMemory>.Instance);

    private string[] Files(string pattern = "*.state") => Directory.GetFiles(Path.Combine(folder, "cameras"), pattern);

    private void Drop(int clips, string cameraID = "ridge")
    {
        using var memory = Open();
        for (var i = 0; i < clips; i++)
        {
            var camera = memory.Of(cameraID);
            camera.Audit.Draw(Guid.Empty, AuditStratum.Nothing, DateTimeOffset.UnixEpoch, 1);
            camera.Friends.Learn([Some.Seen(ObservationType.Animal, 0.3f, new Box(0, 0, 0.1f, 0.1f))], [], new Illumination(0.5f, false), new DateOnly(2024, 5, 1).AddDays(i));
            memory.Learned(camera);
        }
    }

    [Fact]
    public void What_is_known_of_a_camera_outlives_the_process()
    {
        Drop(12);
        using var again = Open();
        Assert.Equal(12, Assert.Single(again.Of("ridge").Friends.All).Captures);
        Assert.True(again.Of("ridge").Audit.Probability(AuditStratum.Nothing, 1) < new AuditRates().Probability(AuditStratum.Nothing, 1));
        Assert.Empty(again.Of("valley").Friends.All);
    }

    [Fact]
    public void It_is_written_seldom()
    {
        using var memory = Open();
        for (var i = 1; i <= CameraMemory.ClipsAWrite; i++)
        {
            Assert.Empty(Files());
            memory.Learned(memory.Of("ridge"));
        }
        Assert.Single(Files());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"cameraID":"valley","background":"","friends":[],"audit":[]}""")]
    [InlineData("""{"cameraID":"ridge","background":"AAAA","friends":[],"audit":[]}""")]
    public void What_is_damaged_is_set_aside_and_learned_anew(string content)
    {
        Drop(1);
        File.WriteAllText(Assert.Single(Files()), content);
        using (var memory = Open()) Assert.Empty(memory.Of("ridge").Friends.All);
        Assert.Single(Files("*.damaged"));
        Drop(1);
        Assert.Single(Files());
    }

    [Fact]
    public void A_single_wrong_number_is_noticed()
    {
        Drop(12);
        var file = Assert.Single(Files());
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"usualScore\":0.3", "\"usualScore\":3", StringComparison.Ordinal));
        using var memory = Open();
        Assert.Empty(memory.Of("ridge").Friends.All);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("a/b\\c:d\0e")]
    [InlineData("Kamera am Weiher äöü")]
    public void A_camera_may_be_called_anything(string cameraID)
    {
        Drop(1, cameraID);
        Assert.Matches("^[A-Za-z0-9_-]+\\.state$", Path.GetFileName(Assert.Single(Files())));
        using var memory = Open();
        Assert.Single(memory.Of(cameraID).Friends.All);
    }

    [Fact]
    public void However_many_cameras_there_are_memory_and_files_stay_bounded()
    {
        using (var memory = Open())
        {
            for (var i = 0; i < CameraMemory.MostFiles + 20; i++) memory.Learned(memory.Of($"camera-{i}"));
        }
        Assert.Equal(CameraMemory.MostFiles, Files().Length);
    }

    [Fact]
    public void What_one_run_learned_for_itself_leaves_nothing()
    {
        using (var memory = CameraMemory.OfThisRun()) memory.Learned(memory.Of("ridge"));
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
