using System.Diagnostics;
using System.Globalization;

namespace Lynceus.Journey.Tests;

/// <summary>From the checkout to a hub: <c>./deploy.sh hub</c>, against a machine with a real ssh server that is made for the test.</summary>
public sealed class InstallTests : IDisposable
{
    private static readonly string Root = Programs.Root;
    private readonly string folder = Programs.Folder();
    private readonly int port = Programs.FreePort();
    private Process? machine;

    private Task<Ended> Deploy(string[] arguments, int seconds = 600)
        => Programs.RunAsync("bash", ["-c", $"cd '{Root}' && exec ./deploy.sh \"$@\"", "deploy", .. arguments], new Dictionary<string, string> { ["LYNCEUS_SSH"] = Ssh }, seconds);

    private string Ssh => $"ssh -p {port} -i {folder}/user -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=20";

    private Task<Ended> OnMachine(string command) => Programs.RunAsync("bash", ["-c", $"exec {Ssh} root@127.0.0.1 \"$1\"", "ssh", command], seconds: 120);

    [Fact]
    public async Task A_dry_run_prints_each_step_and_does_none()
    {
        var before = Directory.Exists(Path.Combine(Root, "artifacts", "hub")) ? Directory.GetFileSystemEntries(Path.Combine(Root, "artifacts", "hub")) : [];
        var dry = await Deploy(["hub", "--host", "pi@valley.invalid", "--dry-run"]);
        Assert.Equal(0, dry.Code);
        foreach (var step in new[] { "uname -m", "dotnet publish edge", "linux-arm64", "rsync", "pi@valley.invalid:lynceus-package/", "install.sh", "doctor.sh" })
            Assert.Contains(step, dry.Errors, StringComparison.Ordinal);
        Assert.All(dry.Errors.Trim().Split('\n'), line => Assert.StartsWith("+ ", line, StringComparison.Ordinal));
        Assert.Equal(before, Directory.Exists(Path.Combine(Root, "artifacts", "hub")) ? Directory.GetFileSystemEntries(Path.Combine(Root, "artifacts", "hub")) : []);
    }

    [Theory]
    [InlineData("hub does not know", "hub", "--hots", "pi@valley")]
    [InlineData("no package for", "hub", "--arch", "armv6")]
    [InlineData("--rollback needs --host", "hub", "--rollback")]
    [InlineData("is no address", "hub", "--host", "-oProxyCommand=touch x")]
    public async Task What_cannot_be_done_is_said_in_one_line(string said, params string[] arguments)
    {
        var ended = await Deploy(arguments);
        Assert.Equal(1, ended.Code);
        Assert.Contains(said, ended.Errors, StringComparison.Ordinal);
        Assert.Single(ended.Errors.Trim().Split('\n'));
    }

    [Fact]
    public async Task The_unit_is_closed_to_all_that_a_hub_does_not_need()
    {
        Assert.SkipUnless(Programs.IsInstalled("systemd-analyze"), "systemd-analyze is not here");
        var judged = await Programs.RunAsync("systemd-analyze", ["security", "--offline=true", "--no-pager", Path.Combine(Root, "edge", "install", "lynceus-edge.service")]);
        Assert.Contains("Overall exposure level", judged.Output, StringComparison.Ordinal);
        var level = judged.Output.Trim().Split('\n')[^1].Split(": ")[1].Split(' ')[0];
        Assert.InRange(double.Parse(level, CultureInfo.InvariantCulture), 0, 3);
    }

    [Fact]
    public async Task The_package_for_a_64_bit_Raspberry_Pi_is_at_most_120_MB_and_starts_under_emulation()
    {
        var made = await Deploy(["hub", "--arch", "arm64"]);
        Assert.True(made.Code == 0, made.Errors);
        var package = Path.Combine(Root, made.Output.Trim()[..^".tar.gz".Length]);
        var bytes = new DirectoryInfo(package).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
        Assert.InRange(bytes, 30_000_000, 120_000_000);
        Assert.True(File.Exists(Path.Combine(package, "install", "install.sh")));
        Assert.SkipUnless(Programs.IsInstalled("qemu-aarch64-static"), $"{bytes / 1_000_000} MB; not started, since qemu-user-static is not here");
        var system = await Arm64SystemAsync();
        Assert.SkipWhen(system is null, $"{bytes / 1_000_000} MB; not started, since Debian's arm64 libraries could not be fetched");
        Task<Ended> Emulated(params string[] arguments) => Programs.RunAsync("qemu-aarch64-static", ["-L", system!, Path.Combine(package, "edge"), .. arguments], seconds: 300);
        Assert.StartsWith("0.1.0", (await Emulated("--version")).Output, StringComparison.Ordinal);
        var models = await Emulated("models");
        Assert.True(models.Output.Contains("gate ", StringComparison.Ordinal), models.Errors);
        // The runtime, settings, hashing and the catalog run; ONNX Runtime may not under this emulator, and then that much is not shown here.
        var looked = await Emulated("doctor", "models", "--trial-seconds", "240");
        TestContext.Current.TestOutputHelper?.WriteLine(looked.Code == 0 ? "The gate's model ran under emulation as well." : $"Skipped: the gate's model under emulation (exit code {looked.Code}): {looked.Errors.Trim().Split('\n')[^1]}");
    }

