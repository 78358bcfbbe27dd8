using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>
/// <c>cloud detect-worker</c>: one model in a process of its own, which the cloud may lose at any time. It reads orders from its standard input and answers
/// on its standard output; when the input ends, so does it.
/// </summary>
internal static class WorkerProgram
{
    /// <summary>A picture of more bytes is not taken over the pipe; <see cref="Picture.MaxBytes"/> holds for files.</summary>
    private const int MostStillBytes = 64 * 1024 * 1024;

    public static async Task<int> RunAsync(CancellationToken cancel)
    {
        OfferToTheKernel();
        await using var orders = Console.OpenStandardInput();
        await using var answers = Console.OpenStandardOutput();
        Console.SetOut(Console.Error); // whoever prints must not print into an answer
        Detector? detector = null;
        try
        {
            while (await WorkerPipe.ReadAsync(orders, WorkerJson.Default.WorkerOrder, cancel) is { } order)
            {
                WorkerAnswer answer;
                if (order.Open is { } model) (detector, answer) = Open(detector, model);
                else if (order.Look is { } pictures && detector is not null) answer = Look(detector, await ReadAsync(orders, pictures, cancel));
                else answer = new WorkerAnswer { Refused = "no model is open" };
                await WorkerPipe.WriteAsync(answers, answer, WorkerJson.Default.WorkerAnswer, [], cancel);
            }
            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return 1; // the cloud is gone
        }
        finally
        {
            detector?.Dispose();
        }
    }

    private static (Detector?, WorkerAnswer) Open(Detector? before, WorkerModel model)
    {
        before?.Dispose();
        try
        {
            var detector = new Detector(ModelCatalog.OpenFile(model.Manifest, model.Variant, model.Path), model.Options);
            return (detector, new WorkerAnswer { Batch = detector.Batch });
        }
        catch (ModelRefusedException e)
        {
            return (null, new WorkerAnswer { Refused = e.Reason });
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or TypeInitializationException)
        {
            return (null, new WorkerAnswer { Refused = $"{model.Options.Provider} cannot be used by this program: {e.GetBaseException().Message}" });
        }
    }

    /// <summary>The pictures' bytes; null for a file that is opened only when its turn comes.</summary>
    private static async Task<List<(string? File, byte[]? Bytes)>> ReadAsync(Stream orders, IReadOnlyList<WorkerPicture> pictures, CancellationToken cancel)
    {
        List<(string?, byte[]?)> read = [];
        foreach (var picture in pictures)
        {
            if (picture.Bytes is < 0 or > MostStillBytes) throw new IOException($"a still of {picture.Bytes} bytes; at most {MostStillBytes} are taken");
            byte[]? bytes = picture.File is null ? new byte[picture.Bytes] : null;
            if (bytes is not null) await orders.ReadExactlyAsync(bytes, cancel);
            read.Add((picture.File, bytes));
        }
        return read;
    }

    private static WorkerAnswer Look(Detector detector, List<(string? File, byte[]? Bytes)> pictures)
    {
        var failed = new Dictionary<int, Look>();
        var looks = detector.Detect(pictures.Count, i => pictures[i].Bytes is { } bytes ? bytes : FromDisk(pictures[i].File!, i, failed));
        return new WorkerAnswer { Batch = detector.Batch, Looks = [.. looks.Select((look, i) => WorkerLook.From(failed.GetValueOrDefault(i, look), detector.Model))] };
    }

    private static ReadOnlyMemory<byte> FromDisk(string path, int index, Dictionary<int, Look> failed)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length <= Picture.MaxBytes) return File.ReadAllBytes(path);
            failed[index] = new Look { Failure = ImageFailure.TooManyBytes, Detail = $"{length} bytes; at most {Picture.MaxBytes} are taken" };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failed[index] = new Look { Failure = ImageFailure.Unreadable, Detail = e.Message };
        }
        return ReadOnlyMemory<byte>.Empty;
    }

    /// <summary>If the machine runs out of memory, the kernel is to take this process and not the cloud's.</summary>
    private static void OfferToTheKernel()
    {
        const string Score = "/proc/self/oom_score_adj";
        try
        {
            if (File.Exists(Score)) File.WriteAllText(Score, "900");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{Score}: {e.Message}"); // a container may forbid it; the limit of the cloud still holds
        }
    }
}
