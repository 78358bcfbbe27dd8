using System.Buffers.Binary;
using System.Diagnostics;
using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Lynceus.Cloud.Tests;

/// <summary>The model's own process: real ones, which are killed, stopped and fed with what no model should be.</summary>
public sealed class WorkerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lynceus-worker-").FullName;
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static LoadedModel Gate => ModelCatalog.Load().Open("gate");

    private static DetectWorker Worker(LoadedModel model, DetectionOptions? options = null)
        => new(model, options ?? new DetectionOptions(), threads: 1, TimeProvider.System, NullLogger.Instance);

    private static PictureAt[] Golden(int times = 1) => [.. Enumerable.Repeat(GoldenSet.Load().Files, times).SelectMany(f => f).Select(f => (PictureAt)f)];

    [Fact]
    public async Task A_look_through_the_worker_is_digit_for_digit_the_look_in_this_process()
    {
        using var worker = Worker(Gate);
        var options = new DetectionOptions();
        using var here = new Detector(Gate, options.For(Gate.Manifest, 1));
        var files = GoldenSet.Load().Files;
        var looks = await worker.LookAsync(Golden(), Stop);
        Assert.Equal(files.Count, looks.Count);
        foreach (var (file, look) in files.Zip(looks))
        {
            var expected = here.Detect(File.ReadAllBytes(file));
            Assert.Equal((expected.Failure, expected.Width, expected.Height, expected.Truncated), (look.Failure, look.Width, look.Height, look.Truncated));
            Assert.Equal(expected.Detections, look.Detections);
        }
        Assert.Equal(looks[0].Detections, (await worker.LookAsync(File.ReadAllBytes(files[0]), Stop)).Detections); // as bytes
        Assert.NotEqual(Environment.ProcessId, worker.ProcessId);
        Assert.True(worker.Held.Most > 10_000_000);
    }

    [Fact]
    public async Task What_is_no_picture_is_a_failure_of_its_own_and_harms_no_other()
    {
        using var worker = Worker(Gate);
        var text = Path.Combine(folder, "text.jpg");
        await File.WriteAllTextAsync(text, "no picture", Stop);
        var looks = await worker.LookAsync([text, Path.Combine(folder, "not-there.jpg"), Array.Empty<byte>(), folder, Golden()[0]], Stop);
        Assert.Equal([ImageFailure.NotAnImage, ImageFailure.Unreadable, ImageFailure.Empty, ImageFailure.Unreadable, null], looks.Select(l => l.Failure));
        Assert.Empty(await worker.LookAsync([], Stop));
    }

    [Fact]
    public async Task A_worker_that_is_killed_in_the_middle_is_started_again_and_every_picture_has_its_look()
    {
        using var worker = Worker(Gate);
        var whole = await worker.LookAsync(Golden(), Stop);
        var first = worker.ProcessId!.Value;
        var looking = worker.LookAsync(Golden(times: 6), Stop);
        using (var process = Process.GetProcessById(first)) process.Kill();
        var looks = await looking;
        Assert.NotEqual(first, worker.ProcessId);
        Assert.Equal(Enumerable.Repeat(whole, 6).SelectMany(l => l).SelectMany(l => l.Detections), looks.SelectMany(l => l.Detections));
        Assert.DoesNotContain(looks, l => l.Failure is not null);
    }

    [Fact]
    public async Task A_picture_at_which_the_worker_dies_each_time_is_named_modelCrashed_and_the_next_is_looked_at()
    {
        using var worker = Worker(Gate);
        await worker.OpenAsync(Stop);
        using var enough = new CancellationTokenSource();
        var killer = Task.Run(() => KillAlways(worker, enough.Token), Stop);
        var large = File.ReadAllBytes(GoldenSet.Load().Files[0]);
        var look = await worker.LookAsync(large, Stop);
        while (look.Failure is null) look = await worker.LookAsync(large, Stop); // it was quicker than the killer
        await enough.CancelAsync();
        await killer;
        Assert.Equal(ImageFailure.ModelCrashed, look.Failure);
        Assert.Contains("SIGKILL", look.Detail, StringComparison.Ordinal);
        Assert.Null((await worker.LookAsync(large, Stop)).Failure);
    }

    private static void KillAlways(DetectWorker worker, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            try
            {
                if (worker.ProcessId is not { } id) continue;
                using var process = Process.GetProcessById(id);
                process.Kill();
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                // It was dead already.
            }
        }
    }

    [Fact]
    public async Task A_worker_that_hangs_is_ended_after_its_patience_and_the_picture_is_looked_at_by_the_next()
    {
        using var worker = Worker(Gate, new DetectionOptions { PatienceSeconds = 2 });
        await worker.OpenAsync(Stop);
        var hung = worker.ProcessId!.Value;
        using (var stop = Process.Start("kill", ["-STOP", $"{hung}"])) await stop.WaitForExitAsync(Stop);
        Assert.Null((await worker.LookAsync(Golden()[0], Stop)).Failure);
        Assert.NotEqual(hung, worker.ProcessId);
    }

    [Fact]
    public async Task A_picture_that_fills_the_memory_is_named_outOfMemory_and_the_others_have_their_looks()
    {
        var model = Made(Graphs.Hungry(64, megabytes: 6000, new Made("out", [16, 8, 48, 40, 0.8f, 0], 1, 1, 6)));
        using var worker = Worker(model, new DetectionOptions { MemoryMB = 700 });
        var looks = await worker.LookAsync([Grey(20), Grey(255), Grey(30)], Stop);
        Assert.Equal([null, ImageFailure.OutOfMemory, null], looks.Select(l => l.Failure));
        Assert.Contains("700 MB", looks[1].Detail, StringComparison.Ordinal);
        Assert.Single(looks[2].Detections);
    }

    [Fact]
    public async Task Pictures_that_are_too_much_together_are_looked_at_in_smaller_numbers_from_then_on()
    {
        var model = Made(Graphs.Greedy(64, megabytes: 110, new Made("out", [16, 8, 48, 40, 0.8f, 0], 1, 1, 6)));
        using var worker = Worker(model, new DetectionOptions { MemoryMB = 900 });
        await worker.OpenAsync(Stop);
        Assert.Equal(8, worker.Batch);
        PictureAt[] pictures = [.. Enumerable.Range(0, 16).Select(i => (PictureAt)Grey((byte)i))];
        Assert.All(await worker.LookAsync(pictures, Stop), look => Assert.Single(look.Detections));
        Assert.InRange(worker.Batch, 1, 4);
        var process = worker.ProcessId;
        Assert.All(await worker.LookAsync(pictures, Stop), look => Assert.Single(look.Detections));
        Assert.Equal(process, worker.ProcessId); // and nothing has to be looked at twice any more
    }

    [Fact]
    public async Task A_file_that_was_replaced_while_it_ran_is_refused_at_the_next_start_and_taken_once_it_is_whole_again()
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "gate")).FullName, "gate-float.onnx");
        File.Copy(Gate.Path, path);
        using var model = new CloudModel(new CloudSettings { Data = folder, Http = RunningCloud.Address("127.0.0.1:0"), Mqtt = RunningCloud.Address("127.0.0.1:0"), Model = "gate", ModelFolders = [folder] },
            new SpeciesModel(new CloudSettings { Data = folder, Http = RunningCloud.Address("127.0.0.1:0"), Mqtt = RunningCloud.Address("127.0.0.1:0") }, NullLogger<SpeciesModel>.Instance),
            Options.Create(new DetectionOptions()), TimeProvider.System, NullLogger<CloudModel>.Instance);
        Assert.True(await model.TryOpenAsync(Stop));
        var bytes = await File.ReadAllBytesAsync(path, Stop);
        foreach (var (change, says) in new (Action, string)[] { (() => File.WriteAllBytes(path, bytes[..1000]), "SHA-256"), (() => File.Delete(path), "is not there") })
        {
            change();
            Assert.Null((await model.Detector!.LookAsync(Golden()[0], Stop)).Failure); // what runs goes on
            using (var process = Process.GetProcessById(model.Detector.ProcessId!.Value)) process.Kill();
            Assert.Contains(says, (await Assert.ThrowsAsync<ModelRefusedException>(() => model.Detector.LookAsync(Golden()[0], Stop))).Message, StringComparison.Ordinal);
            Assert.False(await model.TryOpenAsync(Stop));
            Assert.NotNull(model.Problem);
            Assert.Null(model.Manifest);
            await File.WriteAllBytesAsync(path, bytes, Stop);
            Assert.True(await model.TryOpenAsync(Stop));
        }
        Assert.Null((await model.Detector!.LookAsync(Golden()[0], Stop)).Failure);
    }

    [Fact]
    public async Task A_graph_that_cannot_even_start_is_refused_with_its_reason()
    {
        using var other = Worker(Made(Graphs.Detector(64, false, false, new Made("out", new float[10], 1, 2, 5))));
        Assert.Contains("Single[1, 2, 5]", (await Assert.ThrowsAsync<ModelRefusedException>(() => other.OpenAsync(Stop))).Message, StringComparison.Ordinal);
        using var cuda = Worker(Gate, new DetectionOptions { Provider = ExecutionProvider.Cuda });
        Assert.Contains("model gate:", (await Assert.ThrowsAsync<ModelRefusedException>(() => cuda.OpenAsync(Stop))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(int.MaxValue)]
    [InlineData(12)]
    public async Task Orders_that_are_none_end_a_worker_and_hang_nothing(int length)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "cloud"), [WorkerCommand.Name]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var head = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(head, length);
        await process.StandardInput.BaseStream.WriteAsync(head, Stop);
        await process.StandardInput.BaseStream.WriteAsync("no message!!"u8.ToArray(), Stop);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Stop);
        Assert.Equal(1, process.ExitCode);
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync(Stop));
    }

    [Fact]
    public async Task A_worker_ends_with_its_cloud()
    {
        var worker = Worker(Gate);
        await worker.OpenAsync(Stop);
        using var process = Process.GetProcessById(worker.ProcessId!.Value);
        worker.Dispose();
        await process.WaitForExitAsync(Stop);
        Assert.True(process.HasExited);
    }

    private LoadedModel Made(byte[] graph)
    {
        var path = Path.Combine(folder, "made.onnx");
        File.WriteAllBytes(path, graph);
        return new LoadedModel(Gate.Manifest with { Name = "made", File = "made.onnx", Sha256 = Ids.Sha256(graph), Int8 = null, Family = OutputFamily.EndToEnd, Profiles = null, Input = new InputSpec { Name = "images", Width = 64, Height = 64, Channels = ChannelOrder.Rgb, White = 1, Letterbox = Letterbox.Stretch, Pad = 114 } }, path);
    }

    private static byte[] Grey(byte value)
    {
        // A BMP of one pixel, which is as large as a model wants it.
        byte[] header = [.. "BM"u8, 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0, .. new byte[24]];
        return [.. header, value, value, value, 0];
    }
}
