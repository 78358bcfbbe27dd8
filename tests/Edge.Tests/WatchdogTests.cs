using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Lynceus.Edge.Tests;

public sealed class WatchdogTests : IDisposable
{
    private readonly string folder = Some.Folder();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("20000000", null, 10.0)]
    [InlineData("20000000", "42", 10.0)]
    [InlineData("20000000", "43", null)]
    [InlineData("0", null, null)]
    [InlineData("-5", null, null)]
    [InlineData("soon", null, null)]
    [InlineData("99999999999999999999", null, null)]
    [InlineData(null, null, null)]
    public void Half_of_systemds_limit_is_kept_where_it_is_meant_for_us(string? usec, string? pid, double? seconds)
        => Assert.Equal(seconds, WatchdogLimit.Parse(usec, pid, 42).Half?.TotalSeconds);

    [Fact]
    public async Task While_all_loops_move_the_watchdog_is_fed_and_when_one_stops_it_is_not_and_the_log_names_it()
    {
        var (time, liveness, systemd, log) = (new FakeTimeProvider(), new Liveness(), new HeardBySystemd(), new ListLog<Watchdog>());
        using var watchdog = new Watchdog(new WatchdogLimit(TimeSpan.FromSeconds(10)), liveness, systemd, time, log);
        liveness.Enter("capture");
        liveness.Enter("uplink");
        await watchdog.StartAsync(Stop);
        async Task Pass(int seconds, params string[] moving)
        {
            for (var i = 0; i < seconds; i++)
            {
                foreach (var loop in moving) liveness.Moved(loop);
                time.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(3, Stop);
            }
        }
        await Pass(200, "capture", "uplink");
        Assert.InRange(systemd.Pings, 15, 22);
        await Pass(90, "capture");
        var fed = systemd.Pings;
        await Pass(200, "capture");
        Assert.Equal(fed, systemd.Pings);
        Assert.Single(log.Lines, l => l.Level == LogLevel.Critical && l.Text.StartsWith("Stuck: uplink.", StringComparison.Ordinal));
        await Pass(100, "capture", "uplink");
        Assert.True(systemd.Pings > fed + 3);
        await watchdog.StopAsync(Stop);
    }

    [Fact]
    public async Task A_loop_that_left_on_purpose_is_not_missed()
    {
        var (time, liveness, systemd) = (new FakeTimeProvider(), new Liveness(), new HeardBySystemd());
        using var watchdog = new Watchdog(new WatchdogLimit(TimeSpan.FromSeconds(10)), liveness, systemd, time, new ListLog<Watchdog>());
        liveness.Enter("trigger");
        liveness.Leave("trigger");
        await watchdog.StartAsync(Stop);
        for (var i = 0; i < 200; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(3, Stop);
        }
        Assert.InRange(systemd.Pings, 15, 22);
        await watchdog.StopAsync(Stop);
    }

    [Fact]
    public async Task Where_nobody_watches_nothing_is_said()
    {
        var systemd = new HeardBySystemd();
        using var watchdog = new Watchdog(new WatchdogLimit((TimeSpan?)null), new Liveness(), systemd, TimeProvider.System, new ListLog<Watchdog>());
        await watchdog.StartAsync(Stop);
        await watchdog.ExecuteTask!;
        Assert.Empty(systemd.All);
    }

    [Fact]
    public async Task The_real_hub_says_that_it_is_ready_and_feeds_the_watchdog_while_it_works()
    {
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var path = Path.Combine(folder, "notify");
        systemd.Bind(new UnixDomainSocketEndPoint(path));
        var watched = Directory.CreateDirectory(Path.Combine(folder, "ftp")).FullName;
        // systemd tells a service its own number before the program begins; only a shell can do that here.
        string[] run = ["run", "--hub", "h1", "--cloud", "mqtt://127.0.0.1:1", "--data", Path.Combine(folder, "data"), "--watch", watched];
        var start = new ProcessStartInfo("/bin/sh", ["-c", "WATCHDOG_PID=$$ exec \"$0\" \"$@\"", TrialProcess.OwnProgram, .. run]) { RedirectStandardError = true };
        (start.Environment["NOTIFY_SOCKET"], start.Environment["WATCHDOG_USEC"]) = (path, "1000000");
        var home = Directory.CreateDirectory(Path.Combine(folder, "home")).FullName;
        start.Environment["HOME"] = home;
        using var hub = Process.Start(start)!;
        var errors = hub.StandardError.ReadToEndAsync(Stop);
        try
        {
            var heard = new List<string>();
            var message = new byte[4096];
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            patience.CancelAfter(TimeSpan.FromMinutes(3));
            while (!heard.Contains("READY=1") || heard.Count(h => h == "WATCHDOG=1") < 5)
                heard.Add(Encoding.UTF8.GetString(message, 0, await systemd.ReceiveAsync(message, patience.Token)));
            using var kill = Process.Start("kill", ["-TERM", $"{hub.Id}"]);
            await hub.WaitForExitAsync(patience.Token);
            Assert.Equal(0, hub.ExitCode);
            Assert.Empty(Directory.EnumerateFiles(home, "*", SearchOption.AllDirectories)); // neither it nor ONNX Runtime writes anywhere but into its data folder
        }
        finally
        {
            if (!hub.HasExited) hub.Kill();
            TestContext.Current.TestOutputHelper?.WriteLine(await errors);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
