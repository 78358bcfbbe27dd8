using System.Runtime.InteropServices;

namespace Lynceus.Edge;

/// <summary>The system's clock: whether something keeps it right, and setting it. Delegates, so that tests neither depend on this machine's clock nor touch it.</summary>
/// <param name="Synchronised">Whether NTP (or what else disciplines the kernel's clock) holds it; null if the kernel does not say, as in some containers.</param>
/// <param name="TrySet">Sets it; false if the process may not (CAP_SYS_TIME).</param>
internal sealed record KernelClock(Func<bool?> Synchronised, Func<DateTimeOffset, bool> TrySet)
{
    public static readonly KernelClock Real = new(KernelClockCalls.Synchronised, KernelClockCalls.TrySet);
}

/// <summary>Two calls of the C library.</summary>
internal static partial class KernelClockCalls
{
    /// <summary>STA_UNSYNC of adjtimex(2).</summary>
    private const int Unsynchronised = 0x40;
    private const int Realtime = 0;

    /// <summary>Asking (modes 0) needs no rights and changes nothing.</summary>
    public static bool? Synchronised()
    {
        if (!OperatingSystem.IsLinux()) return null;
        var timex = default(Timex);
        try
        {
            return AdjTimeX(ref timex) < 0 ? null : (timex.Status & Unsynchronised) == 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    public static bool TrySet(DateTimeOffset to)
    {
        // With 32 bits a timespec has two forms; such a hub leaves its clock to others.
        if (!OperatingSystem.IsLinux() || nint.Size != 8) return false;
        var ticks = to.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        var value = new TimeSpec((nint)(ticks / TimeSpan.TicksPerSecond), (nint)(ticks % TimeSpan.TicksPerSecond * 100));
        return ticks > 0 && ClockSetTime(Realtime, in value) == 0;
    }

    /// <summary>struct timex as far as it is read here; what follows is room that the kernel fills.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Timex
    {
        public uint Modes;
        public nint Offset;
        public nint Frequency;
        public nint MaxError;
        public nint EstimatedError;
        public int Status;
        public Rest Rest;
    }

    [System.Runtime.CompilerServices.InlineArray(32)]
    private struct Rest
    {
        private nint first;
    }

    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds);

    [LibraryImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int AdjTimeX(ref Timex timex);

    [LibraryImport("libc", EntryPoint = "clock_settime", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ClockSetTime(int clock, in TimeSpec to);
}