    /// <summary>Debian's libraries for arm64, unpacked in a folder; nothing is installed. Null if they cannot be had.</summary>
    private async Task<string?> Arm64SystemAsync()
    {
        var place = Path.Combine(folder, "arm64");
        var fetched = await Programs.RunAsync("bash", ["-c", """
            set -e
            mkdir -p "$0"/state/lists/partial "$0"/cache/archives/partial "$0"/root && cd "$0" && touch state/status
            apt() { apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::State="$PWD/state" -o Dir::State::status="$PWD/state/status" -o Dir::Cache="$PWD/cache" -o APT::Sandbox::User=root "$@"; }
            apt update
            apt download libc6 libgcc-s1 libstdc++6 zlib1g libssl3 || apt download libc6 libgcc-s1 libstdc++6 zlib1g libssl3t64
            for package in *.deb; do dpkg-deb -x "$package" root; done
            """, place], seconds: 300);
        return fetched.Code == 0 ? Path.Combine(place, "root") : null;
    }

    [Fact]
    public async Task A_hub_is_installed_by_ssh_kept_beside_the_version_before_and_rolled_back()
    {
        await StartMachineAsync();
        var first = await Deploy(["hub", "--host", "root@127.0.0.1"]);
        // The doctor ends it, and on this machine without camera and pins it finds faults; what counts is that it was asked, on the hub, with the hub's settings.
        Assert.Contains("Installed 0.1.0", first.Errors, StringComparison.Ordinal);
        Assert.Matches("(green|yellow|red) +card", first.Output);
        var here = await OnMachine("readlink /opt/lynceus/current; id lynceus; stat -c '%a %U' /etc/lynceus/edge.env; cat /opt/systemctl.log; ls /etc/udev/rules.d");
        foreach (var sign in new[] { "versions/0.1.0", "gid=", "600 root", "systemctl enable lynceus-edge", "systemctl restart lynceus-edge", "60-lynceus.rules" })
            Assert.Contains(sign, here.Output, StringComparison.Ordinal);

        // What the station has set up outlives the next version; a version that does not start is not kept.
        await OnMachine("echo '{ \"Hub\": { \"Name\": \"mine\" } }' >/etc/lynceus/settings.json");
        var second = await OnMachine("cp -a lynceus-package second && echo 2.0 >second/VERSION && second/install/install.sh && readlink /opt/lynceus/current /opt/lynceus/previous && cat /etc/lynceus/settings.json");
        Assert.True(second.Code == 0, second.Errors);
        Assert.StartsWith("versions/2.0\nversions/0.1.0", second.Output, StringComparison.Ordinal);
        Assert.Contains("mine", second.Output, StringComparison.Ordinal);
        var broken = await OnMachine("cp -a second broken && echo 3.0 >broken/VERSION && printf '#!/bin/sh\\nexit 1\\n' >broken/edge && broken/install/install.sh; echo $?; readlink /opt/lynceus/current; ls /opt/lynceus/versions");
        Assert.StartsWith("1\nversions/2.0\n", broken.Output, StringComparison.Ordinal);
        Assert.Contains("Went back to 2.0", broken.Errors, StringComparison.Ordinal);

        // By hand it goes back as well, and two versions stay.
        var third = await OnMachine("echo 4.0 >second/VERSION && second/install/install.sh && ls /opt/lynceus/versions");
        Assert.Equal("2.0\n4.0\n", third.Output);
        var back = await Deploy(["hub", "--host", "root@127.0.0.1", "--rollback"]);
        Assert.Contains("Went back to 2.0", back.Errors, StringComparison.Ordinal);
        Assert.Equal("versions/2.0\n", (await OnMachine("readlink /opt/lynceus/current")).Output);
        Assert.False(Directory.Exists("/opt/lynceus"), "the machine of the test is not the machine that runs it");
    }

    /// <summary>Skips where this is not allowed: it needs root, mounts of its own, ssh and rsync.</summary>
    private async Task StartMachineAsync()
    {
        foreach (var program in new[] { "/usr/sbin/sshd", "ssh", "ssh-keygen", "rsync", "unshare" })
            Assert.SkipUnless(Programs.IsInstalled(program), $"{program} is not here");
        var files = Path.Combine(AppContext.BaseDirectory, "hub");
        Directory.CreateDirectory(Path.Combine(folder, "bin"));
        foreach (var name in new[] { "systemctl", "udevadm" }) File.Copy(Path.Combine(files, name), Path.Combine(folder, "bin", name));
        foreach (var key in new[] { "host", "user" }) await Programs.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(folder, key)]);
        await File.WriteAllTextAsync(Path.Combine(folder, "sshd_config"), $"""
            Port {port}
            ListenAddress 127.0.0.1
            HostKey {folder}/host
            AuthorizedKeysFile {folder}/user.pub
            StrictModes no
            PermitRootLogin prohibit-password
            UsePAM no
            PidFile none

            """);
        machine = Programs.Start("unshare", ["--mount", "--propagation", "private", "sh", Path.Combine(files, "machine.sh"), folder]);
        var said = new List<string>();
        while (await machine.StandardError.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (line.Contains("listening on", StringComparison.OrdinalIgnoreCase)) break;
        }
        Assert.SkipWhen(machine.HasExited || said.Count == 0 || !said[^1].Contains("listening", StringComparison.OrdinalIgnoreCase), $"a machine of its own is not allowed here: {string.Join("; ", said)}");
        _ = machine.StandardError.ReadToEndAsync();
    }

    public void Dispose()
    {
        if (machine is { HasExited: false }) machine.Kill(entireProcessTree: true);
        machine?.WaitForExit();
        machine?.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
