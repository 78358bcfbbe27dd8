using System.Runtime.InteropServices;

namespace Lynceus.Vision;

/// <summary>
/// Processor time that was used, in seconds. A machine that has other things to do lengthens what a clock on the wall says, and hardly this.
/// Null where the system does not tell it (anything but Linux).
/// </summary>
public static partial class ProcessorTime
{
    /// <summary>CLOCK_THREAD_CPUTIME_ID, and how a process's own clock is called (clock_getcpuclockid).</summary>
    private const int ThreadClock = 3, ProcessClock = 2;

    public static double? OfThisThread() => Read(ThreadClock);

    /// <param name="process">Its id; null if it has ended.</param>
    public static double? Of(int process) => Read((~process << 3) | ProcessClock);

    private static double? Read(int clock) => OperatingSystem.IsLinux() && GetTime(clock, out var time) == 0 ? time.Seconds + (time.Nanoseconds / 1e9) : null;

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Time
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, out Time time);
}
