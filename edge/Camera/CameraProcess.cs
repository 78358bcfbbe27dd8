using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Lynceus.Edge;

/// <summary>
/// A camera's process. Its stdout and stderr are read by threads of their own, since reads of pipes block. When it is ended it is asked first, and then it and all that it
/// started are killed. If the hub itself is killed, its end of the pipes is gone and the process ends at its next picture; nothing else holds that end.
/// </summary>
internal sealed partial class CameraProcess : IDisposable
{
    private const int Terminate = 15, Kill = 9;
    private const int StackBytes = 256 * 1024;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private readonly Process process;
    private readonly TimeProvider time;
    private readonly LastWords errors = new();
    private readonly TaskCompletionSource read = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CameraProcess(Process process, TimeProvider time) => (this.process, this.time) = (process, time);

    public int Id => process.Id;

    /// <summary>Completes when its stdout has ended.</summary>
    public Task Read => read.Task;

    /// <summary>Throws <see cref="System.ComponentModel.Win32Exception"/> if there is no such program.</summary>
    public static CameraProcess Start(CameraCommand command, TimeProvider time, Action<ReadOnlySpan<byte>> take)
    {
        // What it reads is not the hub's terminal.
        var start = new ProcessStartInfo(command.Program, command.Arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        var camera = new CameraProcess(Process.Start(start)!, time);
        new Thread(() => camera.ReadOutput(take), StackBytes) { IsBackground = true, Name = "camera" }.Start();
        new Thread(camera.ReadErrors, StackBytes) { IsBackground = true, Name = "camera's stderr" }.Start();
        return camera;
    }

    /// <summary>How it ended, and what it said last; null if it has not.</summary>
    public async Task<string?> EndedAsync()
    {
        try
        {
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(Grace, time);
        }
        catch (TimeoutException)
        {
            return null;
        }
        var how = process.ExitCode is > 128 and < 128 + 65 ? $"was ended by signal {process.ExitCode - 128}" : $"ended with exit code {process.ExitCode}";
        return errors.Last is { } last ? $"{how}: {last}" : how;
    }

    /// <summary>What it said last; null if nothing.</summary>
    public string? LastWords => errors.Last;

    /// <summary>Ends it and all that it started.</summary>
    public async Task EndAsync()
    {
        var family = Family(process.Id);
        if (!process.HasExited)
        {
            _ = Signal(process.Id, Terminate);
            await EndedAsync();
        }
        // Who ignored it, and who was left behind by its parent.
        foreach (var (id, started) in family)
        {
            if (StartOf(id) == started) _ = Signal(id, Kill);
        }
        await EndedAsync();
        // What kept the pipe open is gone.
        await Task.WhenAny(Read, Task.Delay(Grace, time));
    }

    public void Dispose()
    {
        process.StandardInput.Dispose();
        process.Dispose();
    }

    private void ReadOutput(Action<ReadOnlySpan<byte>> take)
    {
        var bytes = new byte[64 * 1024];
        try
        {
            var output = process.StandardOutput.BaseStream;
            while (output.Read(bytes) is > 0 and var n) take(bytes.AsSpan(0, n));
            read.TrySetResult();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            read.TrySetResult();
        }
        catch (Exception e)
        {
            read.TrySetException(e);
        }
    }

    private void ReadErrors()
    {
        var bytes = new byte[1024];
        try
        {
            var output = process.StandardError.BaseStream;
            while (output.Read(bytes) is > 0 and var n) errors.Add(bytes.AsSpan(0, n));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    /// <summary>A process and all below it, with the times at which they started: an id may be another's soon.</summary>
    private static List<(int Id, string? Started)> Family(int root)
    {
        var parents = new List<(int Id, int Parent)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Stat(id) is { Length: > 1 } stat
                && int.TryParse(stat[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parent)) parents.Add((id, parent));
        }
        var family = new List<int> { root };
        for (var i = 0; i < family.Count; i++) family.AddRange(parents.Where(p => p.Parent == family[i] && !family.Contains(p.Id)).Select(p => p.Id));
        return [.. family.Select(id => (id, StartOf(id))).Where(p => p.Item2 is not null)];
    }

    private static string? StartOf(int id) => Stat(id) is { Length: > 19 } stat ? stat[19] : null;

    /// <summary>The fields of /proc/PID/stat from the third on; the second, the name, may have anything in it.</summary>
    private static string[]? Stat(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Signal(int process, int signal);
}

/// <summary>The end of what a process says on stderr, however much that is.</summary>
internal sealed class LastWords
{
    private const int Most = 1024, MostShown = 200;
    private readonly byte[] bytes = new byte[Most];
    private readonly Lock gate = new();
    private int count;

    /// <summary>The last line that says something, without control characters.</summary>
    public string? Last
    {
        get
        {
            string text;
            lock (gate) text = Encoding.UTF8.GetString(bytes, 0, count);
            var line = text.Split((char[])['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
            if (line is null) return null;
            line = string.Concat(line.Where(c => !char.IsControl(c)));
            return line.Length <= MostShown ? line : line[..MostShown];
        }
    }

    public void Add(ReadOnlySpan<byte> said)
    {
        lock (gate)
        {
            if (said.Length > Most) said = said[^Most..];
            var stays = Math.Min(count, Most - said.Length);
            bytes.AsSpan(count - stays, stays).CopyTo(bytes);
            said.CopyTo(bytes.AsSpan(stays));
            count = stays + said.Length;
        }
    }
}
