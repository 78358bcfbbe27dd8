using Lynceus.Contracts;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>A picture to look at: a file, or bytes.</summary>
internal readonly record struct PictureAt(string? File, ReadOnlyMemory<byte> Bytes)
{
    public static implicit operator PictureAt(string file) => new(file, default);

    public static implicit operator PictureAt(byte[] bytes) => new(File: null, bytes);
}

/// <summary>
/// One model in a process of its own. A crash, a hang or too much memory there ends that process and nothing else: it is started again, and pictures that were
/// looked at together are looked at alone; if it was memory, in smaller numbers first, and so from then on. A picture that ends it twice while it is looked at alone is a failed look, so one that was only near is never blamed.
/// </summary>
internal sealed partial class DetectWorker(LoadedModel model, DetectionOptions options, int threads, TimeProvider time, ILogger log) : IDisposable
{
    private const int Strikes = 2;

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly Backoff backoff = new(Random.Shared, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30));
    private WorkerProcess? process;
    private int most = options.Batch;

    public ModelManifest Model => model.Manifest;

    /// <summary>Pictures that one run of the model takes.</summary>
    public int Batch { get; private set; } = 1;

    /// <summary>Its file was refused when the process had to be started again: it must be opened anew.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Of the live process; null while there is none.</summary>
    public int? ProcessId => process?.Id;

    /// <summary>Seconds of a processor that all looks so far took in the process; 0 where nobody can tell.</summary>
    public double ProcessorSeconds { get; private set; }

    /// <summary>The process's memory after the last look, and the most it was seen to hold, bytes.</summary>
    public (long Now, long Most) Held => (process?.Held ?? 0, process?.MostHeld ?? 0);

    /// <summary>Starts the process and opens the model. Throws <see cref="ModelRefusedException"/> with the reason.</summary>
    public async Task OpenAsync(CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            await ReadyAsync(cancel);
        }
        catch (WorkerEndedException e)
        {
            throw Refused(e.Message);
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task<Look> LookAsync(PictureAt picture, CancellationToken cancel) => (await LookAsync([picture], cancel))[0];

    /// <summary>One look for each, in their order. Throws <see cref="ModelRefusedException"/> if the model's file is not what it was and the process had to be started again.</summary>
    public async Task<IReadOnlyList<Look>> LookAsync(IReadOnlyList<PictureAt> pictures, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            var looks = new List<Look>(pictures.Count);
            foreach (var some in pictures.Chunk(64))
            {
                if (some.Length > 1 && await TogetherAsync(some, cancel) is { } together) looks.AddRange(together);
                else foreach (var picture in some) looks.Add(await AloneAsync(picture, cancel));
            }
            return looks;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Null if one of them may be what ended the process.</summary>
    private async Task<IReadOnlyList<Look>?> TogetherAsync(PictureAt[] pictures, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await AskAsync(pictures, cancel);
            }
            catch (WorkerEndedException e)
            {
                await AfterAsync(e, cancel);
                if (e.Failure != ImageFailure.OutOfMemory || Batch == 1) return null;
                (Batch, most) = (Batch / 2, Batch / 2);
                Fewer(Model.Name, most);
            }
        }
    }

    private async Task<Look> AloneAsync(PictureAt picture, CancellationToken cancel)
    {
        for (var strikes = 1; ; strikes++)
        {
            try
            {
                return (await AskAsync([picture], cancel))[0];
            }
            catch (WorkerEndedException e)
            {
                await AfterAsync(e, cancel);
                if (strikes == Strikes) return new Look { Failure = e.Failure, Detail = e.Message };
            }
        }
    }

    private async Task<IReadOnlyList<Look>> AskAsync(PictureAt[] pictures, CancellationToken cancel)
    {
        var live = await ReadyAsync(cancel);
        var order = new WorkerOrder { Look = [.. pictures.Select(p => new WorkerPicture(p.File, p.Bytes.Length))] };
        var before = ProcessorTime.Of(live.Id);
        var answer = await live.AskAsync(order, [.. pictures.Where(p => p.File is null).Select(p => p.Bytes)], options.PatienceSeconds * pictures.Length * TimeSpan.FromSeconds(1), cancel);
        ProcessorSeconds += (ProcessorTime.Of(live.Id) - before) ?? 0;
        var looks = answer.Looks?.Select(l => l.To(Model)).OfType<Look>().ToList();
        if (looks is null || looks.Count != pictures.Length) throw new WorkerEndedException(ImageFailure.ModelCrashed, answer.Refused ?? "the model's process gave another number of looks than of pictures");
        backoff.Succeeded();
        return looks;
    }

    private async Task AfterAsync(WorkerEndedException e, CancellationToken cancel)
    {
        process?.Dispose();
        process = null;
        var wait = backoff.Next();
        Ended(Model.Name, e.Message, wait.TotalSeconds);
        await Task.Delay(wait, time, cancel);
    }

    /// <summary>The live process with the model open in it.</summary>
    private async Task<WorkerProcess> ReadyAsync(CancellationToken cancel)
    {
        if (process is not null) return process;
        WorkerProcess? started = null;
        try
        {
            started = WorkerProcess.Start(options.MemoryMB, time);
            var order = new WorkerOrder { Open = new WorkerModel(Model, model.Path, model.Variant, options.For(Model, threads) with { Batch = most }) };
            var answer = await started.AskAsync(order, [], TimeSpan.FromSeconds(Math.Max(60, options.PatienceSeconds)), cancel);
            if (answer.Refused is { } reason) throw Refused(reason);
            Batch = answer.Batch;
            (process, started) = (started, null);
            return process;
        }
        finally
        {
            started?.Dispose();
        }
    }

    private ModelRefusedException Refused(string reason)
    {
        IsRefused = true;
        return new ModelRefusedException(Model.Name, reason);
    }

    public void Dispose()
    {
        process?.Dispose();
        turn.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Model {Model} looks at {Batch} pictures together from now on: more take more memory than is given to it")]
    private partial void Fewer(string model, int batch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The process of model {Model} is started again in {Seconds:0.0} s: {Reason}")]
    private partial void Ended(string model, string reason, double seconds);
}
