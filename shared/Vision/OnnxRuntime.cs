using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Lynceus.Vision;

/// <summary>
/// ONNX Runtime as it is used here: without its telemetry, which since 1.29 writes to the home folder and calls out over the network, a hub's card and link included.
/// It asks the environment before its first use, and only the C library's, which the runtime's own <see cref="Environment.SetEnvironmentVariable(string, string)"/> leaves alone.
/// Whoever uses ONNX Runtime first comes through here.
/// </summary>
public static partial class OnnxRuntime
{
    private const string Switch = "ORT_DISABLE_TELEMETRY";

    static OnnxRuntime()
    {
        if (OperatingSystem.IsWindows()) Environment.SetEnvironmentVariable(Switch, "1");
        else _ = SetEnv(Switch, "1", 1);
    }

    public static string Version => OrtEnv.Instance().GetVersionString();

    internal static SessionOptions Settings() => new();

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
