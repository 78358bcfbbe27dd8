using System.Runtime.InteropServices;

namespace Lynceus.Benchmarks;

/// <summary>What the figures were measured on, in a line.</summary>
internal static class Machine
{
    public static string Describe()
    {
        // A Raspberry Pi's /proc/cpuinfo has no "model name"; its board says more anyway.
        const string Board = "/proc/device-tree/model";
        var name = File.Exists(Board)
            ? File.ReadAllText(Board).TrimEnd('\0')
            : File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "an unnamed processor";
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        return $"{name}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSArchitecture}, {RuntimeInformation.FrameworkDescription}; load {load} at the end (all of this and what else runs here)";
    }
}
