using System.ComponentModel;
using System.Diagnostics;
using Lynceus.Vision;

namespace Lynceus.Cloud;

/// <summary>A worker that ended before it had answered.</summary>
internal sealed class WorkerEndedException(ImageFailure failure, string detail) : Exception(detail)
{
    /// <summary><see cref="ImageFailure.ModelCrashed"/> or <see cref="ImageFailure.OutOfMemory"/>.</summary>
    public ImageFailure Failure { get; } = failure;
}

/// <summary>One live <c>cloud detect-worker</c>. One order at a time; after an order that was not answered it is ended.</summary>
internal sealed class WorkerProcess : IDisposable
{
    /// <summary>A graph that fills memory does so with a few GB a second.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    private readonly Process process;
    private readonly long mostBytes;
    private readonly TimeProvider time;

    // Of what the machine or its container has, the rest of the cloud needs some too; and who is ended by the kernel cannot say why.
    private WorkerProcess(Process process, long mostBytes, TimeProvider time)
        => (this.process, this.mostBytes, this.time) = (process, Math.Min(mostBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3), time);

    public int Id => process.Id;

    /// <summary>Its memory at the end of the last order, and the most it was seen to hold, bytes.</summary>
    public long Held { get; private set; }
    public long MostHeld { get; private set; }

    /// <summary>Throws <see cref="WorkerEndedException"/> if the program cannot be started.</summary>
    public static WorkerProcess Start(int memoryMB, TimeProvider time)
    {
        var start = new ProcessStartInfo(Program()) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false, ArgumentList = { WorkerCommand.Name } };
        start.Environment["DOTNET_gcServer"] = "0"; // a heap for each processor is for servers
        start.Environment["DOTNET_TieredPGO"] = "0";
        try
        {
            return new WorkerProcess(Process.Start(start)!, memoryMB * 1024L * 1024, time);
        }
        catch (Win32Exception e)
        {
            throw new WorkerEndedException(ImageFailure.ModelCrashed, $"{start.FileName} cannot be started: {e.Message}");
        }
    }

    /// <summary>This program; where the cloud runs inside another one, as in tests, the program beside it.</summary>
    private static string Program()
        => Environment.ProcessPath is { } own && string.Equals(Path.GetFileNameWithoutExtension(own), "cloud", StringComparison.Ordinal)
            ? own
            : Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "cloud.exe" : "cloud");

    /// <summary>Throws <see cref="WorkerEndedException"/> if there is no answer; the process is then gone.</summary>
    public async Task<WorkerAnswer> AskAsync(WorkerOrder order, IReadOnlyList<ReadOnlyMemory<byte>> pictures, TimeSpan patience, CancellationToken cancel)
    {
        var asked = time.GetTimestamp();
        var answer = TalkAsync(order, pictures, cancel);
        try
        {
            while (await Task.WhenAny(answer, Task.Delay(Glance, time, cancel)) != answer)
            {
                cancel.ThrowIfCancellationRequested();
                Weigh();
                if (Held > mostBytes) throw Ended(ImageFailure.OutOfMemory, $"the model held {Held / 1024 / 1024} MB; at most {mostBytes / 1024 / 1024} MB are given to it ({DetectionOptions.Section}:MemoryMB)");
                if (time.GetElapsedTime(asked) > patience) throw Ended(ImageFailure.ModelCrashed, $"the model gave no answer within {patience.TotalSeconds:0} s ({DetectionOptions.Section}:PatienceSeconds)");
            }
            var given = await answer ?? throw Ended(ImageFailure.ModelCrashed, "");
            Weigh();
            return given;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw Ended(ImageFailure.ModelCrashed, e is InvalidDataException ? e.Message : "");
        }
        catch
        {
            Kill(); // what comes now would be taken for the next answer
            throw;
        }
        finally
        {
            _ = answer.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default); // its end is told above
        }
    }

    private async Task<WorkerAnswer?> TalkAsync(WorkerOrder order, IReadOnlyList<ReadOnlyMemory<byte>> pictures, CancellationToken cancel)
    {
        await WorkerPipe.WriteAsync(process.StandardInput.BaseStream, order, WorkerJson.Default.WorkerOrder, pictures, cancel);
        return await WorkerPipe.ReadAsync(process.StandardOutput.BaseStream, WorkerJson.Default.WorkerAnswer, cancel);
    }

    private void Weigh()
    {
        process.Refresh();
        Held = process.HasExited ? 0 : process.WorkingSet64;
        MostHeld = Math.Max(MostHeld, Held);
    }

    private WorkerEndedException Ended(ImageFailure failure, string why)
    {
        if (why.Length == 0) process.WaitForExit(TimeSpan.FromSeconds(5)); // its pipe closes a little before it is gone
        var code = process.HasExited ? process.ExitCode : (int?)null;
        Kill();
        return new WorkerEndedException(failure, why.Length > 0 ? why : Words(code));
    }

    /// <summary>128 and a signal's number is what .NET gives for a process that a signal ended.</summary>
    private static string Words(int? code) => code switch
    {
        137 => "the model's process was killed (SIGKILL); so does a system that has no memory left",
        139 => "the model's process died of a memory fault (SIGSEGV)",
        134 => "the model's process gave up (SIGABRT)",
        null => "the model's process closed its answers",
        _ => $"the model's process ended with {code}",
    };

    private void Kill()
    {
        try
        {
            process.Kill();
            process.WaitForExit(TimeSpan.FromSeconds(5));
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
    }
}
