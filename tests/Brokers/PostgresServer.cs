using System.Diagnostics;

namespace Lynceus;

/// <summary>
/// PostgreSQL: no broker, but it starts, is killed and comes back as one. The user <c>postgres</c> of loopback is let in as who he says he is;
/// all others need a password. Nothing is synced: a test kills processes, not the machine.
/// </summary>
internal sealed class PostgresServer(bool durable = false) : TestBroker(Installed("postgres"))
{
    private string Rows => Path.Combine(Folder, "rows");

    /// <summary>The newest that Debian's packages have put here.</summary>
    private static string Installed(string program)
        => Directory.Exists("/usr/lib/postgresql")
            ? Path.Combine(Directory.EnumerateDirectories("/usr/lib/postgresql").OrderByDescending(d => double.TryParse(Path.GetFileName(d), out var n) ? n : 0).First(), "bin", program)
            : $"/usr/lib/postgresql/*/bin/{program}";

    protected override ProcessStartInfo Command()
        => As(Program, "-D", Rows, "-p", $"{Port}", "-k", Folder, "-c", "listen_addresses=127.0.0.1", "-c", $"fsync={(durable ? "on" : "off")}", "-c", "max_connections=200");

    protected override async Task BeforeAsync(CancellationToken stop)
    {
        // It will not start beside what is left of itself.
        while (IsAlive()) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stop);
        if (Directory.Exists(Rows)) return;
        if (Environment.UserName == "root") await EndAsync(new ProcessStartInfo("chown", ["postgres", Folder]), stop);
        await EndAsync(As(Installed("initdb"), "-D", Rows, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"), stop);
        await File.WriteAllTextAsync(Path.Combine(Rows, "pg_hba.conf"), "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n", stop);
    }

    protected override async Task<bool> AnswersAsync(CancellationToken stop)
    {
        if (!await base.AnswersAsync(stop)) return false;
        using var ready = Process.Start(new ProcessStartInfo(Installed("pg_isready"), ["-q", "-h", "127.0.0.1", "-p", $"{Port}"]))!;
        await ready.WaitForExitAsync(stop);
        return ready.ExitCode == 0;
    }

    public override async ValueTask DisposeAsync()
    {
        await KillAsync();
        while (IsAlive()) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        await base.DisposeAsync();
    }

    // Every process of a server works in its folder.
    private bool IsAlive()
        => Directory.EnumerateDirectories("/proc").Any(p => char.IsAsciiDigit(Path.GetFileName(p)[0]) && WorksIn(p) == Rows);

    private static string? WorksIn(string process)
    {
        try
        {
            return Directory.ResolveLinkTarget(Path.Combine(process, "cwd"), returnFinalTarget: false)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // gone, or another user's
        }
    }

    private async Task EndAsync(ProcessStartInfo command, CancellationToken stop)
    {
        using var process = Run(command);
        await process.WaitForExitAsync(stop);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{command.FileName} failed:\n{Log}");
    }

    // PostgreSQL refuses to run as root. No other program stands between, so that a kill is a kill.
    private static ProcessStartInfo As(string program, params string[] arguments)
        => Environment.UserName == "root" ? new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--", program, .. arguments]) : new ProcessStartInfo(program, arguments);
}
