using System.Diagnostics;

namespace Lynceus;

/// <summary>
/// RabbitMQ with its MQTT plugin, a node of its own beside whatever else runs here; it takes about ten seconds to start.
/// What it was told and had acknowledged it keeps in its folder.
/// </summary>
/// <param name="settings">Lines of rabbitmq.conf besides the listeners; by default the user <c>hub</c> with the password <c>secret</c>.</param>
/// <param name="files">Where given, a folder with a whole rabbitmq.conf and enabled_plugins of somebody else's, which say the listeners themselves.</param>
internal sealed class RabbitMq(string settings = RabbitMq.OneUser, Func<RabbitMq, string>? files = null) : TestBroker("/usr/lib/rabbitmq/bin/rabbitmq-server")
{
    public const string OneUser = "default_user = hub\ndefault_pass = secret\n";
    private readonly int names = FreePort();
    private Process? mapper;

    // The node's port mapper is ours, too: one that the node starts itself would outlive the test.
    protected override async Task BeforeAsync(CancellationToken stop)
    {
        if (mapper is { HasExited: false }) return;
        mapper = Run(new ProcessStartInfo("epmd", ["-port", $"{names}", "-address", "127.0.0.1"]));
        await Task.Yield();
    }

    protected override ProcessStartInfo Command()
    {
        var command = new ProcessStartInfo(Program);
        var said = new Dictionary<string, string>
        {
            ["HOME"] = Folder,
            ["ERL_EPMD_PORT"] = $"{names}",
            ["RABBITMQ_NODENAME"] = $"lynceus{Port}@localhost",
            ["RABBITMQ_DIST_PORT"] = $"{FreePort()}",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(Folder, "mnesia"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(Folder, "log"),
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_PID_FILE"] = Path.Combine(Folder, "pid"),
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(Folder, "none"),
            ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(Folder, "none.config"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Write("plugins", files is null ? "[rabbitmq_mqtt]." : File.ReadAllText(Path.Combine(files(this), "enabled_plugins"))),
            ["RABBITMQ_CONFIG_FILE"] = Write("rabbitmq.conf", $"{(files is null ? $"listeners.tcp = none\nmqtt.listeners.tcp.1 = 127.0.0.1:{Port}\n{settings}" : File.ReadAllText(Path.Combine(files(this), "rabbitmq.conf")))}\nlog.console = true\nlog.console.level = info\n"),
        };
        foreach (var (name, value) in said) command.Environment[name] = value;
        return command;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (mapper is null) return;
        mapper.Kill();
        await mapper.WaitForExitAsync();
        mapper.Dispose();
    }
}
