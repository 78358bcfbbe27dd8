using System.Diagnostics;

namespace Lynceus;

/// <summary>Eclipse Mosquitto. It keeps retained messages and sessions in its folder if its settings say so.</summary>
/// <param name="settings">Its settings file, from its port and folder, without <c>user</c>.</param>
internal sealed class Mosquitto(Func<Mosquitto, string> settings) : TestBroker("/usr/sbin/mosquitto")
{
    /// <summary>Lets everybody in, without TLS.</summary>
    public static string Open(Mosquitto broker) => $"listener {broker.Port} 127.0.0.1\nallow_anonymous true\n";

    // As root it would become another user, who may not read the folder.
    protected override ProcessStartInfo Command()
        => new(Program, ["-v", "-c", Write("mosquitto.conf", $"{settings(this)}\nuser {Environment.UserName}\n")]);
}
