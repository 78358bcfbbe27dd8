using System.Diagnostics;
using System.Text;

namespace Lynceus.Torture;

/// <summary>One run of a program, from its start to its end or to its death. What it says goes to a file.</summary>
internal sealed class Life : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Process process;
    private readonly StreamWriter said;
    private readonly Task[] saying;
    private readonly TaskCompletionSource<string> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Life(Process process, string log)
    {
        this.process = process;
        said = new StreamWriter(new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite), Encoding.UTF8) { AutoFlush = true };
        saying = [CopyAsync(process.StandardOutput), CopyAsync(process.StandardError)];
    }

    /// <summary>Ends with the line "ready …" when it is said.</summary>
    public Task<string> Ready => ready.Task;

    public bool IsAlive => !process.HasExited;

    public int Id => process.Id;

    /// <summary>It was killed by SIGKILL, by us or by itself.</summary>
    public bool WasKilled => process.HasExited && process.ExitCode == 137;

    public int Code => process.ExitCode;

    /// <param name="log">What it says is added there.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">More of it.</param>
    public static Life Begin(string log, IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return new Life(Process.Start(start) ?? throw new ToolFailedException($"{command[0]} did not start"), log);
    }

    public async Task KillAsync()
    {
        if (IsAlive) process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Told to stop, as a system does; killed if it does not hear within 30 s.</summary>
    /// <returns>Whether it heard.</returns>
    public async Task<bool> StopAsync()
    {
        if (IsAlive) await Tool.RunAsync("/bin/kill", "-TERM", $"{Id}");
        if (await EndedAsync(TimeSpan.FromSeconds(30))) return true;
        await KillAsync();
        return false;
    }

    /// <summary>Whether it ended within so much time.</summary>
    public async Task<bool> EndedAsync(TimeSpan patience)
    {
        using var end = new CancellationTokenSource(patience);
        await process.WaitForExitAsync(end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return process.HasExited;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await Task.WhenAll(saying);
        await said.DisposeAsync();
        process.Dispose();
    }

    private async Task CopyAsync(StreamReader from)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ready ", StringComparison.Ordinal)) ready.TrySetResult(line);
            lock (gate) said.WriteLine(line);
        }
        ready.TrySetCanceled();
    }
}
