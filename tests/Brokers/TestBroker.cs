using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lynceus;

/// <summary>
/// A real broker as a process of its own, on a free port of loopback, in a folder of its own. It can be killed and started again there, with all that it kept.
/// Where its program is not installed the test skips and says so.
/// </summary>
internal abstract class TestBroker : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    private readonly StringBuilder log = new();
    private Process? process;

    protected TestBroker(string program)
    {
        if (!File.Exists(program)) Assert.Skip($"{program} is not installed");
        Program = program;
    }

    /// <summary>Where clients connect.</summary>
    public int Port { get; } = FreePort();

    /// <summary>The broker's own: settings, certificates, what it keeps. Gone at the end.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("lynceus-broker-").FullName;

    /// <summary>What it said so far.</summary>
    public string Log
    {
        get
        {
            lock (log) return log.ToString();
        }
    }

    protected string Program { get; }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>A file of its own, by name; gives the path.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Starts it, and waits until it takes connections.</summary>
    public async Task StartAsync(CancellationToken stop)
    {
        if (process is { HasExited: false }) throw new InvalidOperationException("it runs already");
        process?.Dispose();
        await BeforeAsync(stop);
        process = Run(Command());
        var began = Stopwatch.GetTimestamp();
        while (!await AnswersAsync(stop))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(began) > Patience) throw new InvalidOperationException($"{Program} does not start:\n{Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, stop);
        }
    }

    /// <summary>SIGKILL, as a power cut: nothing is tidied up.</summary>
    public async Task KillAsync()
    {
        if (process is null) return;
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    /// <summary>Killed, and started again in the same folder at the same port.</summary>
    public async Task RestartAsync(CancellationToken stop)
    {
        await KillAsync();
        await StartAsync(stop);
    }

    /// <summary>Sends a signal, by the number that kill takes: 1 makes Mosquitto read its files again.</summary>
    public async Task SignalAsync(int number, CancellationToken stop)
    {
        using var kill = Process.Start("kill", [$"-{number}", $"{process!.Id}"]);
        await kill.WaitForExitAsync(stop);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await KillAsync();
        process?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    protected abstract ProcessStartInfo Command();

    protected virtual Task BeforeAsync(CancellationToken stop) => Task.CompletedTask;

    protected Process Run(ProcessStartInfo command)
    {
        (command.RedirectStandardOutput, command.RedirectStandardError, command.WorkingDirectory) = (true, true, Folder);
        var started = Process.Start(command)!;
        started.OutputDataReceived += Hear;
        started.ErrorDataReceived += Hear;
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        return started;
    }

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        lock (log) log.AppendLine(line.Data);
    }

    protected virtual async Task<bool> AnswersAsync(CancellationToken stop)
    {
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync(IPAddress.Loopback, Port, stop);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
